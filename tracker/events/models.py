"""Classification (of an entry), Event, Party, Report, Entity, Alias, Link, Revision."""

from django.core.validators import RegexValidator
from django.db import models

from tracker.classify.kinds import Coverage, Kind
from tracker.feeds.limits import URL_LIMIT
from tracker.feeds.models import Entry

KIND_CHOICES = [(kind.value, kind.label) for kind in Kind]
# ISO 8601 with reduced precision: a day, a month, or "" where the day is unknown. As text it sorts
# as the timeline
# wants it: newest first, a month after its days, the unknown last. See docs/decisions.md.
OCCURRED = RegexValidator(r"^(\d{4}-\d{2}(-\d{2})?)?$", "YYYY-MM-DD, YYYY-MM or nothing")


class Classification(models.Model):
    """What the classifier said of an entry, by which version, with its evidence; one an entry, the
    latest.
    """

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="classification")
    version = models.CharField(max_length=50)
    language = models.CharField(max_length=10)
    kinds = models.JSONField(default=list)
    platforms = models.JSONField(default=list)
    targets = models.JSONField(default=list)
    countries = models.JSONField(default=list)
    grounds = models.JSONField(default=list)
    occurred = models.CharField(max_length=10, blank=True, validators=[OCCURRED])
    occurred_source = models.CharField(max_length=10, blank=True)
    coverage = models.CharField(max_length=10, blank=True)
    confidence = models.FloatField()
    evidence = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["version"], name="classified_by")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {', '.join(self.kinds) or 'no event'}"


class Entity(models.Model):
    """A platform, a target or a country, by its slug (a platform's slug, the English name folded,
    the ISO 3166 code).
    """

    class Type(models.TextChoices):
        PLATFORM = "platform", "platform"
        TARGET = "target", "target"
        COUNTRY = "country", "country"

    type = models.CharField(max_length=10, choices=Type)
    slug = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    description = models.CharField(max_length=50, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "slug"], name="entity_once")]
        verbose_name_plural = "entities"

    def __str__(self) -> str:
        return self.name


class Alias(models.Model):
    """A name that an entity goes by, in which language, and since and until when ("" and null:
    always).
    """

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entity", "name", "language"], name="alias_once")
        ]
        verbose_name_plural = "aliases"

    def __str__(self) -> str:
        return self.name


class EventQuerySet(models.QuerySet["Event"]):
    def visible(self) -> "EventQuerySet":
        """Events that pages, feeds and alerts show: neither merged into another nor refused."""
        return self.filter(merged_into__isnull=True).exclude(state=Event.State.REFUSED)

    def newest_first(self) -> "EventQuerySet":
        return self.order_by("-occurred", "-pk")


class Event(models.Model):
    """One act. Its id is for ever: an event is never deleted, and ids are not used again.

    Three dates apart: `occurred` is the day of the act, `recorded_at` when the record was made,
    `changed_at` when it last changed. `occurred_source` says where the day came from: "text",
    "published" (the first report's day stands in), "history" or "".
    """

    class State(models.TextChoices):
        MACHINE = "machine", "Machine"
        REVIEWED = "reviewed", "Reviewed"
        REFUSED = "refused", "Refused"

    kind = models.CharField(max_length=20, choices=KIND_CHOICES)
    other_kinds = models.JSONField(default=list)
    headline = models.CharField(max_length=300)
    grounds = models.CharField(max_length=50, blank=True)
    occurred = models.CharField(max_length=10, blank=True, validators=[OCCURRED])
    occurred_source = models.CharField(max_length=10, blank=True)
    recorded_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.MACHINE)
    confidence = models.FloatField(null=True)
    ref = models.CharField(max_length=200, null=True, unique=True)
    search_text = models.TextField(blank=True)  # folded: headline, names, titles of reports
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged"
    )
    entities = models.ManyToManyField(Entity, through="Party", related_name="events")

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-occurred", "-id"], name="event_timeline"),
            models.Index(fields=["kind", "-occurred", "-id"], name="event_kind_timeline"),
            models.Index(fields=["recorded_at"], name="event_recorded"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(occurred="")
                | models.Q(occurred__startswith="19")
                | models.Q(occurred__startswith="20"),
                name="event_occurred_is_a_date",
            )
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def precision(self) -> str:
        """ "day", "month" or "unknown"."""
        return {10: "day", 7: "month"}.get(len(self.occurred), "unknown")


class Party(models.Model):
    """An entity's part in an event: the platform that acts (or is acted on), the target that is
    hit, the country concerned.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="parties")
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="parties")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "entity"], name="party_once")]
        indexes = [models.Index(fields=["entity", "event"], name="party_events")]
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return f"{self.entity_id} in {self.event_id}"


class Report(models.Model):
    """An entry's place in an event, or a page that a history names (`url`); one entry may stand in
    several events.
    """

    class Role(models.TextChoices):
        REPORT = Coverage.REPORT.value, "report"
        REACTION = Coverage.REACTION.value, "reaction"
        ANALYSIS = Coverage.ANALYSIS.value, "analysis"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="reports")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="reports")
    url = models.CharField(max_length=URL_LIMIT, blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.REPORT)
    score = models.FloatField(null=True)
    reasons = models.JSONField(default=list)
    added_at = models.DateTimeField()

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


class Link(models.Model):
    """`source` undoes, extends or follows `target`, or is its test in court; proposed by the
    program until confirmed.
    """

    class Type(models.TextChoices):
        UNDOES = "undoes", "undoes"
        EXTENDS = "extends", "extends"
        FOLLOWS = "follows", "follows"
        TESTED_BY = "tested_by", "tested in court by"

    class State(models.TextChoices):
        PROPOSED = "proposed", "proposed"
        CONFIRMED = "confirmed", "confirmed"

    source = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="linked_from")
    type = models.CharField(max_length=10, choices=Type)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "type"], name="link_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="link_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.type} {self.target_id}"


class Revision(models.Model):
    """One change of one field of an event: before, after, why, by whom; written with the change,
    never altered.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="revisions")
    at = models.DateTimeField()
    field = models.CharField(max_length=50)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=100)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.field} by {self.by}"


class Correction(models.Model):
    """What an editor says that an entry says: one field, its value, by whom and when. Rows are only
    added; of an entry and field the latest holds. The classifier learns from them.
    """

    class Field(models.TextChoices):
        KINDS = "kinds", "kinds"  # none: not an event
        PLATFORMS = "platforms", "platforms"
        TARGETS = "targets", "targets"
        OCCURRED = "occurred", "day of the act"

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=10, choices=Field)
    value = models.JSONField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["entry", "field", "-at"], name="correction_latest")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.field} by {self.by}"


class Learned(models.Model):
    """Weights made from the project's headlines and editors' corrections, whether they were better
    (`note` says why not), and since and until when entries are judged with them. None is deleted.
    """

    version = models.CharField(max_length=50, unique=True)
    weights = models.JSONField()
    made_at = models.DateTimeField()
    promoted_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name_plural = "learned"

    def __str__(self) -> str:
        return self.version


class Opinion(models.Model):
    """What a language model said of an entry that the classifier was not sure of: a suggestion to
    editors, once for a text and model. `cost` is in the unit of the setting OPINION_PRICES.
    """

    class State(models.TextChoices):
        ANSWERED = "answered", "answered"
        REFUSED = "refused", "refused"  # or an answer that cannot be used
        FAILED = "failed", "failed"  # the server; asked again later

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="opinions")
    content_hash = models.CharField(max_length=64)
    model = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State)
    kinds = models.JSONField(default=list)
    quote = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=300, blank=True)
    cost = models.FloatField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_hash", "model"], name="opinion_once")
        ]
        indexes = [models.Index(fields=["at"], name="opinion_spent")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {', '.join(self.kinds) or self.state}"
