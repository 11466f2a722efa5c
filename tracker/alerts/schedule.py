"""Rate + zone + now -> next run; attempts -> next try; pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(7, 0)
SATURDAY = 5
RETRY = timedelta(minutes=2)
RETRY_LIMIT = timedelta(hours=4)
# How long a hook is waited for after each try that failed: 54 hours in all (the curve that Standard
# Webhooks recommends, spec/standard-webhooks.md "Deliverability and reliability").
HOOK_WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 79_200)
)


def next_run(rate: str, zone: str, now: datetime) -> datetime | None:
    """The next run after `now` (aware), in UTC: 07:00 of the reader's zone on the next working day
    ("daily") or Monday ("weekly"); None for "instant", which runs when there is a hit, and "off".
    Raises zoneinfo.ZoneInfoNotFoundError for no zone.
    """
    if rate not in {"daily", "weekly"}:
        return None
    day = now.astimezone(ZoneInfo(zone)).date()
    while True:
        at = morning(day, zone)
        fits = day.weekday() == 0 if rate == "weekly" else day.weekday() < SATURDAY
        if fits and at > now:
            return at
        day += timedelta(days=1)


def set_back(rate: str, zone: str, run_at: datetime, back: timedelta, now: datetime) -> datetime:
    """The run of an alert after the clock was set back by `back` to `now`: one on a morning by the
    calendar stays there, or comes on the first one that is due by the new time; one that only waits
    waits as long as it was to.
    """
    if rate in {"daily", "weekly"} and run_at == morning(
        run_at.astimezone(ZoneInfo(zone)).date(), zone
    ):
        return min(run_at, next_run(rate, zone, now) or run_at)
    return run_at - back


def morning(day: date, zone: str) -> datetime:
    """07:00 of the zone on a day, in UTC."""
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def mail_wait(attempts: int) -> timedelta:
    """How long a mail waits after so many refusals that may pass (at least 1)."""
    return min(RETRY * (1 << min(attempts - 1, 10)), RETRY_LIMIT)


def hook_wait(attempts: int) -> timedelta | None:
    """How long a hook's call waits after so many failures (at least 1); None to give up."""
    return HOOK_WAITS[attempts - 1] if attempts <= len(HOOK_WAITS) else None
