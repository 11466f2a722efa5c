"""Derive the columns by which events are found: headline, searched text, end, parties' days, review
queue.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy

from django.db.models import Count, Max, Q
from django.utils import translation

from tracker import database_time
from tracker.classify import Kind
from tracker.events.in_force import Term, lasting_kinds
from tracker.events.models import Entity, Event, EventEntity, Link, Report
from tracker.events.record.checks import CONFIRMED, origin_of
from tracker.events.record.derived.headlines import (
    DISTINCTIONS,
    TITLE_COLUMNS,
    TITLES_READ,
    ReportTitle,
    distinct_value,
    reads_titles,
    recorded_headline,
    report_title,
)
from tracker.events.record.derived.terms import (
    TELLING,
    LinkedDays,
    ToldTexts,
    day_of,
    linked_days,
    measure_term,
)
from tracker.events.text import append_text, build_search_text
from tracker.events.wording.names import RECORDED

CHUNK = 300  # events at once
WORDS = ("title_words", "summary_words")
TEXTS = ("headline", *WORDS)
REPORT_COLUMNS = (
    *("event", "entry__source", "entry__summary", "entry__published_at"),
    *TITLE_COLUMNS,
)
TERM = ("ended", "unknown_from")
DERIVED = (*TERM, "origin", "review_queue", "weight")
SURE = 0.95  # confidence that it is an act, above which no editor is asked
SURE_OF_KIND = 0.75  # confidence in the kind, given that it is an act
NO_TARGET = {Kind.PLATFORM_BLOCK, Kind.POLICY_CHANGE, Kind.LEGAL_ACTION}  # need none
UNKNOWN_TARGET = 0.25  # the doubt that a missing target adds


def reindex(ids: Iterable[int], *, former_days: Collection[str] = ()) -> None:
    """Update the derived columns of events and of those they undo or extend; a fixed number of
    queries per CHUNK. `former_days` are earlier days of some of the events.
    """
    own = set(ids)
    links = Link.objects.filter(Q(source__in=own) | Q(target__in=own), type__in=TELLING)
    ends = list(links.values_list("source", "target"))
    every = sorted(own | {target for source, target in ends if source in own})
    for start in range(0, len(every), CHUNK):
        chunk = every[start : start + CHUNK]
        # Most events are neither undone nor extended: of these nothing more is asked.
        linked = linked_days(chunk) if ends else {}
        _reindex_chunk(chunk, linked, former_days)


class SearchedTexts:
    """The searched texts of events by id: parties, titles and summaries of reports."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.parties: dict[int, list[Entity]] = defaultdict(list)
        stored = EventEntity.objects.filter(event__in=ids).select_related("entity__merged_into")
        self.stored = list(stored.order_by("entity__type", "pk"))
        for party in self.stored:
            self.parties[party.event_id].append(party.entity)
        self.titles: dict[int, list[ReportTitle]] = defaultdict(list)
        self.summaries: dict[int, list[str]] = defaultdict(list)
        self.last_days: dict[int, str] = defaultdict(str)
        self.publishers: dict[int, set[int]] = defaultdict(set)
        reports = Report.objects.filter(event__in=ids, entry__isnull=False).order_by("pk")
        for pk, source, summary, at, *values in reports.values_list(*REPORT_COLUMNS):
            self.titles[pk].append(report_title(*values))
            self.summaries[pk].append(summary)
            self.last_days[pk] = max(self.last_days[pk], day_of(at))
            self.publishers[pk].add(source)

    def apply_to(self, event: Event) -> bool:
        """Set the searched texts of the event, and its headline; return whether they changed."""
        before = event.headline, event.title_words, event.summary_words
        parties, titles = self.parties[event.pk], self.titles[event.pk]
        event.headline = recorded_headline(event, self.entities(event), titles)
        event.title_words = build_search_text(_title_texts(event, parties, titles))
        event.summary_words = build_search_text(self.summaries[event.pk])
        return before != (event.headline, event.title_words, event.summary_words)

    def told_texts(self, event: Event) -> ToldTexts:
        """Return what the event's reports say about its duration."""
        pk = event.pk
        return ToldTexts(self.titles[pk], self.summaries[pk], self.last_days[pk])

    def entities(self, event: Event) -> list[Entity]:
        """Return the event's parties, merged ones replaced."""
        return [party.itself for party in self.parties[event.pk]]

    def plain_headline(self, event: Event) -> str:
        """Return the headline without the part that distinguishes it from others of the day."""
        plain = copy(event)
        plain.distinction = ""
        return recorded_headline(plain, self.entities(event), self.titles[event.pk])

    def distinct_values(self, event: Event) -> dict[str, str]:
        """Return what the headline may add, in English, by code."""
        with translation.override(RECORDED):
            return {
                code: distinct_value(code, event, self.entities(event), self.titles[event.pk])
                for code in DISTINCTIONS
            }


def _title_texts(
    event: Event, parties: Iterable[Entity], titles: Iterable[ReportTitle]
) -> Iterator[str]:
    """Yield the headline, the parties' names in every language that they have one in, and the
    titles.
    """
    yield event.headline
    for party in parties:
        yield from party.searched_names
    yield from (title.quote.title for title in titles)


def _distinguish(loaded: Sequence[Event], former_days: Collection[str] = ()) -> None:
    """Add a distinguishing fact to headlines that read like another event's of the day, and remove
    it where none does any more.
    """
    hidden = [e for e in loaded if e.distinction and not (e.occurred and e.is_visible)]
    _end_distinctions(hidden)
    dated = [event for event in loaded if event.occurred]
    days = {*former_days, *(event.occurred for event in dated)} - {""}
    if not days:
        return
    near = Event.objects.visible().filter(occurred__in=days)
    near = near.exclude(pk__in=[event.pk for event in dated])
    own = [event for event in dated if event.is_visible]
    plain = _plain_headlines(dated)
    others = list(near.filter(~Q(distinction="") | Q(headline__in=plain)))
    if more := _plain_headlines([event for event in others if event.distinction]) - plain:
        others += near.filter(headline__in=more, distinction="")
    events = {event.pk: event for event in [*own, *others]}
    if len(events) == len(own) and not _any_alike(own):
        return
    texts = SearchedTexts(list(events))
    groups: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events.values():
        groups[event.occurred, texts.plain_headline(event)].append(event)
    changed = [event for group in groups.values() for event in _tell_apart(group, texts)]
    for event in changed:
        texts.apply_to(event)
        event.indexed_at = database_time.estimate()
    _store_columns(changed, [*TEXTS, "distinction", "indexed_at"])


def _end_distinctions(events: Sequence[Event]) -> None:
    """Let the headlines of events that stand on no day's page say what they say alone: they depend
    on the event and not on what it once stood beside.
    """
    if not events:
        return
    texts = SearchedTexts([event.pk for event in events])
    for event in events:
        event.distinction = ""
        texts.apply_to(event)
    _store_columns(events, [*TEXTS, "distinction"])


def _plain_headlines(events: Sequence[Event]) -> set[str]:
    """Return the headlines of events without distinguishing parts."""
    plain = {event.headline for event in events if not event.distinction}
    distinct = [event for event in events if event.distinction]
    texts = SearchedTexts([event.pk for event in distinct]) if distinct else None
    return plain | {texts.plain_headline(event) for event in distinct if texts}


def _any_alike(events: Sequence[Event]) -> bool:
    """Return whether two headlines read alike, or one still has a distinguishing part."""
    pairs = {(event.occurred, event.headline) for event in events}
    return len(pairs) < len(events) or any(event.distinction for event in events)


def _tell_apart(group: Sequence[Event], texts: SearchedTexts) -> Iterator[Event]:
    """Set the distinguishing fact of each headline in a group that reads alike; yield the events
    that changed.

    The first recorded stays as it was, also in past views and sent mails; later ones differ from
    earlier ones.
    """
    ordered = sorted(group, key=lambda event: event.pk)
    values = {event.pk: texts.distinct_values(event) for event in ordered} if group[1:] else {}
    for place, event in enumerate(ordered):
        code = ""
        if place and not event.own_headline:
            others = [values[other.pk] for other in ordered[:place]]
            code = next(
                code
                for code, value in values[event.pk].items()
                if value and all(value != other[code] for other in others)
            )
        if code != event.distinction:
            event.distinction = code
            yield event


def refold_texts(ids: Sequence[int]) -> int:
    """Rebuild the searched texts after a change of the folding, and the terms of measures after one
    of the rules for them, and return how many changed.

    Unchanged events are not touched, so that they are not matched with alerts again.
    """
    texts = SearchedTexts(ids)
    events = list(Event.objects.filter(pk__in=ids))
    linked = linked_days(ids)
    changed = []
    for event in events:
        is_new_term = set_term(
            event, measure_term(event, texts.told_texts(event), linked[event.pk])
        )
        if texts.apply_to(event) or is_new_term:
            event.indexed_at = database_time.estimate()
            changed.append(event)
    Event.objects.bulk_update(changed, [*TEXTS, *TERM, "indexed_at"])
    _distinguish(events)
    return len(changed)


def set_term(event: Event, term: Term) -> bool:
    """Set how long the event is known to be in force; return whether that changed."""
    before = event.ended, event.unknown_from
    event.ended, event.unknown_from = term.ended, term.unknown_from
    return before != (event.ended, event.unknown_from)


def _reindex_chunk(
    ids: Sequence[int], linked: Mapping[int, LinkedDays], former_days: Collection[str]
) -> None:
    texts = SearchedTexts(ids)
    loaded = list(Event.objects.filter(pk__in=ids))
    _update_event_entities(loaded, texts.stored)
    for event in loaded:
        texts.apply_to(event)
        event.indexed_at = database_time.estimate()
        days = linked.get(event.pk, LinkedDays())
        set_term(event, measure_term(event, texts.told_texts(event), days))
        event.origin = origin_of(event.ref, event.own_headline, event.occurred_source, event.checks)
        has_target = any(p.type == Entity.Type.TARGET for p in texts.parties[event.pk])
        event.review_queue, doubt = review_queue_of(event, has_target=has_target)
        event.weight = _review_weight(event, doubt, len(texts.publishers[event.pk]))
    _store_columns(loaded, [*TEXTS, *DERIVED, "indexed_at"])
    _distinguish(loaded, former_days)


def _store_columns(events: Sequence[Event], columns: Sequence[str]) -> None:
    """Store columns of events in one statement; for one event with a plain UPDATE, which Django
    composes four times as fast.
    """
    if len(events) == 1:
        values = {column: getattr(events[0], column) for column in columns}
        Event.objects.filter(pk=events[0].pk).update(**values)
    else:
        Event.objects.bulk_update(events, columns)


def _update_event_entities(events: Sequence[Event], stored: Iterable[EventEntity]) -> None:
    """Copy the event's kind and day to its stored parties that have others."""
    values = {event.pk: (event.kind, event.around) for event in events}
    differing: dict[tuple[str, str], list[int]] = defaultdict(list)
    for party in stored:
        if values[party.event_id] != (party.kind, party.around):
            differing[values[party.event_id]].append(party.pk)
    for (kind, around), ids in differing.items():
        EventEntity.objects.filter(pk__in=ids).update(kind=kind, around=around)


def add_report(event: Event, title: str, summary: str) -> None:
    """Add one report to the derived columns, as reindex would, reading none of the others except
    the titles of the first ones if the headline may use them.
    """
    before = event.headline
    event.title_words = append_text(event.title_words, title)
    event.summary_words = append_text(event.summary_words, summary)
    _update_headline(event)
    event.indexed_at = database_time.estimate()
    _update_term(event)
    event.save(update_fields=[*TEXTS, *TERM, "indexed_at"])
    if event.headline != before:
        _distinguish([event])
    update_review_queue(event)


def _update_headline(event: Event) -> None:
    """Set the headline of an event with a new report, and its searched text if that changed."""
    stored = EventEntity.objects.filter(event=event).select_related("entity__merged_into")
    parties = [party.entity for party in stored.order_by("entity__type", "pk")]
    entities = [party.itself for party in parties]
    if not reads_titles(event, entities):
        return
    reports = Report.objects.filter(event=event, entry__isnull=False).order_by("pk")
    rows = list(reports.values_list(*TITLE_COLUMNS)[: TITLES_READ + 1])
    if len(rows) > TITLES_READ:
        return  # the headline uses only the first ones
    titles = [report_title(*row) for row in rows]
    headline = recorded_headline(event, entities, titles)
    if headline != event.headline:
        event.headline = headline
        event.title_words = build_search_text(_title_texts(event, parties, titles))


def _update_term(event: Event) -> None:
    """Set the term of an event with a new report, reading only its first reports."""
    if not lasting_kinds((event.kind, *event.other_kinds)):
        return
    reports = Report.objects.filter(event=event, entry__isnull=False)
    rows = reports.order_by("pk").values_list("entry__summary", *TITLE_COLUMNS)[:TITLES_READ]
    texts = ToldTexts(
        [report_title(*values) for _, *values in rows],
        [summary for summary, *_ in rows],
        day_of(reports.aggregate(last=Max("entry__published_at"))["last"]),
    )
    set_term(event, measure_term(event, texts, linked_days([event.pk])[event.pk]))


def update_review_queue(event: Event) -> None:
    """Update the event's review queue after its reports or confidence changed."""
    reports = Report.objects.filter(event=event).aggregate(n=Count("entry__source", distinct=True))
    has_target = EventEntity.objects.filter(event=event, entity__type="target").exists()
    event.review_queue, doubt = review_queue_of(event, has_target=has_target)
    event.weight = _review_weight(event, doubt, reports["n"])
    event.save(update_fields=["review_queue", "weight"])


def _review_weight(event: Event, doubt: float, publishers: int) -> float:
    """Return what a review would change: doubt times reach in publishers.

    Unsure events are ordered by reach, and by doubt only within equal reach.
    """
    is_unsure = event.review_queue == Event.ReviewQueue.UNSURE
    # An unsure event with many reports is the likeliest to be a missed act.
    return round(publishers + doubt if is_unsure else doubt * publishers, 3)


def review_queue_of(event: Event, *, has_target: bool) -> tuple[str, float]:
    """Return the review queue of an event, and the doubt, from 0 to 1.25.

    For an unsure event the doubt is the probability of an act, so that the likeliest are asked
    about first.
    """
    if event.merged_into_id is not None or event.confidence is None:
        return Event.ReviewQueue.NONE, 0.0
    if event.state == Event.State.UNSURE:
        return Event.ReviewQueue.UNSURE, event.confidence
    # Reviewed and refused events have had their review.
    if event.state != Event.State.MACHINE:
        return Event.ReviewQueue.NONE, 0.0
    doubt = 1 - event.confidence
    confirmed = {fact for fact, state, *_others in event.checks if state == CONFIRMED}
    # Events from before this confidence was stored have none, or 0.
    is_kind_known = "kinds" in confirmed
    if not is_kind_known and event.kind_confidence and event.kind_confidence < SURE_OF_KIND:
        return Event.ReviewQueue.KIND, 1 - event.kind_confidence
    needs_target = "targets" not in confirmed and Kind(event.kind) not in NO_TARGET
    if not has_target and needs_target:
        return Event.ReviewQueue.TARGET, doubt + UNKNOWN_TARGET
    return (
        # Deciding the kind of an act implies that it is one.
        (Event.ReviewQueue.NEW, doubt)
        if event.confidence < SURE and not is_kind_known
        else (Event.ReviewQueue.NONE, 0.0)
    )
