"""Collection and its events."""

import uuid

from django.conf import settings
from django.db import models

from tracker.events.models import Event

TITLE_LIMIT, NOTE_LIMIT = 120, 2_000


class Collection(models.Model):
    """A named list of events with notes, owned by a subscriber or an editor. Anyone with its signed
    link can read it; `is_public` also lists it on the site.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscriber = models.ForeignKey(
        "alerts.Subscriber", on_delete=models.CASCADE, null=True, related_name="collections"
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="collections"
    )
    title = models.CharField(max_length=TITLE_LIMIT)
    note = models.CharField(max_length=NOTE_LIMIT, blank=True, default="", db_default="")
    is_public = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "alerts"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(subscriber__isnull=True) ^ models.Q(editor__isnull=True),
                name="collection_has_an_owner",
            )
        ]

    def __str__(self) -> str:
        return self.title


class CollectedEvent(models.Model):
    """An event in a collection, once, with a note."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="events")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="collected")
    note = models.CharField(max_length=NOTE_LIMIT, blank=True, default="", db_default="")
    added_at = models.DateTimeField()

    class Meta:
        app_label = "alerts"
        constraints = [
            models.UniqueConstraint(fields=["collection", "event"], name="collected_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} in {self.collection_id}"
