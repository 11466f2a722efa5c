"""Read the time of `?as_of=`."""

from datetime import UTC, date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

# The ends of the calendar leave no room for time zones and adjacent days.
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


class MomentError(ValueError):
    """Not a valid time; the message says how to write one."""


def moment(text: str) -> datetime | None:
    """Return the time in UTC that a text names; None for "" and for a day that is not over.

    "2026-11-01" is the end of that day in UTC, "2026-11-01T12:00:00Z" that second. Raises
    MomentError, also for times before FIRST and for future days.
    """
    if not text:
        return None
    time_asked: datetime | None
    try:
        try:
            time_asked = datetime.combine(date.fromisoformat(text), time.max, UTC)
        except ValueError:
            # The whole second is included: what was stored within it existed at its end.
            time_asked = datetime.fromisoformat(text).replace(microsecond=999_999)
        time_asked = (
            time_asked if time_asked.tzinfo else time_asked.replace(tzinfo=UTC)
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        time_asked = None
    if time_asked is None or time_asked.date() < FIRST:
        raise MomentError(
            _("“%s” is not a date or time. Use 2026-11-01 or 2026-11-01T12:00:00Z") % text[:40]
        )
    now = timezone.now()
    if time_asked.date() > now.date():
        raise MomentError(
            _("“%s” is in the future. Leave out as_of to see the current record") % text[:40]
        )
    return time_asked if time_asked < now else None
