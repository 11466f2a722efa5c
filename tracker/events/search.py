"""Query -> rows, facet counts, bars; what a query chooses, for pages, mails and alerts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import Coalesce, Substr

from tracker.classify import Kind
from tracker.classify.text import fold
from tracker.events import then
from tracker.events.entities import ids_of
from tracker.events.models import Entity, Event, EventQuerySet, Party, Report
from tracker.events.query import DAY, FIELDS, LASTING, Facts, Query, bounds
from tracker.events.rows import EventRow, load

PAGE = 40


@dataclass(frozen=True)
class Choice:
    """One row of a facet: value, name, how many events it would leave, whether it is chosen or
    excluded.
    """

    value: str
    name: str
    count: int
    is_chosen: bool
    is_excluded: bool = False


@dataclass(frozen=True)
class Bar:
    """One quarter of the chart: "2017 Q4" and events by kind."""

    year: int
    quarter: int
    counts: dict[str, int]


@dataclass(frozen=True)
class Found:
    """One page of a search. `after` continues it: the place of the last row, "" at the end."""

    query: Query
    total: int
    rows: tuple[EventRow, ...]
    after: str
    facets: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    bars: tuple[Bar, ...] = ()


def chosen(query: Query) -> EventQuerySet:
    """The events that a query chooses, as query.matches would."""
    events = Event.objects.visible()
    for name in FIELDS:
        if values := getattr(query, name):
            events = events.filter(_holding(name, values))
        if values := [value for field, value in query.excluded if field == name]:
            events = events.exclude(_holding(name, values))
    if query.in_force:
        events = _in_force(events, query.in_force)
    for word in query.words:
        events = events.filter(search_text__contains=fold(word))
    for name, word in query.excluded:
        if name == "words":
            events = events.exclude(search_text__contains=fold(word))
    return _between(events, *bounds(query))


PARTIES = {
    "platform": Entity.Type.PLATFORM,
    "target": Entity.Type.TARGET,
    "country": Entity.Type.COUNTRY,
}


def _holding(name: str, values: Sequence[str]) -> Q | Exists:
    """The condition that an event has one of the values of a field."""
    if name in PARTIES:
        ids = ids_of(PARTIES[name], values)
        return Exists(Party.objects.filter(event=OuterRef("pk"), entity__in=ids))
    if name == "lang":
        told = Report.objects.filter(event=OuterRef("pk"))
        return Exists(told.filter(entry__classification__language__in=values))
    column = {"ground": "grounds"}.get(name, name)
    return Q(**{f"{column}__in": values})


def _in_force(events: EventQuerySet, day: str) -> EventQuerySet:
    """Measures that last, from their day on until the day of the act that undid them."""
    begun = events.filter(kind__in=LASTING, occurred__gt="", occurred__lte=day)
    return begun.filter(Q(ended="") | Q(ended__gt=day)).exclude(extent="temporary", ended="")


def _between(events: EventQuerySet, low: str, high: str) -> EventQuerySet:
    if low or high:
        events = events.exclude(occurred="")
    if low:
        events = events.filter(occurred__gte=low)
    if high:
        events = events.filter(occurred__lte=high)
    return events


def find_as_of(query: Query, at: datetime, *, after: str = "", size: int = PAGE) -> Found:
    """A page of the events that the query chose at that moment, as they stood; without facets and
    chart.
    """
    records = then.matching(query, at)
    events = chosen(query).filter(then.unchanged(at))
    changed = Event.objects.in_bulk(list(records))
    for pk, event in changed.items():
        event.occurred = records[pk].occurred
    ranked = sorted(
        [*_page(events, after, size + 1), *changed.values()],
        key=lambda event: (event.occurred, event.pk),
        reverse=True,
    )
    first = _place(after)
    left = [event for event in ranked if first is None or (event.occurred, event.pk) < first]
    shown = left[:size]
    return Found(
        query=query,
        total=events.count() + len(records),
        rows=then.rows(shown, records),
        after=place(shown[-1]) if len(left) > size else "",
    )


def find(query: Query, *, after: str = "", size: int = PAGE, today: date) -> Found:
    """A page of events, newest act first, with facets and chart; `after` is the place that the page
    before gave.
    """
    events = chosen(query)
    rows = _page(events, after, size + 1)
    more = len(rows) > size
    shown = rows[:size]
    return Found(
        query=query,
        total=events.count(),
        rows=load(shown),
        after=place(shown[-1]) if more else "",
        facets=_facets(query),
        bars=_bars(events, today),
    )


def every(query: Query, chunk: int = 200) -> Iterator[EventRow]:
    """All events that a query chooses, newest act first, read piece by piece: however many there
    are, `chunk` are held at once.
    """
    after = ""
    while True:
        events = _page(chosen(query), after, chunk)
        yield from load(events)
        if len(events) < chunk:
            return
        after = place(events[-1])


def every_as_of(query: Query, at: datetime, chunk: int = 200) -> Iterator[EventRow]:
    """As `every`, as it stood at that moment."""
    after = ""
    while True:
        page = find_as_of(query, at, after=after, size=chunk)
        yield from page.rows
        if not page.after:
            return
        after = page.after


def newly_recorded(query: Query, limit: int) -> tuple[EventRow, ...]:
    """The events of a query that were recorded last, the newest first: what a feed has."""
    return load(list(chosen(query).order_by("-recorded_at", "-pk")[:limit]))


@dataclass(frozen=True)
class Mark:
    """What tells whether a query's answer changed: how many events, and when one last changed."""

    count: int
    changed_at: datetime | None


def mark(query: Query) -> Mark:
    """The mark of a query's answer as it stands."""
    told = chosen(query).aggregate(count=Count("pk"), changed_at=Max("changed_at"))
    return Mark(told["count"], told["changed_at"])


def recent(query: Query, limit: int) -> tuple[EventRow, ...]:
    """The newest events of a query."""
    return load(list(chosen(query).newest_first()[:limit]))


def place(event: Event) -> str:
    """Where an event stands in the timeline, for the next page's address."""
    return f"{event.occurred}~{event.pk}"


def _page(events: EventQuerySet, after: str, size: int) -> list[Event]:
    ordered = events.newest_first()
    first = _place(after)
    if first is None:
        return list(ordered[:size])
    occurred, pk = first
    rows = list(ordered.filter(occurred=occurred, pk__lt=pk)[:size])
    if len(rows) < size:
        rows += ordered.filter(occurred__lt=occurred)[: size - len(rows)]
    return rows


def _place(after: str) -> tuple[str, int] | None:
    occurred, tilde, pk = after.rpartition("~")
    is_day = not occurred or DAY.fullmatch(occurred)
    if not tilde or not is_day or not pk.isdecimal() or len(pk) > 18:
        return None
    return occurred, int(pk)


def _facets(query: Query) -> dict[str, tuple[Choice, ...]]:
    """Counts of each facet under the other filters, so that they say what choosing a value would
    give.
    """
    kinds = dict(
        chosen(query.without("kind")).values_list("kind").annotate(n=Count("pk")).order_by()
    )
    states = dict(
        chosen(query.without("state")).values_list("state").annotate(n=Count("pk")).order_by()
    )
    return {
        "kind": tuple(
            Choice(
                k.value,
                k.label,
                kinds.get(k.value, 0),
                k.value in query.kind,
                ("kind", k.value) in query.excluded,
            )
            for k in Kind
        ),
        "platform": _parties(query, query.without("platform"), "platform"),
        "target": _parties(query, query.without("target"), "target"),
        "country": _parties(query, query.without("country"), "country"),
        "state": tuple(
            Choice(
                s.value,
                str(s.label),
                states.get(s.value, 0),
                s.value in query.state,
                ("state", s.value) in query.excluded,
            )
            for s in (Event.State.REVIEWED, Event.State.MACHINE)
        ),
    }


def _parties(query: Query, others: Query, kind: str) -> tuple[Choice, ...]:
    picked = getattr(query, kind)
    counted = (
        Party.objects.filter(entity__type=kind, event__in=chosen(others).values("pk"))
        .annotate(
            slug=Coalesce("entity__merged_into__slug", "entity__slug"),
            name=Coalesce("entity__merged_into__name", "entity__name"),
        )
        .values_list("slug", "name")
        .annotate(n=Count("event", distinct=True))
        .order_by("-n", "name")
    )
    rows = [
        Choice(slug, name, n, slug in picked, (kind, slug) in query.excluded)
        for slug, name, n in counted
    ]
    missing = set(picked) - {r.value for r in rows}
    names = (
        dict(Entity.objects.filter(type=kind, slug__in=missing).values_list("slug", "name"))
        if missing
        else {}
    )
    rows += [Choice(slug, names.get(slug, slug), 0, True) for slug in sorted(missing)]
    return tuple(sorted(rows, key=lambda c: not (c.is_chosen or c.is_excluded)))


def _bars(events: EventQuerySet, today: date) -> tuple[Bar, ...]:
    """Every quarter from the first dated event to today, empty ones too; undated events are left
    out.
    """
    counted = (
        events.exclude(occurred="")
        .annotate(month=Substr("occurred", 1, 7))
        .values_list("month", "kind")
        .annotate(n=Count("pk"))
        .order_by()
    )
    counts: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for month, kind, n in counted:
        counts[_quarter(month)][kind] += n
    if not counts:
        return ()
    year, quarter = min(counts)
    last = max(*counts, (today.year, (today.month + 2) // 3))
    bars = []
    while (year, quarter) <= last:
        bars.append(Bar(year, quarter, dict(counts.get((year, quarter), {}))))
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
    return tuple(bars)


def _quarter(month: str) -> tuple[int, int]:
    return int(month[:4]), (int(month[5:7]) + 2) // 3


def events_of_feeds(since: datetime) -> dict[int, int]:
    """How many visible events each feed's entries have reported since then, by feed id."""
    reports = Report.objects.filter(
        added_at__gte=since, entry__isnull=False, event__in=Event.objects.visible()
    )
    counted = reports.values_list("entry__feed").annotate(n=Count("event", distinct=True))
    return dict(counted.order_by())


def facts(ids: Iterable[int]) -> dict[int, Facts]:
    """What query.matches compares, by event id, of visible events; three queries."""
    events = Event.objects.visible().filter(pk__in=list(ids))
    slugs: dict[tuple[int, str], set[str]] = defaultdict(set)
    for event_id, kind, slug, itself in Party.objects.filter(event__in=events).values_list(
        "event_id", "entity__type", "entity__slug", "entity__merged_into__slug"
    ):
        slugs[event_id, kind].update(filter(None, (slug, itself)))
    languages: dict[int, set[str]] = defaultdict(set)
    told = Report.objects.filter(event__in=events, entry__classification__isnull=False)
    for event_id, language in told.values_list("event", "entry__classification__language"):
        languages[event_id].add(language)
    return {
        e.pk: Facts(
            kinds=frozenset([e.kind]),
            platforms=frozenset(slugs[e.pk, "platform"]),
            targets=frozenset(slugs[e.pk, "target"]),
            languages=frozenset(languages[e.pk]),
            grounds=frozenset([e.grounds]),
            countries=frozenset(slugs[e.pk, "country"]),
            extent=e.extent,
            ended=e.ended,
            state=e.state,
            occurred=e.occurred,
            text=e.search_text,
        )
        for e in events
    }
