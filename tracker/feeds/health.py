"""Measure how well we read: coverage of a period, entries per week, feeds gone quiet."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from tracker.feeds.models import Entry, Feed, FeedWeek, Poll, ReadDay

QUIET = timedelta(days=30)  # without a new entry for this long a feed counts as silent
WEEKS = 26
LEAST_WEEKS = 6  # full weeks needed to judge a feed's rhythm
DEVIATIONS = 2
WELL_READ = 0.8  # share of the feeds below which a day counts as one on which sources failed
# Causes that can only affect so many feeds at once if this machine's network fails.
NETWORK_CAUSES = {
    "no_such_host": ("no_such_host",),
    "unreachable": ("no_such_host", "unreachable", "network", "no_answer", "refused_connection"),
}
FAILING_LONG = timedelta(days=3)
FLOOD_LASTS = timedelta(
    days=2
)  # after a poll that brought too much; the next one may be a day away


@dataclass(frozen=True)
class SourceCoverage:
    """Feeds in all, those read since the period began, those that brought nothing new for QUIET,
    failing, never tried; without those that were removed.
    """

    feeds: int
    read: int
    silent: int
    failing: int
    waiting: int


def coverage(since: datetime, now: datetime) -> SourceCoverage:
    """Return the SourceCoverage of the period from `since` to `now`, in one query."""
    silent = Q(succeeded_at__gte=since) & (
        Q(new_entry_at__lt=now - QUIET) | Q(new_entry_at__isnull=True)
    )
    stopped = Q(is_active=False, paused_at__isnull=True)
    counts = Feed.objects.followed().aggregate(
        feeds=Count("pk"),
        read=Count("pk", filter=Q(succeeded_at__gte=since)),
        silent=Count("pk", filter=silent),
        failing=Count("pk", filter=Q(failures__gt=0, paused_at__isnull=True) | stopped),
        waiting=Count("pk", filter=Q(polled_at__isnull=True)),
    )
    return SourceCoverage(**counts)


def record_days(now: datetime) -> None:
    """Store how much was read today and yesterday."""
    # Yesterday, too: its last polls came after it was last counted.
    for back in (1, 0):
        day = now.date() - timedelta(days=back)
        polls = Poll.objects.filter(at__date=day)
        counts = polls.aggregate(
            tried=Count("feed", distinct=True),
            read=Count("feed", filter=Q(error=""), distinct=True),
        )
        if counts["tried"]:
            ReadDay.objects.update_or_create(day=day, defaults=counts)


def last_counted(at: datetime) -> date:
    """Return the last day with final counts at a time: record_days writes those of the current day
    and the one before.
    """
    return at.date() - timedelta(days=2)


def failed_days(since: date, until: date) -> list[date]:
    """Return the days on which fewer than WELL_READ of the polled feeds answered."""
    days = ReadDay.objects.filter(day__range=(since, until), read__lt=F("tried") * WELL_READ)
    return list(days.order_by("day").values_list("day", flat=True))


@dataclass(frozen=True)
class PeriodCoverage:
    """How well a past period was read: its number of days, of days with polls, and of days on which
    fewer than WELL_READ of the feeds answered.
    """

    days: int
    polled: int
    poorly: int


def period_coverage(since: date, until: date, today: date) -> PeriodCoverage:
    """Return the PeriodCoverage of the days from `since` to `until` (UTC), both included; at most
    three queries.
    """
    counts = ReadDay.objects.filter(day__range=(since, until)).aggregate(
        polled=Count("pk"), poorly=Count("pk", filter=Q(read__lt=F("tried") * WELL_READ))
    )
    # The clock counts a day some time after its first polls.
    if since <= today <= until and not ReadDay.objects.filter(day=today).exists():
        counts["polled"] += Feed.objects.filter(succeeded_at__date=today).exists()
    return PeriodCoverage(days=max(0, (until - since).days + 1), **counts)


def network_cause() -> str:
    """Return the cause shared by most failing feeds if it is this machine's network: "no_such_host"
    if names are not resolved, "unreachable" if nothing is reached; else "".
    """
    failing = Feed.objects.followed().filter(failures__gt=0).values_list("cause")
    counts = Counter(dict(failing.annotate(n=Count("pk")).order_by()))
    for cause, causes in NETWORK_CAUSES.items():
        if counts and sum(counts[c] for c in causes) >= WELL_READ * counts.total():
            return cause
    return ""


def languages() -> list[str]:
    """Return the languages of the feeds that are followed."""
    feeds = Feed.objects.filter(is_active=True).exclude(language="")
    return sorted(set(feeds.values_list("language", flat=True)))


def weekly(now: datetime) -> dict[int, tuple[int, ...]]:
    """Return new entries per week by feed id, for WEEKS weeks (Monday to Sunday, UTC), the current
    one last; without those of a feed's first poll, which say nothing about its rhythm. Feeds
    without any are left out.
    """
    last = now.date() - timedelta(days=now.weekday())
    weeks = [last - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    rows = FeedWeek.objects.filter(week__gte=weeks[0], news__gt=0)
    counts: dict[int, Counter[date]] = defaultdict(Counter)
    for feed, week, n in rows.values_list("feed", "week", "news"):
        counts[feed][week] += n
    return {feed: tuple(found[week] for week in weeks) for feed, found in counts.items()}


def is_quiet(weeks: Sequence[int]) -> bool:
    """Return whether the last full week is more than two standard deviations below the feed's own
    rhythm in the weeks before; False if there are too few weeks. `weeks` as returned by `weekly`.
    """
    first = next((i for i, n in enumerate(weeks) if n), len(weeks))
    # Without the unfinished current week, and the weeks before the feed's first.
    *before, last = weeks[first:-1] or [0]
    if len(before) < LEAST_WEEKS:
        return False
    # By the feed's own rhythm: one that publishes weekly is not quiet (fault H10).
    return last < statistics.fmean(before) - DEVIATIONS * statistics.pstdev(before)


def troubles(now: datetime) -> dict[str, set[int]]:
    """Return what an owner should know: the ids of feeds that are "gone", "failing" for
    FAILING_LONG, a "flood", or "quiet", that is read well and below their rhythm or without a new
    entry for QUIET; or "own_fault", set aside because of a fault on our side.
    """
    read_before = Coalesce("succeeded_at", "created_at")
    active = Feed.objects.filter(is_active=True).alias(read_before=read_before)
    # A feed that killed its workers has no outcome, so no failures are counted.
    fails = Q(failures__gt=0) | Q(state=Feed.State.QUARANTINED)
    failing = active.filter(fails, read_before__lt=now - FAILING_LONG)
    well = active.filter(failures=0, succeeded_at__isnull=False)
    silent = well.filter(Q(new_entry_at__lt=now - QUIET) | Q(new_entry_at=None))
    slower = {feed for feed, weeks in weekly(now).items() if is_quiet(weeks)}
    return {
        "gone": _ids(Feed.objects.followed().filter(state=Feed.State.GONE, paused_at__isnull=True)),
        "own_fault": _ids(active.filter(state=Feed.State.OWN_FAULT)),
        "failing": _ids(failing.exclude(state=Feed.State.GONE)),
        "flood": _ids(flooding(now)),
        "quiet": _ids(silent.filter(created_at__lt=now - QUIET)) | _ids(well.filter(pk__in=slower)),
    }


def flooding(now: datetime) -> QuerySet[Feed]:
    """Return the feeds that recently exceeded a feed's daily budget."""
    return Feed.objects.followed().filter(flooded_at__gt=now - FLOOD_LASTS)


def is_flooding(feed: Feed, now: datetime) -> bool:
    """Return whether the feed recently exceeded its daily budget."""
    return feed.flooded_at is not None and feed.flooded_at > now - FLOOD_LASTS


def _ids(feeds: QuerySet[Feed]) -> set[int]:
    return set(feeds.values_list("pk", flat=True))


def lateness(feed: Feed, now: datetime) -> timedelta | None:
    """Return the median time from publication to first sight of the last month's entries; None
    without any.
    """
    dates = Entry.objects.filter(
        feed=feed, is_news=True, published_at__isnull=False, first_seen_at__gt=now - QUIET
    ).values_list("first_seen_at", "published_at")
    waits = sorted(first - told for first, told in dates if told is not None and first > told)
    return waits[len(waits) // 2] if waits else None
