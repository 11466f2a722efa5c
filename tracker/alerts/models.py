"""Alert (query, rate, zone, state), Hit (event for alert, once), Notice (trouble of a feed for the
owner, once), Delivery (a mail and its fate).
"""

from datetime import datetime

from django.db import models

from tracker.events.models import Event
from tracker.events.query import TEXT_LIMIT
from tracker.feeds.models import Feed


class Alert(models.Model):
    """Somebody's wish to be mailed what a query chooses. The query is stored as typed text, so that
    new platforms count.
    """

    class Rate(models.TextChoices):
        INSTANT = "instant", "at once"
        DAILY = "daily", "on working days at 07:00"
        WEEKLY = "weekly", "on Mondays at 07:00"

    class State(models.TextChoices):
        PENDING = "pending", "waits for confirmation"
        ACTIVE = "active", "active"
        STOPPED = "stopped", "stopped"

    address = models.EmailField(max_length=254)
    query = models.CharField(max_length=TEXT_LIMIT, blank=True)
    rate = models.CharField(max_length=10, choices=Rate, default=Rate.DAILY)
    zone = models.CharField(max_length=50, default="UTC")
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    next_run_at = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "next_run_at"], name="alert_due"),
            models.Index(fields=["address"], name="alert_address"),
        ]

    def __str__(self) -> str:
        return f"{self.query or 'everything'} {self.rate}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Mails that wait to be sent, the longest waiting first; one that is claimed is not due."""
        return self.filter(state=Delivery.State.DUE, next_try_at__lte=now).order_by(
            "next_try_at", "pk"
        )


class Delivery(models.Model):
    """One mail. `next_try_at` is the queue: a claim moves it to the lease's end. The Message-ID is
    made once, so that a mail that went out twice is one mail for the reader's program.
    """

    class Type(models.TextChoices):
        CONFIRM = "confirm", "confirmation"
        DIGEST = "digest", "digest"
        OWNER = "owner", "to the owners"

    class State(models.TextChoices):
        DUE = "due", "due"
        SENT = "sent", "sent"
        REFUSED = "refused", "refused"
        CANCELLED = "cancelled", "cancelled"

    alert = models.ForeignKey(
        Alert, on_delete=models.CASCADE, null=True, related_name="deliveries"
    )  # null: to the owners
    type = models.CharField(max_length=10, choices=Type)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    message_id = models.CharField(max_length=100, unique=True)
    since = models.DateTimeField()
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=["state", "next_try_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.type} {self.state} {self.message_id}"


class Hit(models.Model):
    """An event for an alert, once for each reason; `delivery` is the mail that tells of it."""

    class Reason(models.TextChoices):
        NEW = "new", "new"

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="hits")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="hits")
    reason = models.CharField(max_length=10, choices=Reason, default=Reason.NEW)
    at = models.DateTimeField()
    delivery = models.ForeignKey(
        Delivery, on_delete=models.SET_NULL, null=True, related_name="hits"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "event", "reason"], name="hit_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} for {self.alert_id}: {self.reason}"


class Notice(models.Model):
    """Trouble of a feed that the owners are told of, once for each spell of it."""

    class Reason(models.TextChoices):
        GONE = "gone", "gone (HTTP 410); no longer polled"
        FAILING = "failing", "failing for three days"
        QUIET = "quiet", "quieter than usual"

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="notices")
    reason = models.CharField(max_length=10, choices=Reason)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    delivery = models.ForeignKey(
        Delivery, on_delete=models.SET_NULL, null=True, related_name="notices"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "reason"],
                condition=models.Q(ended_at__isnull=True),
                name="notice_once_a_spell",
            )
        ]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.reason}"
