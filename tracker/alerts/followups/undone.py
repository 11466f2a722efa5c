"""Find news caused by a change that was undone since, such as a merge, so that it is not mailed."""

from collections.abc import Sequence

from tracker.alerts.matching import alerts
from tracker.alerts.models import Hit
from tracker.events.models import Change, Revision
from tracker.events.search.facts import facts_of_events


def hits_by_undone_changes(hits: Sequence[Hit]) -> set[int]:
    """Return the ids of hits of new events that the alert would no longer choose because a change
    of the event was undone.
    """
    news = [hit for hit in hits if hit.reason == Hit.Reason.NEW]
    ids = {hit.event_id for hit in news}
    undone = Revision.objects.filter(event__in=ids, change__undone_by__isnull=False)
    changed = set(undone.values_list("event", flat=True).distinct()) if ids else set()
    facts = facts_of_events(changed) if changed else {}
    chosen = {pk: set(alerts.choosing(of)) for pk, of in facts.items()}
    return {
        hit.pk
        for hit in news
        if hit.event_id in chosen and hit.alert_id not in chosen[hit.event_id]
    }


def is_undone(hit: Hit) -> bool:
    """Return whether a hit was caused by a change that was undone since."""
    if hit.reason == Hit.Reason.CHANGED:
        return Change.objects.filter(pk=hit.cause, undone_by__isnull=False).exists()
    return hit.pk in hits_by_undone_changes([hit])
