"""The feeds and their state, for everybody: the list, the list as OPML, and one feed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.feeds.editing.selection import SORTS, FeedFilter, select_feeds
from tracker.feeds.models import Feed
from tracker.feeds.services import export_opml
from tracker.web.page_cache import of_feeds
from tracker.web.pages.render import render_compact, render_page
from tracker.web.pages.source import build_source_page
from tracker.web.pages.sources import build_sources_page


@require_safe
@of_feeds
def sources(request: HttpRequest) -> HttpResponse:
    page = build_sources_page(
        _filter(request),
        _sort(request),
        request.GET.get("page", ""),
        request.path,
        timezone.now(),
    )
    return render_compact(request, "web/sources.html", page)


@require_safe
def opml(request: HttpRequest) -> HttpResponse:
    body = export_opml(select_feeds(_filter(request), _sort(request)))
    answer = HttpResponse(body, content_type="text/x-opml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="sources.opml"'
    return answer


def _filter(request: HttpRequest) -> FeedFilter:
    return FeedFilter(
        words=request.GET.get("q", "").strip(),
        state=request.GET.get("state", ""),
        language=request.GET.get("language", ""),
        country=request.GET.get("country", ""),
        group=request.GET.get("group", ""),
    )


def _sort(request: HttpRequest) -> str:
    """Return the order in the address; "" for the usual one."""
    sort = request.GET.get("sort", "")
    return sort if sort in SORTS else ""


@require_safe
def source(request: HttpRequest, feed_id: int) -> HttpResponse:
    feeds = Feed.objects.select_related("source", "merged_into")
    page = build_source_page(get_object_or_404(feeds, pk=feed_id), timezone.now())
    return render_page(request, "web/source.html", page)
