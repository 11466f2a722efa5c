"""For editors: what a feed would bring, and following it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker import database_time
from tracker.events.preview import preview
from tracker.feeds.discover import discover
from tracker.feeds.fetch import FetchError
from tracker.feeds.models import Feed
from tracker.feeds.services import add_feed
from tracker.web.editor import editor_required


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_source(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _add(request)
    url = request.GET.get("url", "").strip()
    context: dict[str, object] = {"url": url}
    if url:
        try:
            found = discover(url, now=database_time.now())
        except FetchError as error:
            context["error"] = error.reason
        else:
            known = Feed.objects.in_bulk([one.url for one in found], field_name="url")
            context["found"] = [(one, preview(one.feed), known.get(one.url)) for one in found]
    return render(
        request, "web/new_source.html", context, status=400 if "error" in context else 200
    )


def _add(request: HttpRequest) -> HttpResponse:
    url = request.POST.get("url", "")
    try:
        feed, is_new = add_feed(
            url=url, title=request.POST.get("title", ""), now=database_time.now()
        )
    except FetchError as error:
        context = {"url": url, "error": error.reason}
        return render(request, "web/new_source.html", context, status=400)
    messages.success(request, _("Followed from now on.") if is_new else _("Followed already."))
    return redirect("source", feed.pk)
