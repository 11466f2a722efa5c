"""For editors: preview a feed, and follow it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker import database_time
from tracker.feeds.causes import CAUSES
from tracker.feeds.discover import (
    BYTE_LIMIT,
    REQUEST_LIMIT,
    TIME_LIMIT,
    discover,
    search_budget,
)
from tracker.feeds.models import Feed
from tracker.feeds.network.types import FetchError
from tracker.feeds.services import add_feed
from tracker.redact import without_secrets
from tracker.web.editor import editor_required
from tracker.web.fields import row_id
from tracker.web.pages.render import render_page
from tracker.web.pages.source import NewSourcePage, build_found_feeds

TEMPLATE = "web/new_source.html"


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_source(request: HttpRequest) -> HttpResponse:
    """Show the form; when posted, preview an address with `act=preview`, else follow the feed."""
    if request.method != "POST":
        return render_page(request, TEMPLATE, NewSourcePage(request.GET.get("url", "").strip()))
    # A search contacts other people's servers, so no link may start it.
    return _preview(request) if request.POST.get("act") == "preview" else _add(request)


def _preview(request: HttpRequest) -> HttpResponse:
    number = row_id(request.POST.get("feed", ""))
    if number:  # one that is already followed: its page shows no password
        feed = get_object_or_404(Feed, pk=number)
        url, shown_url = feed.url, without_secrets(feed.url)
    else:
        feed = None
        url = shown_url = request.POST.get("url", "").strip()
    budget = search_budget()
    try:
        discovered = discover(url, now=database_time.now(), budget=budget)
    except FetchError as error:
        words = _words_of(error, is_followed=feed is not None)
        page = NewSourcePage(shown_url, words, is_followed=feed is not None)
        return render_page(request, TEMPLATE, page, status=400)
    feeds = build_found_feeds(discovered, budget)
    page = NewSourcePage(
        url=shown_url,
        is_followed=feed is not None,
        is_searched=True,
        is_cut=budget.is_spent,
        feeds=feeds,
        requests=REQUEST_LIMIT,
        megabytes=BYTE_LIMIT // 1_000_000,
        seconds=int(TIME_LIMIT),
    )
    return render_page(request, TEMPLATE, page)


def _words_of(error: FetchError, *, is_followed: bool) -> str:
    """Return the form's message for an address that cannot be read, with what to do."""
    why = CAUSES.get(error.cause)
    if why is None:
        return error.reason
    return f"{why.sentence} {why.hint if is_followed else why.hint_unfollowed}"


def _add(request: HttpRequest) -> HttpResponse:
    url = request.POST.get("url", "")
    try:
        feed, is_new = add_feed(
            url=url,
            title=request.POST.get("title", ""),
            by=request.user.get_username(),
            now=database_time.now(),
        )
    except FetchError as error:
        page = NewSourcePage(url, _words_of(error, is_followed=False))
        return render_page(request, TEMPLATE, page, status=400)
    messages.success(request, _("Feed added.") if is_new else _("This feed is already followed."))
    return redirect("source", feed.pk)
