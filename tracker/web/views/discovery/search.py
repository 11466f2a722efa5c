"""How to search: the help page, suggestions while typing, and all values of a facet."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tracker.events.search.facets import FACETS
from tracker.events.search.language.suggestions import suggest
from tracker.events.search.past.timestamps import MomentError, moment
from tracker.events.search.query import QueryError
from tracker.web.page_cache import for_anonymous
from tracker.web.pages.render import render_compact, render_page
from tracker.web.pages.search import build_help_page, build_values_page
from tracker.web.query_params import query_of
from tracker.web.views.errors import bad_moment, unreadable


@require_safe
@for_anonymous
def show_help(request: HttpRequest) -> HttpResponse:
    return render_page(request, "web/search_help.html", build_help_page())


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """Suggest completions of the last typed word, for the search box."""
    suggested = suggest(request.GET.get("q", ""))
    answer = JsonResponse({"suggestions": [item.as_dict() for item in suggested]})
    answer["Cache-Control"] = "private, max-age=60"
    return answer


@require_safe
def values(request: HttpRequest, field: str) -> HttpResponse:
    """List every value of a facet, to search, choose and exclude."""
    if field not in FACETS:
        raise Http404
    try:
        query, at = query_of(request.GET), moment(request.GET.get("as_of", ""))
    except QueryError as error:
        return unreadable(request, error)
    except MomentError as error:
        return bad_moment(request, error)
    page = build_values_page(query, field, request.GET.get("named", ""), at)
    return render_compact(request, "web/values.html", page)
