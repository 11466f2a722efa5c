"""Attempts to match an event with the alerts: counted before, set aside after several, so that an
event that always fails, or ends its worker, costs no other event its mails.
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

TRIES = 3  # of an event, after which it is set aside
RETRY, RETRY_LIMIT = timedelta(minutes=1), timedelta(hours=1)


def due_events(now: datetime) -> list[int]:
    """Events whose last attempt failed or was lost, and that should be tried again."""
    due = MatchAttempt.objects.filter(next_try_at__lte=now).order_by("next_try_at")
    return list(due.values_list("event", flat=True))


def plan_attempts(event_ids: Collection[int], now: datetime) -> list[list[int]]:
    """The batches in which events are best matched: the new ones together, then each that was tried
    before alone, the most often tried last. Leaves out what is set aside, waits for its next try or
    is in another worker's hands; sets aside what its workers did not survive.
    """
    rows = MatchAttempt.objects.filter(event__in=event_ids).order_by("attempts", "event")
    known, again = set(), []
    for row in rows:
        known.add(row.event_id)
        if row.next_try_at is None or row.next_try_at > now:
            continue
        # Its workers ended with it, so no failure was ever booked (fault Q15).
        if row.attempts >= LOST_TRIES:
            _set_aside(row.event_id, LOST, now)
        else:
            again.append(row.event_id)
    fresh = [pk for pk in event_ids if pk not in known]
    return [*([fresh] if fresh else []), *([pk] for pk in again)]


def waiting_events(now: datetime) -> set[int]:
    """Events that were left out and may have changed meanwhile."""
    waiting = MatchAttempt.objects.filter(next_try_at__gt=now)
    return set(waiting.values_list("event", flat=True))


def count_attempts(event_ids: Collection[int], now: datetime) -> None:
    """Counts an attempt for each event, before it is matched."""
    with transaction.atomic():
        rows = MatchAttempt.objects.select_for_update().filter(event__in=event_ids)
        # Locked in one order, so two workers cannot wait for each other.
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
    """Forgets the attempts of events that were matched."""
    with transaction.atomic():
        rows = MatchAttempt.objects.select_for_update().filter(event__in=event_ids)
        ids = list(rows.order_by("event").values_list("pk", flat=True))
        if ids:
            MatchAttempt.objects.filter(pk__in=ids).delete()


def book_failure(event_id: int, error: Exception, now: datetime) -> None:
    """Keeps the error and when to try again; sets the event aside after its last try."""
    why = error_text(error)
    with suppress(OperationalError, InterfaceError):  # then the lease ends
        row = MatchAttempt.objects.filter(event=event_id).first()
        if row is None or row.attempts >= TRIES:
            _set_aside(event_id, why, now)
            return
        wait = min(RETRY * 4 ** (row.attempts - 1), RETRY_LIMIT)
        MatchAttempt.objects.filter(pk=row.pk).update(error=why, next_try_at=now + wait)
        activity.record_failure(WorkType.MATCHES, why, now)


def postpone(event_ids: Collection[int], error: Exception, now: datetime) -> None:
    """The database did not answer, which says nothing of these events: it was no attempt."""
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
