"""Link events to each other, and note who is working on one."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.events.editing.editor import (
    EditError,
    Editor,
    check_not_merged,
    check_size,
    lock_event,
    write_checked,
)
from tracker.events.models import Change, Event, Link
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.records import record_of

CLAIMED_FOR = timedelta(minutes=20)


@in_transaction
def set_link(event_id: int, kind: str, other_id: int, state: str, editor: Editor) -> Change:
    """Confirm, reject or propose a link of the event to another.

    Raises EditError for a link to itself or to an unknown event.
    """
    if kind not in Link.Type or state not in Link.State:
        raise EditError(_("Choose a type and a state for the link"))
    if event_id == other_id or not Event.objects.filter(pk=other_id).exists():
        raise EditError(_("Choose another event to link to"))
    events = lock(events={event_id, other_id})
    _event, before = lock_event(event_id, editor)
    check_not_merged(events[other_id])
    links = {**before.links, (kind, other_id): (kind, other_id, state)}
    other = record_of(events[other_id])
    leading = {**other.linked_from, (kind, event_id): (kind, event_id, state)}
    check_size(events[other_id], replace(other, linked_from=leading))
    return write_checked(
        events, {event_id: replace(before, links=links)}, editor.action(Change.Verb.LINK)
    )


def claim_event(event_id: int, by: str, now: datetime) -> str:
    """Note that an editor is working on the event, for CLAIMED_FOR, and return who else is, or "".
    It blocks nobody: conflicts raise ConflictError.
    """
    # A claim only warns: a forgotten lock would block a morning's review. The row count decides, so
    # no lock is needed.
    free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_by=by)
    claimed = Event.objects.filter(free, pk=event_id)
    if claimed.update(claimed_by=by, claimed_until=now + CLAIMED_FOR):
        return ""
    return Event.objects.values_list("claimed_by", flat=True).get(pk=event_id)
