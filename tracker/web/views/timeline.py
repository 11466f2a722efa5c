"""The timeline: every event of the address's query, with facets and a chart."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.events.search.past.timestamps import MomentError, moment
from tracker.events.search.query import QueryError
from tracker.web.page_cache import for_anonymous
from tracker.web.pages.render import render_compact
from tracker.web.pages.timeline import build_timeline_page
from tracker.web.query_params import query_of, view_options_of, without_blanks
from tracker.web.views.errors import bad_moment, unreadable


@require_safe
@for_anonymous
def timeline(request: HttpRequest) -> HttpResponse:
    if clean := without_blanks(request.GET):
        return redirect(f"{request.path}?{clean}".rstrip("?"))
    try:
        query, at = query_of(request.GET), moment(request.GET.get("as_of", ""))
    except QueryError as error:
        return unreadable(request, error)
    except MomentError as error:
        return bad_moment(request, error)
    page = build_timeline_page(query, view_options_of(request.GET), at, timezone.now())
    return render_compact(request, "web/timeline.html", page)
