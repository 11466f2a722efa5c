"""Store what events said before each change, as far as queries need it: rows that answer about the
past (EventVersion).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from tracker.events.in_force import counted_kinds
from tracker.events.models import Entity, Event, EventVersion, Link, Report, Revision
from tracker.events.queried import QUERIED
from tracker.events.record.checks import origin_of
from tracker.events.record.derived.headlines import TITLE_COLUMNS, recorded_headline, report_title
from tracker.events.record.derived.terms import terms_of_records
from tracker.events.record.entities import slug_of
from tracker.events.record.locks import lock
from tracker.events.record.records import records_of
from tracker.events.record.values import PARTIES, REPORT_PATHS, SCALARS, Record, revert_revision
from tracker.events.text import build_search_text, join_texts

CHUNK = 300  # events at once
END = 1 + len(TITLE_COLUMNS)  # of a report's title among its columns
FACTS = tuple(n for n in SCALARS if n not in {"kinds", "merged_into", "split_from"})
# The term of versions that say what is affected and from when: those of 0.1.0 do not.
KNOWS_MEASURES = "measures"
STEP_SECONDS = 15.0  # of one step of filling: readers and polls go before


@dataclass(frozen=True)
class Span:
    """An earlier record of an event, and the period in which it was current."""

    event: Event
    since: datetime
    until: datetime
    record: Record


def close_versions(ids: Iterable[int]) -> int:
    """Store a version for each revision of the events that has none yet, and return how many.
    Called in the transaction that wrote the revisions, when all is written.
    """
    spans = _spans(sorted(set(ids)))
    if spans:
        EventVersion.objects.bulk_create(_versions(spans), batch_size=CHUNK)
    return len(spans)


def fill(seconds: float = STEP_SECONDS) -> int:
    """For `seconds`, store versions of events that changed before versions existed, and return how
    many. It goes on where the last call ended, since it begins with the events that lack them.
    """
    end, count, last = monotonic() + seconds, 0, 0
    while ids := list(_lacking().filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            lock(events=ids)  # writers wait, or the rows would mix two moments
            count += close_versions(ids)
        last = ids[-1]
        if monotonic() > end:
            break
    return count


def _lacking() -> Any:
    """Return the events whose latest change does not yet end a version."""
    ending = EventVersion.objects.filter(event=OuterRef("pk"), until=OuterRef("changed_at"))
    changed = Event.objects.filter(changed_at__gt=F("recorded_at"))
    return changed.exclude(Exists(ending)).order_by("pk")


def _spans(ids: Sequence[int]) -> list[Span]:
    last = EventVersion.objects.filter(event=OuterRef("event")).order_by("-until").values("until")
    revisions = Revision.objects.annotate(
        begin=Coalesce(Subquery(last[:1]), F("event__recorded_at"))
    ).filter(event__in=ids, at__gt=F("begin"))
    columns = ("event", "begin", "at", "field", "before", "after", "entities")
    by_event: dict[int, list[Any]] = defaultdict(list)
    for event, *row in revisions.order_by("-pk").values_list(*columns):
        by_event[event].append(row)
    events = list(Event.objects.filter(pk__in=by_event)) if by_event else []
    records = records_of(events) if events else {}
    return [
        span for event in events for span in _spans_of(event, records[event.pk], by_event[event.pk])
    ]


def _spans_of(event: Event, record: Record, rows: Sequence[Any]) -> Iterator[Span]:
    """Return the spans that revisions (begin, at, field, before, after, entities), the latest
    first, ended.
    """
    moments = [row[1] for row in rows]
    # The clock was set back between two changes: no moment would have one version.
    if moments != sorted(moments, reverse=True):
        return  # as_of then rebuilds its records
    # Several revisions of one moment end one version.
    begins = sorted({rows[0][0], *moments})
    for until, changes in groupby(rows, key=lambda row: row[1]):
        for _begin, _at, *change, entities in changes:
            record = revert_revision(record, (change[0], change[1], change[2]), entities)
        yield Span(event, begins[begins.index(until) - 1], until, record)


def _versions(spans: Sequence[Span]) -> Iterator[EventVersion]:
    parties = _parties([span.record for span in spans])
    reports = {pk for span in spans for pk in span.record.reports}
    columns = ("entry__summary", *TITLE_COLUMNS, *REPORT_PATHS.values())
    stored = Report.stored.filter(pk__in=reports, entry__isnull=False)
    texts = {pk: row for pk, *row in stored.values_list("pk", *columns)}
    unlinked = {i: replace(span.record, linked_from={}) for i, span in enumerate(spans)}
    ends = terms_of_records(unlinked)
    for i, span in enumerate(spans):
        record = span.record
        cells = [texts[pk] for pk in sorted(record.reports) if pk in texts]
        own = [parties[pk] for pk in _entity_ids(record, parties) if pk in parties]
        titles, words = _words(span, own, cells)
        yield EventVersion(
            event_id=span.event.pk,
            since=span.since,
            until=span.until,
            is_visible=record.merged_into is None and record.state != Event.State.REFUSED,
            state=record.state,
            occurred=record.occurred,
            extent=record.extent,
            terms=terms_text(_terms(span, own, cells)),
            words=words,
            titles=titles,
            undone_by=_linked_by(record, Link.Type.UNDOES),
            extended_by=_linked_by(record, Link.Type.EXTENDS),
            stated_end=ends[i].ended,
            unknown_from=ends[i].unknown_from,
            confirmed_for=ends[i].confirmed_for,
        )


def _words(
    span: Span, parties: Sequence[Entity], cells: Sequence[Sequence[Any]]
) -> tuple[int, str]:
    """Return the length of the searched title text, and all searched text, as SearchedTexts builds
    it.
    """
    event, record = copy(span.event), span.record
    # A copy, so that the headline includes its distinguishing part.
    event.kind, event.other_kinds = record.kinds[0], list(record.kinds[1:])
    for name in FACTS:
        setattr(event, name, getattr(record, name))
    titles = [report_title(*row[1:END]) for row in cells]
    entities = [party.itself for party in parties]
    ordered = sorted(parties, key=lambda party: party.type)
    names = [name for party in ordered for name in party.searched_names]
    texts = [recorded_headline(event, entities, titles), *names]
    title_words = build_search_text([*texts, *(title.quote.title for title in titles)])
    summary_words = build_search_text([row[0] for row in cells])
    return len(title_words) + 1, f" {join_texts(title_words, summary_words)} "


def _parties(records: Sequence[Record]) -> dict[int, Entity]:
    """Return the entities of records by id; where no ids were noted, they are looked up by name."""
    ids = {pk for record in records for own in record.entity_ids.values() for pk in own}
    slugs: dict[Entity.Type, set[str]] = defaultdict(set)
    for kind, value in (pair for record in records for pair in _unnoted(record)):
        slugs[kind].add(slug_of(kind, value))
    asked = Q(pk__in=ids)
    for kind, names in slugs.items():
        asked |= Q(type=kind, slug__in=names)
    return {row.pk: row for row in Entity.objects.filter(asked).select_related("merged_into")}


def _unnoted(record: Record) -> list[tuple[Entity.Type, str]]:
    """Return the parties for which the record has only a name."""
    return [
        (kind, value)
        for name, kind in PARTIES.items()
        if name not in record.entity_ids
        for value in getattr(record, name)
    ]


def _entity_ids(record: Record, parties: Mapping[int, Entity]) -> Iterator[int]:
    yield from (pk for own in record.entity_ids.values() for pk in own)
    unnoted = {(kind, slug_of(kind, value)) for kind, value in _unnoted(record)}
    if unnoted:
        yield from (pk for pk, row in parties.items() if (row.type, row.slug) in unnoted)


def _terms(
    span: Span, entities: Iterable[Entity], cells: Iterable[Sequence[Any]]
) -> Iterator[tuple[str, object]]:
    record = span.record
    yield from (("kind", kind) for kind in counted_kinds(record.kinds))
    yield ("ground", record.grounds)
    ref, source = span.event.ref, record.occurred_source
    yield ("origin", origin_of(ref, record.own_headline, source, record.checks.values()))
    yield from ((name, value) for name in QUERIED if (value := getattr(record, name)))
    if record.amount > 0 and record.currency:
        yield ("amount", f"{record.currency} {record.amount}")
    yield from ((name, value) for name, value in _measured(record) if value)
    yield (KNOWS_MEASURES, "")
    yield from ((entity.type, entity.pk) for entity in entities)
    for row in cells:
        yield from (pair for pair in zip(REPORT_PATHS, row[END:], strict=True) if pair[1])


def _measured(record: Record) -> Iterator[tuple[str, object]]:
    yield ("affected", record.affected)
    yield ("effective", record.effective_on)


def _linked_by(record: Record, asked: Link.Type) -> str:
    # The days of those acts are looked up when the version is queried.
    ids = (
        source
        for kind, source, state in record.linked_from.values()
        if kind == asked and state == Link.State.CONFIRMED
    )
    return ",".join(map(str, ids))


def terms_text(terms: Iterable[tuple[str, object]]) -> str:
    """Return fields and values as the column holds them, each between two line ends."""
    # No value contains a line end, so no term is found within another.
    return "".join(dict.fromkeys(f"\n{field}:{value}\n" for field, value in terms))
