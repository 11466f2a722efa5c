"""What undoes, extends or follows an act, or tests it in court, once an editor confirmed it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tracker.alerts.followups.news import reported_enough, reported_news
from tracker.alerts.followups.writing import HitTrigger, write_hits
from tracker.alerts.matching import alerts
from tracker.alerts.models import Alert, Hit
from tracker.events.models import Event, Link, Revision
from tracker.events.search.facts import facts_of_events

# Link type -> the reason of the hit, and the setting of an alert that asks for it.
REPORTED = {
    Link.Type.UNDOES: (Hit.Reason.UNDONE, "on_undone"),
    Link.Type.EXTENDS: (Hit.Reason.EXTENDED, "on_extended"),
    Link.Type.FOLLOWS: (Hit.Reason.FOLLOWED, "on_followed"),
    Link.Type.TESTED_BY: (Hit.Reason.TESTED, "on_tested"),
}
HEARD = (Hit.Reason.NEW, Hit.Reason.REPORT)  # reasons after which a subscriber knows an event


@dataclass(frozen=True)
class Consequence:
    """An act, the later one that a link of a type names for it, and when an editor said so."""

    event: int
    later: int
    type: Link.Type
    at: datetime


def record_linked(ids: list[int], now: datetime) -> int:
    """Store hits for acts that later ones undo, extend, follow or test, for alerts that reported
    the act or choose it and ask for that.

    What only a history reports is not news.
    """
    consequences = _consequences(ids)
    news = reported_news({consequence.later for consequence in consequences})
    consequences = [c for c in consequences if c.later in news]
    if not consequences:
        return 0
    facts = facts_of_events({consequence.event for consequence in consequences})
    count = 0
    for consequence in consequences:
        reason, setting = REPORTED[consequence.type]
        asking = _asking_for(setting)
        first_hits = Hit.objects.filter(event=consequence.event, reason__in=HEARD, alert__in=asking)
        wanting = set(first_hits.values_list("alert", flat=True))
        fact = facts.get(consequence.event)
        # Told are those who heard of the act, and those whose query chooses it.
        if fact is not None and fact.state != Event.State.UNSURE:
            chosen = asking.intersection(alerts.choosing(fact))
            wanting.update(reported_enough(consequence.event, chosen))
        trigger = HitTrigger(consequence.event, reason, consequence.at, cause=consequence.later)
        count += write_hits(trigger, sorted(wanting), now)
    return count


def _asking_for(setting: str) -> set[int]:
    asking: Mapping[str, bool] = {setting: True}
    active = Alert.objects.filter(state=Alert.State.ACTIVE, **asking)
    return set(active.values_list("pk", flat=True))


def _consequences(ids: list[int]) -> list[Consequence]:
    links = Link.objects.filter(
        Q(source__in=ids) | Q(target__in=ids), type__in=REPORTED, state=Link.State.CONFIRMED
    ).order_by("pk")
    columns = ("source", "target", "type", "source__recorded_at", "target__recorded_at")
    pairs = list(links.values_list(*columns))
    confirmed_at = _confirmed_at({source for source, *_ in pairs})
    consequences = []
    for source, target, name, source_at, target_at in pairs:
        link_type = Link.Type(name)
        # A court's decision comes after the act whose link names it.
        is_ahead = link_type == Link.Type.TESTED_BY
        event, later = (source, target) if is_ahead else (target, source)
        recorded_at = target_at if is_ahead else source_at
        at = confirmed_at.get((source, target, name), recorded_at)
        consequences.append(Consequence(event, later, link_type, at))
    return consequences


def _confirmed_at(sources: Iterable[int]) -> dict[tuple[int, int, str], datetime]:
    """Return when each link of these events was confirmed, by (source, target, type)."""
    confirmed_at = {}
    revisions = Revision.objects.filter(event__in=sources, field="link").order_by("pk")
    for source, at, after in revisions.values_list("event", "at", "after"):
        if after and after[2] == Link.State.CONFIRMED:
            confirmed_at[source, int(after[1]), str(after[0])] = at
    return confirmed_at
