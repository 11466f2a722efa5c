"""What readers do: ask for alerts, confirm, change, pause, stop, mute, take their data, leave."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, When

from tracker import database_time
from tracker.alerts.delivery.queueing import enqueue, message_id
from tracker.alerts.delivery.webhooks import check_hook, new_secret
from tracker.alerts.mailbox import canonical_address, mailbox_of
from tracker.alerts.models import Alert, Asking, Delivery, Hit, Muted, Reader
from tracker.alerts.schedule import morning, next_run
from tracker.events.models import Event
from tracker.events.search.query import Query
from tracker.events.wording.names import language
from tracker.locks import lock

MAILS_A_DAY = 3  # that strangers can have sent to one mailbox
ASKED_AN_HOUR = 10  # sign-ups and requests by one sender
ASKED_BY_NETWORK = 20  # the same, of all senders in one network together
UNCONFIRMED = timedelta(hours=72)
AN_HOUR = timedelta(hours=1)
TESTS_A_DAY = 5  # calls of web hooks that a reader may have made without an event


class TooManyError(Exception):
    """A sender who asked too often; `retry_after` is how long to wait."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"too many; again in {retry_after}")
        self.retry_after = retry_after


class HookLimitError(Exception):
    """A reader who had all test calls of the day."""


@dataclass(frozen=True)
class Wish:
    """What a reader chooses of an alert: its name ("" for the query in words), how often, in which
    time zone, why (`note`), and what else to be told of; see Alert.
    """

    rate: str
    zone: str = "UTC"
    name: str = ""
    note: str = ""
    on_undone: bool = False
    on_changed: bool = False
    silent_days: int | None = None


def subscribe(
    *,
    address: str,
    query: Query,
    wish: Wish,
    origin: str = "",
    network: str = "",
    now: datetime,
) -> None:
    """Queues a confirming mail to `address`. Does the same whether or not the address is known, has
    had its mails of the day, or complained. `origin` tells senders apart, `network` the networks
    they are in. Raises TooManyError and AddressError.
    """
    address = canonical_address(address, is_public=True)
    with transaction.atomic():
        lock("asking")
        _count_sender(origin, network, now)
        reader, _ = Reader.objects.get_or_create(
            address=address, defaults={"created_at": now, "language": language()}
        )
        alert = Alert.objects.create(
            reader=reader, query=query.text(), created_at=now, **asdict(wish)
        )
        if _may_be_asked(mailbox_of(address), now):
            number = message_id("confirm", alert.key)
            enqueue(Delivery.Type.CONFIRM, number, now, reader=reader, alert=alert)


def ask_to_manage(*, address: str, origin: str = "", network: str = "", now: datetime) -> None:
    """Queues a mail with the link to the page of a reader's alerts, if there is such a reader. Says
    nothing of whether there is. Raises TooManyError and AddressError.
    """
    address = canonical_address(address, is_public=True)
    with transaction.atomic():
        lock("asking")
        _count_sender(origin, network, now)
        reader = Reader.objects.filter(address=address).first()
        is_known = reader is not None and reader.alerts.exists()
        if reader is not None and is_known and _may_be_asked(mailbox_of(address), now):
            number = message_id("manage", reader.key, int(now.timestamp() * 1_000_000))
            enqueue(Delivery.Type.MANAGE, number, now, reader=reader)


def _count_sender(origin: str, network: str, now: datetime) -> None:
    if not origin:
        return
    lately = Asking.objects.filter(at__gt=now - AN_HOUR).order_by("-at")
    limits = [(lately.filter(origin=origin), ASKED_AN_HOUR)]
    if network:
        limits.append((lately.filter(network=network), ASKED_BY_NETWORK))
    for asked, limit in limits:
        times = list(asked.values_list("at", flat=True)[:limit])
        if len(times) == limit:
            raise TooManyError(times[-1] + AN_HOUR - now)
    Asking.objects.create(origin=origin, network=network, at=now)


def _may_be_asked(mailbox: str, now: datetime) -> bool:
    asked = Delivery.objects.filter(
        reader__mailbox=mailbox,
        type__in=[Delivery.Type.CONFIRM, Delivery.Type.MANAGE],
        created_at__gt=now - timedelta(days=1),
    )
    barred = Reader.objects.filter(mailbox=mailbox, suppressed_for=Reader.Suppression.COMPLAINT)
    return not barred.exists() and asked.count() < MAILS_A_DAY


def confirm(alert_id: int, now: datetime) -> Alert | None:
    """Makes a pending alert active, and the active language that of the mails; an older one of the
    same reader with the same query is stopped, and an address whose server refused it is mailed
    again. None if there is no such alert, or it was stopped. Twice is the same as once.
    """
    with transaction.atomic():
        found = Alert.objects.filter(pk=alert_id).exclude(state=Alert.State.STOPPED)
        alert = found.select_related("reader").first()
        if alert is None:
            return None
        fresh = Alert.objects.filter(pk=alert_id, state=Alert.State.PENDING).update(
            state=Alert.State.ACTIVE,
            confirmed_at=now,
            told_from=now,
            next_run_at=next_run(alert.rate, alert.zone, now),
            changed_at=database_time.estimate(),
        )
        if fresh:
            same = alert.reader.alerts.filter(query=alert.query, state=Alert.State.ACTIVE)
            stop(same.exclude(pk=alert_id).values_list("pk", flat=True))
            lift_suppression(alert.reader_id)
            Reader.objects.filter(pk=alert.reader_id).update(language=language())
            alert.refresh_from_db()
    return alert


def lift_suppression(reader_id: int) -> bool:
    """Mails go to a reader again, whatever ended them; whether something had."""
    ended = Reader.objects.filter(pk=reader_id).exclude(suppressed_at=None)
    return bool(ended.update(suppressed_at=None, suppressed_for=""))


def stop(alert_ids: Iterable[int]) -> int:
    """Stops alerts, and the confirmations and calls of them that wait; how many there are. Twice is
    the same as once. What waits in a digest is looked at when it is sent.
    """
    ids = list(alert_ids)
    with transaction.atomic():
        found = Alert.objects.filter(pk__in=ids).update(
            state=Alert.State.STOPPED, next_run_at=None, changed_at=database_time.estimate()
        )
        _cancel(Delivery.objects.filter(alert__in=ids))
    return found


def stop_all(reader_id: int) -> int:
    """Stops every alert of a reader; how many there are."""
    return stop(Alert.objects.filter(reader=reader_id).values_list("pk", flat=True))


def _cancel(deliveries: Any) -> None:
    deliveries.filter(state=Delivery.State.DUE).update(
        state=Delivery.State.CANCELLED, ended_at=database_time.estimate()
    )


def resume(alert: Alert, now: datetime) -> None:
    """A stopped alert of a confirmed reader goes on, from now."""
    if alert.confirmed_at is not None:
        Alert.objects.filter(pk=alert.pk, state=Alert.State.STOPPED).update(
            state=Alert.State.ACTIVE,
            confirmed_at=now,
            told_from=now,
            next_run_at=next_run(alert.rate, alert.zone, now),
            changed_at=database_time.estimate(),
        )


def change(alert: Alert, wish: Wish, *, paused_until: date | None, now: datetime) -> None:
    """Changes an alert. What it found while it was not mailed is not mailed when it is again; what
    it finds during a pause comes after it.
    """
    told_from = alert.told_from
    if alert.rate == Alert.Rate.OFF and wish.rate != Alert.Rate.OFF:
        told_from = now
    run = next_run(wish.rate, wish.zone, now)
    if wish.rate == Alert.Rate.INSTANT and _waiting(alert, told_from).exists():
        run = now
    if paused_until is not None and wish.rate != Alert.Rate.OFF:
        run = max(run or now, morning(paused_until, wish.zone))
    Alert.objects.filter(pk=alert.pk).update(
        **asdict(wish),
        paused_until=paused_until,
        told_from=told_from,
        next_run_at=run if alert.state == Alert.State.ACTIVE else None,
        changed_at=database_time.estimate(),
    )


def _waiting(alert: Alert, since: datetime | None) -> Any:
    waiting = Hit.objects.filter(alert=alert, delivery__isnull=True, is_held=False)
    return waiting.filter(at__gte=since) if since else waiting


def set_hook(alert: Alert, url: str) -> None:
    """Gives an alert a hook at `url`, with a new secret if the address is another one; "" ends it
    and the calls that wait. Raises HookError.
    """
    if url:
        url = check_hook(url)
    if url == alert.hook_url:
        return
    with transaction.atomic():
        _cancel(Delivery.objects.filter(alert=alert, type=Delivery.Type.HOOK))
        Alert.objects.filter(pk=alert.pk).update(
            hook_url=url, hook_secret=new_secret() if url else "", hook_error=""
        )


def try_hook(alert: Alert, now: datetime) -> None:
    """Queues a call without an event. Raises HookLimitError after TESTS_A_DAY of the reader, of all
    alerts together: the address may be somebody else's.
    """
    today = now.astimezone(UTC).date()
    with transaction.atomic():
        # One statement counts and decides, so that many requests at once are counted, too.
        free = Reader.objects.filter(pk=alert.reader_id).exclude(
            hook_tests_on=today, hook_tests__gte=TESTS_A_DAY
        )
        counted = free.update(
            hook_tests=Case(When(hook_tests_on=today, then=F("hook_tests") + 1), default=1),
            hook_tests_on=today,
        )
        if not counted:
            raise HookLimitError
        number = f"test_{alert.pk}_{int(now.timestamp() * 1_000_000)}"
        enqueue(Delivery.Type.HOOK, number, now, reader_id=alert.reader_id, alert=alert)


def mute(reader_id: int, event_id: int, now: datetime) -> bool:
    """The reader hears no more of an event; whether there are both. Twice is the same as once."""
    event = Event.objects.filter(pk=event_id).first()
    if event is None or not Reader.objects.filter(pk=reader_id).exists():
        return False
    Muted.objects.get_or_create(reader_id=reader_id, event_id=event.itself.pk, defaults={"at": now})
    return True


def unmute(reader_id: int, event_id: int) -> None:
    """The reader hears of an event again."""
    Muted.objects.filter(reader=reader_id, event=event_id).delete()


def want_signs(reader_id: int, *, wanted: bool) -> None:
    """Switches the four-weekly "still watching" on or off."""
    Reader.objects.filter(pk=reader_id).update(wants_signs=wanted)


def delete(alert: Alert) -> None:
    """Deletes an alert with all that is known of it."""
    alert.delete()


def erase(reader_id: int) -> None:
    """Deletes a reader, their alerts, hits and mails; nothing of them is left in the database."""
    Reader.objects.filter(pk=reader_id).delete()


def data_of(reader: Reader) -> dict[str, Any]:
    """All that is stored of a reader, for JSON; secrets of hooks too, since they are theirs."""
    return {
        "address": reader.address,
        "language": reader.language,
        "created_at": reader.created_at,
        "still_watching_mails": reader.wants_signs,
        "suppressed_at": reader.suppressed_at,
        "suppressed_for": reader.suppressed_for,
        "alerts": [_alert_data(alert) for alert in reader.alerts.order_by("pk")],
        "muted_events": list(reader.muted.order_by("pk").values("event", "at")),
        "deliveries": list(
            reader.deliveries.order_by("pk").values(
                "type", "state", "message_id", "alert", "created_at", "ended_at", "error"
            )
        ),
        "bounces": list(reader.bounces.order_by("pk").values("kind", "at", "told")),
    }


HIDDEN = {"id", "key", "former_number", "reader", "changed_at"}


def _alert_data(alert: Alert) -> dict[str, Any]:
    columns: Sequence[Any] = Alert._meta.concrete_fields
    told = {c.name: getattr(alert, c.attname) for c in columns if c.name not in HIDDEN}
    hits = alert.hits.order_by("pk").values("event", "reason", "at", "delivery__ended_at")
    return {"id": alert.pk, **told, "hits": list(hits)}


def forget_unconfirmed(now: datetime) -> int:
    """Deletes alerts that nobody confirmed within UNCONFIRMED, readers who have none, and who asked
    more than a day ago; how many alerts.
    """
    Asking.objects.filter(at__lt=now - timedelta(days=1)).delete()
    old = Alert.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED)
    with transaction.atomic():
        count = old.count()
        old.delete()
        kept = Q(alerts__isnull=False) | Q(suppressed_for=Reader.Suppression.COMPLAINT)
        Reader.objects.exclude(kept).filter(created_at__lt=now - UNCONFIRMED).delete()
    return count
