"""Source (publisher), Feed (address), FeedChange (what an editor did to one), Entry (item), Poll
(one try), Activity (kind of work), TranslatedTitle, ArchivedCopy (questions to other services).
"""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.feeds.limits import (
    AUTHOR_LIMIT,
    CAUSE_LIMIT,
    ETAG_LIMIT,
    HOST_LIMIT,
    LANGUAGE_LIMIT,
    LAST_MODIFIED_LIMIT,
    NAME_LIMIT,
    REASON_LIMIT,
    TITLE_LIMIT,
    URL_LIMIT,
)
from tracker.feeds.plan import INTERVAL


class Source(models.Model):
    """A publisher, known by the host of its pages."""

    host = models.CharField(max_length=HOST_LIMIT, unique=True)
    name = models.CharField(max_length=NAME_LIMIT)

    def __str__(self) -> str:
        return self.name


class FeedQuerySet(models.QuerySet["Feed"]):
    def followed(self) -> "FeedQuerySet":
        """Select feeds that were not removed, including paused ones."""
        return self.filter(removed_at__isnull=True)

    def due(self, now: datetime) -> "FeedQuerySet":
        """Select feeds that are due, the longest waiting first; a feed claimed by a poll is not
        due.
        """
        return self.filter(next_poll_at__lte=now, is_active=True).order_by("next_poll_at", "pk")


class Feed(models.Model):
    """An address that is polled. `next_poll_at` is the queue: a claim moves it a lease ahead."""

    class State(models.TextChoices):
        NEW = "new", _("not polled yet")
        WORKING = "working", _("working")
        UNCHANGED = "unchanged", _("unchanged")
        FAILING = "failing", _("failing")
        REFUSED = "refused", _("refused us")
        NOT_ALLOWED = "not_allowed", _("address not allowed")
        NOT_A_FEED = "not_a_feed", _("not a feed")
        NO_ENTRIES = "no_entries", _("no entries yet")
        EMPTY = "empty", _("empty")
        GONE = "gone", _("gone")
        COSTLY = "costly", _("too costly to read")
        QUARANTINED = "quarantined", _("quarantined")
        OWN_FAULT = "own_fault", _("our fault")

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="feeds")
    url = models.CharField(max_length=URL_LIMIT, unique=True)
    # registrable: it may ask all its feeds to wait
    domain = models.CharField(max_length=HOST_LIMIT)
    title = models.CharField(max_length=TITLE_LIMIT)
    group = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=LANGUAGE_LIMIT, blank=True)
    country = models.CharField(max_length=2, blank=True, default="", db_default="")  # ISO 3166
    is_active = models.BooleanField(default=True)  # is polled
    # By an editor; see editing/changes.py. The entries and the row stay.
    paused_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged"
    )
    # Brings articles of others and is trusted to name their publishers; see publisher.py.
    is_aggregator = models.BooleanField(default=False, db_default=False)

    etag = models.CharField(max_length=ETAG_LIMIT, blank=True)
    last_modified = models.CharField(max_length=LAST_MODIFIED_LIMIT, blank=True)
    body_hash = models.CharField(max_length=64, blank=True)
    marks = models.BinaryField(default=bytes)  # of the entries of the last body: see cut.py
    moved_to = models.CharField(max_length=URL_LIMIT, blank=True)
    moved_since = models.DateTimeField(null=True)
    former_url = models.CharField(max_length=URL_LIMIT, blank=True)

    interval = models.DurationField(default=INTERVAL)
    ttl = models.DurationField(default=timedelta)
    state = models.CharField(max_length=20, choices=State, default=State.NEW)
    error = models.CharField(max_length=REASON_LIMIT, blank=True)
    cause = models.CharField(max_length=CAUSE_LIMIT, blank=True, default="", db_default="")
    failures = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)  # claims since the last stored outcome
    # Consecutive polls that failed because of a fault of ours, and the last one's error, which says
    # nothing about the feed.
    faults = models.PositiveIntegerField(default=0, db_default=0)
    fault = models.CharField(max_length=500, blank=True, default="", db_default="")
    next_poll_at = models.DateTimeField()
    waited_for_neighbour_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    polled_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    body_at = models.DateTimeField(null=True)  # when a body last came, not a 304
    new_entry_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    # How many entries a day (UTC) brought, and when a poll last exceeded the budget.
    day = models.DateField(null=True)
    day_entries = models.PositiveIntegerField(default=0, db_default=0)
    flooded_at = models.DateTimeField(null=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["is_active", "next_poll_at"], name="feed_due"),
            models.Index(fields=["domain"], name="feed_domain"),
        ]

    def __str__(self) -> str:
        return self.title


class FeedChange(models.Model):
    """A change of a feed: one changed field, or a pause, removal and so on. Addresses are stored
    without their secrets.
    """

    class Verb(models.TextChoices):
        ADDED = "added", _("added")
        RENAMED = "renamed", _("renamed")
        MOVED = "moved", _("address corrected")
        GROUPED = "grouped", _("category set")
        LANGUAGE = "language", _("language set")
        COUNTRY = "country", _("country set")
        AGGREGATOR = "aggregator", _("aggregator set")
        PAUSED = "paused", _("paused")
        RESUMED = "resumed", _("resumed")
        REMOVED = "removed", _("removed")
        RESTORED = "restored", _("restored")
        MERGED = "merged", _("merged into another feed")
        ABSORBED = "absorbed", _("another feed merged into this")

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)  # "" for a command
    verb = models.CharField(max_length=20, choices=Verb)
    before = models.CharField(max_length=URL_LIMIT, blank=True)
    after = models.CharField(max_length=URL_LIMIT, blank=True)

    class Meta:
        indexes = [models.Index(fields=["feed", "-at"], name="feed_changes")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def due(self, now: datetime) -> "EntryQuerySet":
        """Select entries that wait for classification, oldest first."""
        return self.filter(process_at__lte=now).order_by("process_at", "pk")


class Entry(models.Model):
    """An item of a feed as plain text. `source` is its publisher: the feed's, unless an aggregator
    says that it comes from elsewhere. `process_at` is the queue of the events package: null once
    processed, or set aside with its `error` after several `attempts`.
    """

    # Protected, since entries may be the reports of events.
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="entries")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="entries")
    key = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)
    guid = models.CharField(max_length=URL_LIMIT, blank=True)
    link = models.CharField(max_length=URL_LIMIT, blank=True)
    link_hash = models.CharField(max_length=16, blank=True)  # of the canonical link
    title = models.CharField(max_length=TITLE_LIMIT, blank=True)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    author = models.CharField(max_length=AUTHOR_LIMIT, blank=True)
    language = models.CharField(max_length=LANGUAGE_LIMIT, blank=True)
    published_at = models.DateTimeField(null=True)
    # The publisher's own text, even if no date was recognised in it (decision D30).
    published_raw = models.CharField(max_length=100, blank=True)
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    is_news = models.BooleanField(default=True)  # may be mailed
    is_held = models.BooleanField(default=False)  # but only after an owner has checked: a flood
    process_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    expires_at = models.DateTimeField(null=True)  # of a flood: deleted then unless it is a report
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    error = models.CharField(max_length=300, blank=True, default="", db_default="")
    is_evidence = models.BooleanField(default=False, db_default=False)  # an event is based on it

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "key"], name="entry_once_a_feed")]
        indexes = [
            models.Index(
                fields=["process_at"],
                # Partial: nearly all entries are processed and not in it.
                name="entry_due",
                condition=models.Q(process_at__isnull=False),
            ),
            models.Index(fields=["link_hash"], name="entry_link"),
            models.Index(fields=["feed"], name="entry_held", condition=models.Q(is_held=True)),
            models.Index(fields=["feed", "-first_seen_at"], name="entry_by_feed"),
        ]

    def __str__(self) -> str:
        return self.title or self.link or self.key


class EntryVersion(models.Model):
    """The words of an entry after an edit, if the entry keeps those that an event is based on."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="versions")
    at = models.DateTimeField()
    content_hash = models.CharField(max_length=64)
    title = models.CharField(max_length=TITLE_LIMIT, blank=True)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "content_hash"], name="entry_version_once")
        ]

    def __str__(self) -> str:
        return self.title or f"{self.entry_id} {self.at:%Y-%m-%d}"


class ServiceRequest(models.Model):
    """A request to another service about an article. `next_try_at` is the queue: null once answered
    (`answered_at`), or set aside with its `error` after several `attempts`.
    """

    next_try_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    error = models.CharField(max_length=300, blank=True, default="", db_default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class TranslatedTitle(ServiceRequest):
    """The machine translation of an article's title. `title` is the translated title: an entry that
    changed since has no translation. `text` is "" if it would repeat the title.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="translated_titles")
    language = models.CharField(max_length=LANGUAGE_LIMIT)  # into which
    title = models.CharField(max_length=TITLE_LIMIT)
    text = models.CharField(max_length=TITLE_LIMIT, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "language"], name="translated_title_once")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="translation_due",
                condition=models.Q(next_try_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} in {self.language}"


class ArchivedCopy(ServiceRequest):
    """The address of an article's copy that an archive saved on request; "" before."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="archived_copy")
    url = models.CharField(max_length=URL_LIMIT, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="archiving_due",
                condition=models.Q(next_try_at__isnull=False),
            )
        ]
        verbose_name_plural = "archived copies"

    def __str__(self) -> str:
        return self.url or f"{self.entry_id}"


class FeedWeek(models.Model):
    """How many entries of a feed were stored in a week (its Monday, UTC), and how many of them were
    news, without what the feed's first poll brought; so that entries need not be counted.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="weeks")
    week = models.DateField()
    stored = models.PositiveIntegerField(default=0)
    news = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "week"], name="feed_week_once")]
        indexes = [models.Index(fields=["week"], name="feed_week")]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.week}: {self.stored}"


class ReadDay(models.Model):
    """How much was read on a day (UTC): polled feeds and those that answered; kept after the polls
    are deleted.
    """

    day = models.DateField(unique=True)
    tried = models.PositiveIntegerField()
    read = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(read__lte=models.F("tried")), name="read_were_tried"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.read} of {self.tried}"


class WorkType(models.TextChoices):
    """Types of recurring work."""

    POLLS = "polls"
    PARSING = "parsing"
    ENTRIES = "entries"
    MATCHES = "matches"
    MAILS = "mails"
    HOOKS = "hooks"
    BOUNCES = "bounces"
    TRANSLATIONS = "translations"
    ARCHIVING = "archiving"


class Activity(models.Model):
    """One type of work: its last success, since when it only fails (null if it does not), and what
    was set aside because of a fault of ours, with the last error.
    """

    # Columns keep their original names (decision D11).
    work_type = models.CharField(
        max_length=20, choices=WorkType, primary_key=True, db_column="kind"
    )
    succeeded_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # since then
    error = models.CharField(max_length=500, blank=True)
    set_aside = models.PositiveIntegerField(default=0)
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return str(self.work_type)


class Poll(models.Model):
    """One poll of a feed and its outcome; the log that /sources shows."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="polls")
    at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=Feed.State)
    status = models.PositiveSmallIntegerField(null=True)
    bytes = models.PositiveIntegerField(default=0)
    entries = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    # Of these: repeated articles, and those beyond a week of the feed's daily budget.
    repeated = models.PositiveIntegerField(default=0, db_default=0)
    over_budget = models.PositiveIntegerField(default=0, db_default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    # New entries that are not mailed.
    unmailed = models.PositiveIntegerField(default=0, db_column="held")
    error = models.CharField(max_length=REASON_LIMIT, blank=True)
    cause = models.CharField(max_length=CAUSE_LIMIT, blank=True, default="", db_default="")
    seconds = models.FloatField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["feed", "-at"], name="poll_log"),
            models.Index(fields=["at"], name="poll_age"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def wordless(self) -> int:
        """How many entries were skipped because they had no words."""
        return max(0, self.skipped - self.repeated - self.over_budget)
