"""The moment that `?as_of=` names."""

from datetime import UTC, date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _


class MomentError(ValueError):
    """A moment that is none; the text says how to write one."""


def moment(text: str) -> datetime | None:
    """ "2026-11-01" is the end of that day in UTC, "2026-11-01T12:00:00Z" that second; "" is None,
    and so is what lies ahead. Raises MomentError.
    """
    if not text:
        return None
    try:
        if len(text) == 10:
            found = datetime.combine(date.fromisoformat(text), time.max, UTC)
        else:
            found = datetime.fromisoformat(text).replace(microsecond=999_999)
    except ValueError:
        raise MomentError(
            _("%s is no moment; write 2026-11-01 or 2026-11-01T12:00:00Z") % text[:40]
        ) from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if found < timezone.now() else None
