"""Match events with alerts and store hits: new, undone, corrected, not undone in time; safe to run
twice.
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
    Count,
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
from tracker.alerts.matching import alerts
from tracker.alerts.models import Alert, Delivery, Hit, MatchingProgress, MutedEvent
from tracker.batches import run_all
from tracker.events.in_force import LASTING
from tracker.events.models import Change, Event, Link, Report, Revision
from tracker.events.search import find
from tracker.events.search.facts import facts_of_events
from tracker.events.search.query import bounds, parse
from tracker.feeds import activity
from tracker.feeds.models import Entry, Feed, WorkType
from tracker.index.changes import OVERLAP
from tracker.partial_date import PartialDate

CHUNK = 200  # events at once
ALERTS = 5_000  # alerts at once
FIRST_LOOK = timedelta(hours=1)  # back, when nothing was matched yet
SILENT_FOR = 30  # days back that a term's end is looked for, should the clock have stood still
CORRECTING = (
    Change.Verb.EDIT,
    Change.Verb.REFUSE,
    Change.Verb.RESTORE,
    Change.Verb.MERGE,
    Change.Verb.SPLIT,
    Change.Verb.UNDO,
)
FACTS = (  # fields whose change is a correction
    "kinds",
    "occurred",
    "own_headline",
    "platforms",
    "targets",
    "countries",
    "grounds",
    "extent",
    "state",
    "merged_into",
)


@dataclass(frozen=True)
class HitTrigger:
    """Why and since when alerts should report an event; see Hit."""

    event: int
    reason: str
    at: datetime
    cause: int = 0
    is_held: bool = False


compared: dict[int, datetime] = {}  # events that this process compared lately: their indexed_at


def match_changed_events(now: datetime) -> int:
    """Compares every event that changed since the last time with all alerts, and those whose last
    attempt failed; how many hits are new. What a lost message left behind is found here, however
    long it was. Raises an ExceptionGroup after the last event if some failed, which is booked.
    """
    progress = MatchingProgress.objects.first()
    since = progress.matched_until - OVERLAP if progress else now - FIRST_LOOK
    changed = Event.objects.filter(indexed_at__gte=since).order_by()
    pairs = dict(changed.values_list("pk", "indexed_at"))
    # The overlap reads events again that were compared already; their indexed_at tells.
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
    MatchingProgress.objects.update_or_create(pk=1, defaults={"matched_until": now})
    if failed:
        raise ExceptionGroup("some events could not be matched", failed)
    return count


def record_hits(event_ids: Iterable[int], now: datetime) -> int:
    """Store a hit for each active alert that should report one of the events, once; return how many
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
    return sum(run_all(lambda batch: _try(batch, now), attempts.plan_attempts(ids, now)))


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
            return sum(run_all(lambda pk: _match([pk], now), ids))
        attempts.book_failure(ids[0], error, now)
        raise
    attempts.end_attempts(ids)
    activity.record_success(WorkType.MATCHES, now)
    return count


def _record_news(ids: list[int], now: datetime) -> int:
    reported = _reported_news(ids)
    facts = facts_of_events(reported)
    return sum(_write_hits(reported[pk], alerts.choosing(facts[pk]), now) for pk in facts)


def _reported_news(ids: list[int]) -> dict[int, HitTrigger]:
    """Return the events that an entry reported as news, and when last, by id.

    A hit that rests only on a feed's flood is held. Unsure events are left out; one that is lifted
    is news from that moment on.
    """
    shown = Event.objects.shown().filter(pk__in=ids)
    reports = Report.objects.filter(event__in=shown, entry__is_news=True)
    restored_at = MatchingProgress.objects.values_list("restored_at", flat=True).first()
    # Whether a mail went out between backup and failure cannot be known; a gap that is announced is
    # better than everything twice.
    if restored_at is not None:  # what was published before it was told before it
        reports = reports.exclude(
            entry__published_at__lt=restored_at, entry__first_seen_at__gte=restored_at
        )
    times = (
        reports.values_list("event")
        .annotate(at=Max("added_at"), free=Max("added_at", filter=Q(entry__is_held=False)))
        .order_by()
    )
    shown_at = _sure_since(ids)
    return {
        pk: HitTrigger(
            pk, Hit.Reason.NEW, max(free or at, shown_at.get(pk, at)), is_held=free is None
        )
        for pk, at, free in times
    }


def _sure_since(ids: Iterable[int]) -> dict[int, datetime]:
    """Return when events stopped being unsure, by id, for those that ever were."""
    # Who subscribed while the event was unsure is told once it is lifted, so its news begins then.
    lifted = Revision.objects.filter(event__in=ids, field="state", before=Event.State.UNSURE.value)
    return dict(lifted.values_list("event").annotate(at=Max("at")).order_by())


def _write_hits(trigger: HitTrigger, chosen: list[int], now: datetime) -> int:
    """Store hits for those of the chosen alerts that were confirmed in time, and return how many.

    Left out are alerts whose subscriber muted the event or was already told of it, also under an
    event merged into it. One INSERT … SELECT writes them, however many there are.
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
            # A hit that a flood held back becomes news when an ordinary feed reports the event,
            # too.
            if not trigger.is_held:
                held_hits = Hit.objects.filter(**same, alert__in=chosen, is_held=True)
                freed = held_hits.update(is_held=False, at=now)
            written = _insert_hits(wanting, trigger, now)
            if (written or freed) and not trigger.is_held:
                _notify_alerts(trigger, now)
        count += written
    return count


COLUMNS = ("alert_id", "event_id", "reason", "cause", "at", "is_held")


def _insert_hits(wanting: QuerySet[Alert], trigger: HitTrigger, now: datetime) -> int:
    columns = (
        Value(trigger.event, BigIntegerField()),
        Value(trigger.reason, CharField()),
        Value(trigger.cause, BigIntegerField()),
        Value(now, DateTimeField()),
        Value(trigger.is_held, BooleanField()),
    )
    chosen, parameters = wanting.values_list("pk", *columns).query.sql_with_params()
    # The ORM cannot write INSERT … SELECT; everything but the names is a parameter.
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
    """Make the instant ones of these alerts due now."""
    waiting = Alert.objects.filter(pk__in=list(alert_ids), rate=Alert.Rate.INSTANT)
    waiting.filter(Q(next_run_at=None) | Q(next_run_at__gt=now)).update(next_run_at=now)


def _record_undone(ids: list[int], now: datetime) -> int:
    """Store hits for acts that the events undo, for alerts that reported the act or choose it and
    ask for its end.

    What only a history reports is not news.
    """
    links = Link.objects.filter(
        source__in=list(_reported_news(ids)),
        type=Link.Type.UNDOES,
        state=Link.State.CONFIRMED,
    ).values_list("source", "target", "source__recorded_at")
    if not (pairs := list(links)):
        return 0
    asking = set(
        Alert.objects.filter(on_undone=True, state=Alert.State.ACTIVE).values_list("pk", flat=True)
    )
    known_at = _confirmed_at([source for source, _, _ in pairs])
    facts = facts_of_events([target for _, target, _ in pairs])
    count = 0
    # A pair is told to those who heard of the act, and to those whose query chooses it.
    for source, target, recorded_at in pairs:
        first_hits = Hit.objects.filter(event=target, reason=Hit.Reason.NEW, alert__in=asking)
        wanting = set(first_hits.values_list("alert", flat=True))
        if target in facts and facts[target].state != Event.State.UNSURE:
            wanting |= asking.intersection(alerts.choosing(facts[target]))
        at = known_at.get((source, target), recorded_at)
        reason = HitTrigger(target, Hit.Reason.UNDONE, at, cause=source)
        count += _write_hits(reason, sorted(wanting), now)
    return count


def _confirmed_at(sources: list[int]) -> dict[tuple[int, int], datetime]:
    """Return when each link of an undoing event was confirmed, by (source, target)."""
    confirmed_at = {}
    revisions = Revision.objects.filter(event__in=sources, field="link").order_by("pk")
    for source, at, after in revisions.values_list("event", "at", "after"):
        if after and after[0] == Link.Type.UNDOES and after[2] == Link.State.CONFIRMED:
            confirmed_at[source, int(after[1])] = at
    return confirmed_at


def _record_corrected(ids: list[int], now: datetime) -> int:
    """Store hits for events that an editor corrected after they were mailed, or that an alert
    follows by number.
    """
    mailed = Hit.objects.filter(
        event__in=ids,
        reason=Hit.Reason.NEW,
        alert__on_changed=True,
        alert__state=Alert.State.ACTIVE,
        delivery__state="sent",
    ).values_list("event", "alert", "delivery__ended_at")
    mailed_to: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for event, alert, at in mailed:
        if at is not None:
            mailed_to[event].append((alert, at))
    for event, alert, at in _following_alerts(ids):
        mailed_to[event].append((alert, at))
    if not mailed_to:
        return 0
    changes = Revision.objects.filter(
        event__in=mailed_to, field__in=FACTS, change__verb__in=CORRECTING, change__undone_by=None
    )
    count = 0
    for event, change, at in changes.values_list("event", "change", "change__at").distinct():
        # Who was mailed after the correction has read the corrected facts.
        later = [alert for alert, mailed_at in mailed_to[event] if mailed_at < at]
        reason = HitTrigger(event, Hit.Reason.CHANGED, at, cause=change)
        count += _write_hits(reason, sorted(later), now)
    return count


def _following_alerts(ids: list[int]) -> Iterator[tuple[int, int, datetime]]:
    """Yield (event, alert, since when) for alerts that follow one of these events by number."""
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
    """Store hits for lasting acts of known day that were not undone within an alert's number of
    days; return how many are new.

    Acts whose term had ended when the subscriber confirmed are left out.
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
        low, high = bounds(parse(alert.query), now.date().isoformat())
        for row in find.all_events(query) if first <= last else ():
            is_chosen = low <= row.occurred and (not high or row.occurred <= high)
            # A month alone does not say when the days are over.
            day = PartialDate.parse(row.occurred).whole
            is_whole = day is not None and first <= day
            is_shown = row.state != Event.State.UNSURE
            lasts = not row.ended and row.kind.value in LASTING
            if is_chosen and is_whole and is_shown and lasts:
                reason = HitTrigger(row.id, Hit.Reason.SILENT, now)
                count += _write_hits(reason, [alert.pk], now)
    return count


def cancel_after_restore(now: datetime) -> int:
    """Cancel the mails that wait after a restore and return how many.

    They may have gone out since the backup was made, so nobody is told again of what was published
    before.
    """
    with transaction.atomic():
        MatchingProgress.objects.update_or_create(
            pk=1, defaults={"matched_until": now, "restored_at": now}
        )
        # The backup may be older than the last mails; their rows say nothing of them.
        waiting = Delivery.objects.filter(state=Delivery.State.DUE)
        count = waiting.update(state=Delivery.State.CANCELLED, ended_at=now, error="restored")
        Alert.objects.filter(told_from__lt=now).update(told_from=now)
    return count


def held_feeds() -> list[tuple[Feed, int]]:
    """Return the feeds whose flood holds hits back, with the number of their held entries."""
    held_entries = Entry.objects.filter(is_held=True).order_by().values_list("feed")
    counts = dict(held_entries.annotate(n=Count("pk")))
    return [(feed, counts[feed.pk]) for feed in Feed.objects.filter(pk__in=counts).order_by("pk")]


def release_held_hits(feed_id: int, now: datetime) -> int:
    """Report the held hits of a feed, which an owner found to be news; return how many."""
    entries = Entry.objects.filter(feed=feed_id, is_held=True)
    ids = list(_event_ids_of(entries))
    entries.update(is_held=False)
    waiting = Hit.objects.filter(event__in=ids, is_held=True)
    hit_ids = list(waiting.values_list("pk", flat=True))
    freed = Hit.objects.filter(pk__in=hit_ids)
    freed.update(is_held=False, at=now)
    run_instant_alerts(freed.values_list("alert", flat=True), now)
    queue_calls(freed, now)
    return len(hit_ids)


def drop_held_hits(feed_id: int) -> int:
    """Delete the held hits of a feed, which an owner found to be old; return how many."""
    entries = Entry.objects.filter(feed=feed_id, is_held=True)
    ids = list(_event_ids_of(entries))
    entries.update(is_held=False, is_news=False)
    others = Report.objects.filter(event=OuterRef("event"), entry__is_news=True)
    return Hit.objects.filter(~Exists(others), event__in=ids, is_held=True).delete()[0]


def _event_ids_of(entries: Iterable[Entry]) -> Iterable[int]:
    return Report.objects.filter(entry__in=entries).values_list("event", flat=True).distinct()


def count_hits(alert_id: int, since: datetime) -> int:
    """Count the hits of an alert since a time."""
    return Hit.objects.filter(alert=alert_id, at__gte=since, is_held=False).count()
