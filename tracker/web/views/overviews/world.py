"""The map of the countries that a query's events concern."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tracker.web.pages.overviews.world import build_world_page
from tracker.web.pages.render import render_compact
from tracker.web.views.overviews.reading import Counted, counting


@counting
def world(request: HttpRequest, counted: Counted) -> HttpResponseBase:
    page = build_world_page(counted.events, counted.query)
    return render_compact(request, "web/world.html", page)
