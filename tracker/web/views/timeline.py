"""The timeline: every event that the address's query chooses, newest act first, with facets and the
strip chart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.events import search
from tracker.events.describe import chips
from tracker.events.query import Query, QueryError
from tracker.events.rows import EventRow
from tracker.feeds.health import coverage
from tracker.web import chart
from tracker.web.address import parameters_of, query_of
from tracker.web.moment import MomentError, moment
from tracker.web.views.errors import bad_moment, unreadable

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """Events of one day, one month whose day is not told, or without a day (`occurred` is "")."""

    occurred: str
    rows: tuple[EventRow, ...]


@require_safe
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
    after = request.GET.get("after", "")
    if at is None:
        found = search.find(query, after=after, today=now.date())
    else:
        found = search.find_as_of(query, at, after=after)
    stood = {"as_of": request.GET["as_of"]} if at else {}
    no_dates = parameters_of(replace(query, since="", until=""))
    context = {
        "found": found,
        "days": days(found.rows),
        "chart": chart.strip(found.bars),
        "chips": [
            (field, words, parameters_of(rest, **stood) or ".")
            for field, words, rest in chips(query)
        ],
        "parameters": parameters_of(query),
        "stood": parameters_of(query, **stood),
        "chart_address": f"{no_dates}&" if no_dates else "?",
        "older": parameters_of(query, after=found.after, **stood) if found.after else "",
        "at": at,
        "exclusions": query.exclusions(),
        "coverage": coverage(now - DAY, now),
        "search_text": Query(words=query.words).text(),
        "is_first_page": "after" not in request.GET,
    }
    return render(request, "web/timeline.html", context)


def days(rows: Sequence[EventRow]) -> list[Day]:
    """Rows, which come in the order of the timeline, under the day of their act."""
    return [Day(day, tuple(group)) for day, group in groupby(rows, key=lambda r: r.occurred)]
