"""Search events by query: pages with facets and chart, exports, counts."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, islice
from typing import NamedTuple

from django.db.models import Count, Max, Q
from pyroaring import BitMap

from tracker.events.models import Event, Report
from tracker.events.record.entities import EntityRef
from tracker.events.search.facets import FacetChoice, facets_of
from tracker.events.search.facts import PARTIES
from tracker.events.search.figures.charts import NO_CHART, Chart, chart_of
from tracker.events.search.highlight import highlight_rows
from tracker.events.search.index.events import index
from tracker.events.search.index.snapshot import Snapshot
from tracker.events.search.language.days import DAY
from tracker.events.search.language.questions import words_asked
from tracker.events.search.language.spelling import near_name
from tracker.events.search.past.snapshot import past_snapshots
from tracker.events.search.query import Query
from tracker.events.search.rows import EventRow
from tracker.events.search.wording.conditions import chips, spoken_condition
from tracker.index.sets import NONE

PAGE = 32  # keeps a page with many reports, filters and a chart below 100 kB
CHUNK = 200
ADVISED = 20  # conditions of a query; advising on more would cost their square
NAMES_COMPARED = 1_000  # targets with the most events
WALKED = 20_000  # most recently changed events to search for a query's latest change
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
class SearchResult:
    """One page of a search.

    `after` continues it: the position of the last row, "" at the end. `also` is what words were
    taken to name besides, as (word, name); `advice` and `spellings` (a name, how many events it
    gives, the query with it) help if nothing matched. `order` is that of the rows (see order_of);
    `mentioned` are those where a word stands only in the reports' summaries, where that matters.
    """

    query: Query
    total: int
    rows: tuple[EventRow, ...]
    after: str
    facets: Mapping[str, tuple[FacetChoice, ...]] = dataclasses.field(default_factory=dict)
    chart: Chart = NO_CHART
    also: tuple[tuple[str, str], ...] = ()
    advice: tuple[Advice, ...] = ()
    spellings: tuple[tuple[str, int, Query], ...] = ()
    order: str = "occurred"
    mentioned: frozenset[int] = frozenset()


@dataclass(frozen=True)
class ViewOptions:
    """How a reader views a search: `sort` one of SORTS, "" for the usual one (see order_of), the
    chart `by` what, the page `after` which position, `size` rows.
    """

    sort: str = ""
    by: str = "kind"
    after: str = ""
    size: int = PAGE


FIRST = ViewOptions()


def order_of(query: Query, sort: str = "") -> str:
    """Return what a query is sorted by.

    "occurred" is the day of the act, "recorded" newly recorded; "relevance", usual for words, is by
    day too, but first come events with all words in the headline, a name or a report's title.
    """
    if sort == "recorded" or (query.words and sort):
        return sort
    return "relevance" if query.words else "occurred"


class PagePosition(NamedTuple):
    """The position of an event in an order; the next page begins after it."""

    occurred: str
    id: int
    is_mentioned: bool = False

    def __str__(self) -> str:
        return f"{self.occurred}~{self.id}{'~mentioned' if self.is_mentioned else ''}"


def parse_position(text: str) -> PagePosition | None:
    """Return the position that an address names; None if it is not valid."""
    match = PLACE.fullmatch(text)
    return match and PagePosition(match["occurred"], int(match["id"]), bool(match["mentioned"]))


def find_events(
    query: Query, options: ViewOptions = FIRST, *, today: date, events: Snapshot | None = None
) -> SearchResult:
    """Return a page of events with facets and chart. Pass a snapshot to reuse it for further
    questions, or to ask about the past.
    """
    by, below = order_of(query, options.sort), parse_position(options.after)
    events = events or index.snapshot(today)
    conditions = events.conditions(query)
    chosen = events.all_of(conditions)
    mentioned = chosen - events.titled(query) if chosen and by == "relevance" else NONE
    # One more than a page shows says whether another page follows.
    ids = list(islice(_ordered_ids(events, chosen, by, mentioned, below), options.size + 1))
    meant = _meanings(events, query)
    facets, names = facets_of(events, query, conditions, meant)
    chart = chart_of(events, chosen, options.by, today)
    advice = () if chosen else _find_advice(events, query)
    shown = ids[: options.size]
    only_mentioned = frozenset(mentioned & BitMap(shown))
    rows = highlight_rows(events.load(shown), words_asked(query), only_mentioned)
    return SearchResult(
        query=query,
        total=len(chosen),
        rows=rows,
        after=_position_of(rows[-1], only_mentioned) if rows and len(ids) > options.size else "",
        facets=facets,
        chart=chart,
        also=_other_names(meant, names),
        advice=advice,
        spellings=() if chosen else _find_spellings(events, query),
        order=by,
        mentioned=only_mentioned,
    )


def snapshot_of(at: datetime | None, today: date | None = None) -> Snapshot:
    """Return the events as they were at a time, None for now."""
    return past_snapshots.at(at) if at else index.snapshot(today)


def find_events_as_of(query: Query, at: datetime, options: ViewOptions = FIRST) -> SearchResult:
    """Return a page of the events that the query chose at a time, as they were, with the facets and
    chart of that time.
    """
    return find_events(query, options, today=at.date(), events=snapshot_of(at))


def all_events(query: Query) -> Iterator[EventRow]:
    """Yield all events that a query chooses at the start, newest act first; CHUNK are in memory at
    once.
    """
    yield from events_by_ids(all_ids(query))


def all_ids(query: Query) -> list[int]:
    """Return the ids of all events that a query chooses, newest act first."""
    events = index.snapshot()
    return list(events.newest_first(events.choose(query)))


def events_by_ids(ids: Sequence[int]) -> Iterator[EventRow]:
    """Yield events in this order; CHUNK are in memory at once."""
    events = index.snapshot()
    for start in range(0, len(ids), CHUNK):
        yield from events.load(ids[start : start + CHUNK])


def all_events_as_of(query: Query, at: datetime) -> Iterator[EventRow]:
    """As all_events, as they were at that time."""
    events = snapshot_of(at)
    ids = list(events.newest_first(events.choose(query)))
    for start in range(0, len(ids), CHUNK):
        yield from events.load(ids[start : start + CHUNK])


def newly_recorded(query: Query, limit: int, at: datetime | None = None) -> tuple[EventRow, ...]:
    """Return the events of a query that were recorded last, newest first, as feeds list them; `at`
    a time, as they were.
    """
    return _first_rows(snapshot_of(at), query, "recorded", limit)


def newest_events(query: Query, limit: int) -> tuple[EventRow, ...]:
    """Return the newest events of a query."""
    return _first_rows(snapshot_of(None), query, "occurred", limit)


def _first_rows(events: Snapshot, query: Query, by: str, limit: int) -> tuple[EventRow, ...]:
    return events.load(list(islice(_ordered_ids(events, events.choose(query), by), limit)))


def rows_of(ids: Sequence[int]) -> tuple[EventRow, ...]:
    """Return events by their ids, in that order."""
    return index.snapshot().load(ids)


def count_events(query: Query) -> int:
    """Return how many events a query chooses."""
    return len(index.snapshot().choose(query))


def count_all(queries: Iterable[Query]) -> list[int]:
    """Return how many events each query chooses, all by one snapshot."""
    events = index.snapshot()
    return [len(events.choose(query)) for query in queries]


def _meanings(events: Snapshot, query: Query) -> dict[str, tuple[EntityRef, ...]]:
    """Return the entities that each word of a query is another name of."""
    return {word: events.meanings(query, word) for word in query.words}


def _other_names(
    meant: Mapping[str, Iterable[EntityRef]], names: Mapping[EntityRef, str]
) -> tuple[EntityRef, ...]:
    """Return (word, name) where the name differs from the word itself."""
    pairs_named = ((word, names.get(pair, "")) for word, pairs in meant.items() for pair in pairs)
    return tuple(
        sorted(
            {
                (word, name)
                for word, name in pairs_named
                if name.casefold() not in {"", word.casefold()}
            }
        )
    )


@dataclass(frozen=True)
class AnswerVersion:
    """Shows whether a query's answer changed: the number of events, and when one last changed."""

    count: int
    changed_at: datetime | None


def answer_version(query: Query) -> AnswerVersion:
    """Return the version of a query's answer, which changes when the answer does."""
    chosen = index.snapshot().choose(query)
    latest = Event.objects.order_by("-changed_at").values_list("pk", "changed_at")
    # Mostly one of the last changed events is chosen, so few rows are read.
    for pk, at in latest[:WALKED].iterator() if chosen else ():
        if pk in chosen:
            return AnswerVersion(len(chosen), at)
    candidates = (
        Event.objects.filter(pk__in=chosen) if len(chosen) <= WALKED else Event.objects.all()
    )
    return AnswerVersion(
        len(chosen), candidates.aggregate(at=Max("changed_at"))["at"] if chosen else None
    )


def _ordered_ids(
    events: Snapshot,
    chosen: BitMap,
    by: str,
    mentioned: BitMap = NONE,
    below: PagePosition | None = None,
) -> Iterator[int]:
    """Yield chosen ids in order, from a position on; the mentioned ones come last."""
    if by == "recorded":  # ids are given in the order of recording
        upto = chosen.rank(below.id - 1) if below and below.id else len(chosen)
        return reversed(chosen[:upto].to_array())
    if by == "relevance" and below and below.is_mentioned:
        return events.newest_first(mentioned, below)
    return chain(events.newest_first(chosen - mentioned, below), events.newest_first(mentioned))


def _position_of(row: EventRow, mentioned: frozenset[int]) -> str:
    return str(PagePosition(row.occurred, row.id, row.id in mentioned))


def _find_advice(events: Snapshot, query: Query) -> tuple[Advice, ...]:
    """Return the conditions that alone exclude every event, the one that yields most events first;
    empty if the query has more than ADVISED conditions.
    """
    conditions = chips(query)
    # Each condition is tried without the others, which costs their square (fault W6).
    if len(conditions) > ADVISED:
        return ()
    advice = [
        Advice(
            field, spoken_condition(query, without_it), without_it, len(events.choose(without_it))
        )
        for field, _, without_it in conditions
    ]
    return tuple(sorted((a for a in advice if a.count), key=lambda a: -a.count))


def _find_spellings(events: Snapshot, query: Query) -> tuple[tuple[str, int, Query], ...]:
    """Return the query with names instead of words in no event, if that gives events."""
    unknown = [word for word in query.words if not events.choose(Query(words=(word,)))]
    if not unknown:
        return ()
    frequent = events.heads("target").most(events.shown, NAMES_COMPARED)
    names = [entity.name for entity in events.entities(Q(pk__in=frequent))]
    spellings = []
    for word in unknown[:ADVISED]:
        if name := near_name(word, names):
            words = tuple(name if other == word else other for other in query.words)
            other_query = replace(query, words=words)
            if count := len(events.choose(other_query)):
                spellings.append((name, count, other_query))
    return tuple(spellings)


def events_of_feeds(since: datetime) -> dict[int, int]:
    """Return by feed how many shown events its entries have reported since then."""
    reports = Report.objects.filter(
        added_at__gte=since, entry__isnull=False, event__in=Event.objects.shown()
    )
    counted = reports.values_list("entry__feed").annotate(n=Count("event", distinct=True))
    return dict(counted.order_by())


def events_of_entities(ids: Iterable[int]) -> dict[int, int]:
    """Return the number of shown events of each entity by id, including those of entities merged
    into it.
    """
    asked_ids = set(ids)
    events = index.snapshot()
    heads = {
        pk: having for field in PARTIES for pk, having in events.heads(field) if pk in asked_ids
    }
    return {pk: events.shown.intersection_cardinality(having) for pk, having in heads.items()}
