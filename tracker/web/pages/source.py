"""The pages of one feed: what we read of it, its facts to edit, a merge, and a feed to be added."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from tracker.events.intake.preview import EntryPreview, preview_feed
from tracker.events.wording.names import country_name, shown_platform_name
from tracker.feeds.causes import CAUSES, Cause
from tracker.feeds.discover import DiscoveredFeed
from tracker.feeds.editing.catalogue import subject_name
from tracker.feeds.editing.changes import FeedFacts, MergedEntries, preview_merge
from tracker.feeds.health import is_flooding, lateness
from tracker.feeds.models import Entry, Feed, FeedChange, Poll
from tracker.feeds.network.types import FetchBudget
from tracker.redact import without_secrets
from tracker.web.forms.sources import FeedForm
from tracker.web.pages.sources import shown_state, trouble_of

POLLS_SHOWN = 50
CHANGES_SHOWN = 50
ENTRIES_SHOWN = 10
FEEDS_OFFERED = 1_000  # to merge into


@dataclass(frozen=True)
class FeedLink:
    """A feed by its number and title."""

    id: int
    title: str


@dataclass(frozen=True)
class PollRow:
    """One poll of a feed and its outcome; `trouble` is a sentence, "" for none."""

    at: datetime
    state: str
    state_name: str
    trouble: str
    status: int | None
    bytes: int
    entries: int
    repeated: int
    wordless: int
    over_budget: int
    new: int
    unmailed: int
    changed: int
    seconds: float


@dataclass(frozen=True)
class EntryWords:
    """The words of an entry at a moment: its title or else its summary."""

    at: datetime | None
    words: str


@dataclass(frozen=True)
class EntryRow:
    """An entry of the feed, with its earlier or later words if it was edited."""

    published_at: datetime | None
    link: str
    language: str
    words: str
    versions: tuple[EntryWords, ...]


@dataclass(frozen=True)
class FeedChangeRow:
    """What an editor did to the feed."""

    at: datetime
    by: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class SourcePage:
    """What is known about a feed; `cause` is what is wrong and what to do, None if only the words
    of `error` are known. Addresses are without their secrets.
    """

    id: int
    title: str
    state: str
    state_name: str
    error: str
    cause: Cause | None
    fault: str
    is_flood: bool
    budget: int
    publisher: str
    host: str
    is_aggregator: bool
    url: str
    group: str
    group_name: str
    language: str
    country: str
    lateness: timedelta | None
    moved_to: str
    moved_since: datetime | None
    former_url: str
    interval: timedelta
    is_polled: bool
    next_poll_at: datetime
    paused_at: datetime | None
    removed_at: datetime | None
    merged_into: FeedLink | None
    polls: tuple[PollRow, ...]
    entries: tuple[EntryRow, ...]
    changes: tuple[FeedChangeRow, ...]


@dataclass(frozen=True)
class SourceEditPage:
    """The facts of a feed to be edited, and the feeds that it may be merged into."""

    id: int
    title: str
    form: FeedForm
    groups: tuple[str, ...]
    others: tuple[FeedLink, ...]


@dataclass(frozen=True)
class SourceMergePage:
    """Two feeds of which one becomes part of the other, and what would move."""

    feed: FeedLink
    into: FeedLink
    entries: MergedEntries


@dataclass(frozen=True)
class PreviewRow:
    """An entry of a feed that is not followed yet, and how it would be classified."""

    published_at: datetime | None
    words: str
    is_event: bool
    kinds: tuple[str, ...]
    platforms: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True)
class FoundFeedRow:
    """A feed that was found at an address; `known_id` is its number if it is followed."""

    url: str
    shown_url: str
    feed_title: str
    total: int
    skipped: int
    known_id: int | None
    entries: tuple[PreviewRow, ...]


@dataclass(frozen=True)
class NewSourcePage:
    """An address, and the feeds that were found there; `is_cut` if the search was stopped."""

    url: str
    error: str = ""
    is_followed: bool = False
    is_searched: bool = False
    is_cut: bool = False
    feeds: tuple[FoundFeedRow, ...] = ()
    requests: int = 0
    megabytes: int = 0
    seconds: int = 0


def build_source_page(feed: Feed, now: datetime) -> SourcePage:
    """Return the page of a feed."""
    state, state_name = shown_state(feed)
    return SourcePage(
        id=feed.pk,
        title=feed.title,
        state=state,
        state_name=state_name,
        error=feed.error,
        cause=CAUSES.get(feed.cause),
        fault=feed.fault,
        is_flood=is_flooding(feed, now),
        budget=settings.FEED_BUDGET,
        publisher=feed.source.name,
        host=feed.source.host,
        is_aggregator=feed.is_aggregator,
        url=without_secrets(feed.url),
        group=feed.group,
        group_name=subject_name(feed.group),
        language=feed.language,
        country=country_name(feed.country),
        lateness=lateness(feed, now),
        moved_to=without_secrets(feed.moved_to),
        moved_since=feed.moved_since,
        former_url=without_secrets(feed.former_url),
        interval=feed.interval,
        is_polled=feed.is_active,
        next_poll_at=feed.next_poll_at,
        paused_at=feed.paused_at,
        removed_at=feed.removed_at,
        merged_into=_link(feed.merged_into) if feed.merged_into else None,
        polls=tuple(map(_poll_row, feed.polls.order_by("-at")[:POLLS_SHOWN])),
        entries=tuple(map(_entry_row, _latest(feed))),
        changes=tuple(map(_change_row, feed.changes.order_by("-at", "-pk")[:CHANGES_SHOWN])),
    )


def _latest(feed: Feed) -> list[Entry]:
    """Return the latest entries, the newest by their own date first."""
    latest = feed.entries.prefetch_related("versions").order_by("-first_seen_at", "-pk")
    return sorted(
        latest[:ENTRIES_SHOWN], key=lambda e: e.published_at or e.first_seen_at, reverse=True
    )


def _link(feed: Feed) -> FeedLink:
    return FeedLink(feed.pk, feed.title)


def _poll_row(poll: Poll) -> PollRow:
    return PollRow(
        at=poll.at,
        state=poll.state,
        state_name=poll.get_state_display(),
        trouble=trouble_of(poll.cause, poll.error) if poll.error else "",
        status=poll.status,
        bytes=poll.bytes,
        entries=poll.entries,
        repeated=poll.repeated,
        wordless=poll.wordless,
        over_budget=poll.over_budget,
        new=poll.new,
        unmailed=poll.unmailed,
        changed=poll.changed,
        seconds=poll.seconds,
    )


def _entry_row(entry: Entry) -> EntryRow:
    return EntryRow(
        published_at=entry.published_at,
        link=entry.link,
        language=entry.language,
        words=entry.title or entry.summary,
        versions=tuple(EntryWords(v.at, v.title or v.summary) for v in entry.versions.all()),
    )


def _change_row(change: FeedChange) -> FeedChangeRow:
    return FeedChangeRow(
        change.at, change.by, change.get_verb_display(), change.before, change.after
    )


def facts_of(feed: Feed) -> FeedFacts:
    """Return the editable values of a feed, with its address as shown."""
    return FeedFacts(
        title=feed.title,
        url=without_secrets(feed.url),
        group=feed.group,
        language=feed.language,
        country=feed.country,
        is_aggregator=feed.is_aggregator,
    )


def build_source_edit_page(feed: Feed, form: FeedForm) -> SourceEditPage:
    """Return the form of a feed."""
    others = Feed.objects.followed().exclude(pk=feed.pk).order_by("title", "pk")[:FEEDS_OFFERED]
    groups = Feed.objects.followed().exclude(group="").values_list("group", flat=True).distinct()
    return SourceEditPage(
        id=feed.pk,
        title=feed.title,
        form=form,
        groups=tuple(groups.order_by("group")),
        others=tuple(FeedLink(pk, title) for pk, title in others.values_list("pk", "title")),
    )


def build_source_merge_page(feed: Feed, into: Feed) -> SourceMergePage:
    """Return the page that shows what a merge would do."""
    return SourceMergePage(_link(feed), _link(into), preview_merge(feed.pk, into.pk))


def build_found_feeds(feeds: list[DiscoveredFeed], budget: FetchBudget) -> tuple[FoundFeedRow, ...]:
    """Return the feeds that were found, each with its entries as they would be classified."""
    known = Feed.objects.followed().in_bulk([feed.url for feed in feeds], field_name="url")
    return tuple(
        FoundFeedRow(
            url=discovered.url,
            shown_url=discovered.shown_url,
            feed_title=discovered.feed.title,
            total=discovered.feed.total,
            skipped=discovered.feed.skipped,
            known_id=known[discovered.url].pk if discovered.url in known else None,
            entries=tuple(map(_preview_row, preview_feed(discovered.feed, budget))),
        )
        for discovered in feeds
    )


def _preview_row(row: EntryPreview) -> PreviewRow:
    return PreviewRow(
        published_at=row.entry.published_at,
        words=row.entry.title or row.entry.summary,
        is_event=row.classification.is_event,
        kinds=tuple(row.classification.kinds),
        platforms=tuple(map(shown_platform_name, row.classification.platforms)),
        targets=tuple(row.classification.targets),
    )
