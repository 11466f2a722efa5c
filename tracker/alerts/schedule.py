"""Rate + zone + now -> next run; pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(7, 0)
SATURDAY = 5


def next_run(rate: str, zone: str, now: datetime) -> datetime | None:
    """The next run after `now` (aware), in UTC: 07:00 of the reader's zone on the next working day
    ("daily") or Monday ("weekly"); None for "instant", which runs when there is a hit. Raises
    zoneinfo.ZoneInfoNotFoundError for no zone.
    """
    if rate == "instant":
        return None
    local = now.astimezone(ZoneInfo(zone))
    day = local.date()
    while True:
        at = datetime.combine(day, MORNING, ZoneInfo(zone))
        fits = day.weekday() == 0 if rate == "weekly" else day.weekday() < SATURDAY
        if fits and at.astimezone(ZoneInfo("UTC")) > now:
            return at.astimezone(ZoneInfo("UTC"))
        day += timedelta(days=1)
