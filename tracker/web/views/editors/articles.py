"""For editors: add an article by its address, add it to events, record an event from it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker import database_time
from tracker.events.editing import actions
from tracker.events.editing.actions import AlreadyInEventError, EditError, Editor
from tracker.events.models import SubmittedLink
from tracker.events.record.write import ConflictError
from tracker.events.review.picking import read_event
from tracker.events.review.submissions import SubmissionError, decide_link
from tracker.feeds.editing.articles import fetch_article, store_article
from tracker.feeds.models import Entry
from tracker.feeds.network.types import FetchError
from tracker.people.articles import set_language
from tracker.web.editor import actor_of, editor_required, redirect_next
from tracker.web.fields import row_id
from tracker.web.forms.events import FactsForm, LanguageForm, RoleForm
from tracker.web.forms.suggestions import LinkForm
from tracker.web.pages.editors.editing import (
    ArticlePage,
    NewArticlePage,
    build_article_page,
    facts_of_article,
)
from tracker.web.pages.render import render_page
from tracker.web.views.editors.review import error_message


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Fetch the article at an address, and store it for classification."""
    form = LinkForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        page = NewArticlePage(form)
        return render_page(
            request, "web/article_new.html", page, status=400 if form.errors else 200
        )
    now = timezone.now()
    try:
        entry, is_new = store_article(
            fetch_article(form.cleaned_data["url"], now), by=request.user.get_username(), now=now
        )
    except FetchError as error:
        form.add_error("url", _("This page could not be read: %s") % error.reason)
        return render_page(request, "web/article_new.html", NewArticlePage(form), status=400)
    _note_submission(request, entry)
    message = _("Added. The program reads it within a minute.")
    messages.success(request, message if is_new else _("The tracker has this article already."))
    return redirect("article", entry.pk)


def _note_submission(request: HttpRequest, entry: Entry) -> None:
    """Record that the reader's link in the form was added."""
    number = row_id(request.POST.get("link", ""))
    if not number:
        return
    try:
        decide_link(number, request.user.get_username(), timezone.now(), entry=entry)
    except SubmissionError as error:
        messages.error(request, str(error))


@editor_required
@require_POST
def decline(request: HttpRequest, link_id: int) -> HttpResponse:
    """Decline a link from a reader without fetching it."""
    get_object_or_404(SubmittedLink, pk=link_id)
    try:
        decide_link(link_id, request.user.get_username(), timezone.now())
    except SubmissionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Declined the link."))
    return redirect_next(request, "review")


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def article(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Show the events of an article, add it to another, or record a new one."""
    entry = get_object_or_404(Entry, pk=entry_id)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    adding = RoleForm(request.POST if act == "add" else None)
    recording = FactsForm(
        request.POST if act == "record" else None,
        initial=FactsForm.fact_values(facts_of_article(entry)),
    )
    if act == "add" and adding.is_valid():
        return _add(request, entry, adding, recording)
    if act == "record" and recording.is_valid():
        return _record(request, entry, adding, recording)
    status = 400 if act else 200
    return _page(request, build_article_page(entry, adding, recording), status)


@editor_required
@require_POST
def change_language(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Set the language of an article, which is then classified again."""
    get_object_or_404(Entry, pk=entry_id)
    form = LanguageForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["language"][0]))
        return redirect("article", entry_id)
    now = database_time.now()
    is_new = set_language(entry_id, form.cleaned_data["language"], actor_of(request), now)
    message = _("Language saved. The program reads the article again within a minute.")
    messages.success(request, message if is_new else _("Nothing was changed."))
    return redirect_next(request, "article", entry_id)


def _add(
    request: HttpRequest, entry: Entry, adding: RoleForm, recording: FactsForm
) -> HttpResponse:
    values = adding.cleaned_data
    try:
        event = read_event(values["event"])
        actions.add_entry(event.pk, entry.pk, values["role"], _editor_of(request))
    except AlreadyInEventError as error:
        messages.info(request, capfirst(str(error)))
        return redirect("article", entry.pk)
    except (EditError, ConflictError) as error:
        adding.add_error("event", error_message(error))
        return _page(request, build_article_page(entry, adding, recording), 400)
    messages.success(request, _("Added the article to event %s.") % event.pk)
    return redirect("article", entry.pk)


def _record(
    request: HttpRequest, entry: Entry, adding: RoleForm, recording: FactsForm
) -> HttpResponse:
    try:
        _change, event = actions.record_event(
            entry.pk, recording.edited_values(), _editor_of(request)
        )
    except (EditError, ConflictError) as error:
        recording.add_error(None, capfirst(error_message(error)))
        return _page(request, build_article_page(entry, adding, recording), 400)
    messages.success(request, _("Recorded event %s.") % event.pk)
    return redirect("event", event.pk)


def _editor_of(request: HttpRequest) -> Editor:
    return Editor(request.user.get_username(), timezone.now(), request.POST.get("reason", ""))


def _page(request: HttpRequest, page: ArticlePage, status: int) -> HttpResponse:
    return render_page(request, "web/article.html", page, status=status)
