"""The chart of a query by itself: SVG, PNG and CSV for download, and a page to embed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from textwrap import shorten

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from tracker.events.search import find
from tracker.events.search.past.timestamps import MomentError, moment
from tracker.events.search.query import Query, QueryError
from tracker.events.search.wording.queries import describe_query
from tracker.events.tables import csv_line
from tracker.events.wording.names import format_day, format_number
from tracker.text import clean_text
from tracker.web.charts import svg
from tracker.web.charts.png import render_png
from tracker.web.pages.render import render_page, render_text
from tracker.web.pages.site import ChartPicture, EmbedPage
from tracker.web.pages.timeline import draw_chart, parameters_of_view
from tracker.web.query_params import (
    QUERY_PARAMETERS,
    UnknownParameterError,
    check_parameters,
    query_of,
    view_options_of,
)
from tracker.web.views.errors import bad_moment, unknown_parameter, unreadable
from tracker.web.views.exports import about, csv_download

IN_AN_EMBED = 5  # events
TITLE_LIMIT = 110  # letters that fit above a chart


@dataclass(frozen=True)
class Shown:
    """A query and its result, with its chart, None if there is nothing to draw."""

    query: Query
    result: find.SearchResult
    chart: svg.Strip | None
    parameters: str
    at: datetime | None


View = Callable[[HttpRequest, Shown], HttpResponseBase]


def _charted(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    @wraps(view)
    @require_safe
    def answer(request: HttpRequest) -> HttpResponseBase:
        try:
            check_parameters(request.GET, (*QUERY_PARAMETERS, "chart", "sort", "as_of"))
            query, at = (
                query_of(request.GET, checks_view=True),
                moment(request.GET.get("as_of", "")),
            )
        except UnknownParameterError as error:
            return unknown_parameter(request, error)
        except QueryError as error:
            return unreadable(request, error)
        except MomentError as error:
            return bad_moment(request, error)
        options = view_options_of(request.GET)
        today = (at or timezone.now()).date()
        events = find.snapshot_of(at, today)
        result = find.find_events(query, options, today=today, events=events)
        parameters = parameters_of_view(query, options)
        return view(request, Shown(query, result, draw_chart(result.chart, at), parameters, at))

    return answer


@_charted
def as_svg(request: HttpRequest, shown: Shown) -> HttpResponseBase:
    answer = HttpResponse(_svg_of(request, shown), content_type="image/svg+xml")
    answer["Content-Disposition"] = 'attachment; filename="events.svg"'
    return answer


@_charted
def as_png(request: HttpRequest, shown: Shown) -> HttpResponseBase:
    answer = HttpResponse(render_png(_svg_of(request, shown)), content_type="image/png")
    answer["Content-Disposition"] = 'attachment; filename="events.png"'
    return answer


def _svg_of(request: HttpRequest, shown: Shown) -> str:
    marks = svg.legend(shown.chart.series) if shown.chart else []
    foot_at = 146 + (marks[-1].y if marks else 0) + 26
    title, foot = _words(request, shown)
    picture = ChartPicture(
        title=shorten(title, TITLE_LIMIT, placeholder="…"),
        foot=foot,
        chart=shown.chart,
        marks=tuple(marks),
        foot_at=foot_at,
        height=foot_at + 44 + 12,
    )
    return render_text(request, "web/chart.svg", picture)


@_charted
def as_csv(request: HttpRequest, shown: Shown) -> HttpResponseBase:
    chart = shown.result.chart

    def lines() -> Iterator[str]:
        yield csv_line(
            ["since", "until", *(one.name for one in chart.series), "days_of_failed_sources"]
        )
        gaps = [column.gap for column in shown.chart.columns] if shown.chart else []
        for bar, gap in zip(chart.bars, gaps, strict=True):
            days = [bar.period.since.isoformat(), bar.period.until.isoformat()]
            counts = [str(bar.counts.get(one.value, 0)) for one in chart.series]
            yield csv_line([*days, *counts, str(gap)])

    return csv_download(lines(), "events-by-period.csv")


@xframe_options_exempt
# Any site may frame it, since it is public and changes nothing.
@csp_replace({"frame-ancestors": ["*"]})
@_charted
def embed(request: HttpRequest, shown: Shown) -> HttpResponseBase:
    """A page without the site's frame, for an <iframe> on another site; works without script."""
    title, foot = _words(request, shown)
    page = EmbedPage(
        title=title,
        foot=foot,
        chart=shown.chart,
        rows=shown.result.rows[:IN_AN_EMBED],
        chart_address=f"{reverse('timeline')}{shown.parameters or '?'}&",
        page=request.build_absolute_uri(reverse("timeline") + shown.parameters),
        address=request.build_absolute_uri(),
    )
    return render_page(request, "web/embed.html", page)


def _words(request: HttpRequest, shown: Shown) -> tuple[str, str]:
    """Return the title and the foot of a picture."""
    provenance = about(request, shown.query, shown.at)
    words = clean_text(describe_query(shown.query))
    title = f"{words[:1].upper()}{words[1:]}{_(': ')}{format_number(shown.result.total)}"
    day = format_day(f"{provenance.as_of:%Y-%m-%d}")
    foot = f"{request.get_host()}, {day}. {provenance.coverage}."
    if shown.chart and shown.chart.unsaid:
        parts = {
            "number": format_number(shown.chart.unsaid),
            "name": shown.chart.by_name,
        }
        left_out = ngettext(
            "By %(name)s; %(number)s event without this information is not included.",
            "By %(name)s; %(number)s events without this information are not included.",
            shown.chart.unsaid,
        )
        foot = f"{foot} {left_out % parts}"
    return title, foot
