"""For editors: the review desk on one screen, and its single decisions."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracker.events.editing import actions
from tracker.events.editing.actions import EditError, Editor
from tracker.events.models import Change, Event, ReportDispute, SecondAct, Suggestion
from tracker.events.record.checks import CONFIRMED
from tracker.events.record.write import ConflictError
from tracker.events.review import second_acts, suggestions, votes
from tracker.events.review.picking import read_event
from tracker.events.search.wording.revisions import conflict_words
from tracker.events.wording.terms import term
from tracker.web.editor import editor_of, editor_required, redirect_next
from tracker.web.fields import row_id
from tracker.web.forms.events import DecisionForm
from tracker.web.pages.editors.review import build_review_page
from tracker.web.pages.render import render_page


@editor_required
@require_safe
def show_queue(request: HttpRequest) -> HttpResponse:
    event_id = row_id(request.GET.get("event", ""))
    page = build_review_page(
        request.GET.get("lane", ""), event_id, request.user.get_username(), timezone.now()
    )
    return render_page(request, "web/review.html", page)


@editor_required
@require_POST
def accept(request: HttpRequest, event_id: int) -> HttpResponse:
    return decide(request, event_id, _("Accepted event %s.") % event_id, actions.accept_event)


@editor_required
@require_POST
def change_kind(request: HttpRequest, event_id: int) -> HttpResponse:
    """Set another main kind, replacing the former one."""
    kind = request.POST.get("kind", "")

    def act(pk: int, editor: Editor) -> object:
        edit = actions.current_values(Event.objects.get(pk=pk))
        others = tuple(k for k in edit.kinds[1:] if k != kind)
        edited = replace(edit, kinds=(kind, *others))
        # This confirms the chosen kind, but no other facts.
        if edited == edit:
            return actions.check_fact(pk, "kinds", CONFIRMED, editor)
        return actions.edit_event(pk, edited, editor, is_accepted=False)

    return decide(request, event_id, _("Set the kind of event %s.") % event_id, act)


@editor_required
@require_POST
def add_target(request: HttpRequest, event_id: int) -> HttpResponse:
    name = " ".join(request.POST.get("name", "").split())

    def act(pk: int, editor: Editor) -> object:
        edit = actions.current_values(Event.objects.get(pk=pk))
        targets = tuple(dict.fromkeys([*edit.targets, name]))
        return actions.edit_event(pk, replace(edit, targets=targets), editor, is_accepted=False)

    return decide(request, event_id, _("Added %s as a target.") % name, act)


@editor_required
@require_POST
def check(request: HttpRequest, event_id: int) -> HttpResponse:
    """Confirm or dispute one fact of the event."""
    fact, state = request.POST.get("fact", ""), request.POST.get("check", "")

    def act(pk: int, editor: Editor) -> object:
        return actions.check_fact(pk, fact, state, editor)

    return decide(request, event_id, _("The fact was %s.") % term(state), act)


@editor_required
@require_POST
def link(request: HttpRequest, event_id: int) -> HttpResponse:
    """Confirm or reject a link to the event picked by number or words."""
    other = request.POST.get("other", "")
    kind, state = request.POST.get("type", ""), request.POST.get("state", "")

    def act(pk: int, editor: Editor) -> object:
        return actions.set_link(pk, kind, read_event(other).pk, state, editor)

    return decide(request, event_id, _("The link was %s.") % term(state), act)


@editor_required
@require_POST
def split(request: HttpRequest, event_id: int) -> HttpResponse:
    chosen = [row_id(pk) for pk in request.POST.getlist("report")]

    def act(pk: int, editor: Editor) -> object:
        return actions.split_event(pk, chosen, editor)

    return decide(request, event_id, _("The selected reports are now a separate event."), act)


@editor_required
@require_POST
def undo(request: HttpRequest, change_id: int) -> HttpResponse:
    change = get_object_or_404(Change, pk=change_id)
    editor = Editor(request.user.get_username(), timezone.now(), request.POST.get("reason", ""))
    try:
        actions.undo_change(change.pk, editor)
    except (EditError, ConflictError) as error:
        messages.error(request, error_message(error))
    else:
        messages.success(request, _("Undone: %s.") % _events_of(change))
    return redirect_next(request, "review")


@editor_required
@require_POST
def answer(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    get_object_or_404(Suggestion, pk=suggestion_id)
    try:
        suggestions.answer_suggestion(
            suggestion_id,
            state=request.POST.get("state", ""),
            answer=request.POST.get("answer", ""),
            by=request.user.get_username(),
            now=timezone.now(),
        )
    except suggestions.SuggestionAnswerError as error:
        messages.error(request, error_message(error))
    else:
        messages.success(request, _("Answer published on the event’s page."))
    return redirect_next(request, "review")


@editor_required
@require_POST
def answer_dispute(request: HttpRequest, dispute_id: int) -> HttpResponse:
    """Put back an article that readers voted out, or leave it out."""
    get_object_or_404(ReportDispute, pk=dispute_id)
    editor = Editor(request.user.get_username(), timezone.now())
    try:
        dispute = votes.answer_dispute(dispute_id, request.POST.get("state", ""), editor)
    except (votes.VoteError, EditError, ConflictError) as error:
        messages.error(request, error_message(error))
    else:
        is_returned = dispute.state == ReportDispute.State.RETURNED
        message = (
            _("The article stays in the event.") if is_returned else _("The article stays out.")
        )
        messages.success(request, message)
    return redirect_next(request, "review")


@editor_required
@require_POST
def answer_second_act(request: HttpRequest, act_id: int) -> HttpResponse:
    """Add the article to the second act's event, or decline the proposal."""
    get_object_or_404(SecondAct, pk=act_id)
    editor = Editor(request.user.get_username(), timezone.now())
    is_accepted = request.POST.get("answer") == "accept"
    try:
        change = second_acts.answer_second_act(act_id, editor, is_accepted=is_accepted)
    except (second_acts.SecondActError, EditError, ConflictError) as error:
        messages.error(request, error_message(error))
    else:
        message = (
            _("The article is now also in: %s.") % _events_of(change, "report")
            if change
            else _("Answered.")
        )
        messages.success(request, message)
    return redirect_next(request, "review")


def _events_of(change: Change, field: str = "") -> str:
    """Return which events a change touched, or of which it changed a field, as in "event 12, event
    15".
    """
    touched = change.revisions.exclude(field="linked_from").order_by("event")
    touched = touched.filter(field=field) if field else touched
    pks = list(touched.values_list("event", flat=True).distinct())
    return ", ".join(_("event %s") % pk for pk in pks)


def decide(
    request: HttpRequest, event_id: int, message: str, act: Callable[[int, Editor], object]
) -> HttpResponse:
    event = get_object_or_404(Event.objects.visible(), pk=event_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The page was out of date. Nothing was saved."))
        return redirect_next(request, "review")
    try:
        act(event.pk, editor_of(request, form))
    except (EditError, ConflictError) as error:
        messages.error(request, error_message(error))
    else:
        messages.success(request, message)
    return redirect_next(request, "review")


def error_message(error: Exception) -> str:
    if isinstance(error, ConflictError):
        what = "; ".join(conflict_words(error.revisions))
        if error.words:
            return f"{error.words} ({what})" if what else error.words
        return _("Someone else edited this event, so your changes were not saved: %s.") % what
    return capfirst(str(error))
