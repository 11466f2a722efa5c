"""The writes of the alerts package: subscribe, confirm, stop, record hits, queue, deliver."""

import logging
import smtplib
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from tracker.alerts.digest import digest
from tracker.alerts.emails import confirm_mail, digest_mail, owners_mail
from tracker.alerts.models import Alert, Delivery, Hit, Notice
from tracker.alerts.schedule import MORNING, next_run
from tracker.classify.lexicon import added
from tracker.each import each
from tracker.events import query as queries
from tracker.events import search
from tracker.events.entities import names_by_editors
from tracker.events.models import Event, Report
from tracker.events.query import Query
from tracker.events.rows import load
from tracker.feeds.health import coverage, troubles

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 100
CONFIRMATIONS_A_DAY = 3  # mails that strangers can have sent to one address
UNCONFIRMED = timedelta(hours=72)
RETRY = timedelta(minutes=2)
RETRY_LIMIT = timedelta(hours=4)
GIVE_UP = timedelta(hours=48)


class DeliveryError(Exception):
    """A mail that was not taken; `permanent` says that trying again is useless."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


def subscribe(
    *, address: str, query: Query, rate: str, zone: str = "UTC", note: str = "", now: datetime
) -> None:
    """Queues a confirming mail to `address`. Answers the same whether or not the address is known
    or has had its mails of the day.
    """
    recent = Delivery.objects.filter(
        alert__address=address,
        type=Delivery.Type.CONFIRM,
        created_at__gt=now - timedelta(days=1),
    )
    if recent.count() >= CONFIRMATIONS_A_DAY:
        return
    with transaction.atomic():
        alert = Alert.objects.create(
            address=address, query=query.text(), rate=rate, zone=zone, note=note, created_at=now
        )
        _queue(alert, Delivery.Type.CONFIRM, since=now, now=now)


def confirm(alert_id: int, now: datetime) -> Alert | None:
    """Makes a pending alert active; an older one of the same reader with the same query is stopped.
    None if there is no such alert, or it was stopped. Twice is the same as once.
    """
    with transaction.atomic():
        alert = Alert.objects.filter(pk=alert_id).exclude(state=Alert.State.STOPPED).first()
        if alert is None:
            return None
        fresh = Alert.objects.filter(pk=alert_id, state=Alert.State.PENDING).update(
            state=Alert.State.ACTIVE,
            confirmed_at=now,
            next_run_at=next_run(alert.rate, alert.zone, now),
        )
        if fresh:
            same = Alert.objects.filter(
                address=alert.address, query=alert.query, state=Alert.State.ACTIVE
            )
            same.exclude(pk=alert_id).update(state=Alert.State.STOPPED)
    return alert


def stop(alert_id: int) -> bool:
    """Stops an alert and every mail of it that waits; whether there is such an alert. Twice is the
    same as once.
    """
    with transaction.atomic():
        found = Alert.objects.filter(pk=alert_id).update(
            state=Alert.State.STOPPED, next_run_at=None
        )
        Delivery.objects.filter(alert=alert_id, state=Delivery.State.DUE).update(
            state=Delivery.State.CANCELLED
        )
    return bool(found)


def tell_owners(now: datetime) -> int:
    """Notes the feeds that are in trouble and ends the notes of those that are well again; queues
    a mail to the owners of what they were not told: at once, and of quiet feeds on Mondays. How
    many notes the mail tells of; 0 without owners.
    """
    if not settings.OWNERS:
        return 0
    current = {(feed, reason) for reason, feeds in troubles(now).items() for feed in feeds}
    with transaction.atomic():
        standing = Notice.objects.filter(ended_at__isnull=True)
        known = {
            (feed, reason): pk for pk, feed, reason in standing.values_list("pk", "feed", "reason")
        }
        over = [pk for key, pk in known.items() if key not in current]
        Notice.objects.filter(pk__in=over).update(ended_at=now)
        Notice.objects.bulk_create(
            (
                Notice(feed_id=feed, reason=reason, at=now)
                for feed, reason in sorted(current - known.keys())
            ),
            ignore_conflicts=True,
        )
        untold = Notice.objects.filter(ended_at__isnull=True, delivery__isnull=True)
        if now.weekday() > 0 or now.time() < MORNING:
            untold = untold.exclude(reason=Notice.Reason.QUIET)
        if not untold.exists():
            return 0
        return untold.update(delivery=_queue(None, Delivery.Type.OWNER, since=now, now=now))


def record_hits(event_ids: Iterable[int], now: datetime) -> int:
    """Writes a Hit for each active alert that chooses one of the events, once an alert and event;
    how many are new.

    Only what was reported after the reader confirmed counts as news.
    """
    facts = search.facts(event_ids)
    if not facts:
        return 0
    reported = dict(
        Report.objects.filter(event__in=facts)
        .exclude(entry__is_news=False)
        .values_list("event")
        .annotate(at=Max("added_at"))
    )
    count, names = 0, added(names_by_editors())
    for alert in Alert.objects.filter(state=Alert.State.ACTIVE).iterator():
        query = queries.parse(alert.query)
        wanted = [
            event
            for event, f in facts.items()
            if queries.matches(query, f, names)
            and alert.confirmed_at
            and event in reported
            and reported[event] >= alert.confirmed_at
        ]
        hits = Hit.objects.filter(
            Q(event__in=wanted) | Q(event__merged_into__in=wanted), alert=alert
        ).values_list("event", "event__merged_into")
        known = {pk for pair in hits for pk in pair}  # told of a merged event is told of the other
        fresh = [Hit(alert=alert, event_id=event, at=now) for event in wanted if event not in known]
        if fresh:
            Hit.objects.bulk_create(fresh, ignore_conflicts=True)
            count += len(fresh)
            if alert.rate == Alert.Rate.INSTANT:
                Alert.objects.filter(pk=alert.pk).update(next_run_at=now)
    return count


def queue_digests(now: datetime) -> int:
    """Makes the mails of the alerts whose run has come and that have hits; how many. Two callers
    never make one twice.
    """
    count = 0
    due = Alert.objects.filter(state=Alert.State.ACTIVE, next_run_at__lte=now)
    for alert in due.order_by("next_run_at")[:BATCH]:
        with transaction.atomic():
            mine = Alert.objects.filter(
                pk=alert.pk, state=Alert.State.ACTIVE, next_run_at=alert.next_run_at
            ).update(next_run_at=next_run(alert.rate, alert.zone, now))
            waiting = Hit.objects.filter(alert=alert, delivery__isnull=True)
            if not mine or not waiting.exists():
                continue
            since = alert.last_sent_at or alert.confirmed_at or now
            waiting.update(delivery=_queue(alert, Delivery.Type.DIGEST, since=since, now=now))
            count += 1
    return count


def _queue(alert: Alert | None, kind: Delivery.Type, *, since: datetime, now: datetime) -> Delivery:
    host = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    return Delivery.objects.create(
        alert=alert,
        type=kind,
        message_id=f"<{uuid.uuid4().hex}@{host}>",
        since=since,
        created_at=now,
        next_try_at=now,
    )


def claim_due(now: datetime, limit: int = BATCH) -> list[Delivery]:
    """Claims up to `limit` mails that are due, for LEASE; two callers never get the same mail."""
    claim = uuid.uuid4()
    with transaction.atomic():
        ids = list(Delivery.objects.due(now).values_list("pk", flat=True)[:limit])
        Delivery.objects.filter(pk__in=ids, state=Delivery.State.DUE, next_try_at__lte=now).update(
            next_try_at=now + LEASE, claim=claim
        )
    return list(Delivery.objects.filter(claim=claim).select_related("alert").order_by("pk"))


def deliver(delivery: Delivery, now: datetime) -> bool:
    """Sends one claimed mail and marks it as sent after the server took it; whether it was sent.

    The alert is looked at anew: what was stopped meanwhile is not sent. A refusal for good ends the
    mail, another failure is tried again, each time later, for GIVE_UP.
    """
    alert = Alert.objects.get(pk=delivery.alert_id) if delivery.alert_id else None
    mine = Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim, state=Delivery.State.DUE)
    if alert is not None and alert.state == Alert.State.STOPPED:
        mine.update(state=Delivery.State.CANCELLED, claim=None)
        return False
    mail = _mail_of(alert, delivery, now) if alert else _owners_mail(delivery)
    if mail is None:
        mine.update(state=Delivery.State.CANCELLED, claim=None)
        return False
    try:
        _hand_over(mail)
    except DeliveryError as error:
        _failed(delivery, error, now)
        return False
    mine.update(
        state=Delivery.State.SENT, sent_at=now, claim=None, attempts=delivery.attempts + 1, error=""
    )
    if alert is not None:
        Alert.objects.filter(pk=alert.pk).update(last_sent_at=now)
    return True


def _mail_of(alert: Alert, delivery: Delivery, now: datetime) -> EmailMultiAlternatives | None:
    if delivery.type == Delivery.Type.CONFIRM:
        return confirm_mail(alert, delivery) if alert.state == Alert.State.PENDING else None
    told = Event.objects.filter(hits__delivery=delivery).select_related("merged_into")
    kept = {event.itself.pk for event in told}  # the reader follows a merged event to the other
    rows = load(list(Event.objects.visible().filter(pk__in=kept).newest_first()))
    if not rows:
        return None
    return digest_mail(alert, delivery, digest(rows, coverage(delivery.since, now)))


def _owners_mail(delivery: Delivery) -> EmailMultiAlternatives | None:
    notices = list(delivery.notices.filter(ended_at__isnull=True).select_related("feed"))
    notices.sort(key=lambda n: (Notice.Reason.values.index(n.reason), n.feed.title.lower()))
    return owners_mail(delivery, notices) if notices and settings.OWNERS else None


def _hand_over(mail: EmailMultiAlternatives) -> None:
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = max((code for code, _ in error.recipients.values()), default=0)
        raise DeliveryError(str(error), permanent=code >= 500) from None
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(str(error), permanent=error.smtp_code >= 500) from None
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"{type(error).__name__}: {error}", permanent=False) from None


def _failed(delivery: Delivery, error: DeliveryError, now: datetime) -> None:
    attempts = delivery.attempts + 1
    is_over = error.permanent or now - delivery.created_at > GIVE_UP
    Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(
        state=Delivery.State.REFUSED if is_over else Delivery.State.DUE,
        next_try_at=now + min(RETRY * 2 ** min(attempts - 1, 10), RETRY_LIMIT),
        attempts=attempts,
        claim=None,
        error=str(error)[:500],
    )
    log.warning("delivery_id=%s not sent: %s", delivery.pk, error)


def send_due(now: datetime) -> int:
    """Queues the digests that are due and sends the mails that are due; how many were sent. Raises
    an ExceptionGroup after the last mail if some could not be made.
    """
    queue_digests(now)
    return sum(each(lambda delivery: deliver(delivery, timezone.now()), claim_due(now)))


def forget_unconfirmed(now: datetime) -> int:
    """Deletes alerts that nobody confirmed within UNCONFIRMED; how many."""
    old = Alert.objects.filter(state=Alert.State.PENDING, created_at__lt=now - UNCONFIRMED)
    count = old.count()
    old.delete()
    return count
