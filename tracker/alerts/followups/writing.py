"""Write hits: each alert, event, reason and cause once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from tracker.alerts.delivery.webhooks import queue_calls
from tracker.alerts.models import Alert, Hit, MutedEvent
from tracker.events.models import Event

ALERTS = 5_000  # alerts at once
COLUMNS = ("alert_id", "event_id", "reason", "cause", "at", "is_held")


@dataclass(frozen=True)
class HitTrigger:
    """Why and since when alerts should report an event; see Hit."""

    event: int
    reason: str
    at: datetime
    cause: int = 0
    is_held: bool = False


def write_hits(trigger: HitTrigger, chosen: list[int], now: datetime) -> int:
    """Store hits for those of the chosen alerts that were confirmed in time, and return how many.

    Alerts are left out if their subscriber muted the event or was already told about it, or about
    an event merged into it. One INSERT … SELECT writes them, however many there are.
    """
    merged = Event.objects.filter(merged_into=trigger.event).values_list("pk", flat=True)
    same = {"event__in": [trigger.event, *merged], "reason": trigger.reason, "cause": trigger.cause}
    known = Hit.objects.filter(**same, alert=OuterRef("pk"))
    muted = MutedEvent.objects.filter(event=trigger.event, subscriber=OuterRef("subscriber"))
    count = 0
    # SQLite limits the parameters of one statement.
    for start in range(0, len(chosen), ALERTS):
        wanting = Alert.objects.filter(
            ~Exists(known),
            ~Exists(muted),
            pk__in=chosen[start : start + ALERTS],
            state=Alert.State.ACTIVE,
            confirmed_at__lte=trigger.at,
        ).order_by()
        with transaction.atomic():
            freed = 0
            # A hit held back by a flood becomes news when an ordinary feed also reports the event.
            if not trigger.is_held:
                held_hits = Hit.objects.filter(**same, alert__in=chosen, is_held=True)
                freed = held_hits.update(is_held=False, at=now)
            written = _insert_hits(wanting, trigger, now)
            if (written or freed) and not trigger.is_held:
                _notify_alerts(trigger, now)
        count += written
    return count


def _insert_hits(wanting: QuerySet[Alert], trigger: HitTrigger, now: datetime) -> int:
    columns = (
        Value(trigger.event, BigIntegerField()),
        Value(trigger.reason, CharField()),
        Value(trigger.cause, BigIntegerField()),
        Value(now, DateTimeField()),
        Value(trigger.is_held, BooleanField()),
    )
    chosen, parameters = wanting.values_list("pk", *columns).query.sql_with_params()
    # The ORM cannot write INSERT … SELECT; everything except names is a parameter.
    quote = connection.ops.quote_name
    into = f"{quote(Hit._meta.db_table)} ({', '.join(map(quote, COLUMNS))})"
    with connection.cursor() as cursor:
        sql = f"INSERT INTO {into} {chosen} ON CONFLICT DO NOTHING"
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def _notify_alerts(trigger: HitTrigger, now: datetime) -> None:
    """Run the instant alerts of the new hits and queue their hook calls."""
    fresh = Hit.objects.filter(
        event=trigger.event, reason=trigger.reason, cause=trigger.cause, at=now
    )
    run_instant_alerts(
        fresh.filter(alert__rate=Alert.Rate.INSTANT).values_list("alert", flat=True), now
    )
    queue_calls(fresh, now)


def run_instant_alerts(alert_ids: Iterable[int], now: datetime) -> None:
    """Make the instant alerts among these due now."""
    waiting = Alert.objects.filter(pk__in=list(alert_ids), rate=Alert.Rate.INSTANT)
    waiting.filter(Q(next_run_at=None) | Q(next_run_at__gt=now)).update(next_run_at=now)
