"""The moment that `?as_of=` names."""

from datetime import UTC, date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

# The ends of the calendar leave no room for time zones and for the days before and after.
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


class MomentError(ValueError):
    """A moment that is none; the text says how to write one."""


def moment(text: str) -> datetime | None:
    """ "2026-11-01" is the end of that day in UTC, "2026-11-01T12:00:00Z" that second; "" is None,
    and so is what lies ahead. In UTC. Raises MomentError, also for what is before FIRST.
    """
    if not text:
        return None
    found: datetime | None
    try:
        try:
            found = datetime.combine(date.fromisoformat(text), time.max, UTC)
        except ValueError:
            # The whole second counts: what was stored within it was there at its end.
            found = datetime.fromisoformat(text).replace(microsecond=999_999)
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.date() < FIRST:
        raise MomentError(
            _("“%s” is not a date or time. Use 2026-11-01 or 2026-11-01T12:00:00Z") % text[:40]
        )
    return found if found < timezone.now() else None
