"""Use the database's clock on all machines for due times, so that a machine with a wrong clock does
no harm.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

ASKED_EVERY = 60.0  # seconds, of each process
# Continues while the machine sleeps, and is never set.
STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass
class Asked:
    """The last time of the database's clock, and this machine's monotonic clock at that moment."""

    at: datetime | None = None
    steady: float = 0.0


asked = Asked()


def now() -> datetime:
    """Return the time of the database's clock, in UTC, which is queried once a minute. If it does
    not answer, the time is extrapolated from the last answer. SQLite uses this machine's clock.
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
            pass  # code that needs the database reports it
    return estimate()


def estimate() -> datetime:
    """Return the same without a query: from the last answer, or before any, from this machine's
    clock.
    """
    if asked.at is None:
        return timezone.now()
    return asked.at + timedelta(seconds=time.clock_gettime(STEADY) - asked.steady)


def skew() -> timedelta:
    """Return how far this machine's clock is ahead of the database's."""
    reference = now()
    return timezone.now() - reference
