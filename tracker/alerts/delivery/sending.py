"""Claim due deliveries and send them: mails to the mail server, calls to web hooks."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from time import sleep

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.utils.translation import override

from tracker import database_time
from tracker.alerts.delivery.bounces import record_bounce
from tracker.alerts.delivery.digest import SHOWN, AlertHitLine, Digest, build_digest
from tracker.alerts.delivery.emails import (
    DigestContext,
    EventFragments,
    alert_name,
    build_confirmation,
    build_digest_mail,
    build_manage_mail,
    build_watching_mail,
)
from tracker.alerts.delivery.queueing import queue_digests
from tracker.alerts.delivery.smtp import DeliveryError, MailConnection
from tracker.alerts.delivery.webhooks import HookCall, HookOutcome, build_body, make_calls
from tracker.alerts.models import Alert, Delivery, DeliveryQuerySet, Hit
from tracker.alerts.schedule import hook_wait, mail_wait
from tracker.batches import run_all
from tracker.events.models import Event, Revision
from tracker.events.search.describe import revision_words
from tracker.events.search.rows import EventRow, load_rows
from tracker.events.wording.names import active_language
from tracker.feeds import activity
from tracker.feeds.activity import error_text
from tracker.feeds.health import SourceCoverage, coverage
from tracker.feeds.models import WorkType
from tracker.locks import LEASE, LOST, lease_rows

log = logging.getLogger(__name__)

BATCH = 100
PACE = 5  # seconds over which MAIL_RATE is kept
PAUSE = timedelta(minutes=1)  # of all mails while no server answers
GIVE_UP = timedelta(hours=48)
OWN_TRIES = 3  # of a mail or call that cannot be made for a fault of ours
NOT_SHOWN = (Event.State.REFUSED, Event.State.UNSURE)


def send_due_mails(now: datetime) -> int:
    """Queue the due digests, send the due mails and return how many were sent.

    A failure to queue does not hold up mails that are already queued. Raises an ExceptionGroup
    after the last mail if some could not be built; each failure is recorded.
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
    """Return how many mails may be claimed now so that all workers together keep MAIL_RATE over
    PACE seconds.
    """
    if not settings.MAIL_RATE:
        return BATCH
    lately = Delivery.objects.mails().filter(claimed_at__gt=now - timedelta(seconds=PACE))
    return max(0, min(BATCH, int(settings.MAIL_RATE * PACE) - lately.count()))


def claim_due_mails(now: datetime, limit: int = BATCH) -> list[Delivery]:
    """Claim up to `limit` due mails for LEASE; two callers never claim the same mail."""
    return _claim_rows(Delivery.objects.mails(), now, limit)


def _claim_rows(rows: DeliveryQuerySet, now: datetime, limit: int) -> list[Delivery]:
    if limit <= 0:
        return []
    lease = lease_rows(rows.due(now), "next_try_at", now, limit, claimed_at=now)
    for delivery in Delivery.objects.filter(pk__in=lease.lost):
        _give_up_delivery(delivery, LOST, now)
    claimed = Delivery.objects.filter(claim=lease.claim) if lease.count else Delivery.objects.none()
    return list(claimed.select_related("subscriber", "alert__subscriber").order_by("pk"))


class DeliveryBatch:
    """What the mails of one claim share, read once: hits, events, coverage."""

    def __init__(self, deliveries: Iterable[Delivery]) -> None:
        self.fragments = EventFragments()
        self.hits: dict[int, list[Hit]] = defaultdict(list)
        digests = [d.pk for d in deliveries if d.type == Delivery.Type.DIGEST]
        hits = Hit.objects.filter(delivery__in=digests).select_related("event__merged_into")
        for hit in hits.order_by("alert", "pk"):
            self.hits[hit.delivery_id or 0].append(hit)
        hits_of_all = [hit for of_delivery in self.hits.values() for hit in of_delivery]
        self.current_ids = {hit.event_id: hit.event.itself.pk for hit in hits_of_all}
        undoing = {h.cause for h in hits_of_all if h.reason == Hit.Reason.UNDONE}
        self._events = list(Event.objects.filter(pk__in={*self.current_ids.values(), *undoing}))
        self._rows: dict[str, dict[int, EventRow]] = {}
        self._coverage: dict[tuple[datetime, datetime], SourceCoverage] = {}

    @property
    def rows(self) -> dict[int, EventRow]:
        """Return the events by id, in the active language."""
        if active_language() not in self._rows:
            self._rows[active_language()] = {row.id: row for row in load_rows(self._events)}
        return self._rows[active_language()]

    def coverage(self, since: datetime, now: datetime) -> SourceCoverage:
        """Return the source coverage of the period, to the hour."""
        hour = {"minute": 0, "second": 0, "microsecond": 0}
        key = since.replace(**hour), now.replace(**hour)  # type: ignore[arg-type]
        if key not in self._coverage:
            self._coverage[key] = coverage(key[0], now)
        return self._coverage[key]

    def hit_lines(self, delivery: Delivery, alerts: Sequence[Alert]) -> list[AlertHitLine]:
        """Return the hits of a digest that belong to these alerts, worded as of now; new events
        only while they are visible.
        """
        by_id = {alert.pk: alert for alert in alerts}
        lines = []
        for hit in self.hits[delivery.pk]:
            alert, row = by_id.get(hit.alert_id), self.rows.get(self.current_ids[hit.event_id])
            # A correction is reported even if it made the event unsure or refused it.
            is_gone = row is None or row.state in NOT_SHOWN
            if alert is None or row is None or (is_gone and hit.reason != Hit.Reason.CHANGED):
                continue
            lines.append(_hit_line(hit, alert, row, self.rows.get(hit.cause)))
        return lines


def _hit_line(hit: Hit, alert: Alert, row: EventRow, undoing_row: EventRow | None) -> AlertHitLine:
    changes: tuple[tuple[str, str, str], ...] = ()
    if hit.reason == Hit.Reason.CHANGED:
        revisions = Revision.objects.filter(event=hit.event_id, change=hit.cause).order_by("pk")
        changes = tuple(
            revision_words(revision) for revision in revisions if revision.field != "link"
        )
    return AlertHitLine(
        alert=alert.pk,
        name=alert_name(alert),
        note=alert.note,
        row=row,
        reason=hit.reason,
        by=undoing_row if hit.reason == Hit.Reason.UNDONE else None,
        changes=changes,
        days=alert.silent_days or 0,
    )


def current_digest(
    delivery: Delivery, now: datetime, shown: int = SHOWN
) -> tuple[Digest, list[Alert]]:
    """Return a digest as it would be sent now, and its alerts, with `shown` events of each at most.

    There are no alerts if nothing is left to report.
    """
    return _digest_and_alerts(delivery, DeliveryBatch([delivery]), now, shown)


def _digest_and_alerts(
    delivery: Delivery, batch: DeliveryBatch, now: datetime, shown: int = SHOWN
) -> tuple[Digest, list[Alert]]:
    ids = {hit.alert_id for hit in batch.hits[delivery.pk]}
    active = Alert.objects.filter(pk__in=ids, state=Alert.State.ACTIVE).exclude(rate=Alert.Rate.OFF)
    alerts = list(active.select_related("subscriber").order_by("pk"))
    lines = batch.hit_lines(delivery, alerts)
    used = {line.alert for line in lines}
    coverage_read = batch.coverage(delivery.since, now)
    empty = Digest("", (), (), (), (), coverage_read)
    return (
        build_digest(lines, coverage_read, shown) if lines else empty,
        [alert for alert in alerts if alert.pk in used],
    )


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
    # Counted before the mail is built, so that one that kills its worker is set aside in the end.
    if not claimed.update(attempts=F("attempts") + 1, next_try_at=now + LEASE):
        return False
    delivery.attempts += 1
    try:
        built = _build_mail(delivery, batch, now)
        if built is None:
            claimed.update(state=Delivery.State.CANCELLED, ended_at=now, claim=None)
            return False
        mail, alerts = built
        # Paced here and not only by the claim, so that the server sees a steady stream.
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

    From the second attempt it is built apart from its batch, whose other mails may be the cause.
    """
    try:
        return _mail_for(
            delivery, batch if delivery.attempts == 1 else DeliveryBatch([delivery]), now
        )
    except (OperationalError, InterfaceError) as error:
        _postpone_delivery(delivery, error, now)
        raise
    except Exception as error:
        raise DeliveryError(error_text(error), is_own=True) from error


def _keep_rate() -> None:
    if settings.MAIL_RATE:
        sleep(1 / settings.MAIL_RATE)


BuiltMail = tuple[EmailMultiAlternatives, Sequence[Alert]]
# Mails that a higher package writes: it registers its builder when Django starts (tracker/apps.py).
mail_builders: dict[str, Callable[[Delivery], BuiltMail | None]] = {}


def _mail_for(delivery: Delivery, batch: DeliveryBatch, now: datetime) -> BuiltMail | None:
    """Return the mail as it should be now and the alerts it reports on, or None if it should not be
    sent.
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
    # Who asked for a link or a confirmation gets it, even at a suppressed address: it is how they
    # come back.
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
    built, alerts = _digest_and_alerts(delivery, batch, now)
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
    # A mail too many annoys, a mail too few is counted at /deliveries (decision D87).
    if error.is_unknown:
        claimed.update(state=Delivery.State.UNKNOWN, ended_at=now, **values)
    elif error.is_own:
        if delivery.attempts >= OWN_TRIES:
            _give_up_delivery(delivery, str(error), now)
        else:
            activity.record_failure(WorkType.MAILS, str(error), now)
            claimed.update(next_try_at=now + mail_wait(delivery.attempts), **values)
    elif is_over:
        claimed.update(state=Delivery.State.REFUSED, ended_at=now, **values)
    elif error.is_down:  # says nothing of this mail: all wait alike, so that their order holds
        claimed.update(attempts=F("attempts") - 1, next_try_at=now + PAUSE, **values)
        activity.record_failure(WorkType.MAILS, str(error), now)
    else:
        claimed.update(next_try_at=now + mail_wait(delivery.attempts), **values)
    if error.bounce and delivery.subscriber is not None:
        record_bounce(
            delivery.subscriber, error.bounce, now, delivery=delivery, diagnostic=str(error)
        )
    log.warning("mail not sent", extra={"delivery_id": delivery.pk, "error": str(error)})


def _postpone_delivery(delivery: Delivery, error: Exception, now: datetime) -> None:
    """Take back an attempt that failed only because the database did not answer."""
    with suppress(OperationalError, InterfaceError):  # then the lease ends
        Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(
            attempts=F("attempts") - 1, next_try_at=now + PAUSE, claim=None, error=error_text(error)
        )
    is_hook = delivery.type == Delivery.Type.HOOK
    work_type = WorkType.HOOKS if is_hook else WorkType.MAILS
    activity.record_failure(work_type, error_text(error), now)


def _give_up_delivery(delivery: Delivery, error: str, now: datetime) -> None:
    """Set aside a mail or call that could not be built, with its error."""
    claimed = Delivery.objects.filter(
        pk=delivery.pk, claim=delivery.claim, state=Delivery.State.DUE
    )
    is_hook = delivery.type == Delivery.Type.HOOK
    if claimed.update(state=Delivery.State.FAILED, ended_at=now, claim=None, error=error[:500]):
        log.error("delivery set aside", extra={"delivery_id": delivery.pk, "error": error})
        work_type = WorkType.HOOKS if is_hook else WorkType.MAILS
        activity.record_set_aside(work_type, error, now)


# --- hooks


def call_due_hooks(now: datetime) -> int:
    """Make the due hook calls and return how many were accepted.

    Each attempt is counted first; a call that cannot be built holds up no other.
    """
    claimed = _claim_rows(Delivery.objects.filter(type=Delivery.Type.HOOK), now, BATCH)
    calls = {delivery.pk: call for delivery in claimed if (call := _prepare_call(delivery, now))}
    outcomes = make_calls(calls, now)
    for delivery in claimed:
        if delivery.pk in outcomes:
            _record_outcome(delivery, outcomes[delivery.pk], database_time.estimate())
    return sum(outcome.is_taken for outcome in outcomes.values())


def _prepare_call(delivery: Delivery, now: datetime) -> HookCall | None:
    """Count the attempt and build the call; return None, with the reason recorded, if there is
    none.
    """
    claimed = Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim)
    if not claimed.update(attempts=F("attempts") + 1):
        return None
    delivery.attempts += 1
    try:
        call = _build_call(delivery, now)
    except (OperationalError, InterfaceError) as error:
        _postpone_delivery(delivery, error, now)
        return None
    except Exception as error:
        log.exception("no call could be made", extra={"delivery_id": delivery.pk})
        _retry_call(delivery, error_text(error), now)
        return None
    if call is None:
        _end_delivery(delivery, Delivery.State.CANCELLED, "")
    return call


def _retry_call(delivery: Delivery, error: str, now: datetime) -> None:
    """Retry a call that could not be made, up to OWN_TRIES attempts."""
    wait = hook_wait(delivery.attempts)
    if wait is None or delivery.attempts >= OWN_TRIES:
        _give_up_delivery(delivery, error, now)
        return
    activity.record_failure(WorkType.HOOKS, error, now)
    Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(
        next_try_at=now + wait, claim=None, error=error
    )


def _build_call(delivery: Delivery, now: datetime) -> HookCall | None:
    alert = Alert.objects.filter(pk=delivery.alert_id or 0, state=Alert.State.ACTIVE).first()
    if alert is None or not alert.hook_url:
        return None
    row, call_type = None, "test"
    if delivery.hit is not None:
        event = delivery.hit.event.itself
        # The event became unsure after the call was queued; nobody is told of unsure events.
        if event.state == Event.State.UNSURE and delivery.hit.reason != Hit.Reason.CHANGED:
            return None
        row, call_type = load_rows([event])[0], f"event.{delivery.hit.reason}"
    body = build_body(call_type, alert, row, delivery.created_at)
    return HookCall(alert.hook_url, alert.hook_secret, delivery.message_id, body)


def _record_outcome(delivery: Delivery, outcome: HookOutcome, now: datetime) -> None:
    if outcome.is_own:
        _retry_call(delivery, outcome.error, now)
        return
    activity.record_success(WorkType.HOOKS, now)  # whatever the reader's server says
    if outcome.is_taken:
        _end_delivery(delivery, Delivery.State.SENT, "")
    # 410 is how a server asks for no more calls (Standard Webhooks), so the hook is removed.
    elif outcome.is_gone:
        _end_delivery(delivery, Delivery.State.REFUSED, outcome.error)
        Alert.objects.filter(pk=delivery.alert_id or 0).update(hook_url="")
    elif delivery.hit_id is None or (wait := hook_wait(delivery.attempts)) is None:
        # Given up; a test is not tried again, since its reader sees what came of it.
        _end_delivery(delivery, Delivery.State.REFUSED, outcome.error)
    else:
        Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(
            next_try_at=now + wait, claim=None, error=outcome.error
        )
    error = "" if outcome.is_taken else outcome.error
    Alert.objects.filter(pk=delivery.alert_id or 0).update(hook_error=error)


def _end_delivery(delivery: Delivery, state: Delivery.State, error: str) -> None:
    Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim, state=Delivery.State.DUE).update(
        state=state, ended_at=database_time.estimate(), claim=None, error=error[:500]
    )
