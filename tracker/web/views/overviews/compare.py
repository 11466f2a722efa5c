"""Platforms, countries or targets side by side, as a page and as a file."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tracker.events.search.figures.compare import LEAST, MOST
from tracker.events.search.figures.names import entities_named
from tracker.events.tables import csv_line
from tracker.web.pages.overviews.compare import (
    TYPES,
    CompareChoice,
    build_compare_page,
    compare_lines,
    same_names,
)
from tracker.web.pages.render import render_compact
from tracker.web.views.exports import csv_download
from tracker.web.views.overviews.reading import Counted, bad_request, counting

View = Callable[[HttpRequest, CompareChoice], HttpResponseBase]


def _comparing(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    @counting
    @wraps(view)
    def answer(request: HttpRequest, counted: Counted) -> HttpResponseBase:
        chosen = request.GET.get("type") or "platform"
        if chosen not in TYPES:
            reason = _("Unknown type “%(type)s”. Use one of: %(known)s")
            return bad_request(request, reason % {"type": chosen, "known": ", ".join(TYPES)})
        names = tuple(dict.fromkeys(filter(None, request.GET.getlist("compared"))))
        if len(names) > MOST:
            return bad_request(request, _("Compare at most %s at once") % MOST)
        # The compared values replace the query's own filter of the same type.
        query = counted.query.without(chosen)
        choice = CompareChoice(chosen, names, query, counted.events, counted.today)
        return view(request, choice)

    return answer


@_comparing
def compare(request: HttpRequest, choice: CompareChoice) -> HttpResponseBase:
    page = build_compare_page(choice)
    status = 400 if page.unknown or page.same else 200
    return render_compact(request, "web/compare.html", page, status=status)


@_comparing
def as_csv(request: HttpRequest, choice: CompareChoice) -> HttpResponseBase:
    named = entities_named(choice.events, choice.type, choice.names)
    if unknown := [name for name in choice.names if name not in named]:
        return bad_request(request, _("Unknown name: %s") % ", ".join(unknown))
    if same := same_names(choice.names, named):
        reason = _("These names mean the same: %s. Choose two different names")
        return bad_request(request, reason % ", ".join(same))
    if len(choice.names) < LEAST:
        return bad_request(request, _("Choose two different names"))
    return csv_download(map(csv_line, compare_lines(choice)), "comparison.csv")
