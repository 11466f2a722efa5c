"""The map of the countries that a query's events concern."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from tracker.events.search.query import Query
from tracker.web.pages.overviews.world import build_world_page
from tracker.web.pages.render import render_compact
from tracker.web.views.overviews.reading import counting


@counting
def world(request: HttpRequest, query: Query) -> HttpResponseBase:
    return render_compact(request, "web/world.html", build_world_page(query, timezone.now().date()))
