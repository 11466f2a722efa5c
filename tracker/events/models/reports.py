"""Which articles report an event, and what readers and editors say about that."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.classify.classification import Role as ClassifiedRole
from tracker.events.models.changes import Change
from tracker.events.models.choices import EMPTY_LIST, KIND_CHOICES, OCCURRED
from tracker.events.models.events import Event
from tracker.feeds.limits import URL_LIMIT
from tracker.feeds.models import Entry


class StandingReportManager(models.Manager["Report"]):
    """Selects the current reports of events: all but withdrawn ones."""

    def get_queryset(self) -> models.QuerySet["Report"]:
        return super().get_queryset().filter(withdrawn_at=None)


class Report(models.Model):
    """An entry in an event, or a page named by a history (`url`); one entry may be in several
    events.

    A withdrawn row (`withdrawn_at`) is kept for past views and for undoing; only the manager
    `stored` selects it.
    """

    class Role(models.TextChoices):
        REPORT = ClassifiedRole.REPORT.value, _("report")
        REACTION = ClassifiedRole.REACTION.value, _("reaction")
        ANALYSIS = ClassifiedRole.ANALYSIS.value, _("analysis")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="reports")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="reports")
    url = models.CharField(max_length=URL_LIMIT, blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.REPORT)
    score = models.FloatField(null=True)
    reasons = models.JSONField(default=list)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = StandingReportManager()
    stored = models.Manager["Report"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "entry"], name="report_once_an_event"),
            models.UniqueConstraint(
                fields=["event", "url"], name="page_once_an_event", condition=~models.Q(url="")
            ),
            models.CheckConstraint(
                condition=models.Q(entry__isnull=True) ^ models.Q(url=""),
                name="report_entry_or_url",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.entry_id or self.url} in {self.event_id}"


class ReportDispute(models.Model):
    """Readers say that an article does not belong to an event. `change` removed it; null if it is
    the event's only one, which an editor must decide.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waiting for an editor")
        RETURNED = "returned", _("put back")
        LEFT_OUT = "left_out", _("left out")

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="disputes")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="disputes")
    change = models.ForeignKey(Change, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "at"], name="dispute_queue")]

    def __str__(self) -> str:
        return f"{self.report_id} in {self.event_id}"


class ReportVote(models.Model):
    """A reader's vote that an article does not belong to its event; `dispute` is the one for which
    it was counted.

    `voter` and `network` are keyed hashes of the sender's address and network that are the same for
    this report alone, `origin` is the hash for the day, to limit the rate.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="votes")
    voter = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    origin = models.CharField(max_length=64)
    at = models.DateTimeField()
    dispute = models.ForeignKey(
        ReportDispute, on_delete=models.CASCADE, null=True, related_name="votes"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "voter"], name="vote_once")]
        indexes = [models.Index(fields=["origin", "at"], name="vote_rate")]

    def __str__(self) -> str:
        return f"{self.report_id} at {self.at}"


class SecondAct(models.Model):
    """A further act that an article reports in its `words`, in addition to that of `event`; for an
    editor to decide. `other` is a stored event that it may be the same as, or null.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waiting for an editor")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="second_acts")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="second_acts")
    other = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, related_name="proposed_articles"
    )
    # position of the words among the acts of the title
    position = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=500)
    kind = models.CharField(max_length=20, choices=KIND_CHOICES)
    own_kinds = models.JSONField(default=list, db_default=EMPTY_LIST)  # of the act in `event`
    platforms = models.JSONField(default=list)
    targets = models.JSONField(default=list)
    countries = models.JSONField(default=list)
    occurred = models.CharField(max_length=10, blank=True, validators=[OCCURRED])
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="second_act_once")
        ]
        indexes = [models.Index(fields=["state", "at"], name="second_act_queue")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.words}"
