"""Propose the further acts that an article reports, when it is added to its event."""

from collections.abc import Sequence
from datetime import date, datetime

from tracker.events.consensus.neighbours import neighbouring_events
from tracker.events.grouping import decide
from tracker.events.grouping.acts import ToldAct, other_acts
from tracker.events.grouping.likeness.report_facts import facts_of, platforms_of
from tracker.events.models import Entity, Event, SecondAct
from tracker.feeds.models import Entry


def propose_second_acts(
    entry: Entry, event: Event, acts: tuple[ToldAct, ...], now: datetime
) -> None:
    """Store a proposal for each act but the event's own, with the stored event that it may be the
    same as; an editor decides.
    """
    if not acts:
        return
    today = entry.first_seen_at.date()
    further = _further_acts(event, acts, today)
    own = [act for act in acts if act not in further]
    kinds = [kind.value for kind in own[0].facts.kinds] if len(own) == 1 else []
    proposals = [_proposal(entry, event, act, today, now) for act in further]
    for proposal in proposals:
        proposal.own_kinds = kinds
    SecondAct.objects.bulk_create(proposals, ignore_conflicts=True)


def _proposal(entry: Entry, event: Event, act: ToldAct, today: date, now: datetime) -> SecondAct:
    is_dated = act.facts.occurred_source == "text"
    return SecondAct(
        entry=entry,
        event=event,
        other_id=_likely_event(act, today, other_than=event.pk),
        position=act.position,
        words=act.words[:500],
        kind=act.facts.kinds[0].value,
        platforms=list(platforms_of(act.facts)),
        targets=list(act.facts.targets),
        countries=list(act.facts.countries),
        # If a part states no day, the article's day is used for both acts.
        occurred=(is_dated and act.facts.occurred) or event.occurred or act.facts.occurred,
        at=now,
    )


def _further_acts(event: Event, acts: Sequence[ToldAct], today: date) -> Sequence[ToldAct]:
    """Return the acts other than the event's own, which is the act that would join it by itself, or
    of several the one most like its facts (which may combine all acts).
    """
    joining = [act for act in acts if _likely_event(act, today) == event.pk]
    if len(joining) == 1:
        return [act for act in acts if act is not joining[0]]
    targets = event.entities.filter(type=Entity.Type.TARGET).values_list("name", flat=True)
    return other_acts(acts, event.kind, set(targets))


def _likely_event(act: ToldAct, today: date, other_than: int = 0) -> int | None:
    """Return the id of the stored event that the act joins, or nearly does."""
    facts = facts_of(act.facts, act.words)
    near = [pair for pair in neighbouring_events(facts, today) if pair[0] != other_than]
    decision = decide.choose_event(facts, near)
    return decision.event or decision.nearly
