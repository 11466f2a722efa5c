"""Match changed events with the alerts; safe to run twice."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from tracker.alerts import attempts
from tracker.alerts.delivery.webhooks import queue_calls
from tracker.alerts.followups.corrections import record_corrected
from tracker.alerts.followups.links import record_linked
from tracker.alerts.followups.news import record_news
from tracker.alerts.followups.writing import run_instant_alerts
from tracker.alerts.models import Alert, Delivery, Hit, MatchingProgress
from tracker.batches import run_all
from tracker.database.failures import is_outage
from tracker.events.models import Event, Report
from tracker.feeds import activity
from tracker.feeds.models import Entry, Feed, WorkType
from tracker.index.changes import OVERLAP

CHUNK = 200  # events at once
FIRST_LOOK = timedelta(hours=1)  # back, if nothing was matched yet
compared: dict[int, datetime] = {}  # indexed_at of events that this process compared recently


def match_changed_events(now: datetime) -> int:
    """Compare every event that changed since the last time with all alerts, and retry those whose
    last attempt failed; return the number of new hits. Work of lost messages is found here, however
    old it is. Raises an ExceptionGroup after the last event if some failed, which is recorded.
    """
    progress = MatchingProgress.objects.first()
    since = progress.matched_until - OVERLAP if progress else now - FIRST_LOOK
    changed = Event.objects.filter(indexed_at__gte=since).order_by()
    pairs = dict(changed.values_list("pk", "indexed_at"))
    # The overlap includes events that were already compared; their indexed_at shows it.
    ids = [pk for pk, at in pairs.items() if compared.get(pk) != at]
    ids = list(dict.fromkeys([*ids, *attempts.due_events(now)]))
    count, failed = 0, []
    for start in range(0, len(ids), CHUNK):
        try:
            count += record_hits(ids[start : start + CHUNK], now)
        except ExceptionGroup as error:
            if error.subgroup(is_outage):
                raise  # perhaps before the attempts were counted: everything is compared again
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

    Only reports after the subscriber confirmed count as news. Each event's attempt is counted
    first. Raises an ExceptionGroup after the last event if some failed, which is recorded.
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
    """Match events whose attempt was counted; if some fail, each alone."""
    try:
        count = record_news(ids, now) + record_linked(ids, now) + record_corrected(ids, now)
    except Exception as error:
        if is_outage(error):
            attempts.postpone(ids, error, now)
            raise
        if len(ids) > 1:
            return sum(run_all(lambda pk: _match([pk], now), ids))
        attempts.book_failure(ids[0], error, now)
        raise
    attempts.end_attempts(ids)
    activity.record_success(WorkType.MATCHES, now)
    return count


def cancel_after_restore(now: datetime) -> int:
    """Cancel the mails that wait after a restore and return how many.

    They may have been sent after the backup was made, so earlier news is not mailed again.
    """
    with transaction.atomic():
        MatchingProgress.objects.update_or_create(
            pk=1, defaults={"matched_until": now, "restored_at": now}
        )
        # The backup may be older than the last mails, so its rows do not show them.
        waiting = Delivery.objects.filter(state=Delivery.State.DUE)
        count = waiting.update(state=Delivery.State.CANCELLED, ended_at=now, error="restored")
        Alert.objects.filter(told_from__lt=now).update(told_from=now)
    return count


def held_feeds() -> list[tuple[Feed, int]]:
    """Return the feeds with hits held back because of a flood, with the number of their held
    entries.
    """
    held_entries = Entry.objects.filter(is_held=True).order_by().values_list("feed")
    counts = dict(held_entries.annotate(n=Count("pk")))
    return [(feed, counts[feed.pk]) for feed in Feed.objects.filter(pk__in=counts).order_by("pk")]


def release_held_hits(feed_id: int, now: datetime) -> int:
    """Release the held hits of a feed, which an owner found to be news; return how many."""
    entries = Entry.objects.filter(feed=feed_id, is_held=True)
    ids = list(_event_ids_of(entries))
    entries.update(is_held=False)
    waiting = Hit.objects.filter(Q(event__in=ids) | _caused_by(ids), is_held=True)
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
    others = Report.objects.filter(entry__is_news=True)
    old = Q(~Exists(others.filter(event=OuterRef("event"))), event__in=ids)
    old |= Q(~Exists(others.filter(event=OuterRef("cause")))) & _caused_by(ids)
    return Hit.objects.filter(old, is_held=True).delete()[0]


def _caused_by(ids: list[int]) -> Q:
    """Choose hits on acts that these events seem to undo."""
    return Q(reason=Hit.Reason.SEEMS_UNDONE, cause__in=ids)


def _event_ids_of(entries: Iterable[Entry]) -> Iterable[int]:
    return Report.objects.filter(entry__in=entries).values_list("event", flat=True).distinct()


def count_hits(alert_id: int, since: datetime) -> int:
    """Count the hits of an alert since a time."""
    return Hit.objects.filter(alert=alert_id, at__gte=since, is_held=False).count()
