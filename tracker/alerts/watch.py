"""Is the tracker alive? The ages of what must happen again and again, and what waits; for /health,
/metrics, the owners' page and the heartbeat.
"""

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min

from tracker.alerts.models import Alert, Delivery
from tracker.events.models import Event
from tracker.feeds.fetch import FetchError, Limits, Request, fetch_many
from tracker.feeds.identity import user_agent
from tracker.feeds.models import Entry, Feed, Poll

STOPPED = timedelta(minutes=15)  # without a poll, an entry processed or a mail sent that was due
HEARTBEAT = Limits(seconds=10.0, size=100_000)
ANYWHERE = ("0.0.0.0/0", "::/0")  # the owner's own address may be private
LEAST_ROOM = 200_000_000  # bytes free where the tracker writes


@dataclass(frozen=True)
class Part:
    """One thing that must go on: how many wait, since when the longest waits or, of polls, when the
    last was; `is_well` unless nothing moved for STOPPED.
    """

    name: str
    waiting: int
    at: datetime | None
    is_well: bool


@dataclass(frozen=True)
class Watch:
    """The state of the whole."""

    parts: tuple[Part, ...]
    room: int  # bytes free
    last_mail_at: datetime | None

    @property
    def is_well(self) -> bool:
        return all(part.is_well for part in self.parts) and self.room >= LEAST_ROOM


def watch(now: datetime) -> Watch:
    """How the tracker is; six queries, each by an index."""
    return Watch(
        parts=(_polls(now), _entries(now), _mails(now)),
        room=shutil.disk_usage(settings.VAR_DIR).free,
        last_mail_at=Delivery.objects.filter(state=Delivery.State.SENT).aggregate(
            at=Max("ended_at")
        )["at"],
    )


def _polls(now: datetime) -> Part:
    """Polls are due all the time unless there is no feed; a feed that is new gets its time."""
    last = Poll.objects.aggregate(at=Max("at"))["at"]
    due = Feed.objects.due(now).aggregate(n=Count("pk"), first=Min("next_poll_at"))
    is_late = due["first"] is not None and due["first"] < now - STOPPED
    is_dead = is_late and (last is None or last < now - STOPPED)
    return Part("polls", due["n"], last, not is_dead)


def _entries(now: datetime) -> Part:
    due = Entry.objects.filter(process_at__lte=now).aggregate(
        n=Count("pk"), first=Min("process_at")
    )
    return Part("entries", due["n"], due["first"], not _is_old(due["first"], now))


def _mails(now: datetime) -> Part:
    """A mail that no server takes is no fault of the tracker: what was tried is not looked at."""
    waiting = Delivery.objects.due(now).order_by()
    due = waiting.filter(attempts=0, error="").aggregate(n=Count("pk"), first=Min("next_try_at"))
    return Part("mails", waiting.count(), due["first"], not _is_old(due["first"], now))


def _is_old(first: datetime | None, now: datetime) -> bool:
    return first is not None and first < now - STOPPED


def beat(now: datetime) -> bool:
    """Calls the address of HEARTBEAT_URL while all is well, so that its silence is an alarm
    elsewhere; whether it was called and answered.
    """
    if not settings.HEARTBEAT_URL or not watch(now).is_well:
        return False
    request = Request(settings.HEARTBEAT_URL)
    (fetched,) = fetch_many(
        [request],
        user_agent=user_agent(),
        allowed_networks=ANYWHERE,
        limits=HEARTBEAT,
        proxy=settings.PROXY,
    )
    return not isinstance(fetched.outcome, FetchError)


@dataclass(frozen=True)
class Numbers:
    """What is counted for charts of the tracker's own: by state, and in all."""

    feeds: Counter[str]
    deliveries: Counter[str]
    entries: int
    events: int
    alerts: int


def numbers() -> Numbers:
    """Counts of the rows; entries and events by their highest number, since none is deleted but by
    retention.
    """
    feeds = Feed.objects.values_list("state").annotate(n=Count("pk")).order_by()
    deliveries = Delivery.objects.values_list("state").annotate(n=Count("pk")).order_by()
    return Numbers(
        feeds=Counter(dict(feeds)),
        deliveries=Counter(dict(deliveries)),
        entries=Entry.objects.aggregate(n=Max("pk"))["n"] or 0,
        events=Event.objects.aggregate(n=Max("pk"))["n"] or 0,
        alerts=Alert.objects.filter(state=Alert.State.ACTIVE).count(),
    )
