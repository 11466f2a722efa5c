"""Index events by value at a past moment: the present sets, in which changed events are replaced by
their stored versions, or by their rows of that time if no version fits.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from pyroaring import BitMap

from tracker import database_time
from tracker.events.in_force import counted_kinds
from tracker.events.models import (
    Entity,
    Event,
    EventEntity,
    EventVersion,
    Link,
    PastRow,
    Report,
    Revision,
)
from tracker.events.queried import FOLDED, QUERIED, queried_value
from tracker.events.record.derived.headlines import recorded_headline
from tracker.events.record.derived.terms import TELLING
from tracker.events.record.derived.versions import KNOWS_MEASURES
from tracker.events.search.facts import (
    AFFECTED,
    AMOUNT,
    EFFECTIVE,
    MONTHS,
    PARTIES,
    PRINTED,
    UNDONE,
    ids_of,
)
from tracker.events.search.index.events import index
from tracker.events.search.index.snapshot import EventSets
from tracker.events.search.index.words import WordEvents
from tracker.events.search.past.moment import Moment
from tracker.events.search.past.rows import PastEvents, title_of
from tracker.events.text import build_search_text, holds, join_texts, phrases_of
from tracker.index.sets import Draft, Sets
from tracker.partial_date import month_text

CHUNK = 500  # events at once
# tables that queries use besides the record
BESIDE = ("event", "entity", "entry", "language", "source")
# a transaction may become visible this long after the time it wrote
OVERLAP = timedelta(minutes=15)

Values = dict[tuple[str, object], list[int]]


@dataclass(frozen=True)
class PastSets:
    """The sets of a moment. `taken_out` are the events for which present rows are no longer valid,
    `texts` the searched texts of those without a valid version: titles, and all.
    """

    moment: Moment
    built_at: datetime
    sets: Sets
    taken_out: BitMap
    texts: Mapping[int, tuple[str, str]]

    def is_current(self) -> bool:
        """Return whether nothing was stored since for the moment or before (a transaction may end
        after it), and no row changed without a version.
        """
        late = Q(indexed_at__gt=self.built_at, changed_at__lte=self.moment.at)
        beside = PastRow.objects.filter(table__in=BESIDE, until__gt=self.built_at)
        return not beside.exists() and not Event.objects.filter(late).exists()

    def look_up(self, words: Sequence[str]) -> dict[str, WordEvents]:
        """Return the events that contained words then."""
        present = index.current().words.look_up(words)
        # Queried after the words: changes in between are covered by their versions.
        since = Event.objects.filter(
            indexed_at__gt=self.built_at - OVERLAP, changed_at__gt=self.moment.at
        )
        outdated = self.taken_out | ids_of(since)
        own = BitMap(self.texts)
        versions = valid_versions(self.moment.at).filter(is_visible=True)
        found = {}
        for word in words:
            stored = [ids_of(versions.filter(q), "event") - own for q in _saying(word)]
            texts = [
                BitMap(pk for pk, text in self.texts.items() if holds(text[part], word))
                for part in (1, 0)
            ]
            now = (present[word].anywhere, present[word].titled)
            anywhere, titled = (
                (n - outdated) | s | t for n, s, t in zip(now, stored, texts, strict=True)
            )
            found[word] = WordEvents(anywhere, titled)
        return found


def valid_versions(at: datetime) -> QuerySet[EventVersion]:
    """Select the versions valid at a moment; an event has at most one."""
    return EventVersion.objects.filter(since__lte=at, until__gt=at)


def _saying(word: str) -> tuple[Q, Q]:
    """Return the conditions for versions that contain a word: anywhere, and in a title."""
    never = Q(pk__in=[])
    texts = [f" {' '.join(row)}{'' if goes_on else ' '}" for row, goes_on in phrases_of(word)]
    places = [StrIndex("words", Value(text)) for text in texts]
    anywhere = (Q(GreaterThan(place, 0)) for place in places)
    titled = (Q(GreaterThan(place, 0)) & Q(LessThanOrEqual(place, F("titles"))) for place in places)
    return reduce(or_, anywhere, never), reduce(or_, titled, never)


def build_sets(base: EventSets, moment: Moment) -> PastSets:
    """Return the sets of a moment; `base` was read before this is called."""
    built_at, at = database_time.estimate(), moment.at
    # After the base: changes in between are taken out of it.
    changed = ids_of(Event.objects.filter(changed_at__gt=at, recorded_at__lte=at))
    later = ids_of(Event.objects.filter(recorded_at__gt=at))
    affected = _affected(moment) - later
    values, known = _version_values(at, affected)
    slow = affected | (changed - known)
    texts = _read_rows(slow, moment, values)
    draft = Draft(base.sets)
    draft.remove_ids(changed | later | slow)
    for (field, value), ids in values.items():
        draft.add(field, value, BitMap(ids))
        if field in MONTHS:
            draft.add(MONTHS[field], month_text(str(value)), BitMap(ids))
    # In a fixed order, whatever changed since: values with equally many events keep their order.
    fields = {name: dict(sorted(sets.items())) for name, sets in draft.sets().fields.items()}
    return PastSets(moment, built_at, Sets(fields), changed | later | slow, texts)


def _affected(moment: Moment) -> BitMap:
    """Return the events whose stored version may be wrong: rows changed without a revision, or the
    acts that ended them changed.
    """
    affected = BitMap(moment.changed_rows("event"))
    if entities := _renamed(moment):
        parties = EventEntity.objects.filter(entity__in=entities)
        was = Q()
        for pk in entities:
            was |= Q(terms__contains=f":{pk}\n")
        affected |= ids_of(parties, "event")
        affected |= ids_of(valid_versions(moment.at).filter(was), "event")
    entries = moment.changed_rows("entry") | moment.changed_rows("language")
    rows = Q(entry__in=entries)
    if sources := moment.changed_rows("source"):
        rows |= Q(entry__source__in=sources)
    if entries or sources:
        affected |= _reporting(Report.stored.filter(rows), moment.at)
    now = Link.objects.filter(type__in=TELLING, state=Link.State.CONFIRMED)
    sources_changed = Event.objects.filter(changed_at__gt=moment.at)
    return affected | ids_of(now.filter(source__in=sources_changed), "target")


def _renamed(moment: Moment) -> set[int]:
    """Return the entities that had another name or were merged differently."""
    rows = moment.entities(moment.changed_rows("entity"))
    now = Entity.objects.in_bulk(list(rows))
    names = ("name", "slug", "description", "merged_into_id")
    return {
        pk for pk, row in rows.items() if any(getattr(row, n) != getattr(now[pk], n) for n in names)
    }


def _reporting(reports: QuerySet[Report], at: datetime) -> BitMap:
    """Return the events that the reports belong to, or belonged to then."""
    rows = dict(reports.values_list("pk", "event"))
    moved = Revision.objects.filter(field="report", at__gt=at, before__isnull=False)
    pairs = moved.values_list("event", "before")
    left = (event for event, before in pairs if before and before[0] in rows)
    return BitMap(rows.values()) | BitMap(left)


def _version_values(at: datetime, affected: BitMap) -> tuple[Values, BitMap]:
    """Return the values of the versions valid at a moment, with their events, and which events
    these are; without affected events, and events that others ended or extended.
    """
    columns = ("event", "event__recorded_at", "terms", "is_visible", "state")
    ends = ("occurred", "stated_end", "unknown_from")
    values: Values = defaultdict(list)
    known = []
    alone = valid_versions(at).filter(undone_by="", extended_by="")
    measured = _measured()
    for pk, recorded_at, terms, is_visible, state, occurred, ended, unknown in alone.values_list(
        *columns, *ends
    ).iterator(CHUNK):
        if pk in affected or (pk in measured and f"\n{KNOWS_MEASURES}:" not in terms):
            continue
        known.append(pk)
        kinds = []
        for term in filter(None, terms.split("\n")):
            field, _, value = term.partition(":")
            if field == KNOWS_MEASURES:
                continue
            for pair in _queried_pairs(field, value):
                values[pair].append(pk)
            if field == "kind":
                kinds.append(value)
        values["main_kind", kinds[0]].append(pk)
        values["state", state].append(pk)
        values["occurred", occurred].append(pk)
        values["ended", ended].append(pk)
        values["unknown_from", unknown].append(pk)
        values["recorded", f"{recorded_at.astimezone(UTC):%Y-%m-%d}"].append(pk)
        if is_visible:
            values["visible", ""].append(pk)
    return values, BitMap(known)


def _measured() -> BitMap:
    """Return the events that ever had an amount, a number affected or a day of effect."""
    changed = Revision.objects.filter(field__in=("amount", "affected", "effective_on"))
    now = Q(amount__gt=0) | Q(affected__gt=0) | ~Q(effective_on="")
    return ids_of(Event.objects.filter(now | Q(pk__in=changed.values("event"))))


def _queried_pairs(field: str, value: str) -> Iterator[tuple[str, object]]:
    """Yield the queried forms of a stored value, and its printed form."""
    if field in FOLDED:
        yield PRINTED[field], value
    yield field, int(value) if field in PARTIES else queried_value(field, value)


def _read_rows(ids: BitMap, moment: Moment, values: Values) -> dict[int, tuple[str, str]]:
    """Add the values of events at that time, from all their rows; return the searched texts of
    each.
    """
    texts: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), CHUNK):
        loaded = PastEvents(ids[start : start + CHUNK], moment)
        for pk in loaded.events:
            for field, value in _values_of(loaded, pk):
                values[field, value].append(pk)
            texts[pk] = _texts_of(loaded, pk)
    return texts


def _values_of(loaded: PastEvents, pk: int) -> Iterable[tuple[str, Any]]:
    past_event, term = loaded.events[pk], loaded.term(pk)
    event = past_event.event
    kinds = counted_kinds((event.kind, *event.other_kinds))
    yield "main_kind", kinds[0]
    yield from dict.fromkeys(("kind", kind) for kind in kinds)
    yield "ground", event.grounds
    yield "state", event.state
    yield "origin", event.origin
    yield "occurred", event.occurred
    yield "ended", term.ended
    yield "unknown_from", term.unknown_from
    yield "recorded", f"{event.recorded_at.astimezone(UTC):%Y-%m-%d}"
    if past_event.is_visible:
        yield "visible", ""
    if event.amount > 0 and event.currency:
        yield AMOUNT, f"{event.currency} {event.amount}"
    if event.affected > 0:
        yield AFFECTED, str(event.affected)
    if event.effective_on:
        yield EFFECTIVE, event.effective_on
    for name in QUERIED:
        if value := getattr(event, name):
            yield from _queried_pairs(name, value)
    yield from dict.fromkeys((UNDONE, day) for day in loaded.undone_days(pk).undone)
    yield from ((party.type, party.pk) for party in past_event.parties)
    entries = [report.entry for report in loaded.reports(pk) if report.entry]
    yield from dict.fromkeys(("source", entry.source.host) for entry in entries)
    read = [entry.classification for entry in entries if hasattr(entry, "classification")]
    yield from dict.fromkeys(("lang", classification.language) for classification in read)


def _texts_of(loaded: PastEvents, pk: int) -> tuple[str, str]:
    """Return the searched texts: titles, and all."""
    event, reports = loaded.events[pk], [r for r in loaded.reports(pk) if r.entry]
    titles, entries = [title_of(r) for r in reports], [r.entry for r in reports if r.entry]
    headline = recorded_headline(event.event, event.entities, titles)
    parties = sorted(event.parties, key=lambda party: party.type)
    names = [name for party in parties for name in party.searched_names]
    title_words = build_search_text([headline, *names, *(entry.title for entry in entries)])
    return title_words, join_texts(
        title_words, build_search_text([entry.summary for entry in entries])
    )
