"""What is due to be mailed becomes a row of the queue, once: digests, signs of life."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils.crypto import salted_hmac

from tracker.alerts.models import Alert, Delivery, Hit, Muted, Reader
from tracker.alerts.schedule import morning, next_run
from tracker.batches import run_all

BATCH = 500  # readers at once
AN_HOUR = timedelta(hours=1)
MAILS_AN_HOUR = 20  # to one reader; what is more travels together when the hour is over
SOON = timedelta(minutes=1)
FOUR_WEEKS = timedelta(days=28)


def message_id(what: str, *ids: int | UUID) -> str:
    """The Message-ID of what is told (RFC 5322 3.6.4): the same for the same thing, and nobody can
    guess it, so that a bounce that names it comes from a server that had the mail. Whose it is goes
    in by key: a row number that is given again must not make a bounce another's.
    """
    host = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    told = f"{what} {' '.join(map(str, ids))}"
    return f"<{salted_hmac('message-id', told, algorithm='sha256').hexdigest()[:40]}@{host}>"


def enqueue(kind: str, number: str, now: datetime, **values: Any) -> Delivery:
    """A mail or call that is due now; `number` is its Message-ID, `values` say whose it is."""
    times = {"since": now, "created_at": now, "next_try_at": now}
    return Delivery.objects.create(type=kind, message_id=number, **(times | values))


def queue_digests(now: datetime) -> int:
    """Makes the mails of the readers of whose alerts the run has come and that have hits, one for
    all alerts of a reader; how many. Two callers never make one twice. Raises an ExceptionGroup
    after the last reader if some could not be made.
    """
    due = Alert.objects.filter(state=Alert.State.ACTIVE, next_run_at__lte=now)
    readers = due.values("reader").annotate(first=Min("next_run_at")).order_by("first")[:BATCH]
    return sum(run_all(lambda row: _queue_digest(row["reader"], now), readers))


def _queue_digest(reader_id: int, now: datetime) -> bool:
    with transaction.atomic():
        reader = Reader.objects.select_for_update().filter(pk=reader_id).first()
        if reader is None:
            return False
        due = reader.alerts.filter(state=Alert.State.ACTIVE, next_run_at__lte=now).order_by("pk")
        alerts = [alert for alert in due if not _is_paused(alert, now)]
        waits = _wait(reader, now)
        if waits is not None:
            due.update(next_run_at=waits)
            return False
        for alert in alerts:
            Alert.objects.filter(pk=alert.pk).update(
                next_run_at=next_run(alert.rate, alert.zone, now)
            )
        hits = _waiting(reader, alerts)
        first = hits.aggregate(first=Min("pk"))["first"]
        if first is None or reader.suppressed_at is not None:
            return False
        with_news = [a for a in alerts if hits.filter(alert=a).exists()]
        since = [a.last_sent_at or a.told_from or now for a in with_news]
        number = message_id("digest", reader.key, first)
        delivery = enqueue(Delivery.Type.DIGEST, number, now, reader=reader, since=min(since))
        hits.update(delivery=delivery)
    return True


def _is_paused(alert: Alert, now: datetime) -> bool:
    """Puts the run of a paused alert to the end of its pause."""
    if alert.paused_until is None:
        return False
    ends = morning(alert.paused_until, alert.zone)
    if ends <= now:
        return False
    Alert.objects.filter(pk=alert.pk).update(next_run_at=ends)
    return True


def _wait(reader: Reader, now: datetime) -> datetime | None:
    """Until when a reader gets no further digest: while one is on its way, so that the order holds;
    and after MAILS_AN_HOUR.
    """
    digests = Delivery.objects.filter(reader=reader, type=Delivery.Type.DIGEST)
    if digests.filter(state=Delivery.State.DUE).exists():
        return now + SOON
    lately = digests.filter(created_at__gt=now - AN_HOUR).order_by("created_at")
    times = list(lately.values_list("created_at", flat=True))
    return times[-MAILS_AN_HOUR] + AN_HOUR if len(times) >= MAILS_AN_HOUR else None


def _waiting(reader: Reader, alerts: list[Alert]) -> QuerySet[Hit]:
    """The hits that no mail tells of yet, without events that the reader muted."""
    wanted = Q(pk__in=[])
    for alert in alerts:
        wanted |= Q(alert=alert, at__gte=alert.told_from or alert.created_at)
    muted = Muted.objects.filter(reader=reader).values("event")
    return Hit.objects.filter(wanted, delivery__isnull=True, is_held=False).exclude(event__in=muted)


def queue_signs(now: datetime) -> int:
    """Makes the mails that say "still watching, nothing matched" to readers who had none for four
    weeks; how many.
    """
    lately = Delivery.objects.filter(
        type__in=[Delivery.Type.DIGEST, Delivery.Type.WATCHING], created_at__gt=now - FOUR_WEEKS
    )
    mailed = Alert.objects.filter(
        Q(paused_until=None) | Q(paused_until__lte=now.date()),
        state=Alert.State.ACTIVE,
        confirmed_at__lte=now - FOUR_WEEKS,
    ).exclude(rate=Alert.Rate.OFF)
    readers = Reader.objects.filter(
        pk__in=mailed.values("reader"), wants_signs=True, suppressed_at=None
    ).exclude(pk__in=lately.values("reader"))
    count = 0
    for reader in readers[:BATCH]:
        zone = reader.alerts.order_by("-confirmed_at").values_list("zone", flat=True)[0]
        _, is_new = Delivery.objects.get_or_create(
            message_id=message_id("watching", reader.key, now.toordinal() // FOUR_WEEKS.days),
            defaults={
                "reader": reader,
                "type": Delivery.Type.WATCHING,
                "since": now - FOUR_WEEKS,
                "created_at": now,
                "next_try_at": next_run("daily", zone, now) or now,
            },
        )
        count += is_new
    return count
