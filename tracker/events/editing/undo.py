"""Undo what an editor did, within a time limit."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tracker.events.consensus.settle import settle_event
from tracker.events.editing import undoing
from tracker.events.editing.editor import EditError, Editor
from tracker.events.models import Change, Revision
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.values import FIELDS

UNDO_FOR = timedelta(days=30)


@in_transaction
def undo_change(change_id: int, editor: Editor) -> Change:
    """Undo exactly what a change did, within UNDO_FOR.

    Raises EditError afterwards, ConflictError if later changes would be lost.
    """
    change = Change.objects.get(pk=change_id)
    # Later, others have cited and built on the result; a new edit is more honest.
    if editor.now - change.at > UNDO_FOR:
        raise EditError(_("a change can be undone for %s days") % UNDO_FOR.days)
    if Change.objects.filter(undoes=change).exists():
        raise EditError(_("This change has already been undone"))
    # The settling below is done by the program, so it is not part of the undo and not undone with
    # it.
    undoing_it = undoing.revert_change(change_id, editor.action(Change.Verb.UNDO))
    _resettle_events(change, undoing_it, editor.now)
    return undoing_it


def _resettle_events(change: Change, undoing_it: Change, now: datetime) -> None:
    """Settle the events again whose reports an undo moved; facts that an editor decided are
    kept.
    """
    revisions = undoing_it.revisions
    moved = revisions.filter(field="report", event__merged_into=None).values_list(
        "event", flat=True
    )
    decided = revisions.filter(field__in=FIELDS).values_list("event", flat=True)
    events = set(moved) - set(decided)
    since = Revision.objects.filter(event__in=events, change=None, field__in=FIELDS)
    first = change.revisions.order_by("pk").first()
    again = since.filter(pk__gt=first.pk) if first else since.none()
    for event in lock(events=again.values_list("event", flat=True)).values():
        settle_event(event, now)
