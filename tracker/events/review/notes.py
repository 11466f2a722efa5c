"""What editors note about events for each other, and who takes which."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from tracker.events.models import Event, ReviewNote

NOTE_LIMIT = 500
NOTES_SHOWN = 10


@dataclass(frozen=True)
class NoteRow:
    """A note or an assignment; `assigned_to` is None for a note alone, "" for nobody."""

    by: str
    at: datetime
    text: str
    assigned_to: str | None


def add_note(event: Event, text: str, by: str, now: datetime) -> None:
    """Note something about an event; the same note sent twice is stored once."""
    latest = ReviewNote.objects.filter(event=event, assigned_to=None).order_by("-pk").first()
    if latest is None or (latest.text, latest.by) != (text, by):
        ReviewNote.objects.create(event=event, by=by[:150], at=now, text=text[:NOTE_LIMIT])


def assign_event(event: Event, assigned_to: str, by: str, now: datetime) -> None:
    """Note who takes an event, "" for nobody; nothing is stored if that is so already."""
    if assignments([event.pk]).get(event.pk, "") != assigned_to:
        ReviewNote.objects.create(event=event, by=by[:150], at=now, assigned_to=assigned_to[:150])


def assignments(ids: Iterable[int]) -> dict[int, str]:
    """Return who takes which event, by its id; nobody where it is left out. One query."""
    rows = _assigned(ids).order_by("pk").values_list("event", "assigned_to")
    return {pk: name for pk, name in dict(rows).items() if name}


def _assigned(ids: Iterable[int]) -> QuerySet[ReviewNote]:
    return ReviewNote.objects.filter(event__in=list(ids), assigned_to__isnull=False)


def notes_of(event_id: int) -> tuple[NoteRow, ...]:
    """Return the latest notes and assignments of an event, latest first. One query."""
    rows = ReviewNote.objects.filter(event=event_id).order_by("-pk")[:NOTES_SHOWN]
    return tuple(NoteRow(row.by, row.at, row.text, row.assigned_to) for row in rows)
