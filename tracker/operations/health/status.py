"""Is the tracker working? The last success of each type of work, since when it only fails, and what
is waiting; for /health, /metrics, the owners' page and the heartbeat.
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
from tracker.feeds.models import (
    Activity,
    ArchivedCopy,
    Entry,
    Feed,
    TranslatedTitle,
    WorkType,
)
from tracker.feeds.network.fetch import fetch_many
from tracker.feeds.network.types import FetchError, Limits, Request
from tracker.feeds.network.user_agent import user_agent
from tracker.locks import LEASE

STOPPED = timedelta(minutes=10)  # without a success of due work, or with failures only
LATELY = timedelta(days=1)
READING_BOUNCES = timedelta(hours=3)  # they are processed each hour
HEARTBEAT = Limits(seconds=10.0, size=100_000)
ANYWHERE = ("0.0.0.0/0", "::/0")  # the owner's own address may be private
# failures of a single item before it is set aside: more failures concern several items
ITS_TRIES = 3
# Items of our own work set aside, the last within a day, that show a fault of the program: one or
# two may be a stranger's doing (decision D102).
LOSSES = 3
OWN_WORK = {WorkType.ENTRIES, WorkType.MATCHES}
# External servers: their failure is not a fault of the tracker, and no alarm (decision D157).
Questions = type[TranslatedTitle] | type[ArchivedCopy]
SERVICES: dict[WorkType, tuple[str, Questions]] = {
    WorkType.TRANSLATIONS: ("TRANSLATE_URL", TranslatedTitle),
    WorkType.ARCHIVING: ("ARCHIVE_SAVE_URL", ArchivedCopy),
}
Waiting = tuple[int, datetime | None]  # how many items are due, and since when the oldest is
LEAST_ROOM = 200_000_000  # bytes free where the tracker writes


@dataclass(frozen=True)
class WorkStatus:
    """One type of recurring work: how many items are due, since when the oldest is waiting, when
    the last was done, since when all have failed, with the first error; how many were set aside
    because of a fault on our side, the last one when and why.
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
    is_losing: bool = False  # LOSSES or more were set aside, the last within a day

    def was_set_aside(self, now: datetime) -> bool:
        """Return whether something was set aside within a day."""
        return self.set_aside_at is not None and self.set_aside_at > now - LATELY


@dataclass(frozen=True)
class Watch:
    """The state of the whole tracker."""

    parts: tuple[WorkStatus, ...]
    room: int  # bytes free
    last_mail_at: datetime | None

    @property
    def has_set_aside(self) -> bool:
        """Whether anything was given up and not retried."""
        return any(part.set_aside for part in self.parts)

    @property
    def set_aside(self) -> int:
        """How many items were given up and not retried."""
        return sum(part.set_aside for part in self.parts)

    @property
    def unread_articles(self) -> int:
        """How many articles were set aside and not retried."""
        return sum(part.set_aside for part in self.parts if part.name == WorkType.ENTRIES)

    @property
    def is_well(self) -> bool:
        return all(part.is_well for part in self.parts) and self.room >= LEAST_ROOM


def watch(now: datetime) -> Watch:
    """Return the state of the tracker; seven queries and one for each configured service, all
    indexed or on small tables.
    """
    activities = {row.work_type: row for row in Activity.objects.all()}
    waiting = {
        WorkType.POLLS: _polls(now),
        WorkType.ENTRIES: _entries(now),
        WorkType.MATCHES: _matches(now),
        **_deliveries(now),
        **{t: _questions(model, now) for t, (_, model) in SERVICES.items() if _is_used(t)},
    }
    parts = [
        _work_status(
            work_type,
            waiting.get(work_type, (0, None)),
            activities.get(work_type) or Activity(work_type=work_type),
            now,
        )
        for work_type in WorkType
        if _is_used(work_type)
    ]
    return Watch(
        parts=tuple(parts),
        room=shutil.disk_usage(settings.VAR_DIR).free,
        last_mail_at=Delivery.objects.filter(state=Delivery.State.SENT).aggregate(
            at=Max("ended_at")
        )["at"],
    )


def _is_used(work_type: WorkType) -> bool:
    """Return whether the owner has configured what this work needs."""
    if work_type == WorkType.BOUNCES:
        return bool(settings.BOUNCES_DIR)
    if work_type in SERVICES:
        return bool(getattr(settings, SERVICES[work_type][0]))
    return True


def _questions(model: Questions, now: datetime) -> Waiting:
    due = model.objects.filter(next_try_at__lte=now)
    counts = due.aggregate(n=Count("pk"), first=Min("next_try_at"))
    return counts["n"], counts["first"]


def _work_status(work_type: WorkType, due: Waiting, done: Activity, now: datetime) -> WorkStatus:
    """Return the status of work: well if it was done recently, or if nothing was due and at most
    one item failed; not if it is losing items.
    """
    count, since = due
    patience = READING_BOUNCES if work_type == WorkType.BOUNCES else STOPPED
    is_fresh = done.succeeded_at is not None and done.succeeded_at >= now - patience
    # The contents of a folder are unknown, so reading bounces counts as due each hour once it has
    # worked.
    is_due = _is_old(since, now) or (
        work_type == WorkType.BOUNCES and done.succeeded_at is not None
    )
    # A single failing item is no alarm, since a stranger could cause one (decision D102).
    is_of_many = work_type == WorkType.POLLS or done.failures > ITS_TRIES
    if work_type in SERVICES and done.failing_since is not None:
        is_of_many = is_due = False
    is_failing = _is_old(done.failing_since, now) and is_of_many
    is_recent = done.set_aside_at is not None and done.set_aside_at > now - LATELY
    is_losing = work_type in OWN_WORK and done.set_aside >= LOSSES and is_recent
    return WorkStatus(
        name=work_type.value,
        is_losing=is_losing,
        is_well=not is_losing and not is_failing and (is_fresh or not is_due),
        waiting=count,
        waits_since=since,
        succeeded_at=done.succeeded_at,
        failing_since=done.failing_since,
        error=done.error,
        set_aside=done.set_aside,
        set_aside_at=done.set_aside_at,
    )


# Workers that are killed after claiming postpone due work again and again. So claimed work also
# counts as waiting, or nothing would ever look late.


def _polls(now: datetime) -> Waiting:
    due = Feed.objects.due(now).aggregate(n=Count("pk"), first=Min("next_poll_at"))
    lost = Feed.objects.filter(is_active=True, claim__isnull=False, attempts__gt=1)
    # Each lost claim postponed the feed by a lease.
    claimed = (at - LEASE * n for at, n in lost.values_list("next_poll_at", "attempts"))
    return due["n"], _earliest(due["first"], *claimed)


def _entries(now: datetime) -> Waiting:
    is_due, is_claimed = Q(process_at__lte=now), Q(claim__isnull=False, error="")
    counts = Entry.objects.filter(process_at__isnull=False).aggregate(
        n=Count("pk", filter=is_due),
        due=Min("process_at", filter=is_due),
        claimed=Min("changed_at", filter=is_claimed),
    )
    return counts["n"], _earliest(counts["due"], counts["claimed"])


def _matches(now: datetime) -> Waiting:
    """Return events whose matching failed or was lost, and should be retried."""
    due = MatchAttempt.objects.filter(next_try_at__lte=now)
    counts = due.aggregate(n=Count("pk"), first=Min("next_try_at"))
    return counts["n"], counts["first"]


def _deliveries(now: datetime) -> dict[WorkType, Waiting]:
    """Return how many deliveries are due, and since when the oldest untried one is: a mail that no
    server accepts is not a fault of the tracker.
    """
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
    """An outage in which no source is read, and since when (None if none ever was). `cause` is
    "stopped" if nothing polls, "no_such_host" or "unreachable" if the network fails, else
    "failing".
    """

    since: datetime | None
    cause: str


def reading_outage(now: datetime) -> ReadingOutage | None:
    """Return the current outage of reading, None if sources are read; one query if all is well."""
    activity = Activity.objects.filter(work_type=WorkType.POLLS).first() or Activity(
        work_type=WorkType.POLLS
    )
    is_fresh = activity.succeeded_at is not None and activity.succeeded_at >= now - STOPPED
    if is_fresh and activity.failing_since is None:
        return None
    # Before the first success nothing was ever read, so there is no need to wait.
    never_read = activity.succeeded_at is None and activity.failures > ITS_TRIES
    if never_read or (_is_old(activity.failing_since, now) and activity.failures > ITS_TRIES):
        return ReadingOutage(activity.succeeded_at, network_cause() or "failing")
    is_stopped = not is_fresh and _is_old(_polls(now)[1], now)
    return ReadingOutage(activity.succeeded_at, "stopped") if is_stopped else None


def send_heartbeat(now: datetime) -> bool:
    """Call HEARTBEAT_URL while all is well, so that silence raises the alarm elsewhere; return
    whether it was called and answered.
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
    """Counts for charts about the tracker itself: by state, and in total."""

    feeds: Counter[str]
    deliveries: Counter[str]
    entries: int
    events: int
    alerts: int


def numbers() -> Numbers:
    """Return counts of the rows; entries and events by their highest id, since only retention
    deletes any.
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
