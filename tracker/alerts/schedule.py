"""Compute next runs of alerts and next attempts of deliveries; pure."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

# Zone files that are not zones: this machine's own zone, a placeholder, and a set of rules.
NO_PLACES = {"localtime", "Factory", "posixrules", "leapseconds", "leap-seconds.list"}
MORNING = 7  # the hour of mails, unless a subscriber chose another
SATURDAY = 5
# Whether mails of a rate are sent on a day; the other rates do not depend on the calendar.
SCHEDULED: Mapping[str, Callable[[date], bool]] = {
    "daily": lambda day: day.weekday() < SATURDAY,
    "weekly": lambda day: day.weekday() == 0,
    "monthly": lambda day: day.day == 1,
}
RETRY = timedelta(minutes=2)
RETRY_LIMIT = timedelta(hours=4)
# The wait after each failed attempt to call a hook: 54 hours in total (as recommended by Standard
# Webhooks, spec/standard-webhooks.md "Deliverability and reliability").
HOOK_WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 79_200)
)


@cache
def time_zones() -> frozenset[str]:
    """Return the names of real time zones; the system's files are read once."""
    return frozenset(available_timezones() - NO_PLACES)


def next_run(rate: str, zone: str, now: datetime, hour: int = MORNING) -> datetime | None:
    """Return the next run after `now` (aware), in UTC.

    It is at `hour` in the zone on the next working day ("daily"), Monday ("weekly") or first of a
    month ("monthly"); None for "instant", which runs when there is a hit, and for "off". Raises
    zoneinfo.ZoneInfoNotFoundError.
    """
    if rate not in SCHEDULED:
        return None
    day = now.astimezone(ZoneInfo(zone)).date()
    while True:
        at = hour_of(day, zone, hour)
        if SCHEDULED[rate](day) and at > now:
            return at
        day += timedelta(days=1)


def shift_run(
    rate: str,
    zone: str,
    run_at: datetime,
    step_back: timedelta,
    now: datetime,
    hour: int = MORNING,
) -> datetime:
    """Return an alert's run after the clock was set back by `step_back` to `now`.

    A run on a calendar morning stays there, or moves to the first one due by the new time; any
    other waits as long as before.
    """
    # Only a run on a calendar morning depends on the calendar; a retry or a pause is a plain wait.
    if rate in SCHEDULED and run_at == hour_of(
        run_at.astimezone(ZoneInfo(zone)).date(), zone, hour
    ):
        return min(run_at, next_run(rate, zone, now, hour) or run_at)
    return run_at - step_back


def hour_of(day: date, zone: str, hour: int = MORNING) -> datetime:
    """Return an hour of a day in a zone, in UTC."""
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def mail_wait(attempts: int) -> timedelta:
    """Return how long a mail waits after this many temporary refusals (at least 1)."""
    return min(RETRY * (1 << min(attempts - 1, 10)), RETRY_LIMIT)


def hook_wait(attempts: int) -> timedelta | None:
    """Return how long a call waits after this many failures (at least 1), or None to give up."""
    return HOOK_WAITS[attempts - 1] if attempts <= len(HOOK_WAITS) else None
