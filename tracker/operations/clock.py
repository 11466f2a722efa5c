"""Handle wrong clocks: the database's was set back, or a machine's differs from it."""

import logging
import socket
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tracker import database_time
from tracker.alerts.models import Alert, Delivery, Machine, MatchingProgress
from tracker.alerts.schedule import shift_run
from tracker.feeds.models import Entry, Feed

log = logging.getLogger(__name__)
STEP = timedelta(minutes=10)  # a smaller correction of the clock moves nothing
LATELY = timedelta(hours=1)
SKEWED = timedelta(seconds=30)  # difference of a machine's clock from which somebody should set it
CHUNK = 500  # alerts
NOTED_EVERY = 60.0  # seconds
noted: dict[str, float] = {}  # "at": monotonic seconds, of this process


def follow(machine_time: datetime, reference: datetime | None = None) -> timedelta:
    """Note the times of this machine's clock and of the database's (queried if `reference` is not
    given). If the latter was set back by more than STEP, shift all due times back by as much, so
    that nothing waits longer than intended; return by how much. Runs that follow the calendar keep
    their day and hour. A machine's clock shifts nothing.
    """
    now = reference or database_time.now()
    note_machine(machine_time - now, now)
    with transaction.atomic():
        # Locked: two machines that notice the same step must not shift the rows twice.
        progress = MatchingProgress.objects.select_for_update().first()
        if progress is None:
            return timedelta(0)  # the first matching of events creates the row
        step_back = progress.seen_at - now if progress.seen_at else timedelta(0)
        MatchingProgress.objects.filter(pk=progress.pk).update(seen_at=now)
        if step_back < STEP:
            return timedelta(0)
        seconds = step_back.total_seconds()
        log.warning("the clock was set back: what waits follows it", extra={"seconds": seconds})
        # Everything with a due time; a new queue belongs in this list.
        for rows, column in (
            (Feed.objects.all(), "next_poll_at"),
            (Entry.objects.all(), "process_at"),
            (Delivery.objects.filter(state=Delivery.State.DUE), "next_try_at"),
            (MatchingProgress.objects.all(), "matched_until"),
        ):
            rows.filter(**{f"{column}__gt": now}).update(**{column: F(column) - step_back})
        _set_runs_back(now, step_back)
    return step_back


def _set_runs_back(now: datetime, step_back: timedelta) -> None:
    later = Alert.objects.filter(next_run_at__gt=now)
    alerts = list(later.only("rate", "zone", "hour", "next_run_at"))
    for alert in alerts:
        if alert.next_run_at is not None:
            # Runs by the calendar are recomputed: a morning stays a morning (decision D104, fault
            # S11).
            alert.next_run_at = shift_run(
                alert.rate, alert.zone, alert.next_run_at, step_back, now, alert.hour
            )
    Alert.objects.bulk_update(alerts, ["next_run_at"], batch_size=CHUNK)


def note_machine(skew: timedelta, now: datetime) -> None:
    """Note how far this machine's clock is ahead of the database's."""
    name = socket.gethostname()[:100]
    Machine.objects.update_or_create(name=name, defaults={"skew": skew, "at": now})


def note_sometimes(now: datetime) -> None:
    """Note this machine's clock, at most once in NOTED_EVERY of each process."""
    if time.monotonic() - noted.get("at", float("-inf")) > NOTED_EVERY:
        noted["at"] = time.monotonic()
        note_machine(timezone.now() - now, now)


@dataclass(frozen=True)
class MachineClock:
    """How far a machine's clock is ahead of the database's."""

    name: str
    skew: timedelta

    @property
    def is_behind(self) -> bool:
        return self.skew < timedelta(0)

    @property
    def seconds(self) -> float:
        """Return how far it is ahead or behind, in seconds."""
        return abs(self.skew.total_seconds())

    @property
    def is_skewed(self) -> bool:
        """Return whether the clock is so wrong that somebody should set it."""
        return abs(self.skew) > SKEWED


def machines(now: datetime) -> tuple[MachineClock, ...]:
    """Return the clocks of recently active machines, by name."""
    rows = Machine.objects.filter(at__gt=now - LATELY).order_by("name")
    return tuple(MachineClock(row.name, row.skew) for row in rows)


def is_skewed(now: datetime) -> bool:
    """Return whether a machine's clock is wrong."""
    return any(machine.is_skewed for machine in machines(now))
