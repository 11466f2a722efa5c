"""Takes what is due from the queue and hands it over: mails to the mail server, calls to hooks.
Marked as sent after it was taken.
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from time import sleep

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils.translation import override

from tracker import database_time
from tracker.alerts.delivery.bounces import bounced
from tracker.alerts.delivery.digest import SHOWN, Digest, Told, digest
from tracker.alerts.delivery.emails import (
    Issue,
    Pieces,
    confirm_mail,
    digest_mail,
    manage_mail,
    name_of,
    watching_mail,
)
from tracker.alerts.delivery.queueing import queue_digests
from tracker.alerts.delivery.smtp import DeliveryError, Post
from tracker.alerts.delivery.webhooks import Call, Outcome, body_of, call_all
from tracker.alerts.models import Alert, Delivery, DeliveryQuerySet, Hit
from tracker.alerts.schedule import hook_wait, mail_wait
from tracker.batches import run_all
from tracker.events.models import Event, Revision
from tracker.events.search.describe import revision_words
from tracker.events.search.rows import EventRow, load
from tracker.events.wording.names import language
from tracker.feeds import activity
from tracker.feeds.activity import error_text
from tracker.feeds.health import SourceCoverage, coverage
from tracker.feeds.models import WorkType

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 100
PACE = 5  # seconds over which MAIL_RATE is kept
PAUSE = timedelta(minutes=1)  # of all mails while no server answers
GIVE_UP = timedelta(hours=48)
OWN_TRIES = 3  # of a mail or call that cannot be made for a fault of ours
LOST_TRIES = 5  # of one whose workers were killed while they had it in hand
NOT_SHOWN = (Event.State.REFUSED, Event.State.UNSURE)


def send_due(now: datetime) -> int:
    """Queues the digests that are due and sends the mails that are due; how many were sent. Digests
    that cannot be queued do not keep back the mails that are. Raises an ExceptionGroup after the
    last mail if some could not be made, which is booked.
    """
    try:
        queue_digests(now)
    except Exception as error:
        log.exception("digests not queued")
        activity.record_failure(WorkType.MAILS, error_text(error), now)
    claimed = claim_due(now, budget(now))
    if not claimed:
        return 0
    batch = Batch(claimed)
    with Post() as post:
        return sum(run_all(lambda one: deliver(one, batch, post), claimed))


def has_more(now: datetime) -> bool:
    """Whether there are mails that are due and may be claimed now."""
    return budget(now) > 0 and Delivery.objects.mails().due(now).exists()


def budget(now: datetime) -> int:
    """How many mails may be claimed now, so that MAIL_RATE holds over PACE seconds, whoever
    claims.
    """
    if not settings.MAIL_RATE:
        return BATCH
    lately = Delivery.objects.mails().filter(claimed_at__gt=now - timedelta(seconds=PACE))
    return max(0, min(BATCH, int(settings.MAIL_RATE * PACE) - lately.count()))


def claim_due(now: datetime, limit: int = BATCH) -> list[Delivery]:
    """Claims up to `limit` mails that are due, for LEASE; two callers never get the same mail."""
    return _claim(Delivery.objects.mails(), now, limit)


def _claim(rows: DeliveryQuerySet, now: datetime, limit: int) -> list[Delivery]:
    if limit <= 0:
        return []
    claim = uuid.uuid4()
    lost = rows.due(now).filter(claim__isnull=False, attempts__gte=LOST_TRIES)
    for delivery in lost:
        _give_up(delivery, f"its last {LOST_TRIES} tries ended without an outcome", now)
    with transaction.atomic():
        due = rows.due(now).select_for_update(skip_locked=True)  # without effect on SQLite
        ids = list(due.values_list("pk", flat=True)[:limit])
        if not ids:
            return []
        Delivery.objects.filter(pk__in=ids, state=Delivery.State.DUE, next_try_at__lte=now).update(
            next_try_at=now + LEASE, claim=claim, claimed_at=now
        )
    claimed = Delivery.objects.filter(claim=claim).select_related("reader", "alert__reader")
    return list(claimed.order_by("pk"))


class Batch:
    """What the mails of one claim have in common, read once: hits, events, coverage."""

    def __init__(self, deliveries: Iterable[Delivery]) -> None:
        self.pieces = Pieces()
        self.hits: dict[int, list[Hit]] = defaultdict(list)
        digests = [d.pk for d in deliveries if d.type == Delivery.Type.DIGEST]
        hits = Hit.objects.filter(delivery__in=digests).select_related("event__merged_into")
        for hit in hits.order_by("alert", "pk"):
            self.hits[hit.delivery_id or 0].append(hit)
        every = [hit for some in self.hits.values() for hit in some]
        self.itself = {hit.event_id: hit.event.itself.pk for hit in every}
        undoing = {h.cause for h in every if h.reason == Hit.Reason.UNDONE}
        self._events = list(Event.objects.filter(pk__in={*self.itself.values(), *undoing}))
        self._rows: dict[str, dict[int, EventRow]] = {}
        self._coverage: dict[tuple[datetime, datetime], SourceCoverage] = {}

    @property
    def rows(self) -> dict[int, EventRow]:
        """The events in the active language, by id."""
        if language() not in self._rows:
            self._rows[language()] = {row.id: row for row in load(self._events)}
        return self._rows[language()]

    def coverage(self, since: datetime, now: datetime) -> SourceCoverage:
        """Of the period, to the hour."""
        hour = {"minute": 0, "second": 0, "microsecond": 0}
        key = since.replace(**hour), now.replace(**hour)  # type: ignore[arg-type]
        if key not in self._coverage:
            self._coverage[key] = coverage(key[0], now)
        return self._coverage[key]

    def told(self, delivery: Delivery, alerts: Sequence[Alert]) -> list[Told]:
        """The hits of a digest as they are told now, of these alerts: of news the visible events
        only.
        """
        by_id = {alert.pk: alert for alert in alerts}
        found = []
        for hit in self.hits[delivery.pk]:
            alert, row = by_id.get(hit.alert_id), self.rows.get(self.itself[hit.event_id])
            is_gone = row is None or row.state in NOT_SHOWN
            if alert is None or row is None or (is_gone and hit.reason != Hit.Reason.CHANGED):
                continue
            found.append(_told(hit, alert, row, self.rows.get(hit.cause)))
        return found


def _told(hit: Hit, alert: Alert, row: EventRow, by: EventRow | None) -> Told:
    changes: tuple[tuple[str, str, str], ...] = ()
    if hit.reason == Hit.Reason.CHANGED:
        revisions = Revision.objects.filter(event=hit.event_id, change=hit.cause).order_by("pk")
        changes = tuple(
            revision_words(revision) for revision in revisions if revision.field != "link"
        )
    return Told(
        alert=alert.pk,
        name=name_of(alert),
        note=alert.note,
        row=row,
        reason=hit.reason,
        by=by if hit.reason == Hit.Reason.UNDONE else None,
        changes=changes,
        days=alert.silent_days or 0,
    )


def digest_of(delivery: Delivery, now: datetime, shown: int = SHOWN) -> tuple[Digest, list[Alert]]:
    """A digest as it stands now, with `shown` events of each alert at most, and its alerts; no
    alerts where nothing is left to tell.
    """
    return _digest(delivery, Batch([delivery]), now, shown)


def _digest(
    delivery: Delivery, batch: Batch, now: datetime, shown: int = SHOWN
) -> tuple[Digest, list[Alert]]:
    ids = {hit.alert_id for hit in batch.hits[delivery.pk]}
    active = Alert.objects.filter(pk__in=ids, state=Alert.State.ACTIVE).exclude(rate=Alert.Rate.OFF)
    alerts = list(active.select_related("reader").order_by("pk"))
    told = batch.told(delivery, alerts)
    used = {one.alert for one in told}
    seen = batch.coverage(delivery.since, now)
    empty = Digest("", (), (), (), (), seen)
    return (
        digest(told, seen, shown) if told else empty,
        [alert for alert in alerts if alert.pk in used],
    )


def deliver(delivery: Delivery, batch: Batch, post: Post) -> bool:
    """Sends one claimed mail and marks it as sent after the server took it; whether it was sent.

    The attempt is counted, and the lease renewed, before the mail is made and given to the server;
    who lost the claim sends nothing. What was stopped meanwhile is not sent. A refusal for good
    ends the mail and may end the address; another failure is tried again, each time later, for
    GIVE_UP; a mail that cannot be made OWN_TRIES times; an outcome that nobody knows is not tried
    again, since the reader may have the mail.
    """
    now = database_time.estimate()
    mine = Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim, state=Delivery.State.DUE)
    if not mine.update(attempts=F("attempts") + 1, next_try_at=now + LEASE):
        return False
    delivery.attempts += 1
    try:
        made = _make(delivery, batch, now)
        if made is None:
            mine.update(state=Delivery.State.CANCELLED, ended_at=now, claim=None)
            return False
        mail, alerts = made
        _pace()
        post.hand_over(mail)
    except DeliveryError as error:
        _failed(delivery, error, database_time.estimate())
        if error.is_own:
            raise
        return False
    now = database_time.estimate()
    mine.update(state=Delivery.State.SENT, ended_at=now, claim=None, error="")
    if delivery.type == Delivery.Type.DIGEST:
        Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(last_sent_at=now)
    activity.record_success(WorkType.MAILS, now)
    return True


def _make(delivery: Delivery, batch: Batch, now: datetime) -> "Made | None":
    """As `_mail`; raises DeliveryError for a mail that cannot be made. After the first try it is
    made apart from its batch, whose other mails may be what failed.
    """
    try:
        return _mail(delivery, batch if delivery.attempts == 1 else Batch([delivery]), now)
    except (OperationalError, InterfaceError) as error:
        _postpone(delivery, error, now)
        raise
    except Exception as error:
        raise DeliveryError(error_text(error), is_own=True) from error


def _pace() -> None:
    if settings.MAIL_RATE:
        sleep(1 / settings.MAIL_RATE)


Made = tuple[EmailMultiAlternatives, Sequence[Alert]]
# Mails that a higher package writes: it registers its builder when Django starts (tracker/apps.py).
builders: dict[str, Callable[[Delivery], Made | None]] = {}


def _mail(delivery: Delivery, batch: Batch, now: datetime) -> Made | None:
    """The mail as it should be now, and the alerts that it tells of; None if it should not be."""
    if delivery.type == Delivery.Type.OWNER:
        return builders[Delivery.Type.OWNER](delivery)
    reader = delivery.reader
    if reader is None:
        return None
    reader.refresh_from_db()
    make: dict[str, Callable[[Delivery, Batch, datetime], Made | None]] = {
        Delivery.Type.CONFIRM: _confirm,
        Delivery.Type.MANAGE: _manage,
        Delivery.Type.DIGEST: _digest_mail,
        Delivery.Type.WATCHING: _watching,
    }
    is_asked_for = delivery.type in {Delivery.Type.CONFIRM, Delivery.Type.MANAGE}
    if reader.suppressed_at is not None and not is_asked_for:
        return None
    with override(reader.language):
        return make[delivery.type](delivery, batch, now)


def _confirm(delivery: Delivery, batch: Batch, now: datetime) -> Made | None:
    pending = Alert.objects.filter(pk=delivery.alert_id or 0, state=Alert.State.PENDING)
    alert = pending.select_related("reader").first()
    return (confirm_mail(alert, delivery), [alert]) if alert else None


def _manage(delivery: Delivery, batch: Batch, now: datetime) -> Made | None:
    return (manage_mail(delivery.reader, delivery), []) if delivery.reader else None


def _digest_mail(delivery: Delivery, batch: Batch, now: datetime) -> Made | None:
    made, alerts = _digest(delivery, batch, now)
    if not alerts or delivery.reader is None:
        return None
    return digest_mail(delivery.reader, delivery, alerts, Issue(made, batch.pieces, now)), alerts


def _watching(delivery: Delivery, batch: Batch, now: datetime) -> Made | None:
    if delivery.reader is None or not delivery.reader.wants_signs:
        return None
    mailed = delivery.reader.alerts.filter(state=Alert.State.ACTIVE).exclude(rate=Alert.Rate.OFF)
    alerts = list(mailed.order_by("pk"))
    if not alerts:
        return None
    return watching_mail(
        delivery.reader, delivery, alerts, batch.coverage(delivery.since, now)
    ), alerts


def _failed(delivery: Delivery, error: DeliveryError, now: datetime) -> None:
    mine = Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim)
    told = {"claim": None, "error": str(error)[:500]}
    is_over = error.permanent or now - delivery.created_at > GIVE_UP
    if error.is_unknown:
        mine.update(state=Delivery.State.UNKNOWN, ended_at=now, **told)
    elif error.is_own:
        if delivery.attempts >= OWN_TRIES:
            _give_up(delivery, str(error), now)
        else:
            activity.record_failure(WorkType.MAILS, str(error), now)
            mine.update(next_try_at=now + mail_wait(delivery.attempts), **told)
    elif is_over:
        mine.update(state=Delivery.State.REFUSED, ended_at=now, **told)
    elif error.is_down:  # says nothing of this mail: all wait alike, so that their order holds
        mine.update(attempts=F("attempts") - 1, next_try_at=now + PAUSE, **told)
        activity.record_failure(WorkType.MAILS, str(error), now)
    else:
        mine.update(next_try_at=now + mail_wait(delivery.attempts), **told)
    if error.bounce and delivery.reader is not None:
        bounced(delivery.reader, error.bounce, now, delivery=delivery, told=str(error))
    log.warning("delivery_id=%s not sent: %s", delivery.pk, error)


def _postpone(delivery: Delivery, error: Exception, now: datetime) -> None:
    """The database did not answer, which says nothing of this mail or call: it was no attempt."""
    with suppress(OperationalError, InterfaceError):  # then the lease ends
        Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(
            attempts=F("attempts") - 1, next_try_at=now + PAUSE, claim=None, error=error_text(error)
        )
    is_hook = delivery.type == Delivery.Type.HOOK
    kind = WorkType.HOOKS if is_hook else WorkType.MAILS
    activity.record_failure(kind, error_text(error), now)


def _give_up(delivery: Delivery, error: str, now: datetime) -> None:
    """Sets a mail or call aside that could not be made, with its error."""
    mine = Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim, state=Delivery.State.DUE)
    is_hook = delivery.type == Delivery.Type.HOOK
    if mine.update(state=Delivery.State.FAILED, ended_at=now, claim=None, error=error[:500]):
        log.error("delivery_id=%s set aside: %s", delivery.pk, error)
        kind = WorkType.HOOKS if is_hook else WorkType.MAILS
        activity.record_set_aside(kind, error, now)


# --- hooks


def call_due(now: datetime) -> int:
    """Makes the calls of hooks that are due; how many were taken. Each attempt is counted before;
    a call that cannot be made, for a fault of ours, costs no other.
    """
    claimed = _claim(Delivery.objects.filter(type=Delivery.Type.HOOK), now, BATCH)
    calls = {delivery.pk: call for delivery in claimed if (call := _call(delivery, now))}
    outcomes = call_all(calls, now)
    for delivery in claimed:
        if delivery.pk in outcomes:
            _called(delivery, outcomes[delivery.pk], database_time.estimate())
    return sum(outcome.is_taken for outcome in outcomes.values())


def _call(delivery: Delivery, now: datetime) -> Call | None:
    """The call to make, its attempt counted; None if there is none, which is booked."""
    mine = Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim)
    if not mine.update(attempts=F("attempts") + 1):
        return None
    delivery.attempts += 1
    try:
        call = _call_of(delivery, now)
    except (OperationalError, InterfaceError) as error:
        _postpone(delivery, error, now)
        return None
    except Exception as error:
        log.exception("delivery_id=%s: no call could be made", delivery.pk)
        _not_made(delivery, error_text(error), now)
        return None
    if call is None:
        _end(delivery, Delivery.State.CANCELLED, "")
    return call


def _not_made(delivery: Delivery, error: str, now: datetime) -> None:
    """A call that could not be made is tried again, and given up after OWN_TRIES."""
    wait = hook_wait(delivery.attempts)
    if wait is None or delivery.attempts >= OWN_TRIES:
        _give_up(delivery, error, now)
        return
    activity.record_failure(WorkType.HOOKS, error, now)
    Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(
        next_try_at=now + wait, claim=None, error=error
    )


def _call_of(delivery: Delivery, now: datetime) -> Call | None:
    alert = Alert.objects.filter(pk=delivery.alert_id or 0, state=Alert.State.ACTIVE).first()
    if alert is None or not alert.hook_url:
        return None
    row, kind = None, "test"
    if delivery.hit is not None:
        event = delivery.hit.event.itself
        if event.state == Event.State.UNSURE and delivery.hit.reason != Hit.Reason.CHANGED:
            return None
        row, kind = load([event])[0], f"event.{delivery.hit.reason}"
    body = body_of(kind, alert, row, delivery.created_at)
    return Call(alert.hook_url, alert.hook_secret, delivery.message_id, body)


def _called(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    if outcome.is_own:
        _not_made(delivery, outcome.error, now)
        return
    activity.record_success(WorkType.HOOKS, now)  # whatever the reader's server says
    if outcome.is_taken:
        _end(delivery, Delivery.State.SENT, "")
    elif outcome.is_gone:
        _end(delivery, Delivery.State.REFUSED, outcome.error)
        Alert.objects.filter(pk=delivery.alert_id or 0).update(hook_url="")
    elif delivery.hit_id is None or (wait := hook_wait(delivery.attempts)) is None:
        # Given up; a test is not tried again, since its reader sees what came of it.
        _end(delivery, Delivery.State.REFUSED, outcome.error)
    else:
        Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(
            next_try_at=now + wait, claim=None, error=outcome.error
        )
    error = "" if outcome.is_taken else outcome.error
    Alert.objects.filter(pk=delivery.alert_id or 0).update(hook_error=error)


def _end(delivery: Delivery, state: Delivery.State, error: str) -> None:
    Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim, state=Delivery.State.DUE).update(
        state=state, ended_at=database_time.estimate(), claim=None, error=error[:500]
    )
