"""Events, with the entities that each names."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.events.models.choices import EMPTY_LIST, KIND_CHOICES, OCCURRED
from tracker.events.models.entities import Entity
from tracker.events.text import join_texts
from tracker.events.wording.terms import ORIGINS
from tracker.partial_date import PartialDate


class EventQuerySet(models.QuerySet["Event"]):
    def visible(self) -> "EventQuerySet":
        """Select events that have a page, unsure ones too: neither merged nor refused."""
        return self.filter(merged_into__isnull=True).exclude(state=Event.State.REFUSED)

    def shown(self) -> "EventQuerySet":
        """Select events that lists, feeds and alerts show unless asked for unsure ones."""
        return self.visible().exclude(state=Event.State.UNSURE)

    def newest_first(self) -> "EventQuerySet":
        return self.order_by("-occurred", "-pk")


class Event(models.Model):
    """One act.

    Its id is permanent: events are never deleted, ids never reused. `occurred` is the day of the
    act, `recorded_at` when the record was made, `changed_at` when it last changed.
    `occurred_source` says where the day came from: "text", "published" (the first report's day
    is in), "history" or "". `own_headline` is one written by a person, "" if derived from the
    facts. `split_from` is the event that its reports came from.
    """

    class State(models.TextChoices):
        UNSURE = "unsure", _("Unsure")
        MACHINE = "machine", _("Machine")
        REVIEWED = "reviewed", _("Reviewed")
        REFUSED = "refused", _("Refused")

    class Origin(models.TextChoices):
        """Where an event comes from, whoever has checked it since (record/checks.py)."""

        HISTORY = "history", ORIGINS["history"]
        MACHINE = "machine", ORIGINS["machine"]
        EDITOR = "editor", ORIGINS["editor"]

    # Stored, because ordering a queue by doubt and reach would load every event each time.
    class ReviewQueue(models.TextChoices):
        """What an editor is asked about the event; "" for nothing."""

        NEW = "new", _("New event?")
        UNSURE = "unsure", _("Unsure: an act?")
        KIND = "kind", _("Kind in doubt")
        TARGET = "target", _("Target unknown")
        NONE = "", _("Nothing")

    kind = models.CharField(max_length=20, choices=KIND_CHOICES)
    other_kinds = models.JSONField(default=list)
    own_headline = models.CharField(max_length=300, blank=True, default="", db_default="")
    grounds = models.CharField(max_length=50, blank=True)
    extent = models.CharField(max_length=10, blank=True)
    occurred = models.CharField(max_length=10, blank=True, validators=[OCCURRED])
    occurred_source = models.CharField(max_length=10, blank=True)
    recorded_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.MACHINE)
    confidence = models.FloatField(null=True)  # that it is an act
    kind_confidence = models.FloatField(null=True)
    effective_on = models.CharField(max_length=10, blank=True, db_default="", validators=[OCCURRED])
    amount = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3, blank=True, db_default="")
    affected = models.BigIntegerField(default=0, db_default=0)
    affected_what = models.CharField(max_length=20, blank=True, db_default="")
    authority = models.CharField(max_length=200, blank=True, db_default="")
    authority_type = models.CharField(max_length=20, blank=True, db_default="")
    law = models.CharField(max_length=40, blank=True, db_default="")
    law_article = models.CharField(max_length=20, blank=True, db_default="")
    appeal = models.CharField(max_length=10, blank=True, db_default="")
    territory = models.CharField(max_length=10, blank=True, db_default="")
    region = models.CharField(max_length=60, blank=True, db_default="")
    degree = models.CharField(max_length=10, blank=True, db_default="")
    ordered_by = models.CharField(max_length=200, blank=True, db_default="")
    ordered_by_type = models.CharField(max_length=20, blank=True, db_default="")
    # The day of its end if an editor stated it; `ended` is derived from it.
    ended_on = models.CharField(
        max_length=10, blank=True, default="", db_default="", validators=[OCCURRED]
    )
    # Null and not "": a unique column may hold many nulls.
    ref = models.CharField(max_length=200, null=True, unique=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged", db_index=False
    )
    split_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="split_off", db_index=False
    )
    claimed_by = models.CharField(max_length=150, blank=True)
    claimed_until = models.DateTimeField(null=True)
    # Editors' checks of single facts, as [fact, state, editor, time, origin]: record/checks.py.
    checks = models.JSONField(default=list, db_default=EMPTY_LIST)
    entities = models.ManyToManyField(Entity, through="EventEntity", related_name="events")

    # Derived from the others by record.derived.columns.reindex.
    # In English, for search texts and logs; pages word it anew (record/derived/headlines.py).
    headline = models.CharField(max_length=300)
    # Which fact the headline adds, if it would otherwise read like an earlier one of the day.
    distinction = models.CharField(max_length=10, blank=True, default="", db_default="")
    title_words = models.TextField(blank=True)  # headline, names, reports' titles
    summary_words = models.TextField(blank=True)  # the reports' summaries
    origin = models.CharField(
        max_length=10, choices=Origin, default=Origin.MACHINE, db_default="machine"
    )
    indexed_at = models.DateTimeField(default=timezone.now)  # by the clock; used for display
    ended = models.CharField(max_length=10, blank=True)  # the day of its end, as stated
    # The day from which it is unknown whether it is in force (in_force.py); "" for never.
    unknown_from = models.CharField(max_length=10, blank=True, default="", db_default="")
    review_queue = models.CharField(
        max_length=10, blank=True, choices=ReviewQueue, db_column="lane"
    )
    weight = models.FloatField(default=0)  # how much a review would matter

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-occurred", "-id"], name="event_timeline"),
            models.Index(fields=["kind", "-occurred", "-id"], name="event_kind_timeline"),
            models.Index(fields=["recorded_at"], name="event_recorded"),
            *(  # few are merged or split; an index that is mostly NULL misleads SQLite
                models.Index(
                    fields=[name],
                    name=f"event_{name}",
                    condition=models.Q(**{f"{name}__isnull": False}),
                )
                for name in ("merged_into", "split_from")
            ),
            models.Index(fields=["changed_at"], name="event_changed"),
            models.Index(fields=["indexed_at", "id"], name="event_indexed"),
            models.Index(
                fields=["review_queue", "-weight"],
                name="event_lane",
                condition=~models.Q(review_queue=""),
            ),
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
    def around(self) -> str:
        """Return the day near which it is searched: that of the act, else that of recording."""
        return self.occurred or f"{self.recorded_at:%Y-%m-%d}"

    @property
    def search_text(self) -> str:
        """Return all words that are searched."""
        return join_texts(self.title_words, self.summary_words)

    @property
    def itself(self) -> "Event":
        """Return the event that its address leads to: the one it was merged into, or itself."""
        event = self
        # An event may be merged into one that is merged later.
        while event.merged_into is not None:
            event = event.merged_into
        return event

    @property
    def is_visible(self) -> bool:
        """Return whether it has a page: neither merged nor refused."""
        return self.merged_into_id is None and self.state != Event.State.REFUSED

    @property
    def precision(self) -> str:
        """Return "day", "month" or "unknown"."""
        return PartialDate.parse(self.occurred).precision


class EventEntity(models.Model):
    """An entity's role in an event: the platform that acts (or is acted on), the target, the
    country.

    `kind` repeats the event's and `around` its day or, if unknown, the day of recording (see
    reindex), so that one index finds events near an entry.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="parties")
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="parties")
    kind = models.CharField(max_length=20, choices=KIND_CHOICES)
    around = models.CharField(max_length=10)

    class Meta:
        db_table = "events_party"
        constraints = [models.UniqueConstraint(fields=["event", "entity"], name="party_once")]
        indexes = [
            models.Index(fields=["entity", "event"], name="party_events"),
            models.Index(fields=["entity", "around"], name="party_days"),
            models.Index(fields=["entity", "kind", "around"], name="party_kind_days"),
        ]
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return f"{self.entity_id} in {self.event_id}"
