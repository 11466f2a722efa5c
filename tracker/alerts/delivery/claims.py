"""Claim due deliveries, and record those that could not be made."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError
from django.db.models import F

from tracker.alerts.models import Delivery, DeliveryQuerySet
from tracker.feeds import activity
from tracker.feeds.activity import error_text
from tracker.feeds.models import WorkType
from tracker.locks import LOST, lease_rows

log = logging.getLogger(__name__)
PAUSE = timedelta(minutes=1)  # delay of all mails while no server answers
OWN_TRIES = 3  # attempts for a mail or call that cannot be made because of a fault of ours


def claim_rows(rows: DeliveryQuerySet, now: datetime, limit: int) -> list[Delivery]:
    """Claim up to `limit` due rows for LEASE; two callers never claim the same row."""
    if limit <= 0:
        return []
    lease = lease_rows(rows.due(now), "next_try_at", now, limit, claimed_at=now)
    for delivery in Delivery.objects.filter(pk__in=lease.lost):
        give_up_delivery(delivery, LOST, now)
    claimed = Delivery.objects.filter(claim=lease.claim) if lease.count else Delivery.objects.none()
    return list(claimed.select_related("subscriber", "alert__subscriber").order_by("pk"))


def postpone_delivery(delivery: Delivery, error: Exception, now: datetime) -> None:
    """Take back an attempt that failed only because the database did not answer."""
    with suppress(OperationalError, InterfaceError):  # the lease then ends
        Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(
            attempts=F("attempts") - 1, next_try_at=now + PAUSE, claim=None, error=error_text(error)
        )
    is_hook = delivery.type == Delivery.Type.HOOK
    work_type = WorkType.HOOKS if is_hook else WorkType.MAILS
    activity.record_failure(work_type, error_text(error), now)


def give_up_delivery(delivery: Delivery, error: str, now: datetime) -> None:
    """Set aside a mail or call that could not be built, with its error."""
    claimed = Delivery.objects.filter(
        pk=delivery.pk, claim=delivery.claim, state=Delivery.State.DUE
    )
    is_hook = delivery.type == Delivery.Type.HOOK
    if claimed.update(state=Delivery.State.FAILED, ended_at=now, claim=None, error=error[:500]):
        log.error("delivery set aside", extra={"delivery_id": delivery.pk, "error": error})
        work_type = WorkType.HOOKS if is_hook else WorkType.MAILS
        activity.record_set_aside(work_type, error, now)
