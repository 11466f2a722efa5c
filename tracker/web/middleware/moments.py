"""Refuse `?as_of=` where only the present is shown: if it were ignored, the answer would look like
one about that moment.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tracker.web.pages.render import render_page
from tracker.web.pages.site import BadRequestPage

# The names of the addresses that answer as of a moment, and refuse what is no moment themselves.
# The API refuses every parameter that it does not take.
ANSWERING_AS_OF = frozenset(
    {
        *("timeline", "values", "events_csv", "reports_csv", "events_metadata", "events_zip"),
        *("events_jsonl", "events_atom", "events_json", "events_ics", "embed", "world"),
        *("chart_svg", "chart_png", "chart_csv", "compare", "compare_csv", "pivot", "pivot_csv"),
        *("event", "event_bibtex", "event_csl"),
    }
)


class PresentOnly:
    """Middleware: answers 400 if an address that shows the present only is asked for a moment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        is_read = request.method in {"GET", "HEAD"} and bool(request.GET.get("as_of"))
        if not is_read or match is None or match.namespace == "api":
            return None
        if match.view_name in ANSWERING_AS_OF:
            return None
        reason = _("This address shows the present only. Leave out as_of")
        page = BadRequestPage(_("This address cannot be read"), reason)
        return render_page(request, "web/bad_request.html", page, status=400)
