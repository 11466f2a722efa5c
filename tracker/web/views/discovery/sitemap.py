"""The site map (sitemaps.org) in parts of events, and what crawlers should leave out."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tracker.events.models import Event
from tracker.web.pages.render import render_text
from tracker.web.pages.site import SitemapIndexPage, SitemapPage, SitePlace

IN_A_PART = 10_000  # numbers of events; the protocol allows 50,000 addresses
PAGES = (*("timeline", "about", "accessibility", "sources", "data", "api_docs", "search_help"),)
XML = "application/xml; charset=utf-8"
# Searches are endless, and pages linked in mails are private.
ROBOTS = """User-agent: *
Disallow: /?
Disallow: /alerts/
Disallow: /account
Disallow: /chart.
Disallow: /deliveries
Disallow: /embed
Disallow: /events.
Disallow: /events/*/reports/
Disallow: /language/
Disallow: /login
Disallow: /reports.csv
Disallow: /review
Disallow: /values/
Sitemap: {sitemap}
"""
cached = cache_control(public=True, max_age=3_600)


@require_safe
@cached
def robots(request: HttpRequest) -> HttpResponse:
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    return HttpResponse(ROBOTS.format(sitemap=sitemap), content_type="text/plain; charset=utf-8")


@require_safe
@cached
def index(request: HttpRequest) -> HttpResponse:
    """List the parts: one of the site's pages, and one for each range of event numbers."""
    # By numbers, not by counting: a part is a range of the primary key, even with a million events.
    last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    numbers = range(-(-last // IN_A_PART) + 1)
    parts = (request.build_absolute_uri(reverse("sitemap_part", args=[n])) for n in numbers)
    text = render_text(request, "web/sitemap_index.xml", SitemapIndexPage(tuple(parts)))
    return HttpResponse(text, content_type=XML)


@require_safe
@cached
def part(request: HttpRequest, number: int) -> HttpResponse:
    """List the site's pages (part 0), or the shown events of a range of numbers."""
    places = tuple(_pages(request) if number == 0 else _events(request, number))
    if not places:
        raise Http404
    text = render_text(request, "web/sitemap.xml", SitemapPage(places))
    return HttpResponse(text, content_type=XML)


def _pages(request: HttpRequest) -> Iterator[SitePlace]:
    yield from (SitePlace(request.build_absolute_uri(reverse(name)), "") for name in PAGES)


def _events(request: HttpRequest, number: int) -> Iterator[SitePlace]:
    first = (number - 1) * IN_A_PART
    shown = Event.objects.shown().filter(pk__gt=first, pk__lte=first + IN_A_PART)
    base = request.build_absolute_uri(reverse("event", args=[0])).removesuffix("0")
    changed: datetime
    for pk, changed in shown.order_by("pk").values_list("pk", "changed_at"):
        yield SitePlace(f"{base}{pk}", f"{changed:%Y-%m-%d}")
