"""Build the pages on operation: the mail queue for editors, the system status for owners."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from tracker.alerts import hits
from tracker.classify import encoder
from tracker.events.record.derived import rebuild
from tracker.events.record.derived.rebuild import RebuildProgress
from tracker.feeds.health import SourceCoverage, coverage, flooding
from tracker.feeds.models import Feed
from tracker.operations.clock import MachineClock, machines
from tracker.operations.health.status import (
    Numbers,
    ReadingOutage,
    Watch,
    numbers,
    reading_outage,
    watch,
)
from tracker.operations.owners import Queue, queue

DAY = timedelta(days=1)


@dataclass(frozen=True)
class NamedFeed:
    """A feed by its title; `entry_count` entries are held back, or exceed the budget."""

    id: int
    title: str
    entry_count: int = 0


@dataclass(frozen=True)
class DeliveriesPage:
    """The state of the mail queue, and the feeds with held-back hits."""

    queue: Queue
    held_feeds: tuple[NamedFeed, ...]
    now: datetime


@dataclass(frozen=True)
class StatusPage:
    """The system status; `floods` are feeds that exceed their budget."""

    watch: Watch
    coverage: SourceCoverage
    outage: ReadingOutage | None
    numbers: Numbers
    queue: Queue
    now: datetime
    machines: tuple[MachineClock, ...]
    floods: tuple[NamedFeed, ...]
    rebuild: RebuildProgress | None
    budget: int
    model_version: str
    model_problem: str
    is_proxy_miscounted: bool
    proxies: int


def build_deliveries_page(now: datetime) -> DeliveriesPage:
    """Return the page on the mail queue."""
    held_feeds = tuple(_named(feed, count) for feed, count in hits.held_feeds())
    return DeliveriesPage(queue(now), held_feeds, now)


def build_status_page(now: datetime, *, is_proxy_miscounted: bool) -> StatusPage:
    """Return the page on the system status."""
    version, problem = encoder.usable_version()
    return StatusPage(
        watch=watch(now),
        coverage=coverage(now - DAY, now),
        outage=reading_outage(now),
        numbers=numbers(),
        queue=queue(now),
        now=now,
        machines=machines(now),
        floods=tuple(_named(feed) for feed in flooding(now).order_by("title")),
        rebuild=rebuild.rebuild_progress(),
        budget=settings.FEED_BUDGET,
        model_version=version,
        model_problem=problem,
        is_proxy_miscounted=is_proxy_miscounted,
        proxies=settings.NINJA_NUM_PROXIES,
    )


def _named(feed: Feed, entry_count: int = 0) -> NamedFeed:
    return NamedFeed(feed.pk, feed.title, entry_count)
