"""What editors correct, and what readers suggest."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.events.models.changes import Change
from tracker.events.models.events import Event
from tracker.feeds.limits import URL_LIMIT
from tracker.feeds.models import Entry


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def standing(self) -> "CorrectionQuerySet":
        """Select corrections of changes that were not undone."""
        return self.exclude(change__in=Change.objects.all().undone())


class Correction(models.Model):
    """An editor's statement about one field of an entry; `program_value` is what the program had
    said.

    Rows are only added; per entry and field, the latest counts whose change was not undone. The
    classifier learns from them.
    """

    class Field(models.TextChoices):
        KINDS = "kinds", _("kinds")  # none: not an event
        PLATFORMS = "platforms", _("platforms")
        TARGETS = "targets", _("targets")
        OCCURRED = "occurred", _("day of the act")
        EVENT = "event", _("event that it reports")  # merged or split: the id of the right event

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=10, choices=Field)
    value = models.JSONField()
    program_value = models.JSONField(null=True, db_column="told")
    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="corrections")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["entry", "field", "-at"], name="correction_latest"),
            models.Index(fields=["field", "at"], name="correction_agreement"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.field} by {self.by}"


class Suggestion(models.Model):
    """A correction proposed by a reader: which fact, what it should be, and the editors' answer,
    which is shown.

    `origin` is a keyed hash of the sender's address and day, to limit the rate.
    """

    class Field(models.TextChoices):
        KIND = "kind", _("The kind of act")
        PARTY = "party", _("Platform, target or country")
        DAY = "occurred", _("The day")
        REPORT = "report", _("An article about a different act")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("waiting for an editor")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="suggestions")
    field = models.CharField(max_length=10, choices=Field)
    text = models.CharField(max_length=500)
    url = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    origin = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["origin", "at"], name="suggestion_rate"),
            models.Index(fields=["state", "at"], name="suggestion_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.field}"


class ReviewNote(models.Model):
    """What an editor noted about an event for the others, or who takes it (`assigned_to`: null for
    a note alone, "" for nobody). Rows are only added; the latest assignment counts.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notes")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    text = models.CharField(max_length=500, blank=True)
    assigned_to = models.CharField(max_length=150, blank=True, null=True)

    class Meta:
        indexes = [models.Index(fields=["event", "-at"], name="note_latest")]

    def __str__(self) -> str:
        return f"{self.event_id}: note by {self.by}"


class SubmittedLink(models.Model):
    """The address of an article that a reader sent without an account. Nothing is fetched before an
    editor asks for it.

    `origin` is a keyed hash of the sender's address and day, to limit the rate; `entry` is what an
    editor had fetched from there.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waiting for an editor")
        ADDED = "added", _("added")
        DECLINED = "declined", _("declined")

    url = models.CharField(max_length=URL_LIMIT)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    origin = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, related_name="submitted")
    by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["origin", "at"], name="submitted_rate"),
            models.Index(fields=["state", "at"], name="submitted_queue"),
        ]

    def __str__(self) -> str:
        return self.url
