"""For editors: actions on feeds, one or several at a time."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tracker import database_time
from tracker.feeds.editing import changes
from tracker.feeds.editing.catalogue import CATALOGUE
from tracker.feeds.editing.changes import FeedChangeError
from tracker.feeds.models import Feed
from tracker.feeds.opml import OpmlError
from tracker.feeds.services import import_opml, poll_soon
from tracker.web.editor import editor_required, redirect_next
from tracker.web.fields import row_id
from tracker.web.forms.sources import FeedForm
from tracker.web.pages.render import render_page
from tracker.web.pages.source import build_source_edit_page, build_source_merge_page, facts_of
from tracker.web.pages.sources import SourcesImportPage

# Why an action changed no feed.
UNCHANGED = {
    "pause": gettext_lazy("Nothing was changed: these feeds are paused or removed already."),
    "resume": gettext_lazy("Nothing was changed: none of these feeds is paused."),
    "remove": gettext_lazy("Nothing was changed: these feeds are removed already."),
    "restore": gettext_lazy(
        "Nothing was changed: these feeds are followed, or merged into another for good."
    ),
    "group": gettext_lazy("Nothing was changed: these feeds have this category, or are removed."),
}
IMPORT_LIMIT = 150_000  # bytes of a pasted list; see DATA_UPLOAD_MAX_MEMORY_SIZE


@editor_required
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Pause, resume, remove or restore the selected feeds, or set their category."""
    ids = _ids(request.POST.getlist("feed"))
    act = request.POST.get("act", "")
    if not ids:
        messages.error(request, _("Select at least one feed"))
    elif words := _change(act, ids, request):
        count, sentence = words
        if count:
            messages.success(request, sentence)
        else:
            messages.error(request, UNCHANGED[act])
    else:
        messages.error(request, _("Choose what to do with the feeds"))
    return redirect_next(request, "sources")


def _change(act: str, ids: list[int], request: HttpRequest) -> tuple[int, str] | None:
    """Perform an action and return how many feeds it changed, and its message; None for an unknown
    action.
    """
    by, now = request.user.get_username(), database_time.now()
    match act:
        case "pause":
            n = changes.pause_feeds(ids, by=by, now=now)
            return n, ngettext("%d feed paused.", "%d feeds paused.", n) % n
        case "resume":
            n = changes.resume_feeds(ids, by=by, now=now)
            return n, ngettext("%d feed resumed.", "%d feeds resumed.", n) % n
        case "remove":
            n = changes.remove_feeds(ids, by=by, now=now)
            words = ngettext(
                "%d feed removed. Its entries stay. You can restore it on its page.",
                "%d feeds removed. Their entries stay. You can restore each on its page.",
                n,
            )
            return n, words % n
        case "restore":
            n = changes.restore_feeds(ids, by=by, now=now)
            return n, ngettext("%d feed restored.", "%d feeds restored.", n) % n
        case "group":
            n = changes.set_group(ids, request.POST.get("group", ""), by=by, now=now)
            return n, ngettext("Category of %d feed set.", "Category of %d feeds set.", n) % n
    return None


def _ids(values: Iterable[str]) -> list[int]:
    return [number for number in map(row_id, values) if number]


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, feed_id: int) -> HttpResponse:
    """Show the form of a feed; save it when posted."""
    feed = get_object_or_404(Feed, pk=feed_id)
    is_posted = request.method == "POST"
    form = FeedForm(request.POST if is_posted else None, initial=vars(facts_of(feed)))
    if is_posted and form.is_valid():
        by, now = request.user.get_username(), database_time.now()
        try:
            count = changes.edit_feed(feed.pk, form.chosen_facts(), by=by, now=now)
        except FeedChangeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Feed saved.") if count else _("Nothing was changed."))
            return redirect("source", feed.pk)
    status = 400 if is_posted else 200
    page = build_source_edit_page(feed, form)
    return render_page(request, "web/source_edit.html", page, status=status)


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, feed_id: int) -> HttpResponse:
    """Preview the merge of a feed into another; merge when posted. `into` begins with the other's
    number.
    """
    feed = get_object_or_404(Feed, pk=feed_id)
    sent = request.POST if request.method == "POST" else request.GET
    (into_id, *_others) = _ids([sent.get("into", "").partition(" ")[0]]) or [0]
    into = Feed.objects.followed().filter(pk=into_id).exclude(pk=feed.pk).first()
    if into is None or feed.merged_into_id:
        messages.error(request, _("Enter the number of another feed"))
        return redirect("source_edit", feed.pk)
    if request.method != "POST":
        return render_page(request, "web/source_merge.html", build_source_merge_page(feed, into))
    by, now = request.user.get_username(), database_time.now()
    try:
        moved = changes.merge_feeds(feed.pk, into.pk, by=by, now=now).moved
    except FeedChangeError as error:
        messages.error(request, str(error))
        return redirect("source_edit", feed.pk)
    words = ngettext(
        "The feeds were merged: %d entry was moved.",
        "The feeds were merged: %d entries were moved.",
        moved,
    )
    messages.success(request, words % moved)
    return redirect("source", into.pk)


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_feeds(request: HttpRequest) -> HttpResponse:
    """Show the form for a list of feeds, filled with the shipped one by `list=catalogue`; preview
    the import when posted, import with `act=import`.
    """
    text = request.POST.get("opml", "").strip()
    if request.method != "POST" and request.GET.get("list") == "catalogue":
        page = SourcesImportPage(CATALOGUE.read_text("utf-8"), IMPORT_LIMIT)
        return _show_import(request, page, 200)
    if not text:
        error = _("Paste a list of feeds") if request.method == "POST" else ""
        page = SourcesImportPage("", IMPORT_LIMIT, error)
        return _show_import(request, page, 400 if error else 200)
    is_dry = request.POST.get("act") != "import"
    by, now = request.user.get_username(), database_time.now()
    try:
        result = import_opml(text.encode(), now=now, by=by, is_dry=is_dry)
    except OpmlError as error:
        page = SourcesImportPage(text, IMPORT_LIMIT, str(error))
        return _show_import(request, page, 400)
    if is_dry:
        return _show_import(request, SourcesImportPage(text, IMPORT_LIMIT, preview=result), 200)
    messages.success(
        request, ngettext("%d feed added.", "%d feeds added.", result.added) % result.added
    )
    return redirect("sources")


def _show_import(request: HttpRequest, page: SourcesImportPage, status: int) -> HttpResponse:
    return render_page(request, "web/sources_import.html", page, status=status)


@editor_required
@require_POST
def poll_now(request: HttpRequest, feed_id: int) -> HttpResponse:
    feed = get_object_or_404(Feed, pk=feed_id)
    if feed.removed_at or feed.paused_at:
        messages.error(request, _("The feed is paused or removed, so it is not polled."))
        return redirect("source", feed.pk)
    is_due = poll_soon(feed.pk, database_time.now())
    words = (
        _("The feed will be polled within seconds.")
        if is_due
        else _("The feed is being polled now.")
    )
    messages.success(request, words)
    return redirect("source", feed.pk)
