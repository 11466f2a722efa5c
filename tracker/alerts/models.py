"""Subscribers, their alerts and hits, deliveries, bounces and notices; the progress of matching."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.alerts.collecting import models as collecting  # noqa: F401 - Django looks here
from tracker.alerts.keys import key_field
from tracker.alerts.mailbox import mailbox_of
from tracker.events.models import Event
from tracker.events.search.query import TEXT_LIMIT
from tracker.events.wording.names import RECORDED
from tracker.feeds.limits import URL_LIMIT
from tracker.feeds.models import Feed


class Subscriber(models.Model):
    """A mail recipient; only the address is stored.

    `suppressed_at` is since when it gets no mail, because its server refuses it or its owner
    complained; `wants_signs` enables the four-weekly "still watching" mail; `language` is that of
    the mails. Links name `key`; older links named `former_number`. `hook_tests` counts the test
    calls of the day `hook_tests_on` (UTC).
    """

    class Suppression(models.TextChoices):
        HARD = "hard", _("its server says that there is no such address")
        SOFT = "soft", _("its server refused five mails in 14 days")
        COMPLAINT = "complaint", _("its owner complained")

    key = key_field()
    former_number = models.PositiveBigIntegerField(null=True, editable=False)
    address = models.EmailField(max_length=254, unique=True)
    # The mailbox of the address, whatever its spelling, by which limits and suppressions count.
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

    class Meta:
        # The table keeps its original name: older code runs alongside during an upgrade.
        db_table = "alerts_reader"

    def __str__(self) -> str:
        return self.address

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Older code that runs during an upgrade does not know the column.
        self.mailbox = self.mailbox or mailbox_of(self.address)
        super().save(*args, **kwargs)


class Alert(models.Model):
    """A subscriber's standing query.

    The query is stored as typed text, so that platforms added later are included. Hits before
    `told_from` are not mailed. `hour` is that of daily, weekly and monthly mails in the zone. An
    event is reported once `publishers` independent newsrooms report it, not counting those of
    `without_sources` (hosts, separated by spaces). `on_…` enable further reports about an event,
    `silent_days` one about an act not undone within that many days. `hook_url` is also called for
    each hit, in the format `hook_form`.
    """

    class Rate(models.TextChoices):
        INSTANT = "instant", _("at once")
        DAILY = "daily", _("on working days")
        WEEKLY = "weekly", _("on Mondays")
        MONTHLY = "monthly", _("on the first of the month")
        OFF = "off", _("not by mail")

    class ChatForm(models.TextChoices):
        STANDARD = "standard", _("JSON, signed (Standard Webhooks)")
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"
        MATRIX = "matrix", "Matrix (hookshot)"
        NTFY = "ntfy", "ntfy"

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for confirmation")
        ACTIVE = "active", _("active")
        STOPPED = "stopped", _("stopped")

    key = key_field()
    former_number = models.PositiveBigIntegerField(null=True, editable=False)
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="alerts", db_column="reader_id"
    )
    name = models.CharField(max_length=120, blank=True)
    query = models.CharField(max_length=TEXT_LIMIT, blank=True)
    rate = models.CharField(max_length=10, choices=Rate, default=Rate.DAILY)
    zone = models.CharField(max_length=50, default="UTC")
    note = models.CharField(max_length=200, blank=True)
    on_undone = models.BooleanField(default=False)
    on_changed = models.BooleanField(default=False)
    on_reports = models.BooleanField(default=False, db_default=False)
    on_ended = models.BooleanField(default=False, db_default=False)
    on_extended = models.BooleanField(default=False, db_default=False)
    on_followed = models.BooleanField(default=False, db_default=False)
    on_tested = models.BooleanField(default=False, db_default=False)
    hour = models.PositiveSmallIntegerField(default=7, db_default=7)
    publishers = models.PositiveSmallIntegerField(default=1, db_default=1)
    without_sources = models.CharField(max_length=500, blank=True, default="", db_default="")
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
    hook_form = models.CharField(
        max_length=10, choices=ChatForm, default=ChatForm.STANDARD, db_default="standard"
    )
    # Time of the last change of what it chooses, by which processes update their sets of alerts.
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
        """Select deliveries waiting to be sent, oldest first; a claimed delivery is not due."""
        return self.filter(state=Delivery.State.DUE, next_try_at__lte=now).order_by("pk")

    def mails(self) -> "DeliveryQuerySet":
        """Leave out webhooks."""
        return self.exclude(type=Delivery.Type.HOOK)


class Delivery(models.Model):
    """One mail, or one call of a hook.

    `next_try_at` is the queue: a claim moves it to the end of the lease. The Message-ID is derived
    from content and recipient, so that nothing is queued twice and a repeated mail is one mail to
    the recipient's program.
    """

    class Type(models.TextChoices):
        CONFIRM = "confirm", _("confirmation")
        MANAGE = "manage", _("link to manage")
        DIGEST = "digest", _("digest")
        WATCHING = "watching", _("still watching")
        OWNER = "owner", _("for the owners")
        HOOK = "hook", _("web hook")
        PEOPLE = "people", _("to people with an account")

    class State(models.TextChoices):
        DUE = "due", _("waiting")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused")
        UNKNOWN = "unknown", _("outcome unknown")  # the server received it and did not answer
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")  # a fault of ours, or of the address

    key = key_field()
    subscriber = models.ForeignKey(
        Subscriber,
        on_delete=models.CASCADE,
        null=True,
        related_name="deliveries",
        db_column="reader_id",
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
    ended_at = models.DateTimeField(null=True)  # sent, refused, cancelled, failed or unknown
    error = models.CharField(max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["next_try_at"], name="delivery_waits", condition=Q(state="due")),
            models.Index(fields=["subscriber", "type", "created_at"], name="delivery_of_reader"),
            models.Index(fields=["claimed_at"], name="delivery_pace"),
            models.Index(fields=["ended_at"], name="delivery_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.state} {self.message_id}"


class Hit(models.Model):
    """An event that matched an alert, once for each reason; `delivery` is the mail that reports it.

    `cause` is the linked event, the change that corrected it, the new report, or the number of the
    day on which its stated end passed; 0 for none. An event seems undone while the link is only
    proposed. `is_held`: it is based only on a feed that suddenly had more than half new entries, so
    an owner must check first.
    """

    class Reason(models.TextChoices):
        NEW = "new", _("new")
        UNDONE = "undone", _("undone")
        SEEMS_UNDONE = "seems_undone", _("seems undone")
        CHANGED = "changed", _("corrected")
        SILENT = "silent", _("not undone in time")
        REPORT = "report", _("new report")
        ENDED = "ended", _("stated end passed")
        EXTENDED = "extended", _("extended")
        FOLLOWED = "followed", _("followed by another act")
        TESTED = "tested", _("tested in court")

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="hits")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="hits")
    reason = models.CharField(max_length=20, choices=Reason, default=Reason.NEW)
    cause = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()
    is_held = models.BooleanField(default=False)
    delivery = models.ForeignKey(  # without it the hit would be reported again
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
    """An event that is being matched with the alerts, or failed to be; deleted after success.
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


class MutedEvent(models.Model):
    """An event about which a subscriber wants no more mails."""

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="muted_events", db_column="reader_id"
    )
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="muted_by")
    at = models.DateTimeField()

    class Meta:
        db_table = "alerts_muted"
        verbose_name_plural = "muted"
        constraints = [models.UniqueConstraint(fields=["subscriber", "event"], name="muted_once")]

    def __str__(self) -> str:
        return f"{self.event_id} for {self.subscriber_id}"


class Bounce(models.Model):
    """A refusal or complaint about a mail; `diagnostic` is the server's text."""

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="bounces", db_column="reader_id"
    )
    delivery = models.ForeignKey(Delivery, on_delete=models.SET_NULL, null=True)
    kind = models.CharField(max_length=10, choices=Subscriber.Suppression)
    at = models.DateTimeField()
    diagnostic = models.CharField(max_length=500, blank=True, db_column="told")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "kind"], name="bounce_once_a_mail")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subscriber_id}"


class Notice(models.Model):
    """Trouble of a feed or of the tracker itself, reported to the owners once per occurrence."""

    class Reason(models.TextChoices):
        GONE = "gone", _("gone (HTTP 410); asked again once a month")
        FAILING = "failing", _("failing for three days")
        QUIET = "quiet", _("quieter than usual")
        OWN_FAULT = "own_fault", _("not read because of a fault on our side")
        FLOOD = "flood", _("more new entries than are taken in a day")
        # Not about a feed:
        STOPPED = "stopped", _("no feed could be read for 10 minutes")
        STANDING = "standing", _("part of the tracker has stopped working")
        SET_ASIDE = "set_aside", _("set aside because of a fault on our side")
        CLOCK = "clock", _("a machine’s clock is more than 30 seconds off")

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


class MailRequest(models.Model):
    """A request for a mail, stored to limit the rate.

    `origin` is a keyed hash of the sender's address, its networks and the day. Version 0.1.0 counts
    by `network`.
    """

    origin = models.CharField(max_length=64)
    network = models.CharField(max_length=64, blank=True, default="", db_default="", db_index=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "alerts_asking"
        indexes = [
            models.Index(fields=["origin", "at"], name="asking_rate"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Machine(models.Model):
    """A machine that runs the tracker, and how far its clock is ahead of the database's (`at` is by
    the database's clock).
    """

    name = models.CharField(max_length=100, unique=True)
    skew = models.DurationField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class MatchingProgress(models.Model):
    """The single row that says up to when (Event.indexed_at) events were matched, when the database
    was last restored, and what the clock said when last read.
    """

    matched_until = models.DateTimeField()
    restored_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "alerts_progress"
        verbose_name_plural = "progress"

    def __str__(self) -> str:
        return f"{self.matched_until}"
