"""What editors write with a token: edit, accept, refuse, merge, reports, undo."""

from dataclasses import replace

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja.security import HttpBearer

from tracker.events.editing import actions
from tracker.events.editing.actions import Editor
from tracker.events.models import Change, Event, Report
from tracker.events.search.load import load_rows
from tracker.operations.editor_tokens import bearer_of
from tracker.web.views.api.responses import (
    Endpoint,
    View,
    event_out,
    find_event,
    refusing_unknown,
    router,
    write_responses,
)
from tracker.web.views.api.schemas.editing import (
    ChangedOut,
    DecisionIn,
    EditIn,
    MergeIn,
    ReportIn,
    UndoIn,
)
from tracker.web.views.api.usage import count_use


class EditorToken(HttpBearer):
    """An editor's token, as `manage.py apitoken` prints it."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        bearer = bearer_of(token)
        if bearer is None:
            return None
        if bearer.token:
            count_use(bearer.token)
        request.user = bearer.user
        request.api_token = bearer.token  # type: ignore[attr-defined]
        return bearer.user


TOKEN = EditorToken()


def write_endpoint(method: str, path: str, summary: str) -> Endpoint:
    """Add an endpoint for editors that changes an event and answers with it."""
    add = router.api_operation(
        [method],
        path,
        auth=TOKEN,
        response=write_responses(ChangedOut),
        summary=summary,
        tags=["Write"],
        by_alias=True,
    )

    def strict(view: View) -> View:
        add(refusing_unknown(path, view))
        return view

    return strict


@write_endpoint("PATCH", "/events/{int:event_id}", "Edit an event")
def edit_event(request: HttpRequest, event_id: int, body: EditIn) -> ChangedOut:
    """Store what differs and mark the event as reviewed, unless `accept` is false."""
    # What was not sent stays as it is, and null counts as not sent: none of these facts can be
    # null.
    aside = {"reason", "read_version", "accept"}
    sent_values = body.dict(exclude_unset=True, exclude=aside, exclude_none=True)
    if "headline" in sent_values:
        # A headline that somebody sends is theirs; the derived one is no fact of the record
        # (decision D74).
        sent_values["own_headline"] = sent_values.pop("headline")
    lists = {name: tuple(value) for name, value in sent_values.items() if isinstance(value, list)}
    values = replace(actions.current_values(find_event(event_id)), **(sent_values | lists))
    editor = _editor_of(request, body)
    change = actions.edit_event(event_id, values, editor, is_accepted=body.accept)
    return _changed_out(request, event_id, change)


@write_endpoint("POST", "/events/{int:event_id}/accept", "Accept an event as it is")
def accept_event(request: HttpRequest, event_id: int, body: DecisionIn) -> ChangedOut:
    find_event(event_id)
    change = actions.accept_event(event_id, _editor_of(request, body))
    return _changed_out(request, event_id, change)


@write_endpoint("POST", "/events/{int:event_id}/refuse", "Refuse an event")
def refuse_event(request: HttpRequest, event_id: int, body: DecisionIn) -> ChangedOut:
    """The event is no longer shown; its page says why."""
    find_event(event_id)
    change = actions.refuse_event(event_id, _editor_of(request, body))
    return _changed_out(request, event_id, change)


@write_endpoint("POST", "/events/{int:event_id}/merge", "Merge an event into another")
def merge_event(request: HttpRequest, event_id: int, body: MergeIn) -> ChangedOut:
    """Its reports, links and address go to the other event."""
    for pk in (event_id, body.into):
        find_event(pk)
    change = actions.merge_events(event_id, body.into, _editor_of(request, body))
    return _changed_out(request, body.into, change)


@write_endpoint("POST", "/events/{int:event_id}/reports", "Add an article to an event")
def add_report(request: HttpRequest, event_id: int, body: ReportIn) -> ChangedOut:
    """The article stays in the events in which it stands already."""
    find_event(event_id)
    report = get_object_or_404(Report, pk=body.report, entry__isnull=False)
    entry_id = report.entry_id or 0
    change = actions.add_entry(event_id, entry_id, body.role, _editor_of(request, body))
    return _changed_out(request, event_id, change)


@write_endpoint(
    "POST",
    "/events/{int:event_id}/reports/{int:report_id}/withdraw",
    "Take an article out of an event",
)
def withdraw_report(
    request: HttpRequest, event_id: int, report_id: int, body: DecisionIn
) -> ChangedOut:
    """The article must stand in another event; else split it off."""
    find_event(event_id)
    change = actions.withdraw_report(event_id, report_id, _editor_of(request, body))
    return _changed_out(request, event_id, change)


@write_endpoint("POST", "/changes/{int:change_id}/undo", "Undo a change")
def undo_change(request: HttpRequest, change_id: int, body: UndoIn) -> ChangedOut:
    """Undoes exactly what an editor’s change did, within 30 days, and answers with its event."""
    change = get_object_or_404(Change, pk=change_id)
    editor = Editor(request.user.get_username(), timezone.now(), body.reason)
    undoing_it = actions.undo_change(change.pk, editor)
    touched = change.revisions.exclude(field="linked_from").order_by("event")
    event = touched.values_list("event", flat=True).first()
    if event is None:
        raise Http404
    return _changed_out(request, event, undoing_it)


def _editor_of(request: HttpRequest, body: EditIn | DecisionIn) -> Editor:
    return Editor(request.user.get_username(), timezone.now(), body.reason, body.read_version)


def _changed_out(request: HttpRequest, event_id: int, change: Change | None) -> ChangedOut:
    (row,) = load_rows([Event.objects.get(pk=event_id)])
    return ChangedOut(change=change.pk if change else 0, event=event_out(request, row))
