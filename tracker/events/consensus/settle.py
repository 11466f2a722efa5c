"""What an event's reports say together is written to its record: its facts by a vote, its state by
their evidence, its names by a second publisher; again whenever a report joins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from tracker.classify import Bands, Kind
from tracker.events.consensus import links
from tracker.events.consensus.neighbours import load, neighbours, own_facts
from tracker.events.grouping import decide, reprints
from tracker.events.grouping.evidence import Witness, confidence_of, independent
from tracker.events.grouping.publishers import agency, family
from tracker.events.grouping.spellings import Likeness, same_name
from tracker.events.grouping.voting import Ballot, Voted, ballot_of, vote, zones_of
from tracker.events.models import Change, Classification, Entity, Event, Link, Party, Report
from tracker.events.record import write
from tracker.events.record.derived import weigh
from tracker.events.record.entities import entity, headline_of, value_of
from tracker.events.record.records import record_of
from tracker.events.record.values import FIELDS, FIGURES, Record

READ = 40  # reports of an event that vote, the first and the last
NAMED_IN = 20  # reports that are looked at for a second publisher of a name
OPEN = (Event.State.UNSURE, Event.State.MACHINE)  # states in which nobody decided
FILLED = ("grounds", "extent", *(names[0] for names in FIGURES))
TOGETHER = "told by its reports together"
TELLING = {"kinds", "targets", "countries", "occurred"}  # facts by which acts are told apart


@dataclass(frozen=True)
class _Said:
    """A report with its classification and its place among the independent ones."""

    found: Classification
    witness: Witness


def bands() -> Bands:
    """The bounds of the bands of confidence, as this installation sets them."""
    return Bands(settings.CLASSIFY_SHOWN, settings.CLASSIFY_UNSURE)


def settle(event: Event, now: datetime) -> bool:
    """Writes what the reports of a locked event say together; whether it was unsure and is not any
    more. What an editor decided or a history says stays, and is only completed.
    """
    _confirm_names(event)
    reports = _said(event) if event.state in OPEN else []
    if not reports:
        return False
    witnesses = [one.witness for one in reports]
    groups = independent(witnesses)
    shares = {i: 1 / len(group) for group in groups for i in group}
    voted = vote([_ballot(one, shares[i]) for i, one in enumerate(reports)])
    confidence = confidence_of(witnesses)
    is_shown = confidence >= bands().shown or any(one.found.shown for one in reports)
    is_lifted = event.state == Event.State.UNSURE and is_shown
    _write_confidence(event, confidence, voted.kind_confidence)
    wanted = _wanted(event, voted)
    if is_lifted:
        wanted = replace(wanted, state=Event.State.MACHINE.value)
    changes = write.write_by_program(event, wanted, TOGETHER, now)
    if TELLING.intersection(name for name, _, _ in changes) and len(reports) > 1:
        _propose_same(event, now)
    return is_lifted


def _said(event: Event) -> list[_Said]:
    """The reports of the event whose entries were classified as an act."""
    rows = Report.objects.filter(event=event, entry__classification__coverage__gt="")
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    half = READ // 2
    chosen = ids if len(ids) <= READ else [*ids[:half], *ids[-half:]]
    return _read(Report.objects.filter(pk__in=chosen).order_by("pk"))


def _read(reports: Any) -> list[_Said]:
    rows = reports.select_related("entry__source", "entry__classification").defer("entry__body")
    said = []
    for report in rows:
        entry, found = report.entry, report.entry.classification
        text = reprints.Text(
            publisher=entry.source.name,
            language=found.language,
            title=entry.title,
            summary=entry.summary,
            link_hash=entry.link_hash,
            agency=agency(entry.title, entry.summary),
        )
        said.append(_Said(found, Witness(family(entry.source.host), text, found.confidence)))
    return said


def _ballot(said: _Said, share: float) -> Ballot:
    found, text = said.found, said.witness.text
    zones = zones_of((one["field"], one["value"], one["zone"]) for one in found.evidence)
    words = f"{text.title} {text.summary[: decide.SUMMARY_READ]}"
    return ballot_of(found, zones, found.confidence * share, words)


def _write_confidence(event: Event, confidence: float, kind_confidence: float) -> None:
    """Confidences are no part of the record: they say how sure the program is of it."""
    told = (round(confidence, 2), kind_confidence)
    if event.confidence is not None and told != (event.confidence, event.kind_confidence):
        event.confidence, event.kind_confidence = told
        event.save(update_fields=["confidence", "kind_confidence"])
        weigh(event)


def _wanted(event: Event, voted: Voted) -> Record:
    """The record as the vote has it."""
    before = record_of(event)
    figures: dict[str, Any] = {
        "grounds": voted.grounds,
        "extent": voted.extent,
        "effective_on": voted.effective_on,
        **dict(zip(("amount", "currency"), voted.amount, strict=True)),
        **dict(zip(("affected", "affected_what"), voted.affected, strict=True)),
        **dict(zip(("authority", "authority_type"), voted.authority, strict=True)),
    }
    if _is_decided(event):
        return replace(before, **_missing(before, figures))
    targets = [
        value_of(entity(Entity.Type.TARGET, name, is_reported=name in voted.unlisted))
        for name in voted.targets
    ]
    after = replace(
        before,
        kinds=voted.kinds,
        targets=tuple(dict.fromkeys(targets)),
        countries=voted.countries,
        occurred=voted.occurred,
        occurred_source=voted.occurred_source,
        **figures,
    )
    parties = [entity(kind, value) for kind, value in after.parties]
    kinds = [Kind(kind) for kind in after.kinds]
    return replace(after, headline=headline_of(kinds, parties, after.occurred))


def _missing(before: Record, figures: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the figures that the record lacks, each with what belongs to it."""
    groups = (("grounds",), ("extent",), *FIGURES)
    lacking = [names for names in groups if not getattr(before, names[0])]
    return {name: figures[name] for names in lacking for name in names}


def _is_decided(event: Event) -> bool:
    """Whether a history says what happened, or an editor's change of a fact holds."""
    if event.ref is not None or event.occurred_source == "history":
        return True
    changes = event.revisions.filter(change__isnull=False, field__in=FIELDS)
    own = set(changes.exclude(change__verb="undo").values_list("change", flat=True))
    return bool(own and own - Change.objects.filter(revisions__event=event).undone())


def _confirm_names(event: Event) -> None:
    """A name that a second independent publisher prints is no longer merely as reported."""
    reported = Entity.objects.filter(type=Entity.Type.TARGET, is_reported=True)
    # In one order, or two workers would wait for each other's rows.
    for one in reported.filter(parties__event=event).order_by("pk"):
        parties = Party.objects.filter(entity=one, event__in=Event.objects.visible())
        reports = Report.objects.filter(
            event__in=parties.values("event"), entry__classification__coverage__gt=""
        ).order_by("-pk")[:NAMED_IN]
        naming = [said.witness for said in _read(reports) if _names(said.found, one.name)]
        if len(independent(naming)) > 1:
            Entity.objects.filter(pk=one.pk).update(is_reported=False)


def _names(found: Classification, name: str) -> bool:
    languages = (found.language, found.language)
    return any(same_name(one, name, languages) is Likeness.SAME for one in found.targets)


def _propose_same(event: Event, now: datetime) -> None:
    """Groups again: with its new facts the event may be another one that is stored; an editor is
    asked.
    """
    own = own_facts([event])[event.pk]
    mine = [
        replace(one, kinds=own.kinds, targets=one.targets or own.targets)
        for _, reports in load([event.pk])
        for one in reports[: decide.MEMBERS_COMPARED]
    ]
    near = [pair for pair in neighbours(own, event.recorded_at.date()) if pair[0] != event.pk]
    scores = {other: decide.mean_likeness(mine, theirs) for other, theirs in near}
    best = max(scores, key=lambda other: (scores[other], -other), default=None)
    if best is None or scores[best] < decide.BOUND:
        return
    theirs = dict(near)[best]
    reasons = max((decide.likeness(mine[0], one) for one in theirs), key=lambda pair: pair[0])[1]
    kind = Link.Type.SAME.value
    links.propose(links.Proposal(event.pk, best, kind, round(scores[best], 2), reasons), now)
