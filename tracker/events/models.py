"""Classification (of an entry), Event, Party, Report, Entity, Alias, Link; Change, Revision and
EventVersion;
Correction, Suggestion, ReviewNote, SubmittedLink, Learned, Opinion.
"""

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.classify.classification import Role as ClassifiedRole
from tracker.classify.kinds import Kind
from tracker.events.text import join_texts
from tracker.events.wording.names import RECORDED, country_name
from tracker.events.wording.terms import ADS, ORIGINS, SCOPES, term
from tracker.feeds.limits import URL_LIMIT
from tracker.feeds.models import Entry
from tracker.partial_date import PartialDate

KIND_CHOICES = [(kind.value, kind.label) for kind in Kind]
# A PartialDate's text: a day, a month, or "" where the day is unknown. As text it sorts as the
# timeline wants it: newest first, a month after its days, the unknown last. Decision D58.
# No day is ever invented for a month, and no month for a year: a wrong day in a record is worse
# than none.
OCCURRED = RegexValidator(r"^(\d{4}-\d{2}(-\d{2})?)?$", "YYYY-MM-DD, YYYY-MM or nothing")


EMPTY_LIST = models.Value([], models.JSONField())


class EntryClassification(models.Model):
    """The latest classification of an entry, with its evidence and the version that made it."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="classification")
    version = models.CharField(max_length=50)
    language = models.CharField(max_length=10)
    kinds = models.JSONField(default=list)
    platforms = models.JSONField(default=list)
    targets = models.JSONField(default=list)
    countries = models.JSONField(default=list)
    grounds = models.JSONField(default=list)
    extent = models.CharField(max_length=10, blank=True)
    details = models.JSONField(default=list)
    occurred = models.CharField(max_length=10, blank=True, validators=[OCCURRED])
    occurred_source = models.CharField(max_length=10, blank=True)
    coverage = models.CharField(max_length=10, blank=True)
    confidence = models.FloatField()
    kind_confidence = models.FloatField(default=0, db_default=0)
    shown = models.BooleanField(default=False, db_default=False)
    scope = models.CharField(max_length=20, blank=True, db_default="")
    unlisted = models.JSONField(default=list, db_default=EMPTY_LIST)
    effective_on = models.CharField(max_length=10, blank=True, db_default="", validators=[OCCURRED])
    amount = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3, blank=True, db_default="")
    affected = models.BigIntegerField(default=0, db_default=0)
    affected_what = models.CharField(max_length=20, blank=True, db_default="")
    authority = models.CharField(max_length=200, blank=True, db_default="")
    authority_type = models.CharField(max_length=20, blank=True, db_default="")
    readers = models.JSONField(default=list, db_default=EMPTY_LIST)
    evidence = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "events_classification"
        indexes = [models.Index(fields=["version"], name="classified_by")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {', '.join(self.kinds) or 'no event'}"


class Entity(models.Model):
    """A platform, a target or a country, by slug: a platform's slug, the folded English name, the
    ISO 3166 code.

    `merged_into` is the entity that it turned out to be: pages and searches use that one, the rows
    stay.
    """

    class Type(models.TextChoices):
        PLATFORM = "platform", _("platform")
        TARGET = "target", _("target")
        COUNTRY = "country", _("country")

    # The type stands on the entity, so a facet is one join and one count, whatever it is a facet
    # of; the price is that an event cannot hold one entity in two parts.
    type = models.CharField(max_length=10, choices=Type)
    slug = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    description = models.CharField(max_length=50, blank=True)
    # A name as few publishers printed it, in no list.
    is_reported = models.BooleanField(default=False, db_default=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "slug"], name="entity_once")]
        indexes = [  # few are merged; an index of mostly NULL is passed over by SQLite
            models.Index(
                fields=["merged_into"],
                name="entity_merged",
                condition=models.Q(merged_into__isnull=False),
            )
        ]
        verbose_name_plural = "entities"

    def __str__(self) -> str:
        return self.name

    @property
    def itself(self) -> "Entity":
        """Return the entity that pages show: the one it was merged into, or itself."""
        return self.merged_into or self

    @property
    def shown_name(self) -> str:
        """Return the name in the active language: of a country (unless an editor renamed it), of a
        category of advertising, and of social media as such.
        """
        is_plain = self.type == self.Type.COUNTRY and self.name == country_name(self.slug, RECORDED)
        if is_plain:
            return country_name(self.slug)
        is_scope = self.type == self.Type.PLATFORM and self.slug in SCOPES
        return term(self.name) if is_scope or self.name in ADS else self.name


class EntityAlias(models.Model):
    """A name of an entity, in which language, and since and until when ("" and null: always).

    Entries are searched for names that an editor added (`by`); the others come from the word lists,
    or are how reports of one act spell a name that no list knows.
    """

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    by = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "events_alias"
        constraints = [
            models.UniqueConstraint(fields=["entity", "name", "language"], name="alias_once")
        ]
        verbose_name_plural = "aliases"

    def __str__(self) -> str:
        return self.name


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
    stands in), "history" or "". `own_headline` is the one that a person wrote, "" where the facts
    make it. `split_from` is the event that its reports came from.
    """

    class State(models.TextChoices):
        UNSURE = "unsure", _("Unsure")
        MACHINE = "machine", _("Machine")
        REVIEWED = "reviewed", _("Reviewed")
        REFUSED = "refused", _("Refused")

    class Origin(models.TextChoices):
        """Where an event comes from, whoever checked it since (record/checks.py)."""

        HISTORY = "history", ORIGINS["history"]
        MACHINE = "machine", ORIGINS["machine"]
        EDITOR = "editor", ORIGINS["editor"]

    # Stored, because ordering a queue by doubt and reach would read every event at each look.
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
    # The day of its end where an editor stated it; `ended` follows from it.
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
    # What editors said of single facts, as [fact, state, editor, time, origin]: record/checks.py.
    checks = models.JSONField(default=list, db_default=EMPTY_LIST)
    entities = models.ManyToManyField(Entity, through="EventEntity", related_name="events")

    # Follow from the rest; made by record.derived.reindex.
    headline = models.CharField(max_length=300)  # in English; pages word it (record/headlines.py)
    # Which fact the headline adds, as it would else read like an earlier one of the day.
    distinction = models.CharField(max_length=10, blank=True, default="", db_default="")
    title_words = models.TextField(blank=True)  # headline, names, reports' titles
    summary_words = models.TextField(blank=True)  # the reports' summaries
    origin = models.CharField(
        max_length=10, choices=Origin, default=Origin.MACHINE, db_default="machine"
    )
    indexed_at = models.DateTimeField(default=timezone.now)  # by the clock: readers go by it
    ended = models.CharField(max_length=10, blank=True)  # the day of its end, as told
    # The day from which on nobody knows whether it is in force (in_force.py); "" for never.
    unknown_from = models.CharField(max_length=10, blank=True, default="", db_default="")
    review_queue = models.CharField(
        max_length=10, blank=True, choices=ReviewQueue, db_column="lane"
    )
    weight = models.FloatField(default=0)  # what a review would change

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-occurred", "-id"], name="event_timeline"),
            models.Index(fields=["kind", "-occurred", "-id"], name="event_kind_timeline"),
            models.Index(fields=["recorded_at"], name="event_recorded"),
            *(  # few are merged or split; an index of mostly NULL misleads SQLite
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
        """Return the day it is searched near: that of the act, else that of recording."""
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
    """An entity's part in an event: the platform that acts (or is acted on), the target, the
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


class StandingReportManager(models.Manager["Report"]):
    """Reports that stand in their events: all but those that an editor took out."""

    def get_queryset(self) -> models.QuerySet["Report"]:
        return super().get_queryset().filter(withdrawn_at=None)


class Report(models.Model):
    """An entry in an event, or a page named by a history (`url`); one entry may be in several
    events.

    A row that was taken out (`withdrawn_at`) is stored for answers about the past and for undoing;
    only `stored` selects it.
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


class Link(models.Model):
    """`source` undoes, extends, follows or is tested in court by `target`, or may be the same act.

    It is proposed by the program until an editor confirms or rejects it. `score` is how sure the
    program was, 0 to 1; null for an editor's own links and older ones. It is no part of the record.
    """

    class Type(models.TextChoices):
        UNDOES = "undoes", _("undoes")
        EXTENDS = "extends", _("extends")
        FOLLOWS = "follows", _("follows")
        TESTED_BY = "tested_by", _("tested in court by")
        SAME = "same", _("may be the same act as")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    source = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="linked_from")
    type = models.CharField(max_length=10, choices=Type)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    reasons = models.JSONField(default=list)
    score = models.FloatField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["type", "id"], name="link_asked", condition=models.Q(state="proposed")
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "type"], name="link_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="link_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.type} {self.target_id}"


class ChangeQuerySet(models.QuerySet["Change"]):
    def undone(self) -> set[int]:
        """Return the ids of changes that do not hold, as far as these undo them: an undoing may
        itself be undone, and so on.
        """
        undone = set[int]()
        undoings = self.filter(undoes__isnull=False).order_by("-pk").values_list("pk", "undoes")
        for pk, undoes in undoings:  # the latest first: whether it holds is known
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
    """One change of one field of an event: before, after, why, by whom; never altered.

    `change` is the editor's action it belongs to, null for the program's. `reason` is what a person
    wrote, `reasons` are codes with values (events/reasons.py), or text that no code fits.
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

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["event", "at"], name="revision_as_of")]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.field} by {self.by}"


class EventVersion(models.Model):
    """What an event said from `since` until a revision at `until`, as far as queries ask for it;
    what it says since its last revision is the Event. `terms` has its kinds, ground, entities (by
    id), languages and sources (see record/versions.py), `words` the searched text between two
    spaces, `undone_by` and `extended_by` the ids of the confirmed acts that did, with commas;
    `stated_end`, `unknown_from` and `confirmed_for` are its term without those (in_force.py).
    """

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    since = models.DateTimeField()
    until = models.DateTimeField()
    is_visible = models.BooleanField()
    state = models.CharField(max_length=10)
    occurred = models.CharField(max_length=10, blank=True)
    extent = models.CharField(max_length=10, blank=True)  # nobody asks any more
    terms = models.TextField()
    words = models.TextField()
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


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def standing(self) -> "CorrectionQuerySet":
        """Select corrections of changes that were not undone."""
        return self.exclude(change__in=Change.objects.all().undone())


class SearchText(models.Model):
    """The single row that says with which version of folding the searched texts were made
    (`version`, 0 for before this was noted).

    During a rebuild, `target` is the new version, and events up to `done_id` of `last_id` are done.
    """

    version = models.PositiveIntegerField()
    target = models.PositiveIntegerField(default=0)
    done_id = models.BigIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.version}: {self.done_id} of {self.last_id}"


class Correction(models.Model):
    """An editor's statement about one field of an entry; `program_value` is what the program had
    said.

    Rows are only added; the latest of an entry and field holds whose change was not undone. The
    classifier learns from them.
    """

    class Field(models.TextChoices):
        KINDS = "kinds", _("kinds")  # none: not an event
        PLATFORMS = "platforms", _("platforms")
        TARGETS = "targets", _("targets")
        OCCURRED = "occurred", _("day of the act")
        EVENT = "event", _("event that it reports")  # merged or split: the id of the right one

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
    a note alone, "" for nobody). Rows are only added; the latest assignment holds.
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


class LearnedWeights(models.Model):
    """Weights trained on the project's headlines and editors' corrections.

    They were not promoted if they are worse in `worse`, the names of languages and kinds.

    `data` is the version of the word lists they were made with; they do not fit other lists. None
    are deleted.
    """

    version = models.CharField(max_length=50, unique=True)
    data = models.CharField(max_length=12)
    weights = models.JSONField()
    made_at = models.DateTimeField()
    promoted_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    rolled_back_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)  # of older versions; no longer written
    worse = models.JSONField(default=list, db_default=EMPTY_LIST)

    class Meta:
        db_table = "events_learned"
        verbose_name_plural = "learned"

    def __str__(self) -> str:
        return self.version


class SecondOpinion(models.Model):
    """What a language model said about an unsure entry, once per text and model: a suggestion to
    editors.

    `cost` is in the unit of the setting OPINION_PRICES.
    """

    class State(models.TextChoices):
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused")  # or an answer that cannot be used
        FAILED = "failed", _("failed")  # the server; asked again later

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
        db_table = "events_opinion"
        constraints = [
            models.UniqueConstraint(fields=["content_hash", "model"], name="opinion_once")
        ]
        indexes = [models.Index(fields=["at"], name="opinion_spent")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {', '.join(self.kinds) or self.state}"
