"""The timeline: every event that the address's query chooses, with facets and a chart."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tracker.events.search import find
from tracker.events.search.charts import CHARTED, Chart
from tracker.events.search.describe import chips
from tracker.events.search.find import FIRST, SORTS, ViewOptions
from tracker.events.search.query import FIELDS, Query, QueryError
from tracker.events.search.rows import EventRow
from tracker.feeds.health import coverage, failed_days
from tracker.web.charts import svg
from tracker.web.page_cache import for_anonymous
from tracker.web.query_params import parameters_of, query_of, view_options_of
from tracker.web.timestamps import MomentError, moment
from tracker.web.views.errors import bad_moment, unreadable

DAY = timedelta(days=1)
INDENT = re.compile(rb"\s*\n\s*")  # of templates: half of a long page
SORT_NAMES = {
    "relevance": _("relevance"),
    "occurred": _("day of the act"),
    "recorded": _("newly recorded"),
}


@dataclass(frozen=True)
class DayGroup:
    """Events under one heading: of one day, one month whose day is not told, or without a day
    (`day` is ""); in the order of recording, those that were recorded on one day. `is_mentioned`
    if the words stand in the reports' summaries only.
    """

    day: str
    rows: tuple[EventRow, ...]
    is_recorded: bool = False
    is_mentioned: bool = False


@require_safe
@for_anonymous
def timeline(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    try:
        query = query_of(request.GET)
    except QueryError as error:
        return unreadable(request, error)
    try:
        at = moment(request.GET.get("as_of", ""))
    except MomentError as error:
        return bad_moment(request, error)
    options = view_options_of(request.GET)
    if at is None:
        result = find.find_events(query, options, today=now.date())
    else:
        result = find.find_events_as_of(query, at, options)
    context = {
        **_addresses(query, options, result, {"as_of": request.GET["as_of"]} if at else {}),
        "found": result,
        "sight": options,
        "days": group_by_day(result),
        "chart": draw_chart(result.chart),
        "at": at,
        "chosen": [(field, getattr(query, field)) for field in FIELDS],
        "exclusions": query.exclusions(),
        "coverage": coverage(now - DAY, now),
        "search_text": Query(words=query.words).text(),
        "is_first_page": "after" not in request.GET,
    }
    answer = render(request, "web/timeline.html", context)
    answer.content = INDENT.sub(b"\n", answer.content)
    return answer


def _addresses(
    query: Query, options: ViewOptions, result: find.SearchResult, past: dict[str, str]
) -> dict[str, object]:
    """Return where the page's links lead; `past` holds the time looked back to, if there is one."""
    unusual = view_parameters(query, options)
    ways = unusual | past
    no_dates = parameters_of(replace(query, since="", until=""), **unusual)
    return {
        "charts": [(by, parameters_of_view(query, replace(options, by=by))) for by in CHARTED],
        "sorts": [
            (sort, SORT_NAMES[sort], parameters_of_view(query, replace(options, sort=sort)) or ".")
            for sort in SORTS
            if query.words or sort != "relevance"
        ],
        "chips": [
            (field, words, parameters_of(without, **ways) or ".")
            for field, words, without in chips(query)
        ],
        "advice": [
            (advice.words, advice.count, parameters_of(advice.query, **ways) or ".")
            for advice in result.advice
        ],
        "parameters": parameters_of(query),
        "stood": parameters_of(query, **past),
        "names_off": parameters_of(replace(query, names="off"), **ways),
        "chart_address": f"{no_dates}&" if no_dates else "?",
        "chart_parameters": parameters_of_view(query, options),
        "unusual": unusual,
        "older": parameters_of(query, after=result.after, **ways) if result.after else "",
    }


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


def draw_chart(chart: Chart) -> svg.Strip | None:
    """Return the chart with the days on which sources failed, None where there is none."""
    if not chart.bars:
        return None
    first, last = chart.bars[0].period.since, chart.bars[-1].period.until
    return svg.strip(chart, failed_days(first, last))


def group_by_day(result: find.SearchResult) -> list[DayGroup]:
    """Return the events of a page, in their order, under the day of the act or of recording."""
    is_recorded = result.order == "recorded"

    def heading(row: EventRow) -> tuple[bool, str]:
        day = f"{row.recorded_at:%Y-%m-%d}" if is_recorded else row.occurred
        return row.id in result.mentioned, day

    return [
        DayGroup(day, tuple(rows), is_recorded, is_mentioned)
        for (is_mentioned, day), rows in groupby(result.rows, key=heading)
    ]
