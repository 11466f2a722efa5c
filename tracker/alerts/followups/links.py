"""Find acts that undo, extend, follow or test another in court, once an editor has confirmed it;
and acts that seem to undo one before that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from tracker.alerts.followups.news import reported_enough, reported_news
from tracker.alerts.followups.writing import HitTrigger, write_hits
from tracker.alerts.matching import alerts
from tracker.alerts.models import Alert, Hit
from tracker.events.grouping.certainty import SEEMS
from tracker.events.models import Event, Link, Revision
from tracker.events.search.facts import facts_of_events

# Link type -> the reason of the hit, and the setting of an alert that asks for it.
REPORTED = {
    Link.Type.UNDOES: (Hit.Reason.UNDONE, "on_undone"),
    Link.Type.EXTENDS: (Hit.Reason.EXTENDED, "on_extended"),
    Link.Type.FOLLOWS: (Hit.Reason.FOLLOWED, "on_followed"),
    Link.Type.TESTED_BY: (Hit.Reason.TESTED, "on_tested"),
}
# reasons whose mails make an event known to the subscriber
HEARD = (Hit.Reason.NEW, Hit.Reason.REPORT)


@dataclass(frozen=True)
class Consequence:
    """An act, a linked later one, when an editor confirmed or the program proposed the link, the
    reason of the hit, and the alert's setting for it.
    """

    event: int
    later: int
    at: datetime
    reason: Hit.Reason
    setting: str


def record_linked(ids: list[int], now: datetime) -> int:
    """Store hits for acts that later ones undo, extend, follow or test, for alerts that reported
    the act or choose it and ask for that. Proposed undoings with a certainty of SEEMS or more are
    reported as proposed. Acts reported only by a history are not news.
    """
    consequences = _consequences(ids)
    news = reported_news({consequence.later for consequence in consequences})
    consequences = [c for c in consequences if c.later in news]
    if not consequences:
        return 0
    facts = facts_of_events({consequence.event for consequence in consequences})
    count = 0
    for consequence in consequences:
        asking = _asking_for(consequence.setting)
        first_hits = Hit.objects.filter(event=consequence.event, reason__in=HEARD, alert__in=asking)
        wanting = set(first_hits.values_list("alert", flat=True))
        fact = facts.get(consequence.event)
        is_sure = fact is not None and fact.state != Event.State.UNSURE
        # For subscribers who were mailed the act, and those whose query chooses it.
        if fact is not None and is_sure:
            chosen = asking.intersection(alerts.choosing(fact))
            wanting.update(reported_enough(consequence.event, chosen))
        is_held = False
        if consequence.reason == Hit.Reason.SEEMS_UNDONE:
            wanting = wanting - _informed(consequence) if is_sure else set()
            # No editor has checked it, so it may come from a flood of old entries.
            is_held = news[consequence.later].is_held
        trigger = HitTrigger(
            consequence.event, consequence.reason, consequence.at, consequence.later, is_held
        )
        count += write_hits(trigger, sorted(wanting), now)
    return count


def _informed(consequence: Consequence) -> set[int]:
    """Return the alerts that reported another act as undoing this one, unless an editor rejected
    that.
    """
    rejected = Link.objects.filter(
        target=consequence.event, type=Link.Type.UNDOES, state=Link.State.REJECTED
    )
    seeming = Q(reason=Hit.Reason.SEEMS_UNDONE) & ~Q(cause__in=rejected.values("source"))
    others = Hit.objects.exclude(cause=consequence.later).filter(event=consequence.event)
    reported = others.filter(Q(reason=Hit.Reason.UNDONE) | seeming)
    return set(reported.values_list("alert", flat=True))


def _asking_for(setting: str) -> set[int]:
    asking: Mapping[str, bool] = {setting: True}
    active = Alert.objects.filter(state=Alert.State.ACTIVE, **asking)
    return set(active.values_list("pk", flat=True))


def _consequences(ids: list[int]) -> list[Consequence]:
    columns = ("source", "target", "type", "state", "source__recorded_at", "target__recorded_at")
    links = list(_reported_links(ids).order_by("pk").values_list(*columns))
    stated_at = _stated_at({source for source, *_ in links})
    consequences = []
    for source, target, name, state, source_at, target_at in links:
        # A court's decision comes after the act that links to it.
        is_ahead = name == Link.Type.TESTED_BY
        event, later = (source, target) if is_ahead else (target, source)
        recorded_at = target_at if is_ahead else source_at
        at = stated_at.get((source, target, name, state), recorded_at)
        reason, setting = REPORTED[Link.Type(name)]
        if state == Link.State.PROPOSED:
            reason = Hit.Reason.SEEMS_UNDONE
        consequences.append(Consequence(event, later, at, reason, setting))
    return consequences


def _reported_links(ids: list[int]) -> QuerySet[Link]:
    """Select the links of events to report: confirmed ones, and sure enough proposals of an
    undoing, unless the act is confirmed as undone.
    """
    confirmed = Link.objects.filter(state=Link.State.CONFIRMED)
    undone = confirmed.filter(type=Link.Type.UNDOES, target=OuterRef("target"))
    seeming = Q(~Exists(undone), state=Link.State.PROPOSED, type=Link.Type.UNDOES, score__gte=SEEMS)
    reported = Q(state=Link.State.CONFIRMED, type__in=REPORTED) | seeming
    return Link.objects.filter(Q(source__in=ids) | Q(target__in=ids)).filter(reported)


def _stated_at(sources: Iterable[int]) -> dict[tuple[int, int, str, str], datetime]:
    """Return when each link of these events got its current state, by (source, target, type,
    state).
    """
    stated_at = {}
    revisions = Revision.objects.filter(event__in=sources, field="link").order_by("pk")
    for source, at, after in revisions.values_list("event", "at", "after"):
        if after:
            stated_at[source, int(after[1]), str(after[0]), str(after[2])] = at
    return stated_at
