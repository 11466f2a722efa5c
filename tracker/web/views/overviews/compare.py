"""Platforms, countries or targets side by side, as a page and as a file."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.events.search.figures.compare import MOST
from tracker.events.search.figures.names import entities_named
from tracker.events.search.query import Query
from tracker.events.tables import csv_line
from tracker.web.pages.overviews.compare import (
    TYPES,
    CompareChoice,
    build_compare_page,
    compare_lines,
)
from tracker.web.pages.render import render_compact
from tracker.web.views.exports import file_of
from tracker.web.views.overviews.reading import bad_request, counting

View = Callable[[HttpRequest, CompareChoice], HttpResponseBase]


def _comparing(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    @counting
    @wraps(view)
    def answer(request: HttpRequest, query: Query) -> HttpResponseBase:
        chosen = request.GET.get("type") or "platform"
        if chosen not in TYPES:
            reason = _("Unknown type “%(type)s”. Use one of: %(known)s")
            return bad_request(request, reason % {"type": chosen, "known": ", ".join(TYPES)})
        names = tuple(dict.fromkeys(filter(None, request.GET.getlist("compared"))))
        if len(names) > MOST:
            return bad_request(request, _("Compare at most %s at once") % MOST)
        # What is compared takes the place of the query's own filter of the same type.
        return view(request, CompareChoice(chosen, names, query.without(chosen)))

    return answer


@_comparing
def compare(request: HttpRequest, choice: CompareChoice) -> HttpResponseBase:
    page = build_compare_page(choice, timezone.now().date())
    status = 400 if page.unknown else 200
    return render_compact(request, "web/compare.html", page, status=status)


@_comparing
def as_csv(request: HttpRequest, choice: CompareChoice) -> HttpResponseBase:
    named = entities_named(choice.type, choice.names)
    if unknown := [name for name in choice.names if name not in named]:
        return bad_request(request, _("Unknown name: %s") % ", ".join(unknown))
    lines = map(csv_line, compare_lines(choice, timezone.now().date()))
    return file_of(lines, "text/csv; charset=utf-8", "comparison.csv")
