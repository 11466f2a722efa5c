"""Which part of a headline counts for an event, where an editor put an article into two for the two
acts that it tells.
"""

from collections.abc import Collection, Iterable

from django.db.models import Q

from tracker.events.grouping.parts import ActPart, span_of
from tracker.events.models import Event, Report, SecondAct


def parts_of(event: Event, entries: Collection[int]) -> dict[int, ActPart]:
    """Return the part by entry, of those articles that are in a second event for another act;
    mostly none, then one query.
    """
    here = Q(event=event) | Q(event__merged_into=event)
    there = Q(other=event) | Q(other__merged_into=event)
    accepted = SecondAct.objects.filter(state=SecondAct.State.ACCEPTED, entry__in=entries)
    acts = list(accepted.filter(here | there).select_related("entry", "event").order_by("pk"))
    if not acts:
        return {}
    # Once it was undone, the article stands for all that it tells again.
    elsewhere = Report.objects.filter(
        entry__in=[act.entry_id for act in acts], event__in=Event.objects.visible()
    ).exclude(event=event)
    both = set(elsewhere.values_list("entry", flat=True))
    by_entry: dict[int, list[SecondAct]] = {}
    for act in acts:
        if act.entry_id in both:
            by_entry.setdefault(act.entry_id, []).append(act)
    found = {pk: part_for(event, own) for pk, own in by_entry.items()}
    return {pk: part for pk, part in found.items() if part}


def part_for(event: Event, acts: Iterable[SecondAct]) -> ActPart | None:
    """Return the part of an article that stands for the event, beside these second acts or by one
    of them; None where its headline was changed since.
    """
    spans = [(act, span_of(act.words, act.entry.title)) for act in acts]
    beside = [(act, span) for act, span in spans if event.pk in _ids(act) and span]
    if beside:
        kinds = tuple(beside[0][0].own_kinds)
        return ActPart(kinds, others=tuple(span for _, span in beside))
    own = next(((act, span) for act, span in spans if span), None)
    return ActPart((own[0].kind,), own=own[1]) if own else None


def _ids(act: SecondAct) -> set[int | None]:
    return {act.event_id, act.event.merged_into_id}
