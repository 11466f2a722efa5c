"""Settle an event from its reports: facts by vote, state by evidence, names by three publishers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from tracker.classify import Bands
from tracker.events.consensus import links
from tracker.events.consensus.neighbours import load_neighbours, neighbouring_events, own_facts
from tracker.events.consensus.parts import parts_of
from tracker.events.grouping import decide, reprints
from tracker.events.grouping.evidence import Witness, group_independent, joint_confidence
from tracker.events.grouping.likeness.report_facts import SUMMARY_READ
from tracker.events.grouping.likeness.reports import likeness
from tracker.events.grouping.parts import ActPart, cut_ballot
from tracker.events.grouping.publishers import agency_of, newsroom_of
from tracker.events.grouping.spellings.comparison import Likeness, same_name
from tracker.events.grouping.voting import Ballot, VoteResult, ballot_of, vote, zones_of
from tracker.events.models import (
    Change,
    Entity,
    EntityAlias,
    EntryClassification,
    Event,
    EventEntity,
    Link,
    Report,
)
from tracker.events.reasons import Reason
from tracker.events.record import write
from tracker.events.record.derived.columns import update_review_queue
from tracker.events.record.entities import entity_value, get_entity, join_spellings
from tracker.events.record.records import record_of
from tracker.events.record.values import FIELDS, FIGURES, Record

READ = 40  # first and last reports of an event that vote
NAMED_IN = 20  # reports that are searched for further publishers of a name
CONFIRMED_BY = 3  # independent publishers that confirm a name
OPEN = (Event.State.UNSURE, Event.State.MACHINE)  # states without a person's decision
TOGETHER = (Reason("reports_together"),)
TELLING = {"kinds", "targets", "countries", "occurred"}  # facts that distinguish acts


@dataclass(frozen=True)
class _ReportEvidence:
    """A report's classification, and the report as evidence."""

    classification: EntryClassification
    witness: Witness


def confidence_bands() -> Bands:
    """Return the bounds of the confidence bands, as configured in this installation."""
    return Bands(settings.CLASSIFY_SHOWN, settings.CLASSIFY_UNSURE)


def settle_event(event: Event, now: datetime) -> bool:
    """Write the combined facts of a locked event's reports; return whether it was unsure and no
    longer is. Decisions of editors and a history's facts are only completed, never changed.
    """
    _confirm_names(event)
    reports = _voting_reports(event) if event.state in OPEN else []
    if not reports:
        return False
    witnesses = [report.witness for report in reports]
    groups = group_independent(witnesses)
    # Reprints share one vote: an agency's text in forty papers is one witness.
    shares = {i: 1 / len(group) for group in groups for i in group}
    parts = parts_of(event, [report.classification.entry_id for report in reports])
    voted = vote([_ballot_for(report, shares[i], parts) for i, report in enumerate(reports)])
    # Independent publishers lift an event together that none of them could lift alone
    # (decision D54).
    confidence = joint_confidence(witnesses)
    is_shown = confidence >= confidence_bands().shown or any(
        report.classification.shown for report in reports
    )
    is_lifted = event.state == Event.State.UNSURE and is_shown
    _write_confidence(event, confidence, voted.kind_confidence)
    voted_record = _voted_record(event, voted)
    if is_lifted:
        voted_record = replace(voted_record, state=Event.State.MACHINE.value)
    changes = write.write_by_program(event, voted_record, TOGETHER, now)
    if TELLING.intersection(name for name, _, _ in changes) and len(reports) > 1:
        _propose_same(event, now)
    return is_lifted


def _voting_reports(event: Event) -> list[_ReportEvidence]:
    """Return the event's reports whose entries were classified as an act."""
    rows = Report.objects.filter(event=event, entry__classification__coverage__gt="")
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    half = READ // 2
    # The first reports establish the act, the last ones its present state; a flood of reports is
    # not loaded completely.
    chosen = ids if len(ids) <= READ else [*ids[:half], *ids[-half:]]
    return _read_reports(Report.objects.filter(pk__in=chosen).order_by("pk"))


def _read_reports(reports: Any) -> list[_ReportEvidence]:
    rows = reports.select_related("entry__source", "entry__classification").defer("entry__body")
    evidence = []
    for report in rows:
        entry, classification = report.entry, report.entry.classification
        text = reprints.ComparedText(
            publisher=entry.source.name,
            language=classification.language,
            title=entry.title,
            summary=entry.summary,
            link_hash=entry.link_hash,
            agency=agency_of(entry.title, entry.summary),
        )
        evidence.append(
            _ReportEvidence(
                classification,
                Witness(newsroom_of(entry.source.host), text, classification.confidence),
            )
        )
    return evidence


def _ballot_for(said: _ReportEvidence, share: float, parts: Mapping[int, ActPart]) -> Ballot:
    classification, text = said.classification, said.witness.text
    zones = zones_of(
        (piece["field"], piece["value"], piece["zone"]) for piece in classification.evidence
    )
    words = f"{text.title} {text.summary[:SUMMARY_READ]}"
    ballot = ballot_of(classification, zones, classification.confidence * share, words)
    part = parts.get(classification.entry_id)
    return cut_ballot(ballot, classification.evidence, part) if part else ballot


def _write_confidence(event: Event, confidence: float, kind_confidence: float) -> None:
    """Store the confidences, which are not part of the record: they say how sure the program is of
    it.
    """
    confidences = (round(confidence, 2), kind_confidence)
    if event.confidence is not None and confidences != (event.confidence, event.kind_confidence):
        event.confidence, event.kind_confidence = confidences
        event.save(update_fields=["confidence", "kind_confidence"])
        update_review_queue(event)


def _voted_record(event: Event, voted: VoteResult) -> Record:
    """Return the record with the facts of the vote."""
    before = record_of(event)
    figures: dict[str, Any] = {
        "grounds": voted.grounds,
        "extent": voted.extent,
        "effective_on": voted.effective_on,
        **dict(zip(("amount", "currency"), voted.amount, strict=True)),
        **dict(zip(("affected", "affected_what"), voted.affected, strict=True)),
        **dict(zip(("authority", "authority_type"), voted.authority, strict=True)),
        **dict(zip(("law", "law_article"), voted.law, strict=True)),
        "appeal": voted.appeal,
        **dict(zip(("territory", "region"), voted.territory, strict=True)),
        "degree": voted.degree,
        **dict(zip(("ordered_by", "ordered_by_type"), voted.ordered_by, strict=True)),
    }
    # A person's decision or a history outweighs any vote; only gaps are filled.
    if _is_decided(event):
        return replace(before, **_missing_figures(before, figures))
    named = {
        name: get_entity(Entity.Type.TARGET, name, is_reported=name in voted.unlisted)
        for name in voted.targets
    }
    for name in voted.unlisted:
        spelt = [(other, said) for of, other, said in voted.spellings if of == name]
        join_spellings(named[name], [(name, ""), *spelt])
    targets = [entity_value(target) for target in named.values()]
    return replace(
        before,
        kinds=voted.kinds,
        targets=tuple(dict.fromkeys(targets)),
        countries=voted.countries,
        occurred=voted.occurred,
        occurred_source=voted.occurred_source,
        **figures,
    )


def _missing_figures(before: Record, figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures that the record lacks, each with its related fields."""
    groups = (("grounds",), ("extent",), *FIGURES)
    lacking = [names for names in groups if not getattr(before, names[0])]
    return {name: figures[name] for names in lacking for name in names}


def _is_decided(event: Event) -> bool:
    """Return whether a history gives the facts, or an editor's change of a fact is in effect."""
    if event.ref is not None or event.occurred_source == "history":
        return True
    changes = event.revisions.filter(change__isnull=False, field__in=FIELDS)
    # Undoing an undo makes a change hold again, so verbs alone do not tell. What left with a second
    # act says nothing of what stays.
    passing = ("undo", Change.Verb.RECORD, Change.Verb.ADD)
    own = set(changes.exclude(change__verb__in=passing).values_list("change", flat=True))
    return bool(own and own - Change.objects.filter(revisions__event=event).undone())


def _confirm_names(event: Event) -> None:
    """Confirm names that CONFIRMED_BY independent publishers have printed."""
    # A name printed by one publisher may be a misreading, and a second may have copied it.
    reported = Entity.objects.filter(type=Entity.Type.TARGET, is_reported=True).select_related(
        "merged_into"
    )
    # In a fixed order, or two workers would wait for each other's rows.
    for reported_entity in reported.filter(parties__event=event).order_by("pk"):
        parties = EventEntity.objects.filter(
            entity=reported_entity, event__in=Event.objects.visible()
        )
        reports = Report.objects.filter(
            event__in=parties.values("event"), entry__classification__coverage__gt=""
        ).order_by("-pk")[:NAMED_IN]
        known = [reported_entity, reported_entity.itself]
        aliases = EntityAlias.objects.filter(entity__in=known).values_list("name", flat=True)
        names = {*(entity.name for entity in known), *aliases}
        naming = [
            said.witness
            for said in _read_reports(reports)
            if any(_is_naming(said.classification, name) for name in names)
        ]
        if len(group_independent(naming)) >= CONFIRMED_BY:
            # A merged entity stays the event's party; pages show the remaining one.
            ids = [entity.pk for entity in known]
            Entity.objects.filter(pk__in=ids).update(is_reported=False)


def _is_naming(classification: EntryClassification, name: str) -> bool:
    languages = (classification.language, classification.language)
    return any(
        same_name(target, name, languages) is Likeness.SAME for target in classification.targets
    )


def _propose_same(event: Event, now: datetime) -> None:
    """Group the event again with its new facts, and propose a merge if it may be another stored
    event.
    """
    own = own_facts([event])[event.pk]
    own_reports = [
        replace(report, kinds=own.kinds, targets=report.targets or own.targets)
        for _, reports in load_neighbours([event.pk])
        for report in reports[: decide.MEMBERS_COMPARED]
    ]
    near = [
        pair for pair in neighbouring_events(own, event.recorded_at.date()) if pair[0] != event.pk
    ]
    scores = {
        other: decide.mean_likeness(own_reports, other_reports)
        for other, other_reports in near
        if any(decide.may_be_of_event(report, other_reports) for report in own_reports)
    }
    best = max(scores, key=lambda other: (scores[other], -other), default=None)
    if best is None or scores[best] < decide.BOUND:
        return
    other_reports = dict(near)[best]
    reasons = max(
        (likeness(own_reports[0], report) for report in other_reports),
        key=lambda pair: pair[0],
    )[1]
    kind = Link.Type.SAME.value
    links.store_proposal(
        links.LinkProposal(event.pk, best, kind, round(scores[best], 2), reasons), now
    )
