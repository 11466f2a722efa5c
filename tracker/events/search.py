"""Query -> rows, facet counts, bars; what a query chooses, for pages, mails and alerts."""

import dataclasses
import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.text import capfirst
from pyroaring import BitMap

from tracker.classify import Kind
from tracker.events import then
from tracker.events.describe import chips
from tracker.events.grouping import with_family
from tracker.events.index import PARTIES, Index, index
from tracker.events.models import Entity, Event, Party, Report
from tracker.events.names import ground_name, kind_name, language_name
from tracker.events.periods import Period, months_of, period_of, periods
from tracker.events.query import DAY, Facts, Query, quoted
from tracker.events.rows import EventRow, load
from tracker.events.terms import term

PAGE = 40
SHOWN = 20  # values of a facet, those with the most events
SERIES = 6  # platforms or countries that a chart tells apart
CHUNK = 200
WALKED = 20_000  # events, the last changed first, that are looked through for a query's last one
SORTS = ("occurred", "recorded")
LATEST = date(2100, 1, 1)  # no chart goes on for ever because of one event of year 2099
RELATED, OFTEN = 6, 2  # values beside those of a query, in so many of its events
CHARTED = ("kind", "platform", "country")


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
class Series:
    """What a chart tells apart: events of a kind (its value), of a platform or a country (the
    entity's id); "" for all others.
    """

    value: str | int
    name: str


@dataclass(frozen=True)
class Bar:
    """Events of one period by the value of their series."""

    period: Period
    counts: Mapping[str | int, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Chart:
    """Events by period and series; `by` is one of CHARTED. An event on two platforms counts for
    each. `left_out` are events whose day is not known well enough for the periods.
    """

    by: str
    series: tuple[Series, ...] = ()
    bars: tuple[Bar, ...] = ()
    left_out: int = 0


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
    chart: Chart = Chart("kind")
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
        facets, names = _facets(held, query, conditions, meant)
        chart = _chart(held, chosen, sight.by, today)
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


def weekly(query: Query, weeks: int, today: date) -> tuple[int, ...]:
    """How many of its acts fell into each of the last `weeks` times seven days up to today, the
    last seven days last.
    """
    with index.reading() as held:
        chosen = held.choose(query)
        return tuple(
            len(
                chosen
                & held.between(
                    (today - timedelta(days=7 * back + 6)).isoformat(),
                    (today - timedelta(days=7 * back)).isoformat(),
                )
            )
            for back in range(weeks - 1, -1, -1)
        )


def also_known(query: Query) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The people, outlets and platforms that a query names, in its targets, platforms or words,
    each with the other names that it is found by, in every script.
    """
    with index.reading() as held:
        pairs = {pair for word in query.words for pair in held.meanings(query, word)}
    pairs |= {(field, v) for field in ("target", "platform") for v in getattr(query, field)}
    wanted = Q(pk__in=[])
    for kind, slug in pairs:
        wanted |= Q(type=kind, slug=slug)
    found = Entity.objects.filter(wanted).prefetch_related("aliases")
    named = ((one.name, {a.name for a in one.aliases.all()} - {one.name}) for one in found)
    return tuple((name, tuple(sorted(others))) for name, others in sorted(named) if others)


def related(query: Query) -> tuple[tuple[str, str], ...]:
    """What a query could name besides, as (piece of typed text, name): targets that stand in the
    same events, where it names targets; platforms of the same owner, where it names platforms.
    """
    found: dict[Pair, None] = {}
    with index.reading() as held:
        chosen = held.choose(query)
        if query.target:
            together = _most(chosen, held.heads("target"), RELATED + len(query.target))
            slugs = dict(Entity.objects.filter(pk__in=together).values_list("pk", "slug"))
            found |= dict.fromkeys(
                ("target", slugs[pk]) for pk, n in together.items() if n >= OFTEN and pk in slugs
            )
    if query.platform:
        found |= dict.fromkeys(("platform", slug) for slug in sorted(with_family(query.platform)))
    new = [pair for pair in found if pair[1] not in getattr(query, pair[0])]
    wanted = Q(pk__in=[])
    for kind, slug in new:
        wanted |= Q(type=kind, slug=slug)
    names = {(str(one.type), one.slug): one.shown_name for one in Entity.objects.filter(wanted)}
    return tuple((f"{pair[0]}:{quoted(pair[1])}", names[pair]) for pair in new if pair in names)


def count(query: Query) -> int:
    """How many events a query chooses."""
    with index.reading() as held:
        return len(held.choose(query))


Pair = tuple[str, str]  # type and slug of an entity


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


Facets = dict[str, tuple[Choice, ...]]


def _facets(
    held: Index,
    query: Query,
    conditions: Mapping[str, BitMap],
    meant: Mapping[str, Iterable[Pair]],
) -> tuple[Facets, dict[Pair, str]]:
    """Counts of each facet under the other filters, so that they say what choosing a value would
    give; and the names of all entities that are spoken of, what words mean too.
    """
    found = {}
    for name, values, name_of in (
        ("kind", [k.value for k in Kind], kind_name),
        ("lang", None, language_name),
        ("ground", None, ground_name),
        ("source", None, str),
        ("state", ["reviewed", "machine"], lambda v: capfirst(term(v))),
    ):
        base = held.all_of(conditions, but=name)
        counts = (
            {v: base.intersection_cardinality(held.get(name, v)) for v in values}
            if values
            else _most(base, held.ranked(name), SHOWN)
        )
        found[name] = _choices(query, name, counts, name_of)
    parties, names = _party_facets(held, query, conditions, meant)
    return found | parties, names


def _most(base: BitMap, ranked: Iterable[tuple[Any, BitMap]], limit: int) -> dict[Any, int]:
    """The values with the most events among `base`, with how many; `ranked` has the largest sets
    first.
    """
    best: list[int] = []  # a heap of the `limit` largest counts so far
    counts: dict[Any, int] = {}
    for value, held in ranked:
        is_full = len(best) == limit
        if is_full and len(held) <= best[0]:
            break  # none of the rest can have more
        n = base.intersection_cardinality(held)
        if not is_full or n > best[0]:
            counts[value] = n
            (heapq.heappushpop if is_full else heapq.heappush)(best, n)
    return dict(sorted(counts.items(), key=lambda pair: -pair[1])[:limit])


def _choices(
    query: Query, field: str, counts: Mapping[str, int], name_of: Callable[[str], str]
) -> tuple[Choice, ...]:
    """The rows of a facet: what is chosen or excluded first, where the facet has no order of its
    own.
    """
    picked = getattr(query, field)
    barred = {value for name, value in query.excluded if name == field}
    rows = [
        Choice(v, name_of(v), counts.get(v, 0), v in picked, v in barred)
        for v in dict.fromkeys([*counts, *picked, *sorted(barred)])
    ]
    if field in {"kind", "state"}:
        return tuple(rows)
    return tuple(sorted(rows, key=lambda c: (not (c.is_chosen or c.is_excluded), -c.count, c.name)))


def _party_facets(
    held: Index,
    query: Query,
    conditions: Mapping[str, BitMap],
    meant: Mapping[str, Iterable[Pair]],
) -> tuple[Facets, dict[Pair, str]]:
    counts = {f: _most(held.all_of(conditions, but=f), held.heads(f), SHOWN) for f in PARTIES}
    wanted = Q(pk__in=[pk for told in counts.values() for pk in told])
    for field in PARTIES:
        named = [*getattr(query, field), *(v for f, v in query.excluded if f == field)]
        wanted |= Q(type=field, slug__in=named)
    for kind, slug in {pair for pairs in meant.values() for pair in pairs}:
        wanted |= Q(type=kind, slug=slug)
    rows = list(Entity.objects.filter(wanted).select_related("merged_into"))
    by_id = {one.pk: one for one in rows}
    names = {(str(one.type), one.slug): one.itself.shown_name for one in rows}
    found = {}
    for name, told in counts.items():
        by_slug = {by_id[pk].slug: n for pk, n in told.items()}
        found[name] = _choices(query, name, by_slug, partial(_name_in, names, name))
    return found, names


def _name_in(names: Mapping[tuple[str, str], str], kind: str, slug: str) -> str:
    return names.get((kind, slug), slug)


def _chart(held: Index, chosen: BitMap, by: str, today: date) -> Chart:
    """Every period from that of the first dated event to today's, empty ones too."""
    months = sorted(month for month in held.values("month") if month)
    first = next((m for m in months if chosen.intersect(held.get("month", m))), "")
    if not first:
        return Chart(by, left_out=len(chosen))
    latest = next(m for m in reversed(months) if chosen.intersect(held.get("month", m)))
    last = today
    if latest > f"{today:%Y-%m}":
        last = period_of(date.fromisoformat(f"{latest}-01"), "month").until
    spans = periods(date.fromisoformat(f"{first}-01"), min(last, LATEST))
    series = _series(held, chosen, by)
    bars, shown = [], 0
    for period in spans:
        within = chosen & _within(held, period)
        shown += len(within)
        counts = {v: within.intersection_cardinality(ids) for v, ids in series.items()}
        if by != "kind":
            counts[""] = len(within - BitMap.union(BitMap(), *series.values()))
        bars.append(Bar(period, {value: n for value, n in counts.items() if n}))
    drawn = {value for bar in bars for value in bar.counts}
    named = tuple(one for one in _named(by, series) if one.value in drawn)
    return Chart(by, named, tuple(bars), len(chosen) - shown)


def _within(held: Index, period: Period) -> BitMap:
    field, values = "month", list(months_of(period))
    if period.step == "week":
        field = "occurred"
        values = [(period.since + timedelta(days=n)).isoformat() for n in range(7)]
    return held.any_of(field, tuple(values))


def _series(held: Index, chosen: BitMap, by: str) -> dict[Any, BitMap]:
    if by == "kind":
        return {kind.value: held.get("main_kind", kind.value) for kind in Kind}
    heads = dict(held.heads(by))
    return {pk: heads[pk] for pk, n in _most(chosen, heads.items(), SERIES).items() if n}


def _named(by: str, series: Mapping[Any, BitMap]) -> tuple[Series, ...]:
    if by == "kind":
        return tuple(Series(kind.value, kind_name(kind)) for kind in Kind)
    names = {one.pk: one.shown_name for one in Entity.objects.filter(pk__in=series)}
    return (*(Series(pk, names[pk]) for pk in series), Series("", term("others")))


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
