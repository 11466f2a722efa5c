"""Describe in one sentence what an editor did to an event, where the log would list fields."""

from django.utils.translation import gettext as _

from tracker.events.models import Change, Event
from tracker.events.search.wording.revisions import why_words


def correction_sentence(change: Change) -> str:
    """Return what a change did as one sentence, in the active language; "" for an edit of facts,
    which its fields describe.
    """
    if change.verb == Change.Verb.UNDO and change.undoes is not None:
        return _undoing_sentence(change.undoes)
    if change.verb == Change.Verb.MERGE:
        return _("“%s” was merged into this event") % _headline_of(change, "merged_into")
    if change.verb == Change.Verb.SPLIT:
        name = _headline_of(change, "split_from")
        return _("some of its reports were moved to another event, “%s”") % name
    if change.verb == Change.Verb.REFUSE:
        why = why_words(change)
        return _("an editor removed this event: %s") % why if why else _("an editor removed it")
    return _("an editor restored this event") if change.verb == Change.Verb.RESTORE else ""


def _undoing_sentence(undone: Change) -> str:
    if undone.verb == Change.Verb.MERGE:
        return _("“%s” is a separate event again") % _headline_of(undone, "merged_into")
    if undone.verb == Change.Verb.SPLIT:
        return _("the reports that were moved to another event are part of it again")
    return _("an editor restored this event") if undone.verb == Change.Verb.REFUSE else ""


def _headline_of(change: Change, field: str) -> str:
    """Return the headline of the event whose field a change set."""
    event = Event.objects.filter(revisions__change=change, revisions__field=field).first()
    return event.headline if event else ""
