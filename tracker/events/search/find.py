"""Search events by query: pages with facets and chart, exports, counts."""

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

from tracker.events.models import Event, EventEntity, Report
from tracker.events.record.entities import EntityRef
from tracker.events.search import as_of
from tracker.events.search.charts import NO_CHART, Chart, chart_of
from tracker.events.search.describe import chips
from tracker.events.search.facets import FacetChoice, facets_of
from tracker.events.search.highlight import highlight_rows
from tracker.events.search.index import NONE, PARTIES, Index, index
from tracker.events.search.query import DAY, EventFacts, Query
from tracker.events.search.rows import EventRow, load_rows

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
class SearchResult:
    """One page of a search.

    `after` continues it: the position of the last row, "" at the end. `also` is what words were
    taken to name besides, as (word, name); `advice` helps if nothing matched. `order` is that of
    the rows (see order_of); `mentioned` are those where a word stands only in the reports'
    summaries, where that matters.
    """

    query: Query
    total: int
    rows: tuple[EventRow, ...]
    after: str
    facets: Mapping[str, tuple[FacetChoice, ...]] = dataclasses.field(default_factory=dict)
    chart: Chart = NO_CHART
    also: tuple[tuple[str, str], ...] = ()
    advice: tuple[Advice, ...] = ()
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
    """Parse a position from an address; None if it is none."""
    match = PLACE.fullmatch(text)
    return match and PagePosition(match["occurred"], int(match["id"]), bool(match["mentioned"]))


def find_events(query: Query, options: ViewOptions = FIRST, *, today: date) -> SearchResult:
    """Return a page of events with facets and chart."""
    by, below = order_of(query, options.sort), parse_position(options.after)
    with index.reading() as snapshot:
        conditions = snapshot.conditions(query)
        chosen = snapshot.all_of(conditions)
        mentioned = chosen - snapshot.titled(query) if chosen and by == "relevance" else NONE
        ids = list(islice(_ordered_ids(snapshot, chosen, by, mentioned, below), options.size + 1))
        meant = _meanings(snapshot, query)
        facets, names = facets_of(snapshot, query, conditions, meant)
        chart = chart_of(snapshot, chosen, options.by, today)
        advice = () if chosen else _find_advice(snapshot, query)
    shown = ids[: options.size]
    only_mentioned = frozenset(mentioned & BitMap(shown))
    rows = highlight_rows(rows_of(shown), query.words, only_mentioned)
    return SearchResult(
        query=query,
        total=len(chosen),
        rows=rows,
        after=_position_of(rows[-1], only_mentioned) if rows and len(ids) > options.size else "",
        facets=facets,
        chart=chart,
        also=_other_names(meant, names),
        advice=advice,
        order=by,
        mentioned=only_mentioned,
    )


def find_events_as_of(query: Query, at: datetime, options: ViewOptions = FIRST) -> SearchResult:
    """Return a page of the events that the query chose at a time, as they were, by day of the act;
    without facets and chart.
    """
    records = as_of.matching(query, at)
    below = parse_position(options.after)
    with index.reading() as snapshot:
        # Only what changed since must be reconstructed; the rest is as the index has it.
        chosen = snapshot.choose(query) - BitMap(as_of.changed_since(at))
        unchanged = list(islice(snapshot.newest_first(chosen, below), options.size + 1))
    events = list(Event.objects.filter(pk__in=unchanged))
    changed = Event.objects.in_bulk(list(records))
    for pk, event in changed.items():
        event.occurred = records[pk].occurred
    ranked = sorted(
        [*events, *changed.values()], key=lambda event: (event.occurred, event.pk), reverse=True
    )
    left = [event for event in ranked if below is None or (event.occurred, event.pk) < below[:2]]
    shown = left[: options.size]
    return SearchResult(
        query=query,
        total=len(chosen) + len(records),
        rows=as_of.rows(shown, records),
        after=str(PagePosition(shown[-1].occurred, shown[-1].pk))
        if len(left) > options.size
        else "",
    )


def all_events(query: Query) -> Iterator[EventRow]:
    """Yield all events that a query chooses at the start, newest act first; CHUNK are loaded at
    once.
    """
    with index.reading() as snapshot:
        # The ids are read at once, so that an export is of one moment although its rows are loaded
        # later.
        ids = list(snapshot.newest_first(snapshot.choose(query)))
    for start in range(0, len(ids), CHUNK):
        yield from rows_of(ids[start : start + CHUNK])


def all_events_as_of(query: Query, at: datetime) -> Iterator[EventRow]:
    """Yield the same as of a time."""
    options = ViewOptions(size=CHUNK)
    while True:
        page = find_events_as_of(query, at, options)
        yield from page.rows
        if not page.after:
            return
        options = replace(options, after=page.after)


def newly_recorded(query: Query, limit: int) -> tuple[EventRow, ...]:
    """Return the events of a query that were recorded last, newest first, as feeds list them."""
    return _first_rows(query, "recorded", limit)


def newest_events(query: Query, limit: int) -> tuple[EventRow, ...]:
    """Return the newest events of a query."""
    return _first_rows(query, "occurred", limit)


def _first_rows(query: Query, by: str, limit: int) -> tuple[EventRow, ...]:
    with index.reading() as snapshot:
        ids = list(islice(_ordered_ids(snapshot, snapshot.choose(query), by), limit))
    return rows_of(ids)


def rows_of(ids: list[int]) -> tuple[EventRow, ...]:
    """Return events by id, in the order of the ids."""
    # The searched texts are the largest columns, and no row shows them.
    events = Event.objects.defer("title_words", "summary_words").in_bulk(ids)
    return load_rows([events[pk] for pk in ids])


def count_events(query: Query) -> int:
    """Count the events that a query chooses."""
    with index.reading() as snapshot:
        return len(snapshot.choose(query))


def _meanings(snapshot: Index, query: Query) -> dict[str, tuple[EntityRef, ...]]:
    """Return what each word of a query is another name of."""
    return {word: snapshot.meanings(query, word) for word in query.words}


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
    """What tells whether a query's answer changed: the number of events, and when one last
    changed.
    """

    count: int
    changed_at: datetime | None


def answer_version(query: Query) -> AnswerVersion:
    """Return the version of a query's present answer."""
    with index.reading() as snapshot:
        chosen = snapshot.choose(query)
    # Most queries have a recent change; walking the index by date finds it without reading all of
    # the answer.
    latest = Event.objects.order_by("-changed_at").values_list("pk", "changed_at")
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
    snapshot: Index,
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
        return snapshot.newest_first(mentioned, below)
    return chain(snapshot.newest_first(chosen - mentioned, below), snapshot.newest_first(mentioned))


def _position_of(row: EventRow, mentioned: frozenset[int]) -> str:
    return str(PagePosition(row.occurred, row.id, row.id in mentioned))


def _find_advice(snapshot: Index, query: Query) -> tuple[Advice, ...]:
    """Return the conditions that alone prevent matches, the one that gives most first."""
    advice = [
        Advice(field, words, without_it, len(snapshot.choose(without_it)))
        for field, words, without_it in chips(query)
    ]
    return tuple(sorted((a for a in advice if a.count), key=lambda a: -a.count))


def events_of_feeds(since: datetime) -> dict[int, int]:
    """Count the shown events that each feed's entries reported since then, by feed."""
    reports = Report.objects.filter(
        added_at__gte=since, entry__isnull=False, event__in=Event.objects.shown()
    )
    counted = reports.values_list("entry__feed").annotate(n=Count("event", distinct=True))
    return dict(counted.order_by())


def events_of_entities(ids: Iterable[int]) -> dict[int, int]:
    """Count each entity's shown events, with those of entities merged into it, by id."""
    asked_ids = set(ids)
    with index.reading() as snapshot:
        heads = {
            pk: events
            for field in PARTIES
            for pk, events in snapshot.heads(field)
            if pk in asked_ids
        }
        return {
            pk: snapshot.shown.intersection_cardinality(events_of_head)
            for pk, events_of_head in heads.items()
        }


def event_facts(ids: Iterable[int]) -> dict[int, EventFacts]:
    """Return what query.matches compares, by event id, of visible events; four queries."""
    events = Event.objects.visible().filter(pk__in=list(ids))
    slugs: dict[tuple[int, str], set[str]] = defaultdict(set)
    for event_id, kind, slug, itself in EventEntity.objects.filter(event__in=events).values_list(
        "event_id", "entity__type", "entity__slug", "entity__merged_into__slug"
    ):
        slugs[event_id, kind].update(filter(None, (slug, itself)))
    languages: dict[int, set[str]] = defaultdict(set)
    sources: dict[int, set[str]] = defaultdict(set)
    numbers: dict[int, set[str]] = defaultdict(set)
    merged = Event.objects.filter(merged_into__in=events).values_list("merged_into", "pk")
    for into, pk in merged:
        numbers[into or 0].add(str(pk))
    reports = Report.objects.filter(event__in=events, entry__isnull=False)
    for event_id, language, host in reports.values_list(
        "event", "entry__classification__language", "entry__source__host"
    ):
        languages[event_id] |= {language} - {None}
        sources[event_id].add(host)
    return {
        e.pk: EventFacts(
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
