"""Queue each due digest and each "still watching" mail once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils.crypto import salted_hmac

from tracker.alerts.models import Alert, Delivery, Hit, MutedEvent, Subscriber
from tracker.alerts.schedule import hour_of, next_run
from tracker.batches import run_all

BATCH = 500  # subscribers at once
AN_HOUR = timedelta(hours=1)
QUIET = timedelta(minutes=10)  # after a mail: news in the meantime is sent together
MAILS_AN_HOUR = 20  # to one subscriber; more is sent together at the end of the hour
SOON = timedelta(minutes=1)
FOUR_WEEKS = timedelta(days=28)


def make_message_id(purpose: str, *ids: int | UUID) -> str:
    """Return the Message-ID for a purpose and its rows (RFC 5322 3.6.4): the same for the same
    input, and not guessable, so that a bounce containing it must come from a server that received
    the mail.

    Callers pass random keys: a row number can be reused after a restore, and a bounce must not
    reach another subscriber.
    """
    host = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    identity = f"{purpose} {' '.join(map(str, ids))}"
    return f"<{salted_hmac('message-id', identity, algorithm='sha256').hexdigest()[:40]}@{host}>"


def enqueue_delivery(delivery_type: str, message_id: str, now: datetime, **values: Any) -> Delivery:
    """Queue a mail or call that is due now; `values` name its owner."""
    times = {"since": now, "created_at": now, "next_try_at": now}
    return Delivery.objects.create(type=delivery_type, message_id=message_id, **(times | values))


def queue_digests(now: datetime) -> int:
    """Queue one digest for each subscriber whose alerts are due and have hits; return how many.

    Concurrent callers never queue a digest twice. Raises an ExceptionGroup after the last
    subscriber if some failed.
    """
    due = Alert.objects.filter(state=Alert.State.ACTIVE, next_run_at__lte=now)
    subscribers = (
        due.values("subscriber").annotate(first=Min("next_run_at")).order_by("first")[:BATCH]
    )
    return sum(run_all(lambda row: _queue_digest(row["subscriber"], now), subscribers))


def _queue_digest(subscriber_id: int, now: datetime) -> bool:
    with transaction.atomic():
        subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
        if subscriber is None:
            return False
        due = subscriber.alerts.filter(state=Alert.State.ACTIVE, next_run_at__lte=now).order_by(
            "pk"
        )
        alerts = [alert for alert in due if not _postpone_if_paused(alert, now)]
        # One digest at a time keeps the order of events, and combines a flood or the backlog of an
        # outage into one digest (decision D85).
        is_instant = all(alert.rate == Alert.Rate.INSTANT for alert in alerts)
        barred_until = _digest_barred_until(subscriber, now, is_instant=is_instant)
        if barred_until is not None:
            due.update(next_run_at=barred_until)
            return False
        for alert in alerts:
            Alert.objects.filter(pk=alert.pk).update(
                next_run_at=next_run(alert.rate, alert.zone, now, alert.hour)
            )
        hits = _unmailed_hits(subscriber, alerts)
        first = hits.aggregate(first=Min("pk"))["first"]
        if first is None or subscriber.suppressed_at is not None:
            return False
        with_news = [a for a in alerts if hits.filter(alert=a).exists()]
        since = [a.last_sent_at or a.told_from or now for a in with_news]
        # The first hit identifies the digest: a second caller generates the same id and is refused.
        message_id = make_message_id("digest", subscriber.key, first)
        delivery = enqueue_delivery(
            Delivery.Type.DIGEST, message_id, now, subscriber=subscriber, since=min(since)
        )
        hits.update(delivery=delivery)
    return True


def _postpone_if_paused(alert: Alert, now: datetime) -> bool:
    """Move the next run of a paused alert to the end of its pause; return whether it is paused."""
    if alert.paused_until is None:
        return False
    ends = hour_of(alert.paused_until, alert.zone, alert.hour)
    if ends <= now:
        return False
    Alert.objects.filter(pk=alert.pk).update(next_run_at=ends)
    return True


def _digest_barred_until(
    subscriber: Subscriber, now: datetime, *, is_instant: bool
) -> datetime | None:
    """Return until when the subscriber gets no further digest, or None.

    One digest at a time keeps their order, QUIET bundles simultaneous hits of instant alerts, and
    MAILS_AN_HOUR limits the number.
    """
    digests = Delivery.objects.filter(subscriber=subscriber, type=Delivery.Type.DIGEST)
    if digests.filter(state=Delivery.State.DUE).exists():
        return now + SOON
    lately = digests.filter(created_at__gt=now - AN_HOUR).order_by("created_at")
    times = list(lately.values_list("created_at", flat=True))
    # The first mail goes out at once: a burst is one mail, then one every ten minutes.
    if is_instant and times and times[-1] + QUIET > now:
        return times[-1] + QUIET
    return times[-MAILS_AN_HOUR] + AN_HOUR if len(times) >= MAILS_AN_HOUR else None


def _unmailed_hits(subscriber: Subscriber, alerts: list[Alert]) -> QuerySet[Hit]:
    """Select the hits that no mail has reported yet, without events that the subscriber muted."""
    # Starts with an empty set, since an empty Q() would select every hit.
    of_alerts = Q(pk__in=[])
    for alert in alerts:
        of_alerts |= Q(alert=alert, at__gte=alert.told_from or alert.created_at)
    muted = MutedEvent.objects.filter(subscriber=subscriber).values("event")
    return Hit.objects.filter(of_alerts, delivery__isnull=True, is_held=False).exclude(
        event__in=muted
    )


def queue_watching_mails(now: datetime) -> int:
    """Queue "still watching, nothing matched" for subscribers without a mail or a hit for four
    weeks; return how many.
    """
    lately = Delivery.objects.filter(
        type__in=[Delivery.Type.DIGEST, Delivery.Type.WATCHING], created_at__gt=now - FOUR_WEEKS
    )
    mailed = Alert.objects.filter(
        Q(paused_until=None) | Q(paused_until__lte=now.date()),
        state=Alert.State.ACTIVE,
        confirmed_at__lte=now - FOUR_WEEKS,
    ).exclude(rate=Alert.Rate.OFF)
    # The digests of a monthly alert are 28 to 31 days apart: hits may still be waiting.
    matched = Hit.objects.filter(
        alert__subscriber=OuterRef("pk"),
        alert__state=Alert.State.ACTIVE,
        at__gt=now - FOUR_WEEKS,
        is_held=False,
    )
    subscribers = Subscriber.objects.filter(
        ~Exists(matched), pk__in=mailed.values("subscriber"), wants_signs=True, suppressed_at=None
    ).exclude(pk__in=lately.values("subscriber"))
    count = 0
    for subscriber in subscribers[:BATCH]:
        zone = subscriber.alerts.order_by("-confirmed_at").values_list("zone", flat=True)[0]
        _, is_new = Delivery.objects.get_or_create(
            message_id=make_message_id(
                "watching", subscriber.key, now.toordinal() // FOUR_WEEKS.days
            ),
            defaults={
                "subscriber": subscriber,
                "type": Delivery.Type.WATCHING,
                "since": now - FOUR_WEEKS,
                "created_at": now,
                "next_try_at": next_run("daily", zone, now) or now,
            },
        )
        count += is_new
    return count
