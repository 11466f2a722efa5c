"""For editors: edit an event, refuse it, bring it back."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker.events.editing.actions import (
    EditError,
    Editor,
    EventEdit,
    current_values,
    edit_event,
    rebase_edit,
    refuse_event,
    restore_event,
)
from tracker.events.models import Event
from tracker.events.record.write import ConflictError
from tracker.web.editor import editor_of, editor_required, redirect_next
from tracker.web.forms.events import DecisionForm, EditForm
from tracker.web.pages.editors.editing import EditPage, build_edit_page
from tracker.web.pages.render import render_page


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, event_id: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.visible(), pk=event_id)
    form = EditForm(request.POST or None, initial=EditForm.values(event, current_values(event)))
    if request.method != "POST" or not form.is_valid():
        return _page(request, build_edit_page(event, form), 400 if form.errors else 200)
    try:
        is_accepted = "accept" in request.POST
        values = form.edited_values()
        edit_event(event.pk, values, editor_of(request, form), is_accepted=is_accepted)
    except EditError as error:
        form.add_error(None, str(error))
        return _page(request, build_edit_page(event, form), 400)
    except ConflictError as error:
        if not _is_stored(event, values, error, editor_of(request, form).by):
            return _edit_conflict(request, event, form, error)
    message = _("Saved and marked as reviewed.") if is_accepted else _("Saved your changes.")
    messages.success(request, message)
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
    # Not only visible events: a refused one can be restored.
    event = get_object_or_404(Event, pk=event_id, merged_into=None)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, build_edit_page(event, EditForm(initial=_initial(event))), 400)
    try:
        act(event.pk, editor_of(request, form))
    except EditError as error:
        messages.error(request, capfirst(str(error)))
        return redirect("event_edit", event.pk)
    except ConflictError as error:
        reason = form.cleaned_data["reason"]
        return _conflict(request, event, EditForm(initial=_initial(event)), error, reason)
    messages.success(request, message)
    return redirect_next(request, "event", event.pk)


def _initial(event: Event) -> dict[str, object]:
    return EditForm.values(event, current_values(event))


def _is_stored(event: Event, values: EventEdit, error: ConflictError, by: str) -> bool:
    """Return whether the conflict is with the same form, sent twice."""
    event.refresh_from_db()
    return all(r.by == by for r in error.revisions) and current_values(event) == values


def _edit_conflict(
    request: HttpRequest, event: Event, form: EditForm, error: ConflictError
) -> HttpResponse:
    # What the second editor entered stands beside what the first one stored (decision D62).
    rebased = rebase_edit(event, form.edited_values(), error.revisions)
    entered = EditForm.values(event, rebased) | {"reason": form.cleaned_data["reason"]}
    return _conflict(request, event, EditForm(initial=entered), error)


def _conflict(
    request: HttpRequest, event: Event, form: EditForm, error: ConflictError, refusal: str = ""
) -> HttpResponse:
    if error.words:
        messages.error(request, error.words)
    return _page(request, build_edit_page(event, form, error.revisions, refusal), 409)


def _page(request: HttpRequest, page: EditPage, status: int) -> HttpResponse:
    return render_page(request, "web/event_edit.html", page, status=status)
