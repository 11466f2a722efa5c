"""Add an article to the event of its second act, and remove that act's facts from the first."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tracker.events.consensus.parts import part_for
from tracker.events.editing.editor import Editor
from tracker.events.editing.edits import EventEdit
from tracker.events.editing.recording import record_act
from tracker.events.editing.reports import add_entry
from tracker.events.grouping.parts import (
    ActPart,
    fields_elsewhere,
    fields_within,
    left_of,
    span_of,
    told_elsewhere,
)
from tracker.events.models import Change, EntryClassification, Event, Report, SecondAct
from tracker.events.record.checks import keep_checked
from tracker.events.record.entities import entity_value, stored_entities
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.records import record_of
from tracker.events.record.values import FIGURES, PARTIES, Record

Said = Sequence[EntryClassification]


@in_transaction
def accept_act(act: SecondAct, editor: Editor) -> Change | None:
    """Add the article to the second act's event, recording that if there is none, and remove its
    facts from the first event, unless an editor confirmed them or another report states them; all
    in one Change. Return None if the article is there already.

    Raises EditError, ConflictError.
    """
    first = act.event.itself
    other = act.other.itself if act.other else None
    is_known = other is not None and other.is_visible
    # Both at once and in the order of ids, before each is locked separately.
    locked = lock(events={first.pk, other.pk} if is_known and other else {first.pk})
    changed = _without_act(locked[first.pk], act)
    also = {first.pk: changed} if changed else {}
    if is_known and other:
        # Another editor may have done the same.
        if Report.objects.filter(event=other, entry=act.entry).exists():
            return None
        also.pop(other.pk, None)
        return add_entry(other.pk, act.entry_id, Report.Role.REPORT, editor, also)
    return record_act(act.entry_id, _edit_of(act), editor, also)[0]


def _edit_of(act: SecondAct) -> EventEdit:
    """Return the facts of the second act, with the figures in its words."""
    return EventEdit(
        own_headline="",
        kinds=(act.kind,),
        platforms=tuple(act.platforms),
        targets=tuple(act.targets),
        countries=tuple(act.countries),
        occurred=act.occurred,
        **_figures_of(act),
    )


def _figures_of(act: SecondAct) -> dict[str, Any]:
    said = _classification(act)
    span = span_of(act.words, act.entry.title)
    if said is None or span is None:
        return {}
    fields = fields_within(said.evidence, ActPart((), own=span))
    told = [names for names in FIGURES if names[0] in fields]
    return {name: getattr(said, name) for names in told for name in names}


def _without_act(first: Event, act: SecondAct) -> Record | None:
    """Return the first event's record without the second act; None if it would not change, or is
    not known.
    """
    said = _classification(act)
    standing = Report.objects.filter(event=first)
    part = part_for(first, [*_accepted(first, act), act])
    is_here = standing.filter(entry=act.entry_id).exists()
    # A history was written for this event alone.
    if said is None or part is None or not is_here or not first.is_visible or first.ref:
        return None
    others = standing.filter(entry__classification__coverage__gt="").exclude(entry=act.entry_id)
    rows: Said = [
        report.entry.classification
        for report in others.select_related("entry__classification")
        if report.entry
    ]
    before = record_of(first)
    after = keep_checked(before, _cut(before, said, part, rows, _published(act)))
    return None if after == before else after


def _cut(
    before: Record, said: EntryClassification, part: ActPart, others: Said, day: str
) -> Record:
    gone = told_elsewhere(said.evidence, part)
    fields = fields_elsewhere(said.evidence, part)
    changed: dict[str, Any] = {"kinds": _kinds(before, part, others)}
    for name in PARTIES:
        changed[name] = _parties(before, name, gone, others)
    if not changed["platforms"]:
        changed["platforms"] = before.platforms
    if "occurred" in fields and _is_alone(before, said, others, ("occurred",)):
        changed |= {"occurred": day, "occurred_source": "published" if day else ""}
    for names in (("extent",), *FIGURES):
        if names[0] in fields and _is_alone(before, said, others, names):
            changed |= {name: type(getattr(before, name))() for name in names}  # 0 or ""
    return replace(before, **changed)


def _is_alone(
    before: Record, said: EntryClassification, others: Said, names: Sequence[str]
) -> bool:
    """Return whether the event has a fact from this article that no other report states."""
    value = [getattr(before, name) for name in names]
    return value == [getattr(said, name) for name in names] and not any(
        value == [getattr(other, name) for name in names] for other in others
    )


def _kinds(before: Record, part: ActPart, others: Said) -> tuple[str, ...]:
    if not part.kinds:  # proposals of 0.1.0 do not have them
        return before.kinds
    told = {*part.kinds, *(str(kind) for other in others for kind in other.kinds)}
    return tuple(kind for kind in before.kinds if kind in told) or part.kinds


def _parties(
    before: Record, name: str, gone: frozenset[tuple[str, str]], others: Said
) -> tuple[str, ...]:
    """Return the parties of the record, without those that only the second act names."""
    kind = PARTIES[name]
    told = {value for other in others for value in getattr(other, name)}
    taken = {value for field, value in gone if field == name}
    stored = stored_entities((kind, value) for value in told | taken)
    # Compared by their present names, since some were merged.
    now = {value: entity_value(entity) for (_, value), entity in stored.items()}
    staying = {now.get(value, value) for value in told}
    leaving = {(name, now.get(value, value)) for value in taken} - {(name, v) for v in staying}
    return left_of(name, getattr(before, name), leaving)


def _accepted(first: Event, act: SecondAct) -> list[SecondAct]:
    rows = SecondAct.objects.filter(
        entry=act.entry_id, event__in=[act.event_id, first.pk], state=SecondAct.State.ACCEPTED
    )
    return list(rows.select_related("entry", "event"))


def _classification(act: SecondAct) -> EntryClassification | None:
    return getattr(act.entry, "classification", None)


def _published(act: SecondAct) -> str:
    at = act.entry.published_at
    return f"{at:%Y-%m-%d}" if at else ""
