"""Reader, Alert (query, rate, zone, state), Hit (event for alert, once), Muted, Delivery (a mail or
hook and its fate), Bounce; Notice (trouble of a feed for the owner, once); Progress.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.alerts.keys import key_field
from tracker.alerts.mailbox import mailbox_of
from tracker.events.models import Event
from tracker.events.search.query import TEXT_LIMIT
from tracker.events.wording.names import RECORDED
from tracker.feeds.limits import URL_LIMIT
from tracker.feeds.models import Feed

SKEWED = timedelta(seconds=30)  # of a machine's clock, from which somebody should set it


class Reader(models.Model):
    """Who is mailed: an address, and nothing else of a person. `suppressed_at` is since when the
    address gets nothing, because its server refuses it or its owner complained; `wants_signs` asks
    for the four-weekly "still watching"; `language` is that of the mails. `key` is what links name,
    `former_number` what they named before there were keys. `hook_tests` counts the test calls of
    the day `hook_tests_on` (UTC).
    """

    class Suppression(models.TextChoices):
        HARD = "hard", _("its server says that there is no such address")
        SOFT = "soft", _("its server refused five mails in 14 days")
        COMPLAINT = "complaint", _("its owner complained")

    key = key_field()
    former_number = models.PositiveBigIntegerField(null=True, editable=False)
    address = models.EmailField(max_length=254, unique=True)
    # Where mails to the address arrive, whatever its spelling: what limits and bars count by.
    mailbox = models.CharField(
        max_length=254, default="", db_default="", db_index=True, editable=False
    )
    language = models.CharField(max_length=10, default=RECORDED)
    created_at = models.DateTimeField()
    wants_signs = models.BooleanField(default=True)
    suppressed_at = models.DateTimeField(null=True)
    suppressed_for = models.CharField(max_length=10, choices=Suppression, blank=True)
    hook_tests_on = models.DateField(null=True)
    hook_tests = models.PositiveSmallIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return self.address

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.mailbox = self.mailbox or mailbox_of(self.address)
        super().save(*args, **kwargs)


class Alert(models.Model):
    """A reader's wish to be told of what a query chooses. The query is stored as typed text, so
    that new platforms count. Hits before `told_from` are not mailed. `silent_days`: tell me if the
    act was not undone within so many days. `hook_url` is told of each hit, too.
    """

    class Rate(models.TextChoices):
        INSTANT = "instant", _("at once")
        DAILY = "daily", _("on working days at 07:00")
        WEEKLY = "weekly", _("on Mondays at 07:00")
        OFF = "off", _("not by mail")

    class State(models.TextChoices):
        PENDING = "pending", _("waits for confirmation")
        ACTIVE = "active", _("active")
        STOPPED = "stopped", _("stopped")

    key = key_field()
    former_number = models.PositiveBigIntegerField(null=True, editable=False)
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="alerts")
    name = models.CharField(max_length=120, blank=True)
    query = models.CharField(max_length=TEXT_LIMIT, blank=True)
    rate = models.CharField(max_length=10, choices=Rate, default=Rate.DAILY)
    zone = models.CharField(max_length=50, default="UTC")
    note = models.CharField(max_length=200, blank=True)
    on_undone = models.BooleanField(default=False)
    on_changed = models.BooleanField(default=False)
    silent_days = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    paused_until = models.DateField(null=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    told_from = models.DateTimeField(null=True)
    next_run_at = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    hook_url = models.CharField(max_length=URL_LIMIT, blank=True)
    hook_secret = models.CharField(max_length=100, blank=True)
    hook_error = models.CharField(max_length=500, blank=True)
    # By the clock, at each change of what it chooses: processes that hold alerts go by it.
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["state", "next_run_at"], name="alert_due"),
            models.Index(fields=["changed_at"], name="alert_changed"),
            models.Index(
                fields=["silent_days"], name="alert_silent", condition=Q(silent_days__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.query or 'everything'} {self.rate}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        """What waits to be sent, the oldest first; what is claimed is not due."""
        return self.filter(state=Delivery.State.DUE, next_try_at__lte=now).order_by("pk")

    def mails(self) -> "DeliveryQuerySet":
        """Without web hooks."""
        return self.exclude(type=Delivery.Type.HOOK)


class Delivery(models.Model):
    """One mail, or one call of a hook. `next_try_at` is the queue: a claim moves it to the lease's
    end. The Message-ID follows from what is told and to whom, so that nothing is queued twice, and
    a mail that went out twice is one mail for the reader's program.
    """

    class Type(models.TextChoices):
        CONFIRM = "confirm", _("confirmation")
        MANAGE = "manage", _("link to manage")
        DIGEST = "digest", _("digest")
        WATCHING = "watching", _("still watching")
        OWNER = "owner", _("to the owners")
        HOOK = "hook", _("web hook")

    class State(models.TextChoices):
        DUE = "due", _("waits")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused")
        UNKNOWN = "unknown", _("outcome unknown")  # the server was given it and did not answer
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("could not be made")  # a fault of ours, or of the address

    key = key_field()
    reader = models.ForeignKey(
        Reader, on_delete=models.CASCADE, null=True, related_name="deliveries"
    )  # null: to the owners
    alert = models.ForeignKey(
        Alert, on_delete=models.CASCADE, null=True, related_name="deliveries"
    )  # of a confirmation or a hook
    hit = models.OneToOneField(
        "Hit", on_delete=models.CASCADE, null=True, related_name="call"
    )  # of a hook; null: a test
    type = models.CharField(max_length=10, choices=Type)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    message_id = models.CharField(max_length=100, unique=True)
    since = models.DateTimeField()
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)  # sent, refused, cancelled, failed or not known
    error = models.CharField(max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["next_try_at"], name="delivery_waits", condition=Q(state="due")),
            models.Index(fields=["reader", "type", "created_at"], name="delivery_of_reader"),
            models.Index(fields=["claimed_at"], name="delivery_pace"),
            models.Index(fields=["ended_at"], name="delivery_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.state} {self.message_id}"


class Hit(models.Model):
    """An event for an alert, once for each reason; `delivery` is the mail that tells of it. `cause`
    is the event that undoes it or the change that corrected it, 0 for none. `is_held`: only a feed
    that suddenly had more than half new entries tells of it, so an owner looks first.
    """

    class Reason(models.TextChoices):
        NEW = "new", _("new")
        UNDONE = "undone", _("undone")
        CHANGED = "changed", _("corrected")
        SILENT = "silent", _("not undone in time")

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="hits")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="hits")
    reason = models.CharField(max_length=10, choices=Reason, default=Reason.NEW)
    cause = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()
    is_held = models.BooleanField(default=False)
    delivery = models.ForeignKey(  # without it the hit would be told again
        Delivery, on_delete=models.RESTRICT, null=True, related_name="hits"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "event", "reason", "cause"], name="hit_once_a_reason"
            )
        ]
        indexes = [
            models.Index(
                fields=["alert", "at"], name="hit_waits", condition=Q(delivery__isnull=True)
            ),
            models.Index(fields=["alert", "-at"], name="hit_latest"),
            models.Index(fields=["is_held"], name="hit_held", condition=Q(is_held=True)),
        ]

    def __str__(self) -> str:
        return f"alert {self.alert_id}: event {self.event_id} {self.reason}"


class MatchAttempt(models.Model):
    """An event that is being compared with the alerts, or could not be: deleted once it was.
    `next_try_at` is null for one that is set aside with its error.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="match_attempt")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True, default="")
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], name="match_due")]

    def __str__(self) -> str:
        return f"event {self.event_id}: {self.attempts} attempts"


class Muted(models.Model):
    """An event that a reader does not want to hear of again."""

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="muted")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="muted_by")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "muted"
        constraints = [models.UniqueConstraint(fields=["reader", "event"], name="muted_once")]

    def __str__(self) -> str:
        return f"{self.event_id} for {self.reader_id}"


class Bounce(models.Model):
    """What came back of a mail: its server refused it, now or after it was sent, or its owner
    complained.
    """

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="bounces")
    delivery = models.ForeignKey(Delivery, on_delete=models.SET_NULL, null=True)
    kind = models.CharField(max_length=10, choices=Reader.Suppression)
    at = models.DateTimeField()
    told = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "kind"], name="bounce_once_a_mail")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.reader_id}"


class Notice(models.Model):
    """Trouble of a feed, or of the tracker itself, that the owners are told of, once for each spell
    of it.
    """

    class Reason(models.TextChoices):
        GONE = "gone", _("gone (HTTP 410); no longer polled")
        FAILING = "failing", _("failing for three days")
        QUIET = "quiet", _("quieter than usual")
        OWN_FAULT = "own_fault", _("not read for a fault of ours")
        FLOOD = "flood", _("more new entries than are taken in a day")
        # Of no feed:
        STOPPED = "stopped", _("no feed could be read for 10 minutes")
        STANDING = "standing", _("a part of the tracker stands still")
        SET_ASIDE = "set_aside", _("set aside for a fault of ours")
        CLOCK = "clock", _("a machine's clock is wrong by more than 30 seconds")

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, null=True, related_name="notices")
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
            ),
            models.UniqueConstraint(
                fields=["reason"],
                condition=models.Q(ended_at__isnull=True, feed__isnull=True),
                name="notice_of_no_feed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.reason}"


class Asking(models.Model):
    """Somebody asked for a mail; `origin` is a keyed hash of the sender's address and day,
    `network` of the network around it, to limit the rate.
    """

    origin = models.CharField(max_length=64)
    network = models.CharField(max_length=64, blank=True, default="", db_default="", db_index=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["origin", "at"], name="asking_rate"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Machine(models.Model):
    """A machine that works for the tracker: how far its clock is ahead of the database's, when it
    was last measured (`at`, by the database's).
    """

    name = models.CharField(max_length=100, unique=True)
    skew = models.DurationField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def is_behind(self) -> bool:
        return self.skew < timedelta(0)

    @property
    def seconds(self) -> float:
        """How far its clock is ahead or behind."""
        return abs(self.skew.total_seconds())

    @property
    def is_skewed(self) -> bool:
        """Whether the clock is so wrong that somebody should set it."""
        return abs(self.skew) > SKEWED


class Progress(models.Model):
    """One row: up to when events were compared with the alerts, by Event.indexed_at; when the
    database was last restored from a backup; and what the clock said when it was last looked at.
    """

    matched_until = models.DateTimeField()
    restored_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "progress"

    def __str__(self) -> str:
        return f"{self.matched_until}"
