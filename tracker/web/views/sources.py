"""The feeds and their state, for everybody: worst first; and the fetch log of one feed."""

from collections import Counter
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.feeds.fetch import without_secrets
from tracker.feeds.health import coverage, worst_first
from tracker.feeds.models import Feed

DAY = timedelta(days=1)
POLLS_SHOWN = 50


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    state, language = request.GET.get("state", ""), request.GET.get("language", "")
    every = list(worst_first())
    feeds = [f for f in every if state in {"", f.state} and language in {"", f.language}]
    states = Counter(f.state for f in every)
    context = {
        "feeds": feeds,
        "coverage": coverage(now - DAY, now),
        "states": [(s, s.label, states[s]) for s in Feed.State if states[s]],
        "languages": sorted({f.language for f in every if f.language}),
        "state": state,
        "language": language,
        "now": now,
    }
    return render(request, "web/sources.html", context)


@require_safe
def source(request: HttpRequest, feed_id: int) -> HttpResponse:
    feed = get_object_or_404(Feed.objects.select_related("source"), pk=feed_id)
    context = {
        "feed": feed,
        "shown_url": without_secrets(feed.url),
        "polls": feed.polls.order_by("-at")[:POLLS_SHOWN],
        "entries": feed.entries.order_by("-first_seen_at", "-pk")[:10],
    }
    return render(request, "web/source.html", context)
