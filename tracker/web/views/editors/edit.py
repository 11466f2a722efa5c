"""For editors: edit an event, refuse it, bring it back."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker.events.editing.actions import (
    EditError,
    Editor,
    current_values,
    edit_event,
    last_revision_id,
    refuse_event,
    restore_event,
)
from tracker.events.models import Event, Link, SecondOpinion
from tracker.events.record.write import ConflictError
from tracker.web.editor import editor_of, editor_required, redirect_next
from tracker.web.forms import DecisionForm, EditForm

OPINIONS_SHOWN = 5


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, event_id: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.visible(), pk=event_id)
    form = EditForm(request.POST or None, initial=EditForm.values(event, current_values(event)))
    if request.method != "POST" or not form.is_valid():
        return _page(request, event, form, status=400 if form.errors else 200)
    try:
        edit_event(event.pk, form.edited_values(), editor_of(request, form))
    except EditError as error:
        form.add_error(None, str(error))
        return _page(request, event, form, status=400)
    except ConflictError as error:
        return _conflict(request, event, error)
    messages.success(request, _("Saved and marked as reviewed."))
    return redirect("event", event.pk)


@editor_required
@require_POST
def refuse(request: HttpRequest, event_id: int) -> HttpResponse:
    return _decided(request, event_id, refuse_event, _("Event refused. Its page now says why."))


@editor_required
@require_POST
def bring_event_back(request: HttpRequest, event_id: int) -> HttpResponse:
    return _decided(request, event_id, restore_event, _("Event restored."))


def _decided(
    request: HttpRequest, event_id: int, act: Callable[[int, Editor], object], message: str
) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_id, merged_into=None)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, event, EditForm(initial=_initial(event)), status=400)
    try:
        act(event.pk, editor_of(request, form))
    except EditError as error:
        messages.error(request, capfirst(str(error)))
        return redirect("event_edit", event.pk)
    except ConflictError as error:
        return _conflict(request, event, error)
    messages.success(request, message)
    return redirect_next(request, "event", event.pk)


def _initial(event: Event) -> dict[str, object]:
    return EditForm.values(event, current_values(event))


def _conflict(request: HttpRequest, event: Event, error: ConflictError) -> HttpResponse:
    if error.words:
        messages.error(request, error.words)
    event.refresh_from_db()
    form = EditForm(initial=_initial(event))
    return _page(request, event, form, status=409, meanwhile=error.revisions)


def _page(
    request: HttpRequest, event: Event, form: EditForm, *, status: int, meanwhile: object = ()
) -> HttpResponse:
    context = {
        "event": event,
        "form": form,
        "read_version": last_revision_id(event),
        "meanwhile": meanwhile,
        "link_types": [choice for choice in Link.Type.choices if choice[0] != Link.Type.SAME],
        "opinions": SecondOpinion.objects.filter(
            entry__reports__event=event, state=SecondOpinion.State.ANSWERED
        ).order_by("-pk")[:OPINIONS_SHOWN],
    }
    return render(request, "web/event_edit.html", context, status=status)
