"""Write to collections, nowhere else; each function is safe to repeat."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, QuerySet

from tracker.alerts.collecting.models import CollectedEvent, Collection
from tracker.alerts.models import Subscriber
from tracker.events.models import Event
from tracker.locks import SENT_TWICE, lock

COLLECTIONS_LIMIT = 100  # of one owner
EVENTS_LIMIT = 500  # in one collection
PUBLIC_SHOWN = 100  # in the list of public collections
EVENT_ADDRESS = re.compile(r"(?:.*/events/)?([1-9][0-9]{0,17})(?:[/?#].*)?")


class CollectionLimitError(Exception):
    """An owner has the maximum of collections, or a collection the maximum of events."""


def create_collection(title: str, owner: Subscriber | User, now: datetime) -> Collection:
    """Create an empty private collection, or return the one that the same form just created.
    Raises CollectionLimitError.
    """
    with transaction.atomic():
        lock("creating a collection")
        own = collections_of(owner)
        lately = own.filter(title=title, created_at__gt=now - SENT_TWICE, events=None)
        if repeated := lately.first():
            return repeated
        if own.count() >= COLLECTIONS_LIMIT:
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


def public_collections(editors: QuerySet[User]) -> QuerySet[Collection]:
    """Select the public collections of these editors, the one changed last first; only who is an
    editor now publishes.
    """
    public = Collection.objects.filter(is_public=True, editor__in=editors)
    return public.order_by("-changed_at", "-pk")[:PUBLIC_SHOWN]


def find_event(text: str) -> int | None:
    """Return the id of the event with a number or an address; None if there is none."""
    match = EVENT_ADDRESS.fullmatch(text.strip())
    event = Event.objects.filter(pk=int(match[1])).first() if match else None
    if event is None or event.itself.state == Event.State.REFUSED:
        return None
    return event.itself.pk


def add_event(collection: Collection, event_id: int, note: str, now: datetime) -> None:
    """Add an event, or change its note. Raises CollectionLimitError."""
    with transaction.atomic():
        first, *others = _rows_of(collection, event_id) or [0]
        if first:
            collection.events.filter(pk__in=others).delete()
            collection.events.filter(pk=first).update(note=note)
        else:
            if collection.events.count() >= EVENTS_LIMIT:
                raise CollectionLimitError
            CollectedEvent.objects.get_or_create(
                collection=collection, event_id=event_id, defaults={"note": note, "added_at": now}
            )
        _mark_changed(collection, now)


def remove_event(collection: Collection, event_id: int, now: datetime) -> None:
    """Take an event out of a collection."""
    if collection.events.filter(pk__in=_rows_of(collection, event_id)).delete()[0]:
        _mark_changed(collection, now)


def _rows_of(collection: Collection, event_id: int) -> list[int]:
    """Return the rows of an event in a collection: its own, and those of events merged into it, or
    that it was merged into.
    """
    event = Event.objects.filter(pk=event_id).first()
    if event is None:
        return []
    rows = collection.events.select_related("event__merged_into").order_by("pk")
    return [row.pk for row in rows if row.event.itself == event.itself]


def change_collection(
    collection: Collection, title: str, note: str, *, is_public: bool, now: datetime
) -> None:
    """Change the name and note of a collection, and whether the site lists it, which is only
    possible for editors.
    """
    # Anybody can get an email address: strangers' texts are not published unread.
    is_listed = is_public and collection.editor_id is not None
    Collection.objects.filter(pk=collection.pk).update(
        title=title, note=note, is_public=is_listed, changed_at=now
    )


def count_events(collections: Iterable[Collection]) -> Mapping[int, int]:
    """Return how many events each collection has, by id."""
    of_these = CollectedEvent.objects.filter(collection__in=[one.pk for one in collections])
    counted = of_these.order_by().values_list("collection").annotate(n=Count("pk"))
    return defaultdict(int, counted)


def _mark_changed(collection: Collection, now: datetime) -> None:
    Collection.objects.filter(pk=collection.pk).update(changed_at=now)
