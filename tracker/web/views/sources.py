"""The feeds and their state, for everybody: worst first; and the fetch log of one feed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracker import database_time
from tracker.events.search.find import events_of_feeds
from tracker.feeds.health import (
    WEEKS,
    coverage,
    is_flooding,
    is_quiet,
    lateness,
    weekly,
    worst_first,
)
from tracker.feeds.models import Feed
from tracker.feeds.services import export_opml, mark_aggregator, poll_soon
from tracker.redact import without_secrets
from tracker.web.editor import editor_required
from tracker.web.page_cache import of_feeds

DAY = timedelta(days=1)
EVENT_DAYS = timedelta(days=90)
POLLS_SHOWN = 50
KEPT = 600  # seconds that the events of feeds are not counted again


@dataclass(frozen=True)
class FeedRow:
    """A feed with its weeks (the newest last), whether it went quiet, how many events its entries
    reported in EVENT_DAYS, and whether it brings more than is taken.
    """

    feed: Feed
    weeks: tuple[int, ...]
    is_quiet: bool
    events: int
    is_flood: bool


@require_safe
@of_feeds
def sources(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    state, language = request.GET.get("state", ""), request.GET.get("language", "")
    every = list(worst_first())
    chosen = _chosen(every, state, language)
    weeks = weekly(now)
    count = partial(events_of_feeds, now - EVENT_DAYS)
    events: dict[int, int] = cache.get_or_set("events_of_feeds", count, KEPT) or {}
    none = (0,) * WEEKS
    states = Counter(f.state for f in every)
    context = {
        "rows": [
            FeedRow(
                f,
                weeks.get(f.pk, none),
                is_quiet(weeks.get(f.pk, none)),
                events.get(f.pk, 0),
                is_flooding(f, now),
            )
            for f in chosen
        ],
        "parameters": urlencode({k: v for k, v in request.GET.items() if v}),
        "coverage": coverage(now - DAY, now),
        "states": [(s, s.label, states[s]) for s in Feed.State if states[s]],
        "languages": sorted({f.language for f in every if f.language}),
        "state": state,
        "language": language,
        "now": now,
    }
    return render(request, "web/sources.html", context)


@require_safe
def opml(request: HttpRequest) -> HttpResponse:
    state, language = request.GET.get("state", ""), request.GET.get("language", "")
    body = export_opml(_chosen(worst_first(), state, language))
    answer = HttpResponse(body, content_type="text/x-opml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="sources.opml"'
    return answer


def _chosen(feeds: Iterable[Feed], state: str, language: str) -> list[Feed]:
    return [f for f in feeds if state in {"", f.state} and language in {"", f.language}]


@require_safe
def source(request: HttpRequest, feed_id: int) -> HttpResponse:
    feed = get_object_or_404(Feed.objects.select_related("source"), pk=feed_id)
    context = {
        "feed": feed,
        "is_flood": is_flooding(feed, timezone.now()),
        "budget": settings.FEED_BUDGET,
        "shown_url": without_secrets(feed.url),
        "moved_to": without_secrets(feed.moved_to),
        "former_url": without_secrets(feed.former_url),
        "lateness": lateness(feed, timezone.now()),
        "polls": feed.polls.order_by("-at")[:POLLS_SHOWN],
        "entries": feed.entries.prefetch_related("versions").order_by("-first_seen_at", "-pk")[:10],
    }
    return render(request, "web/source.html", context)


@editor_required
@require_POST
def aggregator(request: HttpRequest, feed_id: int) -> HttpResponse:
    """Marks a feed as an aggregator, or takes the mark away."""
    feed = get_object_or_404(Feed, pk=feed_id)
    is_marked = request.POST.get("act") == "mark"
    mark_aggregator(feed.pk, is_aggregator=is_marked)
    said = (
        _("Feed marked as an aggregator.") if is_marked else _("Feed now counts as one publisher.")
    )
    messages.success(request, said)
    return redirect("source", feed.pk)


@editor_required
@require_POST
def poll_now(request: HttpRequest, feed_id: int) -> HttpResponse:
    feed = get_object_or_404(Feed, pk=feed_id)
    is_due = poll_soon(feed.pk, database_time.now())
    told = (
        _("The feed will be polled within seconds.")
        if is_due
        else _("The feed is being polled now.")
    )
    messages.success(request, told)
    return redirect("source", feed.pk)
