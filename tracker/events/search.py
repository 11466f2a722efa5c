"""Query -> rows, with facets and chart; what a query chooses, for pages, mails and alerts."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from django.db.models import Count, Max
from pyroaring import BitMap

from tracker.events import then
from tracker.events.charts import NO_CHART, Chart, chart_of
from tracker.events.describe import chips
from tracker.events.entities import Pair
from tracker.events.facets import Choice, facets_of
from tracker.events.index import PARTIES, Index, index
from tracker.events.models import Event, Party, Report
from tracker.events.query import DAY, Facts, Query
from tracker.events.rows import EventRow, load

PAGE = 40
CHUNK = 200
WALKED = 20_000  # events, the last changed first, that are looked through for a query's last one
SORTS = ("occurred", "recorded")


@dataclass(frozen=True)
class Advice:
    """What to leave out of a query that finds nothing, and how many events that gives."""

    field: str
    words: str
    query: Query
    count: int


@dataclass(frozen=True)
class Found:
    """One page of a search. `after` continues it: the place of the last row, "" at the end. `also`
    is what words were taken to name besides, as (word, name); `advice` helps where nothing was
    found.
    """

    query: Query
    total: int
    rows: tuple[EventRow, ...]
    after: str
    facets: Mapping[str, tuple[Choice, ...]] = dataclasses.field(default_factory=dict)
    chart: Chart = NO_CHART
    also: tuple[tuple[str, str], ...] = ()
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True)
class Sight:
    """How a reader looks at a search: `sort` by the day of the act ("occurred") or newly recorded
    ("recorded"), the chart `by` what, `after` which place, `size` rows.
    """

    sort: str = "occurred"
    by: str = "kind"
    after: str = ""
    size: int = PAGE


FIRST = Sight()


def find(query: Query, sight: Sight = FIRST, *, today: date) -> Found:
    """A page of events with facets and chart."""
    with index.reading() as held:
        conditions = held.conditions(query)
        chosen = held.all_of(conditions)
        ids = list(islice(_ids(held, chosen, sight), sight.size + 1))
        meant = _meant(held, query)
        facets, names = facets_of(held, query, conditions, meant)
        chart = chart_of(held, chosen, sight.by, today)
        advice = () if chosen else _advice(held, query)
    rows = _rows(ids[: sight.size])
    return Found(
        query=query,
        total=len(chosen),
        rows=rows,
        after=_place_of(rows[-1]) if rows and len(ids) > sight.size else "",
        facets=facets,
        chart=chart,
        also=_also(meant, names),
        advice=advice,
    )


def find_as_of(query: Query, at: datetime, sight: Sight = FIRST) -> Found:
    """A page of the events that the query chose at that moment, as they stood, by the day of their
    act; without facets and chart.
    """
    records = then.matching(query, at)
    with index.reading() as held:
        chosen = held.choose(query) - BitMap(then.changed_since(at))
        unchanged = list(islice(_ids(held, chosen, sight), sight.size + 1))
    events = list(Event.objects.filter(pk__in=unchanged))
    changed = Event.objects.in_bulk(list(records))
    for pk, event in changed.items():
        event.occurred = records[pk].occurred
    ranked = sorted(
        [*events, *changed.values()], key=lambda event: (event.occurred, event.pk), reverse=True
    )
    first = _place(sight.after)
    left = [event for event in ranked if first is None or (event.occurred, event.pk) < first]
    shown = left[: sight.size]
    return Found(
        query=query,
        total=len(chosen) + len(records),
        rows=then.rows(shown, records),
        after=f"{shown[-1].occurred}~{shown[-1].pk}" if len(left) > sight.size else "",
    )


def every(query: Query) -> Iterator[EventRow]:
    """All events that a query chooses at the start, newest act first; CHUNK are held at once."""
    with index.reading() as held:
        ids = list(held.newest_first(held.choose(query)))
    for start in range(0, len(ids), CHUNK):
        yield from _rows(ids[start : start + CHUNK])


def every_as_of(query: Query, at: datetime) -> Iterator[EventRow]:
    """As `every`, as it stood at that moment."""
    sight = Sight(size=CHUNK)
    while True:
        page = find_as_of(query, at, sight)
        yield from page.rows
        if not page.after:
            return
        sight = replace(sight, after=page.after)


def newly_recorded(query: Query, limit: int) -> tuple[EventRow, ...]:
    """The events of a query that were recorded last, the newest first: what a feed has."""
    return _first(query, Sight("recorded", size=limit))


def recent(query: Query, limit: int) -> tuple[EventRow, ...]:
    """The newest events of a query."""
    return _first(query, Sight(size=limit))


def _first(query: Query, sight: Sight) -> tuple[EventRow, ...]:
    with index.reading() as held:
        ids = list(islice(_ids(held, held.choose(query), sight), sight.size))
    return _rows(ids)


def rows_of(ids: list[int]) -> tuple[EventRow, ...]:
    """Events by their ids, in that order."""
    return _rows(ids)


def count(query: Query) -> int:
    """How many events a query chooses."""
    with index.reading() as held:
        return len(held.choose(query))


def _meant(held: Index, query: Query) -> dict[str, tuple[Pair, ...]]:
    """What each word of a query is taken to name besides."""
    return {word: held.meanings(query, word) for word in query.words}


def _also(meant: Mapping[str, Iterable[Pair]], names: Mapping[Pair, str]) -> tuple[Pair, ...]:
    """As (word, name), where that is another name than the word itself."""
    told = ((word, names.get(pair, "")) for word, pairs in meant.items() for pair in pairs)
    return tuple(
        sorted(
            {(word, name) for word, name in told if name.casefold() not in {"", word.casefold()}}
        )
    )


@dataclass(frozen=True)
class Mark:
    """What tells whether a query's answer changed: how many events, and when one last changed."""

    count: int
    changed_at: datetime | None


def mark(query: Query) -> Mark:
    """The mark of a query's answer as it stands."""
    with index.reading() as held:
        chosen = held.choose(query)
    latest = Event.objects.order_by("-changed_at").values_list("pk", "changed_at")
    for pk, at in latest[:WALKED].iterator() if chosen else ():
        if pk in chosen:
            return Mark(len(chosen), at)
    rest = Event.objects.filter(pk__in=chosen) if len(chosen) <= WALKED else Event.objects.all()
    return Mark(len(chosen), rest.aggregate(at=Max("changed_at"))["at"] if chosen else None)


def _ids(held: Index, chosen: BitMap, sight: Sight) -> Iterator[int]:
    """Ids in the order of the sight, from its place on."""
    below = _place(sight.after)
    if sight.sort == "recorded":  # ids are given in the order of recording
        upto = chosen.rank(below[1] - 1) if below and below[1] else len(chosen)
        return reversed(chosen[:upto].to_array())
    return held.newest_first(chosen, below)


def _rows(ids: list[int]) -> tuple[EventRow, ...]:
    events = Event.objects.in_bulk(ids)
    return load([events[pk] for pk in ids])


def _place_of(row: EventRow) -> str:
    """Where an event stands in the timeline, for the next page's address."""
    return f"{row.occurred}~{row.id}"


def _place(after: str) -> tuple[str, int] | None:
    occurred, tilde, pk = after.rpartition("~")
    is_day = not occurred or DAY.fullmatch(occurred)
    if not tilde or not is_day or not pk.isdecimal() or len(pk) > 9:
        return None
    return occurred, int(pk)


def _advice(held: Index, query: Query) -> tuple[Advice, ...]:
    """The conditions that alone stand in the way, the one that gives most first."""
    found = [
        Advice(field, words, rest, len(held.choose(rest))) for field, words, rest in chips(query)
    ]
    return tuple(sorted((a for a in found if a.count), key=lambda a: -a.count))


def events_of_feeds(since: datetime) -> dict[int, int]:
    """How many visible events each feed's entries have reported since then, by feed id."""
    reports = Report.objects.filter(
        added_at__gte=since, entry__isnull=False, event__in=Event.objects.visible()
    )
    counted = reports.values_list("entry__feed").annotate(n=Count("event", distinct=True))
    return dict(counted.order_by())


def events_of_entities(ids: Iterable[int]) -> dict[int, int]:
    """How many visible events each entity has, with those of entities merged into it, by id."""
    wanted = set(ids)
    with index.reading() as held:
        heads = {
            pk: events for field in PARTIES for pk, events in held.heads(field) if pk in wanted
        }
        return {pk: held.visible.intersection_cardinality(found) for pk, found in heads.items()}


def facts(ids: Iterable[int]) -> dict[int, Facts]:
    """What query.matches compares, by event id, of visible events; four queries."""
    events = Event.objects.visible().filter(pk__in=list(ids))
    slugs: dict[tuple[int, str], set[str]] = defaultdict(set)
    for event_id, kind, slug, itself in Party.objects.filter(event__in=events).values_list(
        "event_id", "entity__type", "entity__slug", "entity__merged_into__slug"
    ):
        slugs[event_id, kind].update(filter(None, (slug, itself)))
    languages: dict[int, set[str]] = defaultdict(set)
    sources: dict[int, set[str]] = defaultdict(set)
    numbers: dict[int, set[str]] = defaultdict(set)
    merged = Event.objects.filter(merged_into__in=events).values_list("merged_into", "pk")
    for into, pk in merged:
        numbers[into or 0].add(str(pk))
    told = Report.objects.filter(event__in=events, entry__isnull=False)
    for event_id, language, host in told.values_list(
        "event", "entry__classification__language", "entry__source__host"
    ):
        languages[event_id] |= {language} - {None}
        sources[event_id].add(host)
    return {
        e.pk: Facts(
            kinds=frozenset([e.kind, *e.other_kinds]),
            platforms=frozenset(slugs[e.pk, "platform"]),
            targets=frozenset(slugs[e.pk, "target"]),
            languages=frozenset(languages[e.pk]),
            grounds=frozenset([e.grounds]),
            sources=frozenset(sources[e.pk]),
            events=frozenset({str(e.pk), *numbers[e.pk]}),
            countries=frozenset(slugs[e.pk, "country"]),
            extent=e.extent,
            ended=e.ended,
            state=e.state,
            occurred=e.occurred,
            text=e.search_text,
        )
        for e in events
    }
