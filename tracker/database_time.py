"""The one clock of all machines: the database's. What waits is due by it, so that a machine whose
own clock is wrong moves nothing.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

ASKED_EVERY = 60.0  # seconds, of each process
# Goes on while the machine sleeps, and nobody sets it.
STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass
class Asked:
    """What the database's clock said last, and the steady clock of this machine then."""

    at: datetime | None = None
    steady: float = 0.0


asked = Asked()


def now() -> datetime:
    """Returns the time by the database's clock, UTC; asks it once a minute. While it does not
    answer the last answer is counted on. SQLite is on this machine, and so is its clock.
    """
    if connection.vendor == "postgresql" and (
        asked.at is None or time.clock_gettime(STEADY) - asked.steady > ASKED_EVERY
    ):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT clock_timestamp()")
                asked.at = cursor.fetchone()[0].astimezone(UTC)
            asked.steady = time.clock_gettime(STEADY)
        except (DatabaseError, InterfaceError):
            pass  # whoever needs the database says so
    return estimate()


def estimate() -> datetime:
    """Returns the same without asking: by the last answer, by this machine's clock before any."""
    if asked.at is None:
        return timezone.now()
    return asked.at + timedelta(seconds=time.clock_gettime(STEADY) - asked.steady)


def skew() -> timedelta:
    """Returns how far this machine's clock is ahead of the database's."""
    reference = now()
    return timezone.now() - reference
