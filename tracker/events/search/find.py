"""Query -> rows, with facets and chart; what a query chooses, for pages, mails and alerts."""

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, islice
from typing import NamedTuple

from django.db.models import Count, Max
from pyroaring import BitMap

from tracker.events.models import Event, Party, Report
from tracker.events.record.entities import Pair
from tracker.events.search import as_of
from tracker.events.search.charts import NO_CHART, Chart, chart_of
from tracker.events.search.describe import chips
from tracker.events.search.facets import Choice, facets_of
from tracker.events.search.highlight import highlighted
from tracker.events.search.index import NONE, PARTIES, Index, index
from tracker.events.search.query import DAY, Facts, Query
from tracker.events.search.rows import EventRow, load

PAGE = 40
CHUNK = 200
WALKED = 20_000  # events, the last changed first, that are looked through for a query's last one
SORTS = ("relevance", "occurred", "recorded")
# "2017-10-26~42", as "2017-10~42" and "~42"; "~mentioned" behind it where order() is relevance.
PLACE = re.compile(rf"(?P<occurred>({DAY.pattern})?)~(?P<id>\d{{1,9}})(?P<mentioned>~mentioned)?")


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
    found. `order` is that of the rows (see order); `mentioned` are those of which a word stands in
    the reports' summaries only, where that decides it.
    """

    query: Query
    total: int
    rows: tuple[EventRow, ...]
    after: str
    facets: Mapping[str, tuple[Choice, ...]] = dataclasses.field(default_factory=dict)
    chart: Chart = NO_CHART
    also: tuple[tuple[str, str], ...] = ()
    advice: tuple[Advice, ...] = ()
    order: str = "occurred"
    mentioned: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Sight:
    """How a reader looks at a search: `sort` one of SORTS, "" for the usual one (see order), the
    chart `by` what, `after` which place, `size` rows.
    """

    sort: str = ""
    by: str = "kind"
    after: str = ""
    size: int = PAGE


FIRST = Sight()


def order(query: Query, sort: str = "") -> str:
    """What a query is sorted by: "occurred" the day of the act, "recorded" newly recorded,
    "relevance" by day too, but first the events of which all words stand in the headline, a name or
    a report's title. That is the usual order for words; without any it is the day.
    """
    if sort == "recorded" or (query.words and sort):
        return sort
    return "relevance" if query.words else "occurred"


class Place(NamedTuple):
    """Where an event stands in an order; the next page begins after it."""

    occurred: str
    id: int
    is_mentioned: bool = False

    def __str__(self) -> str:
        return f"{self.occurred}~{self.id}{'~mentioned' if self.is_mentioned else ''}"


def place_of(text: str) -> Place | None:
    """A place as an address has it; None for what is none."""
    told = PLACE.fullmatch(text)
    return told and Place(told["occurred"], int(told["id"]), bool(told["mentioned"]))


def find(query: Query, sight: Sight = FIRST, *, today: date) -> Found:
    """A page of events with facets and chart."""
    by, below = order(query, sight.sort), place_of(sight.after)
    with index.reading() as held:
        conditions = held.conditions(query)
        chosen = held.all_of(conditions)
        mentioned = chosen - held.titled(query) if chosen and by == "relevance" else NONE
        ids = list(islice(_ids(held, chosen, by, mentioned, below), sight.size + 1))
        meant = _meant(held, query)
        facets, names = facets_of(held, query, conditions, meant)
        chart = chart_of(held, chosen, sight.by, today)
        advice = () if chosen else _advice(held, query)
    shown = ids[: sight.size]
    only_mentioned = frozenset(mentioned & BitMap(shown))
    rows = highlighted(rows_of(shown), query.words, only_mentioned)
    return Found(
        query=query,
        total=len(chosen),
        rows=rows,
        after=_place(rows[-1], only_mentioned) if rows and len(ids) > sight.size else "",
        facets=facets,
        chart=chart,
        also=_also(meant, names),
        advice=advice,
        order=by,
        mentioned=only_mentioned,
    )


def find_as_of(query: Query, at: datetime, sight: Sight = FIRST) -> Found:
    """A page of the events that the query chose at that moment, as they stood, by the day of their
    act; without facets and chart.
    """
    records = as_of.matching(query, at)
    below = place_of(sight.after)
    with index.reading() as held:
        chosen = held.choose(query) - BitMap(as_of.changed_since(at))
        unchanged = list(islice(held.newest_first(chosen, below), sight.size + 1))
    events = list(Event.objects.filter(pk__in=unchanged))
    changed = Event.objects.in_bulk(list(records))
    for pk, event in changed.items():
        event.occurred = records[pk].occurred
    ranked = sorted(
        [*events, *changed.values()], key=lambda event: (event.occurred, event.pk), reverse=True
    )
    left = [event for event in ranked if below is None or (event.occurred, event.pk) < below[:2]]
    shown = left[: sight.size]
    return Found(
        query=query,
        total=len(chosen) + len(records),
        rows=as_of.rows(shown, records),
        after=str(Place(shown[-1].occurred, shown[-1].pk)) if len(left) > sight.size else "",
    )


def every(query: Query) -> Iterator[EventRow]:
    """All events that a query chooses at the start, newest act first; CHUNK are held at once."""
    with index.reading() as held:
        ids = list(held.newest_first(held.choose(query)))
    for start in range(0, len(ids), CHUNK):
        yield from rows_of(ids[start : start + CHUNK])


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
    return _first(query, "recorded", limit)


def recent(query: Query, limit: int) -> tuple[EventRow, ...]:
    """The newest events of a query."""
    return _first(query, "occurred", limit)


def _first(query: Query, by: str, limit: int) -> tuple[EventRow, ...]:
    with index.reading() as held:
        ids = list(islice(_ids(held, held.choose(query), by), limit))
    return rows_of(ids)


def rows_of(ids: list[int]) -> tuple[EventRow, ...]:
    """Events by their ids, in that order."""
    events = Event.objects.defer("title_words", "summary_words").in_bulk(ids)
    return load([events[pk] for pk in ids])


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


def _ids(
    held: Index, chosen: BitMap, by: str, mentioned: BitMap = NONE, below: Place | None = None
) -> Iterator[int]:
    """Chosen ids in their order, from a place on; the mentioned ones come last."""
    if by == "recorded":  # ids are given in the order of recording
        upto = chosen.rank(below.id - 1) if below and below.id else len(chosen)
        return reversed(chosen[:upto].to_array())
    if by == "relevance" and below and below.is_mentioned:
        return held.newest_first(mentioned, below)
    return chain(held.newest_first(chosen - mentioned, below), held.newest_first(mentioned))


def _place(row: EventRow, mentioned: frozenset[int]) -> str:
    return str(Place(row.occurred, row.id, row.id in mentioned))


def _advice(held: Index, query: Query) -> tuple[Advice, ...]:
    """The conditions that alone stand in the way, the one that gives most first."""
    found = [
        Advice(field, words, rest, len(held.choose(rest))) for field, words, rest in chips(query)
    ]
    return tuple(sorted((a for a in found if a.count), key=lambda a: -a.count))


def events_of_feeds(since: datetime) -> dict[int, int]:
    """How many events that are shown each feed's entries have reported since then, by feed."""
    reports = Report.objects.filter(
        added_at__gte=since, entry__isnull=False, event__in=Event.objects.shown()
    )
    counted = reports.values_list("entry__feed").annotate(n=Count("event", distinct=True))
    return dict(counted.order_by())


def events_of_entities(ids: Iterable[int]) -> dict[int, int]:
    """How many events that are shown each entity has, with those of entities merged into it, by
    id.
    """
    wanted = set(ids)
    with index.reading() as held:
        heads = {
            pk: events for field in PARTIES for pk, events in held.heads(field) if pk in wanted
        }
        return {pk: held.shown.intersection_cardinality(found) for pk, found in heads.items()}


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
