"""For editors: the queue, one screen; and the small decisions that it takes."""

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
from tracker.events.models import Change, Event, Suggestion
from tracker.events.record.checks import CONFIRMED
from tracker.events.record.write import ConflictError
from tracker.events.review import suggestions
from tracker.events.review.picking import read_event
from tracker.events.search.describe import FIELD_WORDS
from tracker.events.wording.terms import term
from tracker.web.editor import editor_of, editor_required, redirect_next
from tracker.web.forms import DecisionForm
from tracker.web.pages.editors.review import build_review_page
from tracker.web.pages.render import render_page


@editor_required
@require_safe
def show_queue(request: HttpRequest) -> HttpResponse:
    number = request.GET.get("event", "")
    is_number = number.isdecimal() and len(number) < 18
    chosen = Event.objects.visible().filter(pk=int(number)).first() if is_number else None
    page = build_review_page(
        request.GET.get("lane", ""), chosen, request.user.get_username(), timezone.now()
    )
    return render_page(request, "web/review.html", page)


@editor_required
@require_POST
def accept(request: HttpRequest, event_id: int) -> HttpResponse:
    return decide(request, event_id, _("Accepted event %s.") % event_id, actions.accept_event)


@editor_required
@require_POST
def change_kind(request: HttpRequest, event_id: int) -> HttpResponse:
    """Another main kind; the former one goes."""
    kind = request.POST.get("kind", "")

    def act(pk: int, editor: Editor) -> object:
        edit = actions.current_values(Event.objects.get(pk=pk))
        others = tuple(k for k in edit.kinds[1:] if k != kind)
        edited = replace(edit, kinds=(kind, *others))
        # The kind that the editor chose is right; of the other facts this says nothing.
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
    """Confirms or disputes one fact of the event."""
    fact, state = request.POST.get("fact", ""), request.POST.get("check", "")

    def act(pk: int, editor: Editor) -> object:
        return actions.check_fact(pk, fact, state, editor)

    return decide(request, event_id, _("The fact was %s.") % term(state), act)


@editor_required
@require_POST
def link(request: HttpRequest, event_id: int) -> HttpResponse:
    """Confirms or rejects a link of the event to the one that is picked by number or words."""
    other = request.POST.get("other", "")
    kind, state = request.POST.get("type", ""), request.POST.get("state", "")

    def act(pk: int, editor: Editor) -> object:
        return actions.set_link(pk, kind, read_event(other).pk, state, editor)

    return decide(request, event_id, _("The link was %s.") % term(state), act)


@editor_required
@require_POST
def split(request: HttpRequest, event_id: int) -> HttpResponse:
    chosen = [int(pk) for pk in request.POST.getlist("report") if pk.isdecimal() and len(pk) < 18]

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


def _events_of(change: Change) -> str:
    """Return which events a change touched, as in "event 12, event 15"."""
    touched = change.revisions.exclude(field="linked_from").order_by("event")
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
        changes = [
            _("%(who)s changed %(field)s")
            % {"who": r.by, "field": FIELD_WORDS.get(r.field, r.field)}
            for r in error.revisions
        ]
        what = "; ".join(changes)
        if error.words:
            return f"{error.words} ({what})" if what else error.words
        return _("Someone else edited this event, so your changes were not saved: %s.") % what
    return capfirst(str(error))
