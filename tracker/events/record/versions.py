"""What events said before each change, as far as queries ask for it: the rows that answer about the
past (EventVersion).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
from tracker.events.record.checks import origin_of
from tracker.events.record.entities import slug_of
from tracker.events.record.headlines import TITLE_COLUMNS, recorded_headline, report_title
from tracker.events.record.locks import lock
from tracker.events.record.records import records_of
from tracker.events.record.terms import terms_of_records
from tracker.events.record.values import REPORT_PATHS, Record, revert_changes
from tracker.events.text import build_search_text

CHUNK = 300  # events at once
END = 2 + len(TITLE_COLUMNS)  # of a report's title among its columns
STEP_SECONDS = 15.0  # of one step of filling: readers and polls go before


@dataclass(frozen=True)
class Span:
    """An earlier record of an event, and from when until when it was the present one."""

    event: int
    since: datetime
    until: datetime
    record: Record
    origin: str


def close_versions(ids: Iterable[int]) -> int:
    """Stores what events said until each of their revisions that no version ends with yet; how many
    versions that are. Called in the transaction that wrote the revisions, when all is written.
    """
    spans = _spans(sorted(set(ids)))
    if spans:
        EventVersion.objects.bulk_create(_versions(spans), batch_size=CHUNK)
    return len(spans)


def fill(seconds: float = STEP_SECONDS) -> int:
    """Stores versions of events that changed before there were any, for so long; how many. It goes
    on where the last call ended, since it begins with the events that lack them.
    """
    end, count, last = monotonic() + seconds, 0, 0
    while ids := list(_lacking().filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            lock(events=ids)  # whoever writes waits, or these rows would mix two moments
            count += close_versions(ids)
        last = ids[-1]
        if monotonic() > end:
            break
    return count


def _lacking() -> Any:
    """Events whose last change ends no version."""
    ending = EventVersion.objects.filter(event=OuterRef("pk"), until=OuterRef("changed_at"))
    changed = Event.objects.filter(changed_at__gt=F("recorded_at"))
    return changed.exclude(Exists(ending)).order_by("pk")


def _spans(ids: Sequence[int]) -> list[Span]:
    last = EventVersion.objects.filter(event=OuterRef("event")).order_by("-until").values("until")
    revisions = Revision.objects.annotate(
        begin=Coalesce(Subquery(last[:1]), F("event__recorded_at"))
    ).filter(event__in=ids, at__gt=F("begin"))
    columns = ("event", "begin", "at", "field", "before", "after")
    by_event: dict[int, list[Any]] = defaultdict(list)
    for event, *row in revisions.order_by("-pk").values_list(*columns):
        by_event[event].append(row)
    events = list(Event.objects.filter(pk__in=by_event)) if by_event else []
    records = records_of(events) if events else {}
    return [
        span for event in events for span in _spans_of(event, records[event.pk], by_event[event.pk])
    ]


def _spans_of(event: Event, record: Record, rows: Sequence[Any]) -> Iterator[Span]:
    """The spans that revisions (begin, at, field, before, after), the latest first, ended."""
    moments = [row[1] for row in rows]
    # The clock was set back between two changes: no moment would have one version.
    if moments != sorted(moments, reverse=True):
        return  # as_of then makes its records anew
    # Several revisions of one moment end one version.
    begins = sorted({rows[0][0], *moments})
    for until, changes in groupby(rows, key=lambda row: row[1]):
        record = revert_changes(record, [tuple(row[2:]) for row in changes])
        origin = origin_of(
            event.ref, record.own_headline, record.occurred_source, record.checks.values()
        )
        yield Span(event.pk, begins[begins.index(until) - 1], until, record, origin)


def _versions(spans: Sequence[Span]) -> Iterator[EventVersion]:
    parties = _parties([span.record for span in spans])
    reports = {pk for span in spans for pk in span.record.reports}
    columns = ("entry__title", "entry__summary", *TITLE_COLUMNS, *REPORT_PATHS.values())
    texts = {
        pk: row for pk, *row in Report.stored.filter(pk__in=reports).values_list("pk", *columns)
    }
    unlinked = {i: replace(span.record, linked_from={}) for i, span in enumerate(spans)}
    ends = terms_of_records(unlinked)
    for i, span in enumerate(spans):
        record = span.record
        cells = [texts[pk] for pk in record.reports if pk in texts]
        entities = [(pair, parties.get((pair[0], slug_of(*pair)))) for pair in record.parties]
        parties_then = [entity.itself for _, entity in entities if entity]
        titles = [report_title(*row[2:END]) for row in cells]
        headline = recorded_headline(record, parties_then, titles)
        names = [entity.itself.name if entity else pair[1] for pair, entity in entities]
        said = [text or "" for title, summary, *_ in cells for text in (title, summary)]
        yield EventVersion(
            event_id=span.event,
            since=span.since,
            until=span.until,
            is_visible=record.merged_into is None and record.state != Event.State.REFUSED,
            state=record.state,
            occurred=record.occurred,
            extent=record.extent,
            terms=terms_text(_terms(span, [entity for _, entity in entities if entity], cells)),
            words=f" {build_search_text([headline, *names, *said])} ",
            undone_by=_linked_by(record, Link.Type.UNDOES),
            extended_by=_linked_by(record, Link.Type.EXTENDS),
            stated_end=ends[i].ended,
            unknown_from=ends[i].unknown_from,
            confirmed_for=ends[i].confirmed_for,
        )


def _parties(records: Iterable[Record]) -> dict[tuple[Entity.Type, str], Entity]:
    """The entities of the records by type and slug, as they stand there: not what they were merged
    into.
    """
    slugs: dict[Entity.Type, set[str]] = defaultdict(set)
    for record in records:
        for kind, value in record.parties:
            slugs[kind].add(slug_of(kind, value))
    asked = Q(pk__in=[])
    for kind, names in slugs.items():
        asked |= Q(type=kind, slug__in=names)
    rows = Entity.objects.filter(asked).select_related("merged_into") if slugs else ()
    return {(Entity.Type(entity.type), entity.slug): entity for entity in rows}


def _terms(
    span: Span, entities: Iterable[Entity], cells: Iterable[Sequence[Any]]
) -> Iterator[tuple[str, object]]:
    yield from (("kind", kind) for kind in counted_kinds(span.record.kinds))
    yield ("ground", span.record.grounds)
    yield ("origin", span.origin)
    yield from ((entity.type, entity.pk) for entity in entities)
    for row in cells:
        yield from (pair for pair in zip(REPORT_PATHS, row[END:], strict=True) if pair[1])


def _linked_by(record: Record, asked: Link.Type) -> str:
    # When those acts were is looked up when the version is asked for.
    ids = (
        source
        for kind, source, state in record.linked_from.values()
        if kind == asked and state == Link.State.CONFIRMED
    )
    return ",".join(map(str, ids))


def terms_text(terms: Iterable[tuple[str, object]]) -> str:
    """Returns fields and values as the column holds them: each between two ends of a line."""
    # Ends of lines stand in no value, so no term is found within another.
    return "".join(dict.fromkeys(f"\n{field}:{value}\n" for field, value in terms))
