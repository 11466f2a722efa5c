"""Find links between stored events and propose them to editors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tracker.classify.facts.companies import same_company
from tracker.events.consensus.neighbours import own_facts
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.relations import TESTED_BY, UNDOES, Relation, relation_between
from tracker.events.models import Entity, Event, EventEntity, Link
from tracker.events.reasons import CERTAINTY, Reason, Reasons, certainty_in
from tracker.events.record.derived.versions import close_versions
from tracker.events.record.entities import entity_ids
from tracker.events.record.locks import lock
from tracker.events.record.values import PROGRAM
from tracker.events.record.write import revise
from tracker.partial_date import PartialDate

SEARCHED = 200  # events that are compared: the newest before and the oldest after
SAME_OPEN = 3  # questions "same event?" that wait for one event, at most


@dataclass(frozen=True)
class LinkProposal:
    """A possible link from one stored event to another, its certainty (0 to 1), and why."""

    source: int
    target: int
    type: str
    score: float
    reasons: Reasons


def antecedents(event: Event) -> list[LinkProposal]:
    """Return what the event may undo, extend, follow or test, the likeliest first; the last on a
    tie.
    """
    facts = own_facts([event])[event.pk]
    return _proposals(event.pk, _ranked_relations(event, facts, is_later=True), is_later=True)


def consequences(event: Event) -> list[LinkProposal]:
    """Return what may undo, extend, follow or test the event and was recorded before it."""
    facts = own_facts([event])[event.pk]
    return _proposals(event.pk, _ranked_relations(event, facts, is_later=False), is_later=False)


def _ranked_relations(
    event: Event, facts: ReportFacts, *, is_later: bool
) -> list[tuple[int, Relation]]:
    ranked = []
    for other, other_facts in own_facts(_candidates(event, facts, is_later=is_later)).items():
        link = (
            relation_between(facts, other_facts)
            if is_later
            else relation_between(other_facts, facts)
        )
        if link is not None:
            ranked.append((other, other_facts.occurred, link))
    ranked.sort(key=lambda row: (row[2].score, row[1]), reverse=True)
    return [(other, link) for other, _, link in ranked]


def _candidates(event: Event, facts: ReportFacts, *, is_later: bool) -> Iterable[Event]:
    """Select events with a common target; for a state's lift, the blocks of the platform; otherwise
    events of a similar kind on the platform.
    """
    if not facts.occurred:
        return []
    # `around` is a day or a month as text.
    month = PartialDate.parse(facts.occurred).whole_month
    side = Q(around__lte=month.highest_text) if is_later else Q(around__gte=str(month))
    parties = EventEntity.objects.filter(side).exclude(event=event)
    targets = entity_ids(Entity.Type.TARGET, _slugs(event, Entity.Type.TARGET))
    platforms = entity_ids(Entity.Type.PLATFORM, same_company(facts.platforms))
    # Nearest in time first, since only SEARCHED are loaded.
    order = ("-around", "-event") if is_later else ("around", "event")
    ids: list[int] = []
    queries = [parties.filter(entity__in=targets)] if targets else []
    if facts.is_undoing or not is_later:
        queries.append(parties.filter(entity__in=platforms))
    for query in queries:
        ids += query.order_by(*order).values_list("event", flat=True)[:SEARCHED]
    return Event.objects.visible().filter(pk__in=ids)


def _slugs(event: Event, entity_type: Entity.Type) -> list[str]:
    parties = EventEntity.objects.filter(event=event, entity__type=entity_type).select_related(
        "entity__merged_into"
    )
    return [party.entity.itself.slug for party in parties]


def _proposals(
    event: int, related: Sequence[tuple[int, Relation]], *, is_later: bool
) -> list[LinkProposal]:
    """Return the proposals, each with its certainty given the others."""
    proposals = []
    for i, (other, relation) in enumerate(related):
        later, earlier = (event, other) if is_later else (other, event)
        source, target = (earlier, later) if relation.type == TESTED_BY else (later, earlier)
        # On a tie the first is the likeliest.
        others = [o for j, (_, o) in enumerate(related) if i != j]
        certainty = relation.certainty_beside(others)
        proposals.append(LinkProposal(source, target, relation.type, certainty, relation.reasons))
    return proposals


def store_proposal(proposal: LinkProposal, now: datetime) -> None:
    """Store a link for an editor to confirm or reject, unless there is one already, one of the two
    events has been merged, or enough questions "same event?" about one of them wait. Its score is
    its certainty, 0 to 1 in hundredths, which is also among the reasons, so that undoing a change
    restores it.
    """
    # Out of the locking order (see locks.py), so it must not wait.
    events = lock(events=[proposal.source, proposal.target], wait=False)
    source, target = events[proposal.source], events[proposal.target]
    if any(event.merged_into_id for event in (source, target)):
        return
    if proposal.type == Link.Type.SAME and any(map(_is_asked_about, (source, target))):
        return
    percent = round(100 * min(1.0, max(0.0, proposal.score)))
    reasons = (*proposal.reasons, Reason(CERTAINTY, (percent,)))
    _, is_new = Link.objects.get_or_create(
        source=source,
        target=target,
        type=proposal.type,
        defaults={
            "state": Link.State.PROPOSED,
            "reasons": list(reasons),
            "score": certainty_in(reasons),
        },
    )
    # Proposed, never asserted: an editor confirms or rejects it (decision D57).
    if is_new:
        kind, state = proposal.type, Link.State.PROPOSED.value
        to, back = (kind, target.pk, state), (kind, source.pk, state)
        revise(source, now, PROGRAM, reasons, [("link", None, to)])
        revise(target, now, PROGRAM, reasons, [("linked_from", None, back)])
        close_versions([source.pk, target.pk])


def _is_asked_about(event: Event) -> bool:
    """Return whether SAME_OPEN questions "same event?" about the event wait, either way."""
    # A report without a name may be like each act of a busy day (issue 23).
    ends = Q(source=event) | Q(target=event)
    waiting = Link.objects.filter(ends, type=Link.Type.SAME, state=Link.State.PROPOSED)
    visible = Event.objects.visible()
    return waiting.filter(source__in=visible, target__in=visible).count() >= SAME_OPEN


def propose_links(event: Event, nearly: LinkProposal | None, now: datetime) -> None:
    """Propose links of a new event to editors: is it the one it nearly joined, what does it undo,
    extend, follow or test, and does an earlier recorded act undo it?
    """
    undone = Link.objects.filter(type=UNDOES, source__in=Event.objects.visible())
    later = [
        proposal
        for proposal in consequences(event)
        if proposal.type == UNDOES and not undone.filter(source=proposal.source).exists()
    ]
    for proposal in filter(None, [nearly, *antecedents(event)[:1], *later[:1]]):
        store_proposal(proposal, now)
