"""Count attempts to match events with the alerts beforehand and set events aside after several, so
that an event that always fails, or kills its worker, does not block the mails of others.
"""

import logging
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from tracker.alerts.models import MatchAttempt
from tracker.feeds import activity
from tracker.feeds.activity import error_text
from tracker.feeds.models import WorkType
from tracker.locks import LEASE, LOST, LOST_TRIES

log = logging.getLogger(__name__)

TRIES = 3  # attempts for an event before it is set aside
RETRY, RETRY_LIMIT = timedelta(minutes=1), timedelta(hours=1)


def due_events(now: datetime) -> list[int]:
    """Select events whose last attempt failed or was lost, and that should be retried."""
    due = MatchAttempt.objects.filter(next_try_at__lte=now).order_by("next_try_at")
    return list(due.values_list("event", flat=True))


def plan_attempts(event_ids: Collection[int], now: datetime) -> list[list[int]]:
    """Return the batches in which to match events: the new ones together, then retried ones alone,
    the most often tried last. Leaves out events that are set aside, wait for their next attempt or
    are being matched by another worker; sets aside those that killed their workers.
    """
    rows = MatchAttempt.objects.filter(event__in=event_ids).order_by("attempts", "event")
    known, again = set(), []
    for row in rows:
        known.add(row.event_id)
        if row.next_try_at is None or row.next_try_at > now:
            continue
        # It killed its workers, so no failure was ever recorded (fault Q15).
        if row.attempts >= LOST_TRIES:
            _set_aside(row.event_id, LOST, now)
        else:
            again.append(row.event_id)
    fresh = [pk for pk in event_ids if pk not in known]
    return [*([fresh] if fresh else []), *([pk] for pk in again)]


def waiting_events(now: datetime) -> set[int]:
    """Select events that were left out and may have changed in the meantime."""
    waiting = MatchAttempt.objects.filter(next_try_at__gt=now)
    return set(waiting.values_list("event", flat=True))


def count_attempts(event_ids: Collection[int], now: datetime) -> None:
    """Count an attempt for each event, before it is matched."""
    with transaction.atomic():
        rows = MatchAttempt.objects.select_for_update().filter(event__in=event_ids)
        # Locked in a fixed order, so that two workers cannot wait for each other.
        known = list(rows.order_by("event").values_list("event", flat=True))
        MatchAttempt.objects.filter(event__in=known).update(
            attempts=F("attempts") + 1, next_try_at=now + LEASE
        )
        MatchAttempt.objects.bulk_create(
            (
                MatchAttempt(event_id=pk, attempts=1, next_try_at=now + LEASE)
                for pk in sorted(set(event_ids) - set(known))
            ),
            ignore_conflicts=True,
        )


def end_attempts(event_ids: Iterable[int]) -> None:
    """Delete the attempts of events that were matched."""
    with transaction.atomic():
        rows = MatchAttempt.objects.select_for_update().filter(event__in=event_ids)
        ids = list(rows.order_by("event").values_list("pk", flat=True))
        if ids:
            MatchAttempt.objects.filter(pk__in=ids).delete()


def book_failure(event_id: int, error: Exception, now: datetime) -> None:
    """Store the error and when to retry; set the event aside after the last attempt."""
    why = error_text(error)
    with suppress(OperationalError, InterfaceError):  # the lease then ends
        row = MatchAttempt.objects.filter(event=event_id).first()
        if row is None or row.attempts >= TRIES:
            _set_aside(event_id, why, now)
            return
        wait = min(RETRY * 4 ** (row.attempts - 1), RETRY_LIMIT)
        MatchAttempt.objects.filter(pk=row.pk).update(error=why, next_try_at=now + wait)
        activity.record_failure(WorkType.MATCHES, why, now)


def postpone(event_ids: Collection[int], error: Exception, now: datetime) -> None:
    """Take back the attempts of events because the database did not answer, which was not their
    fault.
    """
    with suppress(OperationalError, InterfaceError):
        rows = MatchAttempt.objects.filter(event__in=event_ids, attempts__gt=0)
        rows.update(attempts=F("attempts") - 1, next_try_at=now + RETRY)
    activity.record_failure(WorkType.MATCHES, error_text(error), now)


def _set_aside(event_id: int, why: str, now: datetime) -> None:
    values = {"error": why, "next_try_at": None}
    MatchAttempt.objects.update_or_create(
        event_id=event_id, defaults=values, create_defaults=values | {"attempts": TRIES}
    )
    log.error("event set aside", extra={"event_id": event_id, "error": why})
    activity.record_set_aside(WorkType.MATCHES, why, now)
