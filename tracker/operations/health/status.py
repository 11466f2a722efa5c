"""Is the tracker alive? The last success of what must happen again and again, since when it only
fails, and what waits; for /health, /metrics, the owners' page and the heartbeat.
"""

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min, Q

from tracker.alerts.models import Alert, Delivery, MatchAttempt
from tracker.events.models import Event
from tracker.feeds.health import network_cause
from tracker.feeds.models import Activity, Entry, Feed, WorkType
from tracker.feeds.network.fetch import FetchError, Limits, Request, fetch_many
from tracker.feeds.network.user_agent import user_agent
from tracker.locks import LEASE

STOPPED = timedelta(minutes=10)  # without a success of what was due, or with failures alone
LATELY = timedelta(days=1)
READING_BOUNCES = timedelta(hours=3)  # they are read each hour
HEARTBEAT = Limits(seconds=10.0, size=100_000)
ANYWHERE = ("0.0.0.0/0", "::/0")  # the owner's own address may be private
ITS_TRIES = 3  # that a single item has before it is set aside: more failures are of several
LEAST_ROOM = 200_000_000  # bytes free where the tracker writes


@dataclass(frozen=True)
class WorkStatus:
    """One kind of work that must go on: how many items are due, since when the oldest waits, when
    the last was truly done, since when all failed, with the first error of that; what was
    set aside because of a fault on our side, the last when and why.
    """

    name: str
    is_well: bool
    waiting: int = 0
    waits_since: datetime | None = None
    succeeded_at: datetime | None = None
    failing_since: datetime | None = None
    error: str = ""
    set_aside: int = 0
    set_aside_at: datetime | None = None

    def was_set_aside(self, now: datetime) -> bool:
        """Whether something was, within a day."""
        return self.set_aside_at is not None and self.set_aside_at > now - LATELY


@dataclass(frozen=True)
class Watch:
    """The state of the whole."""

    parts: tuple[WorkStatus, ...]
    room: int  # bytes free
    last_mail_at: datetime | None

    @property
    def has_set_aside(self) -> bool:
        """Whether anything was given up and not tried again."""
        return any(part.set_aside for part in self.parts)

    @property
    def is_well(self) -> bool:
        return all(part.is_well for part in self.parts) and self.room >= LEAST_ROOM


def watch(now: datetime) -> Watch:
    """How the tracker is; seven queries, each by an index or of a small table."""
    done = {row.work_type: row for row in Activity.objects.all()}
    waiting = {
        WorkType.POLLS: _polls(now),
        WorkType.ENTRIES: _entries(now),
        WorkType.MATCHES: _matches(now),
        **_deliveries(now),
    }
    parts = [
        _work_status(
            work_type,
            waiting.get(work_type, (0, None)),
            done.get(work_type) or Activity(work_type=work_type),
            now,
        )
        for work_type in WorkType
        if work_type != WorkType.BOUNCES or settings.BOUNCES_DIR
    ]
    return Watch(
        parts=tuple(parts),
        room=shutil.disk_usage(settings.VAR_DIR).free,
        last_mail_at=Delivery.objects.filter(state=Delivery.State.SENT).aggregate(
            at=Max("ended_at")
        )["at"],
    )


Waiting = tuple[int, datetime | None]  # how many items are due, since when the oldest


def _work_status(work_type: WorkType, due: Waiting, done: Activity, now: datetime) -> WorkStatus:
    """Work is well if it was done lately, or nothing was due and nothing failed but one item."""
    count, since = due
    patience = READING_BOUNCES if work_type == WorkType.BOUNCES else STOPPED
    is_fresh = done.succeeded_at is not None and done.succeeded_at >= now - patience
    # Nobody knows what waits in a folder: reading bounces is due each hour once it has worked.
    is_due = _is_old(since, now) or (
        work_type == WorkType.BOUNCES and done.succeeded_at is not None
    )
    # One item that fails alone is no alarm: a stranger could raise one (decision D102).
    is_of_many = work_type == WorkType.POLLS or done.failures > ITS_TRIES
    is_failing = _is_old(done.failing_since, now) and is_of_many
    return WorkStatus(
        name=work_type.value,
        is_well=not is_failing and (is_fresh or not is_due),
        waiting=count,
        waits_since=since,
        succeeded_at=done.succeeded_at,
        failing_since=done.failing_since,
        error=done.error,
        set_aside=done.set_aside,
        set_aside_at=done.set_aside_at,
    )


# Workers that claim and are killed move what is due ahead, again and again. So what is claimed
# counts as waiting, too, since it may have waited: else nothing would ever look late.


def _polls(now: datetime) -> Waiting:
    due = Feed.objects.due(now).aggregate(n=Count("pk"), first=Min("next_poll_at"))
    lost = Feed.objects.filter(is_active=True, claim__isnull=False, attempts__gt=1)
    # Each lost claim moved the feed ahead by a lease.
    claimed = (at - LEASE * n for at, n in lost.values_list("next_poll_at", "attempts"))
    return due["n"], _earliest(due["first"], *claimed)


def _entries(now: datetime) -> Waiting:
    is_due, is_claimed = Q(process_at__lte=now), Q(claim__isnull=False, error="")
    found = Entry.objects.filter(process_at__isnull=False).aggregate(
        n=Count("pk", filter=is_due),
        due=Min("process_at", filter=is_due),
        claimed=Min("changed_at", filter=is_claimed),
    )
    return found["n"], _earliest(found["due"], found["claimed"])


def _matches(now: datetime) -> Waiting:
    """Events whose comparison with the alerts failed or was lost, and should be tried again."""
    due = MatchAttempt.objects.filter(next_try_at__lte=now)
    found = due.aggregate(n=Count("pk"), first=Min("next_try_at"))
    return found["n"], found["first"]


def _deliveries(now: datetime) -> dict[WorkType, Waiting]:
    """A mail that no server takes is no fault of the tracker: what was tried is not looked at."""
    is_due = Q(next_try_at__lte=now)
    is_claimed = Q(claim__isnull=False, error="") & ~Q(type=Delivery.Type.WATCHING)
    by_type = (
        Delivery.objects.filter(state=Delivery.State.DUE)
        .values("type")
        .annotate(
            n=Count("pk", filter=is_due),
            due=Min("next_try_at", filter=is_due & Q(attempts=0, error="")),
            claimed=Min("created_at", filter=is_claimed),
        )
        .order_by()
    )
    waiting: dict[WorkType, Waiting] = {WorkType.MAILS: (0, None), WorkType.HOOKS: (0, None)}
    for row in by_type:
        kind = WorkType.HOOKS if row["type"] == Delivery.Type.HOOK else WorkType.MAILS
        count, first = waiting[kind]
        waiting[kind] = count + row["n"], _earliest(first, row["due"], row["claimed"])
    return waiting


def _earliest(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at is not None), default=None)


def _is_old(first: datetime | None, now: datetime) -> bool:
    return first is not None and first < now - STOPPED


@dataclass(frozen=True)
class ReadingOutage:
    """That no source is read, and since when (None if none ever was). `cause` is "stopped" where
    nothing polls, "no_such_host" or "unreachable" where the network fails, else "failing".
    """

    since: datetime | None
    cause: str


def reading_outage(now: datetime) -> ReadingOutage | None:
    """Return why no source is read, None while sources are; in one query while all is well."""
    done = Activity.objects.filter(work_type=WorkType.POLLS).first() or Activity(
        work_type=WorkType.POLLS
    )
    is_fresh = done.succeeded_at is not None and done.succeeded_at >= now - STOPPED
    if is_fresh and done.failing_since is None:
        return None
    # Before the first success nothing was ever read: nobody need wait to learn that.
    never_read = done.succeeded_at is None and done.failures > ITS_TRIES
    if never_read or (_is_old(done.failing_since, now) and done.failures > ITS_TRIES):
        return ReadingOutage(done.succeeded_at, network_cause() or "failing")
    is_stopped = not is_fresh and _is_old(_polls(now)[1], now)
    return ReadingOutage(done.succeeded_at, "stopped") if is_stopped else None


def send_heartbeat(now: datetime) -> bool:
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
    feeds = Feed.objects.followed().values_list("state").annotate(n=Count("pk")).order_by()
    deliveries = Delivery.objects.values_list("state").annotate(n=Count("pk")).order_by()
    return Numbers(
        feeds=Counter(dict(feeds)),
        deliveries=Counter(dict(deliveries)),
        entries=Entry.objects.aggregate(n=Max("pk"))["n"] or 0,
        events=Event.objects.aggregate(n=Max("pk"))["n"] or 0,
        alerts=Alert.objects.filter(state=Alert.State.ACTIVE).count(),
    )
