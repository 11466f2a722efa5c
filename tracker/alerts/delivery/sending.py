"""Claim due deliveries and send them: mails to the mail server, calls to webhooks."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import sleep

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.utils.translation import override

from tracker import database_time
from tracker.alerts.delivery.bounces import record_bounce
from tracker.alerts.delivery.claims import (
    OWN_TRIES,
    PAUSE,
    claim_rows,
    give_up_delivery,
    postpone_delivery,
)
from tracker.alerts.delivery.composing import DeliveryBatch, build_current_digest
from tracker.alerts.delivery.emails import (
    DigestContext,
    build_confirmation,
    build_digest_mail,
    build_manage_mail,
    build_watching_mail,
)
from tracker.alerts.delivery.queueing import queue_digests
from tracker.alerts.delivery.smtp import DeliveryError, MailConnection
from tracker.alerts.models import Alert, Delivery
from tracker.alerts.schedule import mail_wait
from tracker.batches import run_all
from tracker.database.failures import is_outage
from tracker.feeds import activity
from tracker.feeds.activity import error_text
from tracker.feeds.models import WorkType
from tracker.locks import LEASE

log = logging.getLogger(__name__)

BATCH = 100
PACE = 5  # seconds over which MAIL_RATE is averaged
GIVE_UP = timedelta(hours=48)


def send_due_mails(now: datetime) -> int:
    """Queue the due digests, send the due mails and return how many were sent.

    A failure to queue does not delay mails that are already queued. Raises an ExceptionGroup after
    the last mail if some could not be built; each failure is recorded.
    """
    try:
        queue_digests(now)
    except Exception as error:
        log.exception("digests not queued")
        activity.record_failure(WorkType.MAILS, error_text(error), now)
    claimed = claim_due_mails(now, mail_budget(now))
    if not claimed:
        return 0
    batch = DeliveryBatch(claimed)
    with MailConnection() as connection:
        return sum(run_all(lambda delivery: deliver_mail(delivery, batch, connection), claimed))


def has_due_mails(now: datetime) -> bool:
    """Return whether mails are due and may be claimed now."""
    return mail_budget(now) > 0 and Delivery.objects.mails().due(now).exists()


def mail_budget(now: datetime) -> int:
    """Return how many mails may be claimed now so that all workers together stay within MAIL_RATE
    over PACE seconds.
    """
    if not settings.MAIL_RATE:
        return BATCH
    lately = Delivery.objects.mails().filter(claimed_at__gt=now - timedelta(seconds=PACE))
    return max(0, min(BATCH, int(settings.MAIL_RATE * PACE) - lately.count()))


def claim_due_mails(now: datetime, limit: int = BATCH) -> list[Delivery]:
    """Claim up to `limit` due mails for LEASE; two callers never claim the same mail."""
    return claim_rows(Delivery.objects.mails(), now, limit)


def deliver_mail(delivery: Delivery, batch: DeliveryBatch, connection: MailConnection) -> bool:
    """Send one claimed mail, mark it as sent once the server accepted it, and return whether it was
    sent.

    The attempt is counted and the lease renewed before the mail is built; a worker that lost its
    claim sends nothing. A permanent refusal ends the mail and may suppress the address; other
    failures are retried for GIVE_UP, and a mail that cannot be built OWN_TRIES times. An unknown
    outcome is not retried: the subscriber may have the mail.
    """
    now = database_time.estimate()
    claimed = Delivery.objects.filter(
        pk=delivery.pk, claim=delivery.claim, state=Delivery.State.DUE
    )
    # Counted before the mail is built, so that one that kills its worker is eventually set aside.
    if not claimed.update(attempts=F("attempts") + 1, next_try_at=now + LEASE):
        return False
    delivery.attempts += 1
    try:
        built = _build_mail(delivery, batch, now)
        if built is None:
            claimed.update(state=Delivery.State.CANCELLED, ended_at=now, claim=None)
            return False
        mail, alerts = built
        # Paced here, not only by the claim, so that the server gets a steady stream.
        _keep_rate()
        connection.send_mail(mail)
    except DeliveryError as error:
        _record_failure(delivery, error, database_time.estimate())
        if error.is_own:
            raise
        return False
    now = database_time.estimate()
    claimed.update(state=Delivery.State.SENT, ended_at=now, claim=None, error="")
    if delivery.type == Delivery.Type.DIGEST:
        Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(last_sent_at=now)
    activity.record_success(WorkType.MAILS, now)
    return True


def _build_mail(delivery: Delivery, batch: DeliveryBatch, now: datetime) -> "BuiltMail | None":
    """Build the mail like `_mail_for`; raise DeliveryError if that fails.

    From the second attempt on it is built separately from its batch, whose other mails may be the
    cause.
    """
    try:
        return _mail_for(
            delivery, batch if delivery.attempts == 1 else DeliveryBatch([delivery]), now
        )
    except Exception as error:
        if is_outage(error):
            postpone_delivery(delivery, error, now)
            raise
        raise DeliveryError(error_text(error), is_own=True) from error


def _keep_rate() -> None:
    if settings.MAIL_RATE:
        sleep(1 / settings.MAIL_RATE)


BuiltMail = tuple[EmailMultiAlternatives, Sequence[Alert]]
# Mails of a higher package, which registers its builder when Django starts (tracker/apps.py).
mail_builders: dict[str, Callable[[Delivery], BuiltMail | None]] = {}


def _mail_for(delivery: Delivery, batch: DeliveryBatch, now: datetime) -> BuiltMail | None:
    """Return the mail with its current content and the alerts it reports on, or None if it should
    not be sent.
    """
    if delivery.type in mail_builders:
        return mail_builders[delivery.type](delivery)
    subscriber = delivery.subscriber
    if subscriber is None:
        return None
    subscriber.refresh_from_db()
    build_by_type: dict[str, Callable[[Delivery, DeliveryBatch, datetime], BuiltMail | None]] = {
        Delivery.Type.CONFIRM: _build_confirmation,
        Delivery.Type.MANAGE: _build_manage_mail,
        Delivery.Type.DIGEST: _build_digest_mail,
        Delivery.Type.WATCHING: _build_watching_mail,
    }
    # A requested link or confirmation is sent even to a suppressed address, so that its owner can
    # return.
    is_asked_for = delivery.type in {Delivery.Type.CONFIRM, Delivery.Type.MANAGE}
    if subscriber.suppressed_at is not None and not is_asked_for:
        return None
    with override(subscriber.language):
        return build_by_type[delivery.type](delivery, batch, now)


def _build_confirmation(
    delivery: Delivery, batch: DeliveryBatch, now: datetime
) -> BuiltMail | None:
    pending = Alert.objects.filter(pk=delivery.alert_id or 0, state=Alert.State.PENDING)
    alert = pending.select_related("subscriber").first()
    return (build_confirmation(alert, delivery), [alert]) if alert else None


def _build_manage_mail(delivery: Delivery, batch: DeliveryBatch, now: datetime) -> BuiltMail | None:
    return (build_manage_mail(delivery.subscriber, delivery), []) if delivery.subscriber else None


def _build_digest_mail(delivery: Delivery, batch: DeliveryBatch, now: datetime) -> BuiltMail | None:
    built, alerts = build_current_digest(delivery, batch, now)
    if not alerts or delivery.subscriber is None:
        return None
    return build_digest_mail(
        delivery.subscriber, delivery, alerts, DigestContext(built, batch.fragments, now)
    ), alerts


def _build_watching_mail(
    delivery: Delivery, batch: DeliveryBatch, now: datetime
) -> BuiltMail | None:
    if delivery.subscriber is None or not delivery.subscriber.wants_signs:
        return None
    mailed = delivery.subscriber.alerts.filter(state=Alert.State.ACTIVE).exclude(
        rate=Alert.Rate.OFF
    )
    alerts = list(mailed.order_by("pk"))
    if not alerts:
        return None
    return build_watching_mail(
        delivery.subscriber, delivery, alerts, batch.coverage(delivery.since, now)
    ), alerts


def _record_failure(delivery: Delivery, error: DeliveryError, now: datetime) -> None:
    claimed = Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim)
    values = {"claim": None, "error": str(error)[:500]}
    is_over = error.permanent or now - delivery.created_at > GIVE_UP
    # A duplicate mail annoys, a missing one is counted at /deliveries (decision D87).
    if error.is_unknown:
        claimed.update(state=Delivery.State.UNKNOWN, ended_at=now, **values)
    elif error.is_own:
        if delivery.attempts >= OWN_TRIES:
            give_up_delivery(delivery, str(error), now)
        else:
            activity.record_failure(WorkType.MAILS, str(error), now)
            claimed.update(next_try_at=now + mail_wait(delivery.attempts), **values)
    elif is_over:
        claimed.update(state=Delivery.State.REFUSED, ended_at=now, **values)
    elif error.is_down:  # not this mail's fault: all wait equally, so that they stay in order
        claimed.update(attempts=F("attempts") - 1, next_try_at=now + PAUSE, **values)
        activity.record_failure(WorkType.MAILS, str(error), now)
    else:
        claimed.update(next_try_at=now + mail_wait(delivery.attempts), **values)
    if error.bounce and delivery.subscriber is not None:
        record_bounce(
            delivery.subscriber, error.bounce, now, delivery=delivery, diagnostic=str(error)
        )
    log.warning("mail not sent", extra={"delivery_id": delivery.pk, "error": str(error)})
