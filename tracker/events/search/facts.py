"""Map events to the facts that queries ask for: which columns hold which field. The sets of the
index, `query.matches` and the answers about the past are all built from these.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Aggregate, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Substr
from pyroaring import BitMap

from tracker.events.in_force import Term, counted_kinds
from tracker.events.models import Entity, Event, EventEntity, Link, Report
from tracker.events.queried import FOLDED, QUERIED, queried_value
from tracker.events.record.values import REPORT_PATHS, Record
from tracker.events.search.fulltext import parse_ids
from tracker.events.search.language.matching import EventFacts

PARTIES = {
    "platform": Entity.Type.PLATFORM,
    "target": Entity.Type.TARGET,
    "country": Entity.Type.COUNTRY,
}
COLUMNS = {  # of Event: field of the index -> column
    "ground": "grounds",
    "state": "state",
    "origin": "origin",
    "occurred": "occurred",
    "ended": "ended",
    "unknown_from": "unknown_from",
}
# the main kind, a line end, and the others as JSON: all are needed to decide which kinds count
KINDS = "kinds"
UNDONE = "undone"  # the days of confirmed acts that undid an event
AMOUNT = "amount"  # "EUR 12000000"
AFFECTED = "affected"  # "1200"
EFFECTIVE = "effective"  # the day from which it applies
# Days -> the months that hold them.
MONTHS = {
    "occurred": "month",
    "ended": "ended_month",
    "unknown_from": "unknown_month",
    "recorded": "recorded_month",
    "changed": "changed_month",
    EFFECTIVE: "effective_month",
}
PRINTED = {name: f"{name}_printed" for name in FOLDED}  # fields of names as printed
MOMENTS = {"recorded": "recorded_at", "changed": "changed_at"}  # field of days -> column


class Ids(Aggregate):
    """The ids of a group as "1,2,3"."""

    function = "group_concat"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "string_agg((%(expressions)s)::text, ',')"
        return self.as_sql(compiler, connection, template=template, **context)


def parts(ids: Sequence[int] | None) -> Iterator[QuerySet[Any]]:
    """Yield queries of (field, value, ids of events) of these events, or of all."""
    events, parties, text = Event.objects.all(), EventEntity.objects.all(), TextField()
    reports = Report.objects.filter(entry__isnull=False)
    if ids is not None:
        events = events.filter(pk__in=ids)
        parties = parties.filter(event__in=ids)
        reports = reports.filter(event__in=ids)
    for field, column in COLUMNS.items():
        yield _grouped(events, Value(field), F(column), "pk")
    for name in QUERIED:
        # Most events have none: a set for the empty value would hold nearly all events.
        yield _grouped(events.exclude(**{name: ""}), Value(name), F(name), "pk")
    for field, column in MOMENTS.items():
        # As text, a time begins with its day, in UTC, in both databases.
        yield _grouped(events, Value(field), Substr(Cast(F(column), TextField()), 1, 10), "pk")
    others = Cast(F("other_kinds"), TextField())
    kinds = Concat(F("kind"), Value("\n"), others, output_field=TextField())
    yield _grouped(events, Value(KINDS), kinds, "pk")
    yield _grouped(events.visible(), Value("visible"), Value(""), "pk")
    yield _grouped(parties, F("entity__type"), F("entity"), "event")
    money = Concat(F("currency"), Value(" "), Cast(F("amount"), text), output_field=text)
    yield _grouped(events.filter(amount__gt=0).exclude(currency=""), Value(AMOUNT), money, "pk")
    counts = events.filter(affected__gt=0)
    yield _grouped(counts, Value(AFFECTED), F("affected"), "pk")
    yield _grouped(events.exclude(effective_on=""), Value(EFFECTIVE), F("effective_on"), "pk")
    links = Link.objects.filter(type=Link.Type.UNDOES, state=Link.State.CONFIRMED)
    if ids is not None:
        links = links.filter(target__in=ids)
    # As in record/derived/terms.py: an unsure event, or one without a known day, undoes nothing.
    links = links.filter(source__in=Event.objects.shown()).exclude(source__occurred="")
    yield _grouped(links, Value(UNDONE), F("source__occurred"), "target")
    for field, path in REPORT_PATHS.items():
        yield _grouped(reports.filter(**{f"{path}__isnull": False}), Value(field), F(path), "event")


def _grouped(rows: QuerySet[Any], field: Value | F, value: Any, event: str) -> QuerySet[Any]:
    text = TextField()
    named = rows.annotate(field=Cast(field, text), value=Cast(value, text))
    grouped: QuerySet[Any] = named.values("field", "value").annotate(ids=Ids(event))
    return grouped


def ids_of(rows: QuerySet[Any], column: str = "pk") -> BitMap:
    """Return the ids in a column of the rows; one query, without a list of them."""
    return parse_ids(rows.order_by().aggregate(ids=Ids(column))["ids"])


def facts_of_events(ids: Iterable[int]) -> dict[int, EventFacts]:
    """Return the facts that query.matches compares, by id of visible events; four queries."""
    events = Event.objects.visible().filter(pk__in=list(ids))
    values: dict[tuple[int, str], set[str]] = defaultdict(set)
    for event_id, field, slug, head in EventEntity.objects.filter(event__in=events).values_list(
        "event_id", "entity__type", "entity__slug", "entity__merged_into__slug"
    ):
        # Both names find the event: the merged entity's and the remaining one's (decision D66).
        values[event_id, field].update(filter(None, (slug, head)))
    merged = Event.objects.filter(merged_into__in=events).values_list("merged_into", "pk")
    for into, pk in merged:
        # The number of a merged event still finds the remaining one: somebody may follow it.
        values[into or 0, "event"].add(str(pk))
    reports = Report.objects.filter(event__in=events, entry__isnull=False)
    for event_id, *cells in reports.values_list("event", *REPORT_PATHS.values()):
        for field, value in zip(REPORT_PATHS, cells, strict=True):
            values[event_id, field].update({value} - {None})
    for event in events:
        values[event.pk, "event"].add(str(event.pk))
    return {
        event.pk: build(
            event,
            [event.kind, *event.other_kinds],
            {field: values[event.pk, field] for field in (*PARTIES, *REPORT_PATHS, "event")},
            text=event.search_text,
            term=Term(event.ended, event.unknown_from),
            origin=event.origin,
            recorded_at=event.recorded_at,
            changed_at=event.changed_at,
        )
        for event in events
    }


def build(  # noqa: PLR0913 - values from tables other than the event's
    event: Event | Record,
    kinds: Iterable[str],
    values: Mapping[str, Iterable[str]],
    *,
    text: str,
    term: Term,
    origin: str,
    recorded_at: datetime,
    changed_at: datetime | None = None,
) -> EventFacts:
    """Return the facts of an event, or of an earlier record of it; `values` are those from other
    tables, by query field. `changed_at` is None if not needed.
    """
    return EventFacts(
        kinds=frozenset(counted_kinds(tuple(kinds))),
        platforms=frozenset(values["platform"]),
        targets=frozenset(values["target"]),
        countries=frozenset(values["country"]),
        languages=frozenset(values["lang"]),
        sources=frozenset(values["source"]),
        events=frozenset(values.get("event", ())),
        grounds=frozenset([event.grounds]),
        state=event.state,
        occurred=event.occurred,
        text=text,
        ended=term.ended,
        unknown_from=term.unknown_from,
        figures={name: _known(name, getattr(event, name)) for name in QUERIED},
        origin=origin,
        amount=event.amount,
        affected=event.affected,
        effective_on=event.effective_on,
        recorded=_moment_text(recorded_at),
        changed=_moment_text(changed_at) if changed_at else "",
    )


def _moment_text(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _known(field: str, value: str) -> frozenset[str]:
    return frozenset([queried_value(field, value)]) if value else frozenset()
