"""What editors write with a token: edit, accept, refuse, merge."""

from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from tracker.events.editing import actions
from tracker.events.editing.actions import Editor
from tracker.events.models import Change, Event
from tracker.events.search.rows import load_rows
from tracker.operations.editor_tokens import user_of
from tracker.web.views.api import schemas
from tracker.web.views.api.responses import (
    JsonObject,
    event_as_dict,
    find_event,
    router,
    write_responses,
)

FIELDS = {"headline": "own_headline"}  # of EditIn and of EventEdit, where they differ


class EditorToken(HttpBearer):
    """An editor's token, as `manage.py apitoken` prints it."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        user = user_of(token)
        if user is not None:
            request.user = user
        return user


WRITE: dict[str, Any] = {
    "tags": ["Write"],
    "by_alias": True,
    "auth": EditorToken(),
    "response": write_responses(schemas.ChangedOut),
}


@router.patch("/events/{int:event_id}", summary="Edit an event", **WRITE)
def edit_event(request: HttpRequest, event_id: int, body: schemas.EditIn) -> JsonObject:
    """Stores what differs and marks the event as reviewed."""
    sent = body.dict(exclude_unset=True, exclude={"reason", "read_version"}, exclude_none=True)
    given: dict[str, Any] = {
        FIELDS.get(name, name): tuple(value) if isinstance(value, list) else value
        for name, value in sent.items()
    }
    values = replace(actions.current_values(find_event(event_id)), **given)
    change = actions.edit_event(event_id, values, _editor_of(request, body))
    return _change_as_dict(request, event_id, change)


@router.post("/events/{int:event_id}/accept", summary="Accept an event as it is", **WRITE)
def accept_event(request: HttpRequest, event_id: int, body: schemas.DecisionIn) -> JsonObject:
    find_event(event_id)
    change = actions.accept_event(event_id, _editor_of(request, body))
    return _change_as_dict(request, event_id, change)


@router.post("/events/{int:event_id}/refuse", summary="Refuse an event", **WRITE)
def refuse_event(request: HttpRequest, event_id: int, body: schemas.DecisionIn) -> JsonObject:
    """The event is no longer shown; its page says why."""
    find_event(event_id)
    change = actions.refuse_event(event_id, _editor_of(request, body))
    return _change_as_dict(request, event_id, change)


@router.post("/events/{int:event_id}/merge", summary="Merge an event into another", **WRITE)
def merge_event(request: HttpRequest, event_id: int, body: schemas.MergeIn) -> JsonObject:
    """Its reports, links and address go to the other event."""
    for pk in (event_id, body.into):
        find_event(pk)
    change = actions.merge_events(event_id, body.into, _editor_of(request, body))
    return _change_as_dict(request, body.into, change)


def _editor_of(request: HttpRequest, body: schemas.EditIn | schemas.DecisionIn) -> Editor:
    return Editor(request.user.get_username(), timezone.now(), body.reason, body.read_version)


def _change_as_dict(request: HttpRequest, event_id: int, change: Change | None) -> JsonObject:
    (row,) = load_rows([Event.objects.get(pk=event_id)])
    return {"change": change.pk if change else 0, "event": event_as_dict(request, row)}
