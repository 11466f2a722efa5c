"""Changes of the record, versions of events, and past values of rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.events.models.choices import EMPTY_LIST
from tracker.events.models.events import Event


class ChangeQuerySet(models.QuerySet["Change"]):
    def undone(self) -> set[int]:
        """Return the ids of changes that these undo and that are no longer in effect; an undo may
        itself be undone, and so on.
        """
        undone = set[int]()
        undoings = self.filter(undoes__isnull=False).order_by("-pk").values_list("pk", "undoes")
        # latest first, so that it is known whether the undo itself is in effect
        for pk, undoes in undoings:
            if pk not in undone and undoes is not None:
                undone.add(undoes)
        return undone


class Change(models.Model):
    """One action of an editor on any number of events; its Revisions say how to undo it.

    `undoes` is the change that this one undid. `reason` is what the editor wrote, `reasons` the
    codes of what they chose (wording/reasons.py).
    """

    class Verb(models.TextChoices):
        EDIT = "edit", _("edited")
        ACCEPT = "accept", _("accepted")
        REFUSE = "refuse", _("refused")
        RESTORE = "back", _("brought back")
        MERGE = "merge", _("merged")
        SPLIT = "split", _("split")
        LINK = "link", _("linked")
        CONFIRM = "confirm", _("confirmed a fact")
        DISPUTE = "dispute", _("disputed a fact")
        UNDO = "undo", _("undone")
        ADD = "add", _("added a report")
        WITHDRAW = "withdraw", _("took out a report")
        ROLE = "role", _("changed a role")
        RECORD = "record", _("recorded")

    verb = models.CharField(max_length=10, choices=Verb)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    reasons = models.JSONField(default=list, db_default=EMPTY_LIST)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by"
    )

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["by", "-at"], name="change_latest")]

    def __str__(self) -> str:
        return f"{self.verb} by {self.by}"


class Revision(models.Model):
    """One change of one field of an event: before, after, why, by whom; never modified.

    `change` is the editor's action it belongs to, null for the program's. `reason` is what a person
    wrote, `reasons` are codes with values (events/reasons.py), or text that no code fits.
    `entities` are the ids of the entities before a change of parties, whose names may change and
    which may be merged later; null for other fields, and if they were not noted.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="revisions")
    at = models.DateTimeField()
    field = models.CharField(max_length=50)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    reasons = models.JSONField(default=list, db_default=EMPTY_LIST)
    by = models.CharField(max_length=150)
    change = models.ForeignKey(
        Change, on_delete=models.PROTECT, null=True, related_name="revisions"
    )
    entities = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["event", "at"], name="revision_as_of")]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.field} by {self.by}"


class EventVersion(models.Model):
    """The values of an event from `since` until a revision at `until`, as far as queries need them;
    the current values are in Event. `terms` has its kinds, ground, amount, entities (by id),
    languages and sources (derived/versions.py), `words` the searched text between two spaces, of
    which the first `titles` letters are headline, names and titles; `undone_by` and `extended_by`
    the comma-separated ids of confirmed acts; `stated_end`, `unknown_from` and `confirmed_for` are
    its term without those (in_force.py).
    """

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    since = models.DateTimeField()
    until = models.DateTimeField()
    is_visible = models.BooleanField()
    state = models.CharField(max_length=10)
    occurred = models.CharField(max_length=10, blank=True)
    extent = models.CharField(max_length=10, blank=True)  # no longer queried
    terms = models.TextField()
    words = models.TextField()
    titles = models.PositiveIntegerField(default=0, db_default=0)
    undone_by = models.TextField(blank=True)
    extended_by = models.TextField(blank=True, default="", db_default="")
    stated_end = models.CharField(max_length=10, blank=True, default="", db_default="")
    unknown_from = models.CharField(max_length=10, blank=True, default="", db_default="")
    confirmed_for = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "until"], name="version_once")]
        indexes = [
            models.Index(fields=["since", "until"], name="version_since"),
            models.Index(fields=["until", "since"], name="version_until"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} until {self.until}"


class PastRow(models.Model):
    """The values `was`, by column, that a row had until a moment, for tables that events show.
    Triggers write it, so that no kind of change is missed; `table` is their name for it. A link's
    values are stored under its source, since its own id does not survive an undo.
    """

    table = models.CharField(max_length=20)
    row = models.BigIntegerField()
    until = models.DateTimeField()
    was = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["table", "row", "until"], name="past_row"),
            models.Index(fields=["table", "until"], name="past_since"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row} until {self.until}"


class SearchText(models.Model):
    """The single row with the version of folding that the searched texts were built with
    (`version`, 0 if older than this row).

    During a rebuild, `target` is the new version, and events up to `done_id` of `last_id` are done.
    """

    version = models.PositiveIntegerField()
    target = models.PositiveIntegerField(default=0)
    done_id = models.BigIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.version}: {self.done_id} of {self.last_id}"
