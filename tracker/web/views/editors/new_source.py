"""For editors: what a feed would bring, and following it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker import database_time
from tracker.events.intake.preview import preview_feed
from tracker.feeds.causes import CAUSES
from tracker.feeds.discover import (
    BYTE_LIMIT,
    REQUEST_LIMIT,
    TIME_LIMIT,
    discover,
    search_budget,
)
from tracker.feeds.models import Feed
from tracker.feeds.network.fetch import FetchError
from tracker.feeds.services import add_feed
from tracker.redact import without_secrets
from tracker.web.editor import editor_required


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_source(request: HttpRequest) -> HttpResponse:
    """The form; posted with `act=preview` what an address would bring, else the feed followed."""
    if request.method != "POST":
        return render(request, "web/new_source.html", {"url": request.GET.get("url", "").strip()})
    # A search asks other people's servers, so no link may start it.
    return _preview(request) if request.POST.get("act") == "preview" else _add(request)


def _preview(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("feed", "")
    if number.isdecimal() and len(number) < 19:  # one that is followed: its page shows no password
        feed = get_object_or_404(Feed, pk=number)
        url, shown_url = feed.url, without_secrets(feed.url)
    else:
        feed = None
        url = shown_url = request.POST.get("url", "").strip()
    context: dict[str, object] = {"url": shown_url, "feed": feed}
    budget = search_budget()
    try:
        found = discover(url, now=database_time.now(), budget=budget)
    except FetchError as error:
        return render(request, "web/new_source.html", context | _words_of(error), status=400)
    known = Feed.objects.in_bulk([one.url for one in found], field_name="url")
    context |= {
        "is_searched": True,
        "found": [(one, preview_feed(one.feed, budget), known.get(one.url)) for one in found],
    }
    if budget.is_spent:
        context |= {
            "is_cut": True,
            "requests": REQUEST_LIMIT,
            "megabytes": BYTE_LIMIT // 1_000_000,
            "seconds": int(TIME_LIMIT),
        }
    return render(request, "web/new_source.html", context)


def _words_of(error: FetchError) -> dict[str, object]:
    """What the form says of an address that cannot be read, and what to do."""
    why = CAUSES.get(error.cause)
    return {"error": f"{why.sentence} {why.hint}" if why else error.reason}


def _add(request: HttpRequest) -> HttpResponse:
    url = request.POST.get("url", "")
    try:
        feed, is_new = add_feed(
            url=url, title=request.POST.get("title", ""), now=database_time.now()
        )
    except FetchError as error:
        context = {"url": url} | _words_of(error)
        return render(request, "web/new_source.html", context, status=400)
    messages.success(request, _("Feed added.") if is_new else _("This feed is already followed."))
    return redirect("source", feed.pk)
