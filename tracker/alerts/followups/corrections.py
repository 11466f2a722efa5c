"""Find corrections of events that were mailed or are followed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from tracker.alerts.followups.links import HEARD
from tracker.alerts.followups.writing import HitTrigger, write_hits
from tracker.alerts.matching import alerts
from tracker.alerts.models import Alert, Delivery, Hit
from tracker.events.models import Change, Event, Revision

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


def record_corrected(ids: list[int], now: datetime) -> int:
    """Store hits for events that an editor corrected after they were mailed, or that an alert
    follows by number; an undone correction that was never mailed is ignored.
    """
    mailed_to = _mailed_to(ids)
    if not mailed_to:
        return 0
    changes = Revision.objects.filter(
        event__in=mailed_to, field__in=FACTS, change__verb__in=CORRECTING, change__undone_by=None
    )
    columns = ("event", "change", "change__at", "change__undoes", "change__undoes__at")
    count = 0
    for event, change, at, undone, undone_at in changes.values_list(*columns).distinct():
        heard = _alerts_that_mailed(event, undone) if undone else set()
        # Subscribers mailed after the correction have read the corrected facts; those not mailed
        # between a correction and its undo have read what is valid again.
        later = [
            alert
            for alert, mailed_at in mailed_to[event]
            if mailed_at < at and (undone is None or alert in heard or mailed_at > undone_at)
        ]
        trigger = HitTrigger(event, Hit.Reason.CHANGED, at, cause=change)
        count += write_hits(trigger, sorted(set(later)), now)
    return count


def _alerts_that_mailed(event: int, change: int) -> set[int]:
    """Return the alerts that mailed a change of an event."""
    mailed = Hit.objects.filter(event=event, cause=change, reason=Hit.Reason.CHANGED)
    sent = mailed.filter(delivery__state=Delivery.State.SENT)
    return set(sent.values_list("alert", flat=True))


def _mailed_to(ids: list[int]) -> dict[int, list[tuple[int, datetime]]]:
    """Return the alerts that should report a correction of each event, with the time it was mailed
    or, for a followed event, the time the alert began.
    """
    mailed = Hit.objects.filter(
        event__in=ids,
        reason__in=HEARD,
        alert__on_changed=True,
        alert__state=Alert.State.ACTIVE,
        delivery__state=Delivery.State.SENT,
    ).values_list("event", "alert", "delivery__ended_at")
    mailed_to: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for event, alert, at in mailed:
        if at is not None:
            mailed_to[event].append((alert, at))
    for event, alert, at in _following_alerts(ids):
        mailed_to[event].append((alert, at))
    return mailed_to


def _following_alerts(ids: list[int]) -> Iterator[tuple[int, int, datetime]]:
    """Yield (event, alert, since when) for alerts that follow one of these events by number, or one
    that was merged into it.
    """
    numbers: dict[int, list[int]] = {pk: [pk] for pk in ids}
    merged = Event.objects.filter(merged_into__in=ids).values_list("merged_into", "pk")
    for into, pk in merged:
        numbers[into or 0].append(pk)
    unsure = Event.objects.filter(pk__in=ids, state=Event.State.UNSURE)
    silent = set(unsure.values_list("pk", flat=True))
    for event in ids:
        if event in silent:
            continue
        asking = Alert.objects.filter(pk__in=alerts.asking_for(*numbers[event]), on_changed=True)
        for pk, since in asking.values_list("pk", "confirmed_at"):
            if since is not None:
                yield event, pk, since
