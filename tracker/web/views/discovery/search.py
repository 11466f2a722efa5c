"""How to search: the help page, suggestions while typing, and all values of a facet."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tracker.events.search.facets import FACETS
from tracker.events.search.language.suggestions import suggest
from tracker.events.search.query import QueryError
from tracker.web.page_cache import for_anonymous
from tracker.web.pages.render import render_page
from tracker.web.pages.search import build_help_page, build_values_page
from tracker.web.query_params import query_of
from tracker.web.views.errors import unreadable


@require_safe
@for_anonymous
def show_help(request: HttpRequest) -> HttpResponse:
    return render_page(request, "web/search_help.html", build_help_page())


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """What the word that is typed last may become, for the search box."""
    found = suggest(request.GET.get("q", ""))
    answer = JsonResponse({"suggestions": [item.as_dict() for item in found]})
    answer["Cache-Control"] = "private, max-age=60"
    return answer


@require_safe
def values(request: HttpRequest, field: str) -> HttpResponse:
    """Every value of a facet, to be searched, chosen and excluded."""
    if field not in FACETS:
        raise Http404
    try:
        query = query_of(request.GET)
    except QueryError as error:
        return unreadable(request, error)
    page = build_values_page(query, field, request.GET.get("named", ""))
    return render_page(request, "web/values.html", page)
