"""Links between events: found among stored events and proposed to editors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tracker.classify.platforms import same_company
from tracker.events.consensus.neighbours import own_facts
from tracker.events.grouping.decide import Facts
from tracker.events.grouping.relations import TESTED_BY, UNDOES, Relation, relation
from tracker.events.models import Entity, Event, Link, Party
from tracker.events.record.entities import ids_of
from tracker.events.record.locks import lock
from tracker.events.record.versions import close_versions
from tracker.events.record.write import PROGRAM, revise

SEARCHED = 200  # events that are looked at, the newest before and the oldest after


@dataclass(frozen=True)
class Proposal:
    """A link from one stored event to another, with its reasons in words."""

    source: int
    target: int
    type: str
    score: float
    reasons: tuple[str, ...]


def antecedents(event: Event) -> list[Proposal]:
    """What the event may undo, extend, follow or test, the likeliest first; of equals the last."""
    facts = own_facts([event])[event.pk]
    found = _related(event, facts, is_later=True)
    return [_proposal(event.pk, other, told, is_later=True) for other, told in found]


def consequences(event: Event) -> list[Proposal]:
    """What may undo, extend, follow or test the event and was recorded before it."""
    facts = own_facts([event])[event.pk]
    found = _related(event, facts, is_later=False)
    return [_proposal(event.pk, other, told, is_later=False) for other, told in found]


def _related(event: Event, facts: Facts, *, is_later: bool) -> list[tuple[int, Relation]]:
    ranked = []
    for other, theirs in own_facts(_candidates(event, facts, is_later=is_later)).items():
        told = relation(facts, theirs) if is_later else relation(theirs, facts)
        if told is not None:
            ranked.append((other, theirs.occurred, told))
    ranked.sort(key=lambda row: (row[2].score, row[1]), reverse=True)
    return [(other, told) for other, _, told in ranked]


def _candidates(event: Event, facts: Facts, *, is_later: bool) -> Iterable[Event]:
    """Events with a target in common; for what a state lifts, the blocks of the platform; for the
    rest, the platform's events of a like kind.
    """
    if not facts.occurred:
        return []
    month = facts.occurred[:7]
    side = Q(around__lte=f"{month}-31") if is_later else Q(around__gte=month)
    parties = Party.objects.filter(side).exclude(event=event)
    targets = ids_of(Entity.Type.TARGET, _slugs(event, Entity.Type.TARGET))
    platforms = ids_of(Entity.Type.PLATFORM, same_company(facts.platforms))
    order = ("-around", "-event") if is_later else ("around", "event")
    found: list[int] = []
    wanted = [parties.filter(entity__in=targets)] if targets else []
    if facts.is_undoing or not is_later:
        wanted.append(parties.filter(entity__in=platforms))
    for query in wanted:
        found += query.order_by(*order).values_list("event", flat=True)[:SEARCHED]
    return Event.objects.visible().filter(pk__in=found)


def _slugs(event: Event, kind: Entity.Type) -> list[str]:
    parties = Party.objects.filter(event=event, entity__type=kind).select_related(
        "entity__merged_into"
    )
    return [party.entity.itself.slug for party in parties]


def _proposal(event: int, other: int, told: Relation, *, is_later: bool) -> Proposal:
    later, earlier = (event, other) if is_later else (other, event)
    source, target = (earlier, later) if told.type == TESTED_BY else (later, earlier)
    return Proposal(source, target, told.type, told.score, told.reasons)


def propose(proposal: Proposal, now: datetime) -> None:
    """Stores a link for an editor to confirm or reject; nothing if there is one already, or if one
    of the two was merged meanwhile.
    """
    events = lock(events=[proposal.source, proposal.target], wait=False)
    source, target = events[proposal.source], events[proposal.target]
    if any(event.merged_into_id for event in (source, target)):
        return
    _, is_new = Link.objects.get_or_create(
        source=source,
        target=target,
        type=proposal.type,
        defaults={"state": Link.State.PROPOSED, "reasons": list(proposal.reasons)},
    )
    if is_new:
        reason = "; ".join(proposal.reasons)
        state = Link.State.PROPOSED.value
        revise(source, now, PROGRAM, reason, [("link", None, (proposal.type, target.pk, state))])
        revise(
            target, now, PROGRAM, reason, [("linked_from", None, (proposal.type, source.pk, state))]
        )
        close_versions([source.pk, target.pk])


def propose_all(event: Event, nearly: Proposal | None, now: datetime) -> None:
    """Asks an editor, of a new event: is it the one that it nearly joined; what does it undo,
    extend, follow or test; does an act that was recorded earlier undo it?
    """
    undone = Link.objects.filter(type=UNDOES, source__in=Event.objects.visible())
    later = [
        one
        for one in consequences(event)
        if one.type == UNDOES and not undone.filter(source=one.source).exists()
    ]
    for one in filter(None, [nearly, *antecedents(event)[:1], *later[:1]]):
        propose(one, now)
