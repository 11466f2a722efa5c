"""For editors: decisions on several events at once, notes, pickers, agreement."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tracker.events.editing import actions
from tracker.events.editing.actions import EditError, Editor
from tracker.events.models import Event
from tracker.events.reasons import Reason
from tracker.events.record.write import ConflictError
from tracker.events.review import notes
from tracker.events.review.picking import PICKED, find_choices
from tracker.events.wording.reasons import REFUSALS
from tracker.web.editor import editor_required, redirect_next
from tracker.web.fields import row_id
from tracker.web.pages.editors.review import build_agreement_page
from tracker.web.pages.render import render_page
from tracker.web.views.editors.review import decide, error_message

SELECTED = 100  # events that are decided at once


@editor_required
@require_POST
def decide_selected(request: HttpRequest) -> HttpResponse:
    """Accept or refuse each selected event, each in its own transaction."""
    refusal = request.POST.get("refusal", "")
    if refusal and refusal not in REFUSALS:
        messages.error(request, _("Choose a reason from the list"))
        return redirect_next(request, "review")
    act = actions.refuse_event if refusal else actions.accept_event
    reasons = (Reason(refusal),) if refusal else ()
    count, problems = 0, []
    for pk, version in _selected(request):
        editor = Editor(
            request.user.get_username(), timezone.now(), read_version=version, reasons=reasons
        )
        if problem := _decide_one(act, pk, editor):
            problems.append(_("Event %(pk)s: %(problem)s") % {"pk": pk, "problem": problem})
        else:
            count += 1
    _say_results(request, count, problems, is_refusal=bool(refusal))
    return redirect_next(request, "review")


def _selected(request: HttpRequest) -> list[tuple[int, int]]:
    """Return (event, version that the editor had read) of each selected event, each once."""
    pairs = (value.partition(":")[::2] for value in request.POST.getlist("selected"))
    numbers = dict.fromkeys((row_id(pk), row_id(v)) for pk, v in pairs if v.isdecimal())
    return [(pk, version) for pk, version in numbers if pk][:SELECTED]


def _decide_one(act: Callable[[int, Editor], object], pk: int, editor: Editor) -> str:
    """Decide on one event; return the problem, "" if there is none."""
    if not Event.objects.visible().filter(pk=pk).exists():
        return _("It was merged or refused")
    try:
        act(pk, editor)
    except (EditError, ConflictError) as error:
        return error_message(error)
    return ""


def _say_results(
    request: HttpRequest, count: int, problems: list[str], *, is_refusal: bool
) -> None:
    if not count and not problems:
        messages.error(request, _("Select at least one event"))
    if count and is_refusal:
        words = ngettext("Refused %d event.", "Refused %d events.", count)
        messages.success(request, words % count)
    elif count:
        words = ngettext("Accepted %d event.", "Accepted %d events.", count)
        messages.success(request, words % count)
    for problem in problems:
        messages.error(request, problem)


@editor_required
@require_POST
def add_note(request: HttpRequest, event_id: int) -> HttpResponse:
    """Add a note for the other editors."""
    event = get_object_or_404(Event.objects.visible(), pk=event_id)
    text = " ".join(request.POST.get("text", "").split())
    if not text or len(text) > notes.NOTE_LIMIT:
        messages.error(request, _("Enter a note of at most %s characters") % notes.NOTE_LIMIT)
    else:
        notes.add_note(event, text, request.user.get_username(), timezone.now())
        messages.success(request, _("Added a note to event %s.") % event.pk)
    return redirect_next(request, "review")


@editor_required
@require_POST
def take(request: HttpRequest, event_id: int) -> HttpResponse:
    """Assign the event to the editor, or release it."""
    event = get_object_or_404(Event.objects.visible(), pk=event_id)
    by = request.user.get_username()
    is_release = "release" in request.POST
    notes.assign_event(event, "" if is_release else by, by, timezone.now())
    message = _("Event %s is free again.") if is_release else _("You have taken event %s.")
    messages.success(request, message % event.pk)
    return redirect_next(request, "review")


@editor_required
@require_POST
def withdraw(request: HttpRequest, event_id: int) -> HttpResponse:
    """Remove an article from the event; it stays in its others."""
    report = row_id(request.POST.get("report", ""))

    def act(pk: int, editor: Editor) -> object:
        return actions.withdraw_report(pk, report, editor)

    return decide(request, event_id, _("Took the article out of event %s.") % event_id, act)


@editor_required
@require_POST
def change_role(request: HttpRequest, event_id: int) -> HttpResponse:
    """Set the role of an article in the event."""
    report, role = row_id(request.POST.get("report", "")), request.POST.get("role", "")

    def act(pk: int, editor: Editor) -> object:
        return actions.set_role(pk, report, role, editor)

    return decide(request, event_id, _("Changed the role in event %s.") % event_id, act)


@editor_required
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Return a picker's choices for the typed words."""
    type_, typed = request.GET.get("type", ""), request.GET.get("q", "")
    choices = find_choices(type_, typed) if type_ in PICKED else []
    return JsonResponse({"choices": [{"value": c.value, "label": c.label} for c in choices]})


@editor_required
@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    return render_page(request, "web/agreement.html", build_agreement_page(timezone.now()))
