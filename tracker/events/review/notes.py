"""Store editors' notes about events for each other, and who takes which event."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tracker.events.models import Event, ReviewNote
from tracker.locks import lock

NOTE_LIMIT = 500
NOTES_SHOWN = 10
NOTES_READ = 500  # for all events of a page


@dataclass(frozen=True)
class NoteRow:
    """A note or an assignment; `assigned_to` is None for a note alone, "" for nobody."""

    by: str
    at: datetime
    text: str
    assigned_to: str | None


def add_note(event: Event, text: str, by: str, now: datetime) -> None:
    """Add a note to an event; the same note sent twice is stored once."""
    with transaction.atomic():
        lock(f"notes {event.pk}")
        latest = ReviewNote.objects.filter(event=event, assigned_to=None).order_by("-pk").first()
        if latest is None or (latest.text, latest.by) != (text, by):
            ReviewNote.objects.create(event=event, by=by[:150], at=now, text=text[:NOTE_LIMIT])


def assign_event(event: Event, assigned_to: str, by: str, now: datetime) -> None:
    """Assign an event to an editor, "" for nobody; nothing is stored if unchanged."""
    with transaction.atomic():
        lock(f"notes {event.pk}")
        if taker_of(notes_of([event.pk])[event.pk]) != assigned_to:
            taken = {"by": by[:150], "at": now, "assigned_to": assigned_to[:150]}
            ReviewNote.objects.create(event=event, **taken)


def notes_of(ids: Iterable[int]) -> dict[int, list[NoteRow]]:
    """Return the latest notes and assignments of events by id, each event's latest first. One
    query.
    """
    notes: dict[int, list[NoteRow]] = defaultdict(list)
    rows = ReviewNote.objects.filter(event__in=list(ids)).order_by("-pk")
    for row in rows[:NOTES_READ]:
        notes[row.event_id].append(NoteRow(row.by, row.at, row.text, row.assigned_to))
    return notes


def taker_of(notes: Iterable[NoteRow]) -> str:
    """Return who is assigned the event of these notes, "" for nobody."""
    return next((note.assigned_to for note in notes if note.assigned_to is not None), "")
