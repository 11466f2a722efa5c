"""Implement all actions of subscribers: request, confirm, change, pause and stop alerts, mute
events, export their data, leave.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypedDict

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When

from tracker import database_time
from tracker.alerts.delivery.queueing import enqueue_delivery, make_message_id
from tracker.alerts.delivery.webhooks import check_hook_url, create_secret
from tracker.alerts.mailbox import canonical_address, mailbox_of
from tracker.alerts.models import Alert, Delivery, Hit, MailRequest, MutedEvent, Subscriber
from tracker.alerts.schedule import hour_of, next_run
from tracker.events.models import Event
from tracker.events.search.query import Query
from tracker.events.wording.names import active_language
from tracker.locks import SENT_TWICE, lock, sender_wait

MAILS_A_DAY = 3  # mails that strangers can cause to one mailbox
# Sign-ups and requests by one sender, and by all in the networks around it.
ASKED_AN_HOUR = (10, 15, 20)
UNCONFIRMED = timedelta(hours=72)
TESTS_A_DAY = 5  # webhook test calls per subscriber


class TooManyRequestsError(Exception):
    """A sender made too many requests; `retry_after` is how long to wait."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"too many; again in {retry_after}")
        self.retry_after = retry_after


class HookLimitError(Exception):
    """A subscriber has used all test calls of the day."""


@dataclass(frozen=True)
class AlertSettings:
    """A subscriber's settings of an alert: rate, time zone, hour, name ("" for the query in words),
    a note, which reports count, and what else to report; see Alert.
    """

    rate: str
    zone: str = "UTC"
    hour: int = 7
    name: str = ""
    note: str = ""
    publishers: int = 1
    without_sources: str = ""
    on_reports: bool = False
    on_undone: bool = False
    on_ended: bool = False
    on_extended: bool = False
    on_followed: bool = False
    on_tested: bool = False
    on_changed: bool = False
    silent_days: int | None = None


def subscribe(
    *,
    address: str,
    query: Query,
    chosen: AlertSettings,
    origin: str = "",
    now: datetime,
) -> None:
    """Queue a confirmation mail to `address`.

    Behaves the same whether or not the address is known, has reached its daily limit, or
    complained. `origin` identifies the sender and its networks. Raises TooManyRequestsError and
    MailAddressError.
    """
    address = canonical_address(address, is_public=True)
    with transaction.atomic():
        # Counted one after the other, or simultaneous requests would all pass the limit.
        lock("asking")
        # Before the address is looked up, so that the answer and its timing reveal nothing about
        # it.
        _count_request(origin, now)
        subscriber, _ = Subscriber.objects.get_or_create(
            address=address, defaults={"created_at": now, "language": active_language()}
        )
        values = {"subscriber": subscriber, "query": query.text(), **asdict(chosen)}
        pending = Alert.objects.filter(state=Alert.State.PENDING, **values)
        if pending.filter(created_at__gt=now - SENT_TWICE).exists():
            return
        alert = Alert.objects.create(created_at=now, **values)
        if _may_be_mailed(mailbox_of(address), now):
            message_id = make_message_id("confirm", alert.key)
            enqueue_delivery(
                Delivery.Type.CONFIRM, message_id, now, subscriber=subscriber, alert=alert
            )


def request_manage_link(
    *, address: str, origin: str = "", now: datetime, is_new: bool = False
) -> None:
    """Queue a mail with the link to a subscriber's page, if there is such a subscriber, or if
    `is_new`, which creates one: people without alerts may want a collection. The caller cannot tell
    whether there was one. Raises TooManyRequestsError and MailAddressError.
    """
    address = canonical_address(address, is_public=True)
    with transaction.atomic():
        lock("asking")
        _count_request(origin, now)
        subscriber = Subscriber.objects.filter(address=address).first()
        if subscriber is None and is_new:
            subscriber = Subscriber.objects.create(
                address=address, created_at=now, language=active_language()
            )
        is_known = subscriber is not None and (
            is_new or subscriber.alerts.exists() or subscriber.collections.exists()
        )
        if subscriber is not None and is_known and _is_mailed_now(subscriber, now):
            return
        if subscriber is not None and is_known and _may_be_mailed(mailbox_of(address), now):
            message_id = make_message_id("manage", subscriber.key, int(now.timestamp() * 1_000_000))
            enqueue_delivery(Delivery.Type.MANAGE, message_id, now, subscriber=subscriber)


def _count_request(origin: str, now: datetime) -> None:
    if not origin:
        return
    wait = sender_wait(MailRequest.objects.all(), origin, ASKED_AN_HOUR, now)
    if wait:
        raise TooManyRequestsError(wait)
    MailRequest.objects.create(origin=origin, at=now)


def _is_mailed_now(subscriber: Subscriber, now: datetime) -> bool:
    """Return whether the same link was queued a moment ago: the form was sent twice."""
    lately = Delivery.objects.filter(
        subscriber=subscriber, type=Delivery.Type.MANAGE, created_at__gt=now - SENT_TWICE
    )
    return lately.exists()


def _may_be_mailed(mailbox: str, now: datetime) -> bool:
    asked = Delivery.objects.filter(
        subscriber__mailbox=mailbox,
        type__in=[Delivery.Type.CONFIRM, Delivery.Type.MANAGE],
        created_at__gt=now - timedelta(days=1),
    )
    barred = Subscriber.objects.filter(
        mailbox=mailbox, suppressed_for=Subscriber.Suppression.COMPLAINT
    )
    return not barred.exists() and asked.count() < MAILS_A_DAY


def confirm_alert(alert_id: int, now: datetime) -> Alert | None:
    """Activate a pending alert and return it, or None if there is none or it was stopped;
    idempotent.

    The active language becomes that of the mails, an older alert of the subscriber with the same
    query is stopped, and the suppression of an address that its server refused is lifted.
    """
    with transaction.atomic():
        alerts = Alert.objects.filter(pk=alert_id).exclude(state=Alert.State.STOPPED)
        alert = alerts.select_related("subscriber").first()
        if alert is None:
            return None
        fresh = Alert.objects.filter(pk=alert_id, state=Alert.State.PENDING).update(
            state=Alert.State.ACTIVE,
            confirmed_at=now,
            told_from=now,
            next_run_at=next_run(alert.rate, alert.zone, now, alert.hour),
            changed_at=database_time.estimate(),
        )
        if fresh:
            # Confirming the same query again with another rate replaces the alert instead of
            # duplicating its mails.
            same = alert.subscriber.alerts.filter(query=alert.query, state=Alert.State.ACTIVE)
            stop_alerts(same.exclude(pk=alert_id).values_list("pk", flat=True))
            lift_suppression(alert.subscriber_id)
            Subscriber.objects.filter(pk=alert.subscriber_id).update(language=active_language())
            alert.refresh_from_db()
    return alert


def lift_suppression(subscriber_id: int) -> bool:
    """Mail a suppressed subscriber again; return whether they were suppressed."""
    ended = Subscriber.objects.filter(pk=subscriber_id).exclude(suppressed_at=None)
    return bool(ended.update(suppressed_at=None, suppressed_for=""))


def stop_alerts(alert_ids: Iterable[int]) -> int:
    """Stop alerts with their waiting confirmations and calls; return how many alerts there are;
    idempotent.

    Waiting digests are checked when they are sent.
    """
    ids = list(alert_ids)
    with transaction.atomic():
        count = Alert.objects.filter(pk__in=ids).update(
            state=Alert.State.STOPPED, next_run_at=None, changed_at=database_time.estimate()
        )
        _cancel_due(Delivery.objects.filter(alert__in=ids))
    return count


def stop_all_alerts(subscriber_id: int) -> int:
    """Stop every alert of a subscriber; return how many there are."""
    return stop_alerts(Alert.objects.filter(subscriber=subscriber_id).values_list("pk", flat=True))


def stop_mails(subscriber_id: int) -> None:
    """Send nothing more to a subscriber without alerts until requested, and delete one who has no
    collections either; idempotent.
    """
    with transaction.atomic():
        lock("asking")  # a simultaneous request for the address is kept
        subscriber = Subscriber.objects.filter(pk=subscriber_id)
        if not subscriber.exclude(_needed()).delete()[0]:
            _cancel_due(Delivery.objects.filter(subscriber=subscriber_id))


def _cancel_due(deliveries: QuerySet[Delivery]) -> None:
    deliveries.filter(state=Delivery.State.DUE).update(
        state=Delivery.State.CANCELLED, ended_at=database_time.estimate()
    )


def resume_alert(alert: Alert, now: datetime) -> None:
    """Reactivate a stopped alert of a confirmed subscriber, from now on."""
    if alert.confirmed_at is not None:
        Alert.objects.filter(pk=alert.pk, state=Alert.State.STOPPED).update(
            state=Alert.State.ACTIVE,
            confirmed_at=now,
            told_from=now,
            next_run_at=next_run(alert.rate, alert.zone, now, alert.hour),
            changed_at=database_time.estimate(),
        )


def change_alert(
    alert: Alert, chosen: AlertSettings, *, paused_until: date | None, now: datetime
) -> None:
    """Change an alert's settings.

    Hits from a period without mails are not mailed later; hits during a pause are mailed after it.
    """
    told_from = alert.told_from
    if alert.rate == Alert.Rate.OFF and chosen.rate != Alert.Rate.OFF:
        told_from = now
    # A changed rate or zone needs a new run; the old one would be at the wrong hour.
    run = next_run(chosen.rate, chosen.zone, now, chosen.hour)
    if chosen.rate == Alert.Rate.INSTANT and _unmailed_hits(alert, told_from).exists():
        run = now
    if paused_until is not None and chosen.rate != Alert.Rate.OFF:
        run = max(run or now, hour_of(paused_until, chosen.zone, chosen.hour))
    Alert.objects.filter(pk=alert.pk).update(
        **asdict(chosen),
        paused_until=paused_until,
        told_from=told_from,
        next_run_at=run if alert.state == Alert.State.ACTIVE else None,
        changed_at=database_time.estimate(),
    )


def change_query(alert: Alert, query: Query, now: datetime) -> None:
    """Change what an alert follows, from now on: waiting hits of the former query are not
    mailed.
    """
    Alert.objects.filter(pk=alert.pk).exclude(query=query.text()).update(
        query=query.text(),
        # Reports before the change are not news under the new query either.
        confirmed_at=now,
        told_from=now,
        changed_at=database_time.estimate(),
    )


def _unmailed_hits(alert: Alert, since: datetime | None) -> QuerySet[Hit]:
    waiting = Hit.objects.filter(alert=alert, delivery__isnull=True, is_held=False)
    return waiting.filter(at__gte=since) if since else waiting


def set_hook(alert: Alert, url: str, hook_form: str = Alert.ChatForm.STANDARD) -> None:
    """Set the alert's hook to `url` and its form, with a new secret if the address changed; ""
    removes it with its waiting calls.

    Raises HookError.
    """
    if url:
        url = check_hook_url(url)
    if url == alert.hook_url:
        Alert.objects.filter(pk=alert.pk).update(hook_form=hook_form)
        return
    with transaction.atomic():
        _cancel_due(Delivery.objects.filter(alert=alert, type=Delivery.Type.HOOK))
        Alert.objects.filter(pk=alert.pk).update(
            hook_url=url,
            hook_form=hook_form,
            hook_secret=create_secret() if url else "",
            hook_error="",
        )


def queue_test_call(alert: Alert, now: datetime) -> None:
    """Queue a hook call without an event.

    Raises HookLimitError after TESTS_A_DAY for all alerts of the subscriber together, since the
    address may be somebody else's.
    """
    today = now.astimezone(UTC).date()
    with transaction.atomic():
        # One statement counts and decides, so that simultaneous requests are also counted.
        free = Subscriber.objects.filter(pk=alert.subscriber_id).exclude(
            hook_tests_on=today, hook_tests__gte=TESTS_A_DAY
        )
        counted = free.update(
            hook_tests=Case(When(hook_tests_on=today, then=F("hook_tests") + 1), default=1),
            hook_tests_on=today,
        )
        if not counted:
            raise HookLimitError
        call_id = f"test_{alert.pk}_{int(now.timestamp() * 1_000_000)}"
        enqueue_delivery(
            Delivery.Type.HOOK, call_id, now, subscriber_id=alert.subscriber_id, alert=alert
        )


def mute_event(subscriber_id: int, event_id: int, now: datetime) -> bool:
    """Stop reporting an event to a subscriber; return whether both exist; idempotent."""
    event = Event.objects.filter(pk=event_id).first()
    if event is None or not Subscriber.objects.filter(pk=subscriber_id).exists():
        return False
    MutedEvent.objects.get_or_create(
        subscriber_id=subscriber_id, event_id=event.itself.pk, defaults={"at": now}
    )
    return True


def unmute_event(subscriber_id: int, event_id: int) -> None:
    """Report an event to a subscriber again."""
    MutedEvent.objects.filter(subscriber=subscriber_id, event=event_id).delete()


def set_watching_mails(subscriber_id: int, *, is_wanted: bool) -> None:
    """Turn the four-weekly "still watching" mail on or off."""
    Subscriber.objects.filter(pk=subscriber_id).update(wants_signs=is_wanted)


def delete_alert(alert: Alert) -> None:
    """Delete an alert and everything stored about it."""
    alert.delete()


def erase_subscriber(subscriber_id: int) -> None:
    """Delete a subscriber with their alerts, hits and mails; nothing about them remains in the
    database.
    """
    Subscriber.objects.filter(pk=subscriber_id).delete()


class SubscriberData(TypedDict):
    """All stored data about a subscriber, for download."""

    address: str
    language: str
    created_at: datetime
    still_watching_mails: bool
    suppressed_at: datetime | None
    suppressed_for: str
    alerts: list[dict[str, Any]]  # every column of the row
    collections: list[dict[str, Any]]
    muted_events: Sequence[Mapping[str, object]]
    deliveries: Sequence[Mapping[str, object]]
    bounces: Sequence[Mapping[str, object]]


def subscriber_data(subscriber: Subscriber) -> SubscriberData:
    """Return all stored data about a subscriber, ready for JSON, including their hook secrets."""
    return {
        "address": subscriber.address,
        "language": subscriber.language,
        "created_at": subscriber.created_at,
        "still_watching_mails": subscriber.wants_signs,
        "suppressed_at": subscriber.suppressed_at,
        "suppressed_for": subscriber.suppressed_for,
        "alerts": [_alert_data(alert) for alert in subscriber.alerts.order_by("pk")],
        "collections": [
            {
                "title": collection.title,
                "note": collection.note,
                "is_public": collection.is_public,
                "events": list(collection.events.order_by("pk").values("event", "note")),
            }
            for collection in subscriber.collections.order_by("pk")
        ],
        "muted_events": list(subscriber.muted_events.order_by("pk").values("event", "at")),
        "deliveries": list(
            subscriber.deliveries.order_by("pk").values(
                "type", "state", "message_id", "alert", "created_at", "ended_at", "error"
            )
        ),
        "bounces": list(
            subscriber.bounces.order_by("pk").values("kind", "at", told=F("diagnostic"))
        ),
    }


HIDDEN = {"id", "key", "former_number", "subscriber", "changed_at"}


def _alert_data(alert: Alert) -> dict[str, Any]:
    columns = Alert._meta.concrete_fields
    values = {c.name: getattr(alert, c.attname) for c in columns if c.name not in HIDDEN}
    hits = alert.hits.order_by("pk").values("event", "reason", "at", "delivery__ended_at")
    return {"id": alert.pk, **values, "hits": list(hits)}


def delete_unconfirmed(now: datetime) -> int:
    """Delete alerts not confirmed within UNCONFIRMED, subscribers without alerts, and mail requests
    older than a day; return how many alerts.
    """
    MailRequest.objects.filter(at__lt=now - timedelta(days=1)).delete()
    old = Alert.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED)
    with transaction.atomic():
        count = old.count()
        old.delete()
        Subscriber.objects.exclude(_needed()).filter(created_at__lt=now - UNCONFIRMED).delete()
    return count


def _needed() -> Q:
    """Return the condition for rows to keep: with an alert or a collection, or suppressed after a
    complaint.
    """
    return (
        Q(alerts__isnull=False)
        | Q(collections__isnull=False)
        | Q(suppressed_for=Subscriber.Suppression.COMPLAINT)
    )
