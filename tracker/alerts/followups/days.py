"""Find what changes because a day passes, without any news: acts not undone in time, a stated end,
another status "in force".
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from pyroaring import BitMap

from tracker.alerts.followups.links import HEARD
from tracker.alerts.followups.news import reported_enough, reported_news
from tracker.alerts.followups.writing import HitTrigger, write_hits
from tracker.alerts.matching import alerts
from tracker.alerts.models import Alert, Hit
from tracker.events.in_force import LASTING
from tracker.events.models import Event, Link
from tracker.events.search import find
from tracker.events.search.facts import facts_of_events
from tracker.events.search.index.events import index
from tracker.events.search.language.matching import EventFacts
from tracker.events.search.language.parsing import parse
from tracker.events.search.language.questions import bounds
from tracker.partial_date import PartialDate

SILENT_FOR = 30  # days back in which ends of terms are searched, in case the clock was stopped
PASSED_FOR = 7  # days back in which stated ends and changed statuses are searched
CHUNK = 200  # events at once
DAYS = ("occurred", "ended", "unknown_from")  # fields of an event by which "in force" changes


def record_silent(now: datetime) -> int:
    """Store hits for lasting acts of known day that were not undone within an alert's number of
    days; return how many are new.

    Acts whose term had ended before the subscriber confirmed are left out.
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
            # A month alone does not show when the days are over.
            day = PartialDate.parse(row.occurred).whole
            is_whole = day is not None and first <= day
            is_shown = row.state != Event.State.UNSURE
            lasts = not row.ended and row.kind.value in LASTING
            if is_chosen and is_whole and is_shown and lasts:
                reason = HitTrigger(row.id, Hit.Reason.SILENT, now, is_held=_is_held(row.id))
                count += write_hits(reason, reported_enough(row.id, [alert.pk]), now)
    return count


def record_ended(now: datetime) -> int:
    """Store hits for measures whose stated end has passed, for alerts that reported the measure or
    choose it and ask for that; return how many are new.
    """
    active = Alert.objects.filter(on_ended=True, state=Alert.State.ACTIVE)
    asking = set(active.values_list("pk", flat=True))
    if not asking:
        return 0
    count = 0
    for event, fact in _events_of(_passed("ended", now)):
        day = PartialDate.parse(event.ended).whole
        # An end brought about by another act is reported as an undoing.
        if day is None or _is_undone(event.pk):
            continue
        first_hits = Hit.objects.filter(event=event.pk, reason__in=HEARD, alert__in=asking)
        wanting = set(first_hits.values_list("alert", flat=True))
        wanting.update(reported_enough(event.pk, asking.intersection(alerts.choosing(fact))))
        # An extension moves the end: each end day that passes is reported once.
        trigger = HitTrigger(
            *(event.pk, Hit.Reason.ENDED, _midnight(day)),
            cause=day.toordinal(),
            is_held=_is_held(event.pk),
        )
        count += write_hits(trigger, sorted(wanting), now)
    return count


def record_status(now: datetime) -> int:
    """Store hits for events that alerts on `in_force:` choose because a day has passed; return how
    many are new.
    """
    asking = set(alerts.by_status())
    if not asking:
        return 0
    passed = BitMap()
    for field in DAYS:
        passed |= _passed(field, now)
    count = 0
    for event, fact in _events_of(passed):
        days = [PartialDate.parse(getattr(event, field)).whole for field in DAYS]
        changed_on = max((day for day in days if day and day <= now.date()), default=None)
        # Changes that became known after their day are news, and were matched as such.
        if changed_on is None or event.recorded_at >= _midnight(changed_on):
            continue
        wanting = reported_enough(event.pk, asking.intersection(alerts.choosing(fact)))
        trigger = HitTrigger(
            event.pk, Hit.Reason.NEW, _midnight(changed_on), is_held=_is_held(event.pk)
        )
        count += write_hits(trigger, sorted(wanting), now)
    return count


def _passed(field: str, now: datetime) -> BitMap:
    """Return the shown events whose day in a field has passed recently."""
    events = index.snapshot()
    first = now.date() - timedelta(days=PASSED_FOR)
    return events.between(first.isoformat(), now.date().isoformat(), field) & events.shown


def _events_of(ids: Iterable[int]) -> Iterator[tuple[Event, EventFacts]]:
    numbers = list(ids)
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        facts = facts_of_events(chunk)
        for event in Event.objects.filter(pk__in=facts).order_by("pk"):
            yield event, facts[event.pk]


def _is_held(event: int) -> bool:
    """Return whether an event is based only on a feed's flood, which waits for an owner."""
    return any(trigger.is_held for trigger in reported_news([event]).values())


def _is_undone(event: int) -> bool:
    undoing = Link.objects.filter(target=event, type=Link.Type.UNDOES, state=Link.State.CONFIRMED)
    return undoing.filter(source__in=Event.objects.shown()).exists()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
