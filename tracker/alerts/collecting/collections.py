"""The only writes to collections; each is safe to repeat."""

import re
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from tracker.alerts.collecting.models import CollectedEvent, Collection
from tracker.alerts.models import Subscriber
from tracker.events.models import Event

COLLECTIONS_LIMIT = 100  # of one owner
EVENTS_LIMIT = 500  # in one collection
PUBLIC_SHOWN = 100  # in the list of public collections
EVENT_ADDRESS = re.compile(r"(?:.*/events/)?([1-9][0-9]{0,17})(?:[/?#].*)?")


class CollectionLimitError(Exception):
    """An owner has as many collections, or a collection as many events, as there may be."""


def create_collection(title: str, owner: Subscriber | User, now: datetime) -> Collection:
    """Create an empty private collection. Raises CollectionLimitError."""
    if collections_of(owner).count() >= COLLECTIONS_LIMIT:
        raise CollectionLimitError
    return Collection.objects.create(
        title=title,
        subscriber=owner if isinstance(owner, Subscriber) else None,
        editor=None if isinstance(owner, Subscriber) else owner,
        created_at=now,
        changed_at=now,
    )


def collections_of(owner: Subscriber | User) -> QuerySet[Collection]:
    """Select the collections of an owner, the first one first."""
    if isinstance(owner, Subscriber):
        return Collection.objects.filter(subscriber=owner).order_by("pk")
    return Collection.objects.filter(editor=owner).order_by("pk")


def public_collections() -> QuerySet[Collection]:
    """Select the public collections, the one changed last first."""
    return Collection.objects.filter(is_public=True).order_by("-changed_at", "-pk")[:PUBLIC_SHOWN]


def find_event(text: str) -> int | None:
    """Return the id of the event that a number or an address names; None if there is none."""
    match = EVENT_ADDRESS.fullmatch(text.strip())
    event = Event.objects.filter(pk=int(match[1])).first() if match else None
    if event is None or event.itself.state == Event.State.REFUSED:
        return None
    return event.itself.pk


def add_event(collection: Collection, event_id: int, note: str, now: datetime) -> None:
    """Add an event, or change its note. Raises CollectionLimitError."""
    with transaction.atomic():
        known = collection.events.filter(event=event_id)
        if not known.update(note=note):
            if collection.events.count() >= EVENTS_LIMIT:
                raise CollectionLimitError
            CollectedEvent.objects.get_or_create(
                collection=collection, event_id=event_id, defaults={"note": note, "added_at": now}
            )
        _mark_changed(collection, now)


def remove_event(collection: Collection, event_id: int, now: datetime) -> None:
    """Take an event out of a collection."""
    if collection.events.filter(event=event_id).delete()[0]:
        _mark_changed(collection, now)


def change_collection(
    collection: Collection, title: str, note: str, *, is_public: bool, now: datetime
) -> None:
    """Change the name and note of a collection, and whether the site lists it."""
    Collection.objects.filter(pk=collection.pk).update(
        title=title, note=note, is_public=is_public, changed_at=now
    )


def _mark_changed(collection: Collection, now: datetime) -> None:
    Collection.objects.filter(pk=collection.pk).update(changed_at=now)
