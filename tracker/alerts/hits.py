"""Events -> hits of alerts: new, undone, corrected, not undone in time. Rows are unique, so all
of it may run twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from tracker.alerts import attempts
from tracker.alerts.delivery.webhooks import queue_calls
from tracker.alerts.matching import OVERLAP, alerts
from tracker.alerts.models import Alert, Delivery, Hit, Muted, Progress
from tracker.batches import each
from tracker.events.models import Change, Event, Link, Report, Revision
from tracker.events.search import find
from tracker.events.search.query import LASTING, bounds, parse
from tracker.feeds import activity
from tracker.feeds.models import Entry, Feed

CHUNK = 200  # events at once
ALERTS = 5_000  # alerts at once
FIRST_LOOK = timedelta(hours=1)  # back, when nothing was matched yet
SILENT_FOR = 30  # days back that a term's end is looked for, should the clock have stood still
CORRECTING = (
    Change.Verb.EDIT,
    Change.Verb.REFUSE,
    Change.Verb.BACK,
    Change.Verb.MERGE,
    Change.Verb.SPLIT,
    Change.Verb.UNDO,
)
FACTS = (  # fields whose change is a correction
    "kinds",
    "occurred",
    "headline",
    "platforms",
    "targets",
    "countries",
    "grounds",
    "extent",
    "state",
    "merged_into",
)


@dataclass(frozen=True)
class Reason:
    """Why alerts are told of an event, and since when that is known; see Hit."""

    event: int
    reason: str
    at: datetime
    cause: int = 0
    is_held: bool = False


compared: dict[int, datetime] = {}  # events that this process compared lately: their indexed_at


def match_changed(now: datetime) -> int:
    """Compares every event that changed since the last time with all alerts, and those whose last
    attempt failed; how many hits are new. What a lost message left behind is found here, however
    long it was. Raises an ExceptionGroup after the last event if some failed, which is booked.
    """
    progress = Progress.objects.first()
    since = progress.matched_until - OVERLAP if progress else now - FIRST_LOOK
    changed = Event.objects.filter(indexed_at__gte=since).order_by()
    pairs = dict(changed.values_list("pk", "indexed_at"))
    ids = [pk for pk, at in pairs.items() if compared.get(pk) != at]
    ids = list(dict.fromkeys([*ids, *attempts.due_events(now)]))
    count, failed = 0, []
    for start in range(0, len(ids), CHUNK):
        try:
            count += record_hits(ids[start : start + CHUNK], now)
        except ExceptionGroup as error:
            if error.subgroup((OperationalError, InterfaceError)):
                raise  # maybe before the attempts were counted: all is looked at again
            failed.append(error)
    waiting = attempts.waiting_events(now)
    compared.clear()
    compared.update({pk: at for pk, at in pairs.items() if pk not in waiting})
    Progress.objects.update_or_create(pk=1, defaults={"matched_until": now})
    if failed:
        raise ExceptionGroup("some events could not be matched", failed)
    return count


def record_hits(event_ids: Iterable[int], now: datetime) -> int:
    """Writes a Hit for each active alert that should be told of one of the events, once; how many
    are new.

    Only what was reported after the reader confirmed counts as news. Each event's attempt is
    counted before. Raises an ExceptionGroup after the last event if some failed, which is booked.
    """
    ids = list(dict.fromkeys(event_ids))
    if not ids:
        return 0
    if not Alert.objects.filter(state=Alert.State.ACTIVE).exists():
        attempts.end_attempts(ids)
        return 0
    return sum(each(lambda batch: _try(batch, now), attempts.plan_attempts(ids, now)))


def _try(ids: list[int], now: datetime) -> int:
    attempts.count_attempts(ids, now)
    return _match(ids, now)


def _match(ids: list[int], now: datetime) -> int:
    """Events whose attempt was counted; where some fail, each alone."""
    try:
        count = _record_news(ids, now) + _record_undone(ids, now) + _record_corrected(ids, now)
    except (OperationalError, InterfaceError) as error:
        attempts.postpone(ids, error, now)
        raise
    except Exception as error:
        if len(ids) > 1:
            return sum(each(lambda pk: _match([pk], now), ids))
        attempts.book_failure(ids[0], error, now)
        raise
    attempts.end_attempts(ids)
    activity.record_success(activity.Kind.MATCHES, now)
    return count


def _record_news(ids: list[int], now: datetime) -> int:
    reported = _reported(ids)
    facts = find.facts(reported)
    return sum(_write(reported[pk], alerts.choosing(facts[pk]), now) for pk in facts)


def _reported(ids: list[int]) -> dict[int, Reason]:
    """The events that an entry reported as news, and when last: what only a flood of a feed tells
    is held. Of unsure events nobody is told; one that became sure is news from that moment on.
    """
    shown = Event.objects.shown().filter(pk__in=ids)
    told = Report.objects.filter(event__in=shown, entry__is_news=True)
    restored_at = Progress.objects.values_list("restored_at", flat=True).first()
    if restored_at is not None:  # what was published before it was told before it
        told = told.exclude(
            entry__published_at__lt=restored_at, entry__first_seen_at__gte=restored_at
        )
    found = (
        told.values_list("event")
        .annotate(at=Max("added_at"), free=Max("added_at", filter=Q(entry__is_held=False)))
        .order_by()
    )
    shown_at = _shown_since(ids)
    return {
        pk: Reason(pk, Hit.Reason.NEW, max(free or at, shown_at.get(pk, at)), is_held=free is None)
        for pk, at, free in found
    }


def _shown_since(ids: Iterable[int]) -> dict[int, datetime]:
    """When events stopped being unsure, by id, of those that ever were."""
    lifted = Revision.objects.filter(event__in=ids, field="state", before=Event.State.UNSURE.value)
    return dict(lifted.values_list("event").annotate(at=Max("at")).order_by())


def _write(told: Reason, chosen: list[int], now: datetime) -> int:
    """Hits of those of the alerts that were confirmed by then, whose reader did not mute the event
    and was not told yet, also not under an event that was merged into this one; how many.

    One statement writes them (INSERT … SELECT), however many they are.
    """
    merged = Event.objects.filter(merged_into=told.event).values_list("pk", flat=True)
    same = {"event__in": [told.event, *merged], "reason": told.reason, "cause": told.cause}
    known = Hit.objects.filter(**same, alert=OuterRef("pk"))
    muted = Muted.objects.filter(event=told.event, reader=OuterRef("reader"))
    count = 0
    for start in range(0, len(chosen), ALERTS):
        wanting = Alert.objects.filter(
            ~Exists(known),
            ~Exists(muted),
            pk__in=chosen[start : start + ALERTS],
            state=Alert.State.ACTIVE,
            confirmed_at__lte=told.at,
        ).order_by()
        with transaction.atomic():
            freed = 0
            if not told.is_held:
                held = Hit.objects.filter(**same, alert__in=chosen, is_held=True)
                freed = held.update(is_held=False, at=now)
            written = _insert(wanting, told, now)
            if (written or freed) and not told.is_held:
                _go_on(told, now)
        count += written
    return count


COLUMNS = ("alert_id", "event_id", "reason", "cause", "at", "is_held")


def _insert(wanting: QuerySet[Alert], told: Reason, now: datetime) -> int:
    columns = (
        Value(told.event, BigIntegerField()),
        Value(told.reason, CharField()),
        Value(told.cause, BigIntegerField()),
        Value(now, DateTimeField()),
        Value(told.is_held, BooleanField()),
    )
    chosen, parameters = wanting.values_list("pk", *columns).query.sql_with_params()
    quote = connection.ops.quote_name
    into = f"{quote(Hit._meta.db_table)} ({', '.join(map(quote, COLUMNS))})"
    with connection.cursor() as cursor:
        sql = f"INSERT INTO {into} {chosen} ON CONFLICT DO NOTHING"
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def _go_on(told: Reason, now: datetime) -> None:
    """What was just written is told: instant alerts run, hooks are called."""
    fresh = Hit.objects.filter(event=told.event, reason=told.reason, cause=told.cause, at=now)
    wake(fresh.filter(alert__rate=Alert.Rate.INSTANT).values_list("alert", flat=True), now)
    queue_calls(fresh, now)


def wake(alert_ids: Iterable[int], now: datetime) -> None:
    """Instant alerts of these run now."""
    instant = Alert.objects.filter(pk__in=list(alert_ids), rate=Alert.Rate.INSTANT)
    instant.filter(Q(next_run_at=None) | Q(next_run_at__gt=now)).update(next_run_at=now)


def _record_undone(ids: list[int], now: datetime) -> int:
    """Of acts that one of the events undoes: those who were told of it, or whose query chooses it,
    and asked for its end. What only a history tells is no news.
    """
    links = Link.objects.filter(
        source__in=list(_reported(ids)),
        type=Link.Type.UNDOES,
        state=Link.State.CONFIRMED,
    ).values_list("source", "target", "source__recorded_at")
    if not (pairs := list(links)):
        return 0
    asking = set(
        Alert.objects.filter(on_undone=True, state=Alert.State.ACTIVE).values_list("pk", flat=True)
    )
    known_at = _confirmed_at([source for source, _, _ in pairs])
    facts = find.facts([target for _, target, _ in pairs])
    count = 0
    for source, target, recorded_at in pairs:
        told = Hit.objects.filter(event=target, reason=Hit.Reason.NEW, alert__in=asking)
        wanting = set(told.values_list("alert", flat=True))
        if target in facts and facts[target].state != Event.State.UNSURE:
            wanting |= asking.intersection(alerts.choosing(facts[target]))
        at = known_at.get((source, target), recorded_at)
        reason = Reason(target, Hit.Reason.UNDONE, at, cause=source)
        count += _write(reason, sorted(wanting), now)
    return count


def _confirmed_at(sources: list[int]) -> dict[tuple[int, int], datetime]:
    """When each link of an undoing event was confirmed, by (source, target)."""
    found = {}
    revisions = Revision.objects.filter(event__in=sources, field="link").order_by("pk")
    for source, at, after in revisions.values_list("event", "at", "after"):
        if after and after[0] == Link.Type.UNDOES and after[2] == Link.State.CONFIRMED:
            found[source, int(after[1])] = at
    return found


def _record_corrected(ids: list[int], now: datetime) -> int:
    """Of events that were mailed, or are asked for by their number, and whose facts an editor
    changed since.
    """
    mailed = Hit.objects.filter(
        event__in=ids,
        reason=Hit.Reason.NEW,
        alert__on_changed=True,
        alert__state=Alert.State.ACTIVE,
        delivery__state="sent",
    ).values_list("event", "alert", "delivery__ended_at")
    told: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for event, alert, at in mailed:
        if at is not None:
            told[event].append((alert, at))
    for event, alert, at in _followers(ids):
        told[event].append((alert, at))
    if not told:
        return 0
    changes = Revision.objects.filter(
        event__in=told, field__in=FACTS, change__verb__in=CORRECTING, change__undone_by=None
    )
    count = 0
    for event, change, at in changes.values_list("event", "change", "change__at").distinct():
        later = [alert for alert, mailed_at in told[event] if mailed_at < at]
        reason = Reason(event, Hit.Reason.CHANGED, at, cause=change)
        count += _write(reason, sorted(later), now)
    return count


def _followers(ids: list[int]) -> Iterator[tuple[int, int, datetime]]:
    """(event, alert, since when) of alerts that ask for one of these events by its number."""
    unsure = Event.objects.filter(pk__in=ids, state=Event.State.UNSURE)
    silent = set(unsure.values_list("pk", flat=True))
    for event in ids:
        if event in silent:
            continue
        asking = Alert.objects.filter(pk__in=alerts.asking_for(event), on_changed=True)
        for pk, since in asking.values_list("pk", "confirmed_at"):
            if since is not None:
                yield event, pk, since


def record_silent(now: datetime) -> int:
    """Of acts that last, whose day is known, and that were not undone within the days that an alert
    names; how many hits are new. An act whose term was over when the reader confirmed is left out.
    """
    count = 0
    asking = Alert.objects.filter(silent_days__isnull=False, state=Alert.State.ACTIVE)
    for alert in asking.iterator():
        days = timedelta(days=alert.silent_days or 0)
        confirmed_on = (alert.confirmed_at or now).date()
        first = max(confirmed_on, now.date() - timedelta(days=SILENT_FOR)) - days
        last = now.date() - days
        query = replace(
            parse(alert.query), since=first.isoformat(), until=last.isoformat(), in_force=""
        )
        low, high = bounds(parse(alert.query))
        for row in find.every(query) if first <= last else ():
            is_chosen = low <= row.occurred and (not high or row.occurred <= high)
            is_whole = len(row.occurred) == 10 and first.isoformat() <= row.occurred
            is_shown = row.state != Event.State.UNSURE
            lasts = not row.ended and row.kind.value in LASTING
            if is_chosen and is_whole and is_shown and lasts:
                reason = Reason(row.id, Hit.Reason.SILENT, now)
                count += _write(reason, [alert.pk], now)
    return count


def restored(now: datetime) -> int:
    """After a restore: what waits to be mailed was mailed since the backup was made, so was what
    was published since; nobody is told again. How many mails are cancelled.
    """
    with transaction.atomic():
        Progress.objects.update_or_create(pk=1, defaults={"matched_until": now, "restored_at": now})
        waiting = Delivery.objects.filter(state=Delivery.State.DUE)
        count = waiting.update(state=Delivery.State.CANCELLED, ended_at=now, error="restored")
        Alert.objects.filter(told_from__lt=now).update(told_from=now)
    return count


def held() -> list[tuple[Feed, int]]:
    """The feeds whose flood holds hits back, with how many entries."""
    feeds = Feed.objects.filter(entries__is_held=True).distinct()
    return [(feed, feed.entries.filter(is_held=True).count()) for feed in feeds]


def release(feed_id: int, now: datetime) -> int:
    """An owner looked at a feed's flood and found news: its hits are told; how many."""
    entries = Entry.objects.filter(feed=feed_id, is_held=True)
    ids = list(_events_of(entries))
    entries.update(is_held=False)
    waiting = Hit.objects.filter(event__in=ids, is_held=True)
    hit_ids = list(waiting.values_list("pk", flat=True))
    freed = Hit.objects.filter(pk__in=hit_ids)
    freed.update(is_held=False, at=now)
    wake(freed.values_list("alert", flat=True), now)
    queue_calls(freed, now)
    return len(hit_ids)


def drop(feed_id: int) -> int:
    """An owner looked at a feed's flood and found old entries: nobody is told; how many hits."""
    entries = Entry.objects.filter(feed=feed_id, is_held=True)
    ids = list(_events_of(entries))
    entries.update(is_held=False, is_news=False)
    others = Report.objects.filter(event=OuterRef("event"), entry__is_news=True)
    return Hit.objects.filter(~Exists(others), event__in=ids, is_held=True).delete()[0]


def _events_of(entries: Iterable[Entry]) -> Iterable[int]:
    return Report.objects.filter(entry__in=entries).values_list("event", flat=True).distinct()


def told_of(alert_id: int, since: datetime) -> int:
    """How many hits an alert had since then."""
    return Hit.objects.filter(alert=alert_id, at__gte=since, is_held=False).count()
