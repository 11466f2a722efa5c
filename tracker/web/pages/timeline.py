"""Build the timeline's page: events grouped by day, facets, chart and links."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tracker.classify import Kind
from tracker.events.in_force import ENDED, IN_FORCE, STATUSES, UNKNOWN
from tracker.events.models import Event
from tracker.events.search import find
from tracker.events.search.facets import FacetChoice
from tracker.events.search.figures.charts import CHARTED, Chart
from tracker.events.search.find import FIRST, SORTS, ViewOptions
from tracker.events.search.language.days import day_at
from tracker.events.search.language.spans import ends_of
from tracker.events.search.query import Query
from tracker.events.search.rows import EventRow
from tracker.events.search.wording.conditions import chips
from tracker.events.wording.names import status_name
from tracker.events.wording.terms import FACETS, term
from tracker.feeds.health import SourceCoverage, coverage, failed_days, last_counted
from tracker.operations.health.status import ReadingOutage, reading_outage
from tracker.web.charts import svg
from tracker.web.pages.site import NoFeedsNotice, build_no_feeds_notice
from tracker.web.query_params import parameters_of

REPORTS_AN_EVENT, REPORTS_A_PAGE = 6, 60  # shown in the list; all are on the event's page
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
USUAL_CHARTS = ("kind", "platform", "country", "law")
SORT_NAMES = {
    "relevance": _("relevance"),
    "occurred": _("day of the act"),
    "recorded": _("newly recorded"),
}


@dataclass(frozen=True)
class DayGroup:
    """Events under one heading: of one day, of one month without a known day, or without a day
    (`day` is ""); in the order of recording, those recorded on one day. `is_mentioned` if the words
    occur only in reports' summaries; `reports_shown` of each event are listed.
    """

    day: str
    rows: tuple[EventRow, ...]
    is_recorded: bool = False
    is_mentioned: bool = False
    reports_shown: int = REPORTS_AN_EVENT


@dataclass(frozen=True)
class SortLink:
    """An order, its name, and the address of the first page in it."""

    sort: str
    name: str
    address: str


@dataclass(frozen=True)
class ChartLink:
    """A field to colour the chart by, its name, and the address of that chart."""

    by: str
    name: str
    address: str


@dataclass(frozen=True)
class Chip:
    """A condition of the query in words, and the address without it."""

    field: str
    words: str
    address: str


@dataclass(frozen=True)
class AdviceLink:
    """A condition to leave out, how many events that gives, and its address."""

    words: str
    count: int
    address: str


@dataclass(frozen=True)
class WeekCount:
    """How many events of the last seven days are of one sort, and the address that lists them."""

    count: int
    address: str


@dataclass(frozen=True)
class Welcome:
    """The summary for visitors without a query: acts of the last seven days, those that undo an
    earlier one, and those that the program is unsure about.
    """

    acts: WeekCount
    undone: WeekCount
    unsure: WeekCount


@dataclass(frozen=True)
class MeasureFields:
    """Both ends of the queried amounts, numbers affected and days of effect, for the form's fields;
    `is_any_currency` if amounts are compared without their currency.
    """

    amount: tuple[str, str]
    affected: tuple[str, str]
    effective: tuple[str, str]
    is_any_currency: bool


@dataclass(frozen=True)
class TimelinePage:
    """The timeline's page. `at` is the time looked back to, None for now; `begins` is when the
    record begins, if later; the addresses are query strings: `parameters` of the query,
    `parameters_at` of it and the time looked back to.
    """

    query: Query
    welcome: Welcome | None
    event_count: int
    order: str
    facets: Mapping[str, tuple[FacetChoice, ...]]
    in_force_day: str
    in_force_choices: tuple[FacetChoice, ...]
    unknown_count: int
    unknown_address: str
    also: tuple[tuple[str, str], ...]
    days: tuple[DayGroup, ...]
    chart: svg.Strip | None
    by: str
    sort: str
    at: datetime | None
    begins: datetime | None
    exclusions: tuple[str, ...]
    coverage: SourceCoverage
    no_feeds: NoFeedsNotice | None
    dates: tuple[str, str]
    measures: MeasureFields
    spellings: tuple[AdviceLink, ...]
    outage: ReadingOutage | None
    search_text: str
    is_first_page: bool
    charts: tuple[ChartLink, ...]
    more_charts: tuple[ChartLink, ...]
    by_name: str
    sorts: tuple[SortLink, ...]
    chips: tuple[Chip, ...]
    advice: tuple[AdviceLink, ...]
    parameters: str
    parameters_at: str
    names_off: str
    chart_address: str
    chart_parameters: str
    older: str


def build_timeline_page(
    query: Query, options: ViewOptions, at: datetime | None, now: datetime
) -> TimelinePage:
    """Return the page of a query, now or `at` a time."""
    result, read = _find(query, options, at, now), coverage(now - DAY, now)
    unusual = ways = view_parameters(query, options)
    return TimelinePage(
        query=query,
        welcome=None if at or options.after or query else _welcome(now),
        event_count=result.total,
        order=result.order,
        facets=result.facets,
        in_force_day="" if query.in_force in STATUSES else query.in_force,
        in_force_choices=result.facets.get("in_force") or _status_choices(query),
        unknown_count=_count_unknown(result),
        unknown_address=_unknown_address(query, ways),
        also=result.also,
        days=tuple(group_by_day(result)),
        chart=draw_chart(result.chart, at),
        by=options.by,
        sort=unusual.get("sort", ""),
        at=at,
        begins=_first_recorded(at),
        exclusions=tuple(query.exclusions()),
        coverage=read,
        no_feeds=build_no_feeds_notice(read),
        dates=_asked_days(query, at or now),
        measures=_measure_fields(query, at or now),
        spellings=_spelling_links(result, ways),
        outage=None if at else reading_outage(now),
        search_text=query.in_words().text(),
        is_first_page=not options.after,
        charts=_chart_links(query, options, USUAL_CHARTS),
        more_charts=_chart_links(query, options, _further_charts(result.facets, options.by)),
        by_name=term(FACETS[options.by]),
        sorts=_sort_links(query, options),
        chips=_chips(query, ways),
        advice=_advice_links(result, ways),
        parameters=parameters_of(replace(query, as_of="")),
        parameters_at=parameters_of(query),
        names_off=parameters_of(replace(query, names="off"), **ways),
        chart_address=_chart_address(query, unusual),
        chart_parameters=parameters_of_view(query, options),
        older=parameters_of(query, after=result.after, **ways) if result.after else "",
    )


def _reports_shown(rows: Sequence[EventRow]) -> int:
    """Return how many reports of each event keep a page within REPORTS_A_PAGE, at least one."""
    counts = [len(row.reports) for row in rows]
    fitting = (
        limit
        for limit in range(REPORTS_AN_EVENT, 1, -1)
        if sum(min(limit, count) for count in counts) <= REPORTS_A_PAGE
    )
    return next(fitting, 1)


def _chart_address(query: Query, unusual: Mapping[str, str]) -> str:
    """Return the address of the query without its days, to which a bar's days are added."""
    no_dates = parameters_of(replace(query, since="", until=""), **unusual)
    return f"{no_dates}&" if no_dates else "?"


def _find(
    query: Query, options: ViewOptions, at: datetime | None, now: datetime
) -> find.SearchResult:
    if at is None:
        return find.find_events(query, options, today=now.date())
    return find.find_events_as_of(query, at, options)


def _first_recorded(at: datetime | None) -> datetime | None:
    """Return when the first event was recorded, None if that was before `at`."""
    first = Event.objects.order_by("recorded_at").first() if at else None
    return first.recorded_at if first and at and first.recorded_at > at else None


def _unknown_address(query: Query, ways: Mapping[str, str]) -> str:
    """Return the address of the measures whose status is unknown; "" if the query is about
    others.
    """
    if query.in_force != IN_FORCE:
        return ""
    return parameters_of(replace(query, in_force=UNKNOWN), **ways)


def _status_choices(query: Query) -> tuple[FacetChoice, ...]:
    """Return the choices of `in_force` if there are no counts."""
    return tuple(
        FacetChoice(status, status_name(status), 0, query.in_force == status) for status in STATUSES
    )


def _count_unknown(result: find.SearchResult) -> int:
    """Return how many further measures have an unknown status, if the query asks for those in
    force.
    """
    if result.query.in_force in {"", ENDED, UNKNOWN}:
        return 0
    choices = result.facets.get("in_force", ())
    return sum(choice.count for choice in choices if choice.value == UNKNOWN)


def _chips(query: Query, ways: dict[str, str]) -> tuple[Chip, ...]:
    return tuple(
        Chip(field, words, parameters_of(without, **ways) or ".")
        for field, words, without in chips(query)
    )


def _advice_links(result: find.SearchResult, ways: dict[str, str]) -> tuple[AdviceLink, ...]:
    return tuple(
        AdviceLink(capfirst(advice.words), advice.count, parameters_of(advice.query, **ways) or ".")
        for advice in result.advice
    )


def _asked_days(query: Query, now: datetime) -> tuple[str, str]:
    """Return the days of `since` and `until` for the fields of dates."""
    today = now.date().isoformat()
    return day_at(query.since, today), day_at(query.until, today, is_last=True)


def _measure_fields(query: Query, now: datetime) -> MeasureFields:
    first, last = ends_of(query.effective)
    today = now.date().isoformat()
    return MeasureFields(
        amount=ends_of(query.amount),
        affected=ends_of(query.affected),
        effective=(day_at(first, today), day_at(last, today, is_last=True)),
        is_any_currency=bool(query.amount and not query.currency),
    )


def _spelling_links(result: find.SearchResult, ways: dict[str, str]) -> tuple[AdviceLink, ...]:
    return tuple(
        AdviceLink(name, count, parameters_of(query, **ways))
        for name, count, query in result.spellings
    )


def _welcome(now: datetime) -> Welcome:
    since = (now - WEEK + DAY).date().isoformat()
    queries = (
        Query(since=since),
        Query(since=since, kind=(Kind.REINSTATEMENT.value,)),
        Query(since=since, state=("unsure",)),
    )
    counts = find.count_all(queries)
    return Welcome(*map(WeekCount, counts, map(parameters_of, queries)))


def _chart_links(
    query: Query, options: ViewOptions, charted: Iterable[str]
) -> tuple[ChartLink, ...]:
    return tuple(
        ChartLink(by, term(FACETS[by]), parameters_of_view(query, replace(options, by=by)))
        for by in charted
    )


def _further_charts(facets: Mapping[str, tuple[FacetChoice, ...]], by: str) -> Iterator[str]:
    """Yield further fields to colour the events by: facts that some of them have."""
    for name in CHARTED:
        has_values = any(choice.count for choice in facets.get(name, ()))
        if name not in USUAL_CHARTS and (has_values or name == by):
            yield name


def _sort_links(query: Query, options: ViewOptions) -> tuple[SortLink, ...]:
    """Return the orders that make sense: relevance only if the query has words."""
    return tuple(
        SortLink(
            sort,
            str(SORT_NAMES[sort]),
            parameters_of_view(query, replace(options, sort=sort)) or ".",
        )
        for sort in SORTS
        if query.words or sort != "relevance"
    )


def view_parameters(query: Query, options: ViewOptions) -> dict[str, str]:
    """Return the parameters of sorting and chart that differ from the defaults of the query."""
    values = {
        "sort": (find.order_of(query, options.sort), find.order_of(query)),
        "chart": (options.by, FIRST.by),
    }
    return {name: value for name, (value, default) in values.items() if value != default}


def parameters_of_view(query: Query, options: ViewOptions) -> str:
    """Return the query string of the first page of a query with these options."""
    return parameters_of(query, **view_parameters(query, options))


def draw_chart(chart: Chart, at: datetime | None = None) -> svg.Strip | None:
    """Return the chart with the days on which sources failed, as far as they were final `at` a
    time; None if there is no chart.
    """
    if not chart.bars:
        return None
    first, last = chart.bars[0].period.since, chart.bars[-1].period.until
    return svg.strip(chart, failed_days(first, min(last, last_counted(at)) if at else last))


def group_by_day(result: find.SearchResult) -> list[DayGroup]:
    """Return the events of a page, in their order, under the day of the act or of recording."""
    is_recorded = result.order == "recorded"

    def heading(row: EventRow) -> tuple[bool, str]:
        day = f"{row.recorded_at:%Y-%m-%d}" if is_recorded else row.occurred
        return row.id in result.mentioned, day

    limit = _reports_shown(result.rows)
    return [
        DayGroup(day, tuple(rows), is_recorded, is_mentioned, limit)
        for (is_mentioned, day), rows in groupby(result.rows, key=heading)
    ]
