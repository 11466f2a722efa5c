"""Show a collection as a brief: events with notes, reports and citations."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from tracker.alerts.collecting.models import Collection
from tracker.alerts.delivery.emails import site_url
from tracker.events.models import Event
from tracker.events.publish.citations import Citation, cite_as_text
from tracker.events.search.load import load_rows
from tracker.events.search.rows import EventRow


@dataclass(frozen=True)
class BriefEvent:
    """An event of a brief, its owner's note, and how to cite it as it is now."""

    row: EventRow
    note: str
    address: str
    citation: str


@dataclass(frozen=True)
class Brief:
    """A collection: newest act first; `removed` is the number of its events that editors have
    removed since.
    """

    title: str
    note: str
    changed_at: datetime
    now: datetime
    events: tuple[BriefEvent, ...]
    removed: int

    @property
    def day(self) -> str:
        """Return the day of the brief, as PartialDate's text."""
        return self.now.date().isoformat()


def build_brief(collection: Collection, now: datetime) -> Brief:
    """Return a collection as it is now, in the active language; merged events appear once."""
    collected = list(collection.events.select_related("event__merged_into").order_by("pk"))
    notes: dict[int, str] = {}
    events: dict[int, Event] = {}
    for item in collected:
        event = item.event.itself
        if event.state != Event.State.REFUSED:
            events[event.pk] = event
            notes[event.pk] = " ".join(filter(None, (notes.get(event.pk), item.note)))
    rows = sorted(
        load_rows(list(events.values()), links_unsure=True),
        key=lambda row: (row.occurred, row.id),
        reverse=True,
    )
    refused = sum(item.event.itself.pk not in events for item in collected)
    return Brief(
        title=collection.title,
        note=collection.note,
        changed_at=collection.changed_at,
        now=now,
        events=tuple(_brief_event(row, notes[row.id], now) for row in rows),
        removed=refused,
    )


def _brief_event(row: EventRow, note: str, now: datetime) -> BriefEvent:
    address = site_url(reverse("event", args=[row.id]))
    return BriefEvent(row, note, address, cite_as_text(Citation(row, address, now)))
