"""The cross table of two facets, as a page and as a file."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tracker.events.search.figures.cross import CROSSED
from tracker.events.tables import csv_line
from tracker.web.pages.overviews.pivot import build_pivot_page, pivot_lines
from tracker.web.pages.render import render_compact
from tracker.web.views.exports import csv_download
from tracker.web.views.overviews.reading import Counted, bad_request, counting

View = Callable[[HttpRequest, Counted, tuple[str, str]], HttpResponseBase]


def _crossing(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    @counting
    @wraps(view)
    def answer(request: HttpRequest, counted: Counted) -> HttpResponseBase:
        chosen = (request.GET.get("rows") or "kind", request.GET.get("columns") or "year")
        for facet in chosen:
            if facet not in CROSSED:
                reason = _("Unknown facet “%(facet)s”. Use one of: %(known)s")
                return bad_request(request, reason % {"facet": facet, "known": ", ".join(CROSSED)})
        if chosen[0] == chosen[1]:
            return bad_request(request, _("Choose two different facets for rows and columns"))
        return view(request, counted, chosen)

    return answer


@_crossing
def pivot(request: HttpRequest, counted: Counted, facets: tuple[str, str]) -> HttpResponseBase:
    page = build_pivot_page(counted.events, counted.query, facets)
    return render_compact(request, "web/pivot.html", page)


@_crossing
def as_csv(request: HttpRequest, counted: Counted, facets: tuple[str, str]) -> HttpResponseBase:
    lines = map(csv_line, pivot_lines(counted.events, counted.query, facets))
    return csv_download(lines, "events-by-facets.csv")
