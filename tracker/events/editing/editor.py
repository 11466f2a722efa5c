"""Represent the acting editor, and share what every action needs: locks, limits, corrections."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.events.models import Change, Correction, Event, Report, Revision
from tracker.events.reasons import Reasons
from tracker.events.record import write
from tracker.events.record.locks import lock
from tracker.events.record.records import record_of
from tracker.events.record.values import Record
from tracker.events.record.write import Action, ConflictError
from tracker.feeds.models import Entry

# How many of each an editor may give one event: with more it is a list, not an act.
LIMITS = {
    "platforms": (50, gettext_lazy("platforms")),
    "targets": (100, gettext_lazy("targets")),
    "countries": (250, gettext_lazy("countries")),
    "links": (100, gettext_lazy("links")),
    "linked_from": (500, gettext_lazy("links")),
}


class EditError(ValueError):
    """An edit of an event that is not possible; the message says which field and why."""


@dataclass(frozen=True)
class Editor:
    """The editor who acts: when, why (in their words, or by a reason that the page offered), and
    which revision of the event they had read (see last_revision_id).
    """

    by: str
    now: datetime
    reason: str = ""
    read_version: int | None = None
    reasons: Reasons = ()

    def action(self, verb: Change.Verb) -> Action:
        return Action(verb, self.by, self.reason, self.now, self.reasons)


def last_revision_id(event: Event) -> int:
    """Return the id of the event's last revision, 0 if there is none; pages send it back with an
    edit.
    """
    newest = event.revisions.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def lock_event(event_id: int, editor: Editor) -> tuple[Event, Record]:
    event = lock(events=[event_id])[event_id]
    check_not_merged(event)
    check_unchanged(event, editor)
    return event, record_of(event)


def check_not_merged(event: Event) -> None:
    """Raise EditError for a merged event: nobody would see changes to it."""
    if event.merged_into_id is not None:
        words = _("event %(event)s was merged into event %(into)s")
        raise EditError(words % {"event": event.pk, "into": event.merged_into_id})


def check_unchanged(event: Event, editor: Editor) -> None:
    """Raise ConflictError if the event changed since it was read; new reports are no conflict."""
    # Only the API may omit it, for programs that decide without having read the event.
    if editor.read_version is None:
        return
    # An edit carries the revision that its editor had read, instead of a lock (decision D62).
    since: list[Revision] = list(
        event.revisions.filter(pk__gt=editor.read_version).exclude(
            field__in=["report", "linked_from"]
        )
    )
    if since:
        raise ConflictError(since)


def write_checked(
    events: Mapping[int, Event], targets: Mapping[int, Record], act: Action, new: int | None = None
) -> Change:
    """Store the records of locked events; `new` is the event that this change creates.

    Raises EditError if one would hold more than a page can show.
    """
    for pk, record in targets.items():
        check_size(events[pk], record)
    return write.write_events(events, targets, act, created=[] if new is None else [new])


def check_size(event: Event, record: Record) -> None:
    """Raise EditError for too many values; a longer list by the program or a history may stay, but
    not grow.
    """
    for name, (limit, label) in LIMITS.items():
        count = len(getattr(record, name))
        if count > limit and count > len(getattr(record_of(event), name)):
            words = _("%(what)s: an event can have at most %(limit)s")
            raise EditError(words % {"what": label, "limit": limit})


def add_corrections(
    event: Event,
    values: Mapping[Correction.Field, object],
    editor: Editor,
    change: Change,
    reports: Iterable[int] | None = None,
) -> None:
    """Store the right classification of the event's entries, or of some reports', with the
    program's.
    """
    rows = Report.objects.filter(event=event, entry__isnull=False)
    if reports is not None:
        rows = rows.filter(pk__in=list(reports))
    corrections = []
    for entry in Entry.objects.filter(reports__in=rows).select_related("classification"):
        classification = getattr(entry, "classification", None)
        corrections += [
            Correction(
                entry=entry,
                field=field,
                value=value,
                # The program's values, for the agreement shown on /review.
                program_value=getattr(classification, field, None),
                change=change,
                by=editor.by[:150],
                at=editor.now,
            )
            for field, value in values.items()
        ]
    Correction.objects.bulk_create(corrections)
