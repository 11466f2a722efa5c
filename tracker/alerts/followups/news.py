"""Find new events, and new reports on events that are followed by number."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from tracker.alerts.followups.writing import HitTrigger, write_hits
from tracker.alerts.matching import Narrowing, alerts
from tracker.alerts.models import Alert, Hit, MatchingProgress, MutedEvent
from tracker.events.models import Event, Report, Revision
from tracker.events.search.facts import facts_of_events
from tracker.events.search.load import load_rows
from tracker.events.search.rows import EventRow


def record_news(ids: list[int], now: datetime) -> int:
    """Store hits for events that are news to the alerts whose query chooses them.

    Alerts on an event's number get a hit for each new report instead, if they ask for it.
    """
    reported = reported_news(ids)
    facts = facts_of_events(reported)
    narrowed = alerts.narrowed()
    rows: Mapping[int, EventRow] = {}
    if narrowed:
        rows = {row.id: row for row in load_rows(list(Event.objects.filter(pk__in=facts)))}
    count = 0
    for pk in facts:
        chosen = alerts.choosing(facts[pk])
        followers = set(alerts.asking_for(*map(int, facts[pk].events))).intersection(chosen)
        news = [
            alert
            for alert in chosen
            if alert not in followers and _is_enough(narrowed.get(alert), rows.get(pk))
        ]
        count += write_hits(reported[pk], news, now)
        if followers:
            count += _record_reports(pk, sorted(followers), now)
    return count


def reported_enough(event: int, chosen: Iterable[int]) -> list[int]:
    """Return those of the alerts for which enough independent newsrooms report an event."""
    narrowed, ids = alerts.narrowed(), list(chosen)
    if not any(alert in narrowed for alert in ids):
        return ids
    row = next(iter(load_rows(list(Event.objects.filter(pk=event)))), None)
    return [alert for alert in ids if _is_enough(narrowed.get(alert), row)]


def _is_enough(narrowing: Narrowing | None, row: EventRow | None) -> bool:
    """Return whether enough independent newsrooms report an event, not counting excluded ones."""
    if narrowing is None or row is None:
        return True
    counted = (report for report in row.reports if report.host not in narrowing.without)
    return len({report.family for report in counted}) >= max(1, narrowing.publishers)


def _record_reports(event: int, followers: list[int], now: datetime) -> int:
    """Store hits for the new reports on an event, for those who follow it and asked for them."""
    asking = _asking_for_reports(event, followers)
    if not asking:
        return 0
    narrowed, known = alerts.narrowed(), _known_reports(event)
    lifted_at = _sure_since([event]).get(event)
    columns = ("pk", "added_at", "entry__is_held", "entry__source__host")
    count = 0
    for pk, added_at, is_held, host in _news_reports([event]).order_by("pk").values_list(*columns):
        at = max(added_at, lifted_at or added_at)
        # Each write is a transaction, so none is made for a report that everybody has.
        chosen = [
            alert
            for alert, since in asking.items()
            if since <= at
            and (alert, pk, is_held) not in known
            and (alert not in narrowed or host not in narrowed[alert].without)
        ]
        if chosen:
            trigger = HitTrigger(event, Hit.Reason.REPORT, at, cause=pk, is_held=is_held)
            count += write_hits(trigger, chosen, now)
    return count


def _asking_for_reports(event: int, followers: list[int]) -> dict[int, datetime]:
    """Return the followers that asked for new reports and did not mute the event, with when they
    confirmed.
    """
    asking = Alert.objects.filter(pk__in=followers, on_reports=True).exclude(
        subscriber__in=MutedEvent.objects.filter(event=event).values("subscriber")
    )
    confirmed = asking.values_list("pk", "confirmed_at").order_by("pk")
    return {alert: at for alert, at in confirmed if at is not None}


def _known_reports(event: int) -> set[tuple[int, int, bool]]:
    """Return (alert, report, is held) of existing hits for reports on an event, or on one merged
    into it; a report that is no longer held needs no held hit either.
    """
    same = Event.objects.filter(Q(pk=event) | Q(merged_into=event)).values("pk")
    known = Hit.objects.filter(event__in=same, reason=Hit.Reason.REPORT)
    rows = list(known.values_list("alert", "cause", "is_held"))
    return {*rows, *((alert, report, True) for alert, report, _ in rows)}


def _news_reports(ids: Iterable[int]) -> QuerySet[Report]:
    """Select the reports of shown events that are news."""
    shown = Event.objects.shown().filter(pk__in=list(ids))
    reports = Report.objects.filter(event__in=shown, entry__is_news=True)
    restored_at = MatchingProgress.objects.values_list("restored_at", flat=True).first()
    # Whether a mail went out between backup and failure is unknown; an announced gap is better than
    # duplicates of everything.
    if restored_at is not None:  # what was published before the restore was reported before it
        reports = reports.exclude(
            entry__published_at__lt=restored_at, entry__first_seen_at__gte=restored_at
        )
    return reports


def reported_news(ids: Iterable[int]) -> dict[int, HitTrigger]:
    """Return the events that an entry reported as news, and when last, by id.

    A hit based only on a feed's flood is held. Unsure events are left out; they are news from the
    moment they become sure.
    """
    ids = list(ids)
    times = (
        _news_reports(ids)
        .values_list("event")
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
    # Subscribers who joined while the event was unsure are told once it is sure, so its news begins
    # then.
    lifted = Revision.objects.filter(event__in=ids, field="state", before=Event.State.UNSURE.value)
    return dict(lifted.values_list("event").annotate(at=Max("at")).order_by())
