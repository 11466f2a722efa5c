"""Read and write the record of events; every change of an event goes through here.

Each write is a transaction with its Revisions. A Revision holds what a field was and what it
became; so the record of an earlier day is the present one with later changes reverted (records.py),
and a change is undone in the same way (undoing.py). What queries need about the past is stored as
well (derived/versions.py).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.events.models import (
    Change,
    Entity,
    Event,
    EventEntity,
    Link,
    Report,
    ReportVote,
    Revision,
)
from tracker.events.reasons import Reasons
from tracker.events.record import invariants
from tracker.events.record.checks import keep_checked
from tracker.events.record.derived.columns import reindex
from tracker.events.record.derived.versions import close_versions
from tracker.events.record.entities import entity_value, get_entity
from tracker.events.record.link_reasons import LinkBasis, LinkKey, link_bases, store_bases
from tracker.events.record.locks import lock
from tracker.events.record.records import record_of, records_of
from tracker.events.record.values import (
    CREATED,
    PARTIES,
    PROGRAM,
    SCALARS,
    Difference,
    Record,
    differences,
)


class ConflictError(Exception):
    """An edit would overwrite newer changes; nothing was stored.

    `revisions` are those changes; `words` say what the conflict is and what to do, if known.
    """

    def __init__(self, revisions: Sequence[Revision], words: str = "") -> None:
        super().__init__(words or "the event changed meanwhile")
        self.revisions = list(revisions)
        self.words = words


@dataclass(frozen=True)
class Action:
    """Who changes events, how, why and when: `reason` in the editor's words, or `reasons`
    as codes.
    """

    verb: Change.Verb
    by: str
    reason: str
    now: datetime
    reasons: Reasons = ()


def write_events(
    events: Mapping[int, Event],
    targets: Mapping[int, Record],
    action: Action,
    *,
    undoes: Change | None = None,
    created: Iterable[int] = (),
    empty: Collection[int] = (),
) -> Change:
    """Store what differs from the records of locked events, with one Revision each, and return the
    Change that holds them.

    `created` are events that this change creates, `empty` those that may be left without a report.
    Raises ConflictError if the record would break (see invariants.py).
    """
    before = records_of([events[pk] for pk in sorted(targets)])
    targets = {pk: _with_stored_names(record, before[pk]) for pk, record in targets.items()}
    _check_invariants(before, targets, empty)
    with transaction.atomic():
        change = Change.objects.create(
            verb=action.verb,
            by=action.by[:150],
            at=action.now,
            reason=action.reason[:500],
            reasons=list(action.reasons),
            undoes=undoes,
        )
        changes_by_event = {pk: differences(before[pk], targets[pk]) for pk in sorted(targets)}
        mirrored = _mirror_links(changes_by_event)
        # Ends of links come out of order, so they are taken only if free (locks.py).
        events = {**lock(events=mirrored.keys() - events.keys(), wait=False), **events}
        for pk in created:
            changes_by_event[pk].insert(0, (CREATED, None, events[pk].own_headline or None))
        bases = link_bases(changes_by_event)
        _delete_links(changes_by_event)
        for pk, changes in changes_by_event.items():
            _apply_differences(events[pk], changes, bases)
            _revise_by_action(events[pk], action, changes, change, before[pk])
        store_bases(bases)
        for pk, changes in mirrored.items():
            _revise_by_action(events[pk], action, changes, change)
        days = {record.occurred for record in before.values()}
        reindex({*changes_by_event, *mirrored}, former_days=days)
        close_versions({*changes_by_event, *mirrored})
    return change


def _revise_by_action(
    event: Event,
    action: Action,
    changes: Iterable[Difference],
    change: Change,
    before: Record | None = None,
) -> None:
    why = action.reason or action.reasons
    revise(event, action.now, action.by, why, changes, change, before=before)


def _with_stored_names(record: Record, before: Record) -> Record:
    """Return the record with its parties' stored names: other spellings are unified, and merged
    entities replaced.
    """
    parties: dict[str, Any] = {
        name: tuple(
            dict.fromkeys(
                entity_value(get_entity(entity_type, value)) for value in getattr(record, name)
            )
        )
        for name, entity_type in PARTIES.items()
        if getattr(record, name) != getattr(before, name)
    }
    return replace(record, **parties)


def _check_invariants(
    before: Mapping[int, Record], targets: Mapping[int, Record], empty: Collection[int]
) -> None:
    """Raise ConflictError if the record would break."""
    ends = {record.merged_into for record in targets.values() if record.merged_into is not None}
    others = records_of(list(Event.objects.filter(pk__in=ends - targets.keys())))
    linked = {other for record in targets.values() for _, other in record.links}
    merged = Event.objects.filter(pk__in=linked - targets.keys(), merged_into__isnull=False)
    reports = {pk for record in (*targets.values(), *others.values()) for pk in record.reports}
    rows = Report.stored.filter(pk__in=reports).values_list("pk", "entry", "url")
    problem = invariants.find_problem(
        {**others, **before},
        targets,
        merged_before=dict(merged.values_list("pk", "merged_into")),
        items={pk: (entry, url) for pk, entry, url in rows},
        empty=empty,
    )
    if problem:
        raise ConflictError([], problem)
    _check_articles_stay(before, targets)


def _check_articles_stay(before: Mapping[int, Record], targets: Mapping[int, Record]) -> None:
    """Raise ConflictError if an article would no longer belong to any event."""
    staying = {pk for record in targets.values() for pk in record.reports}
    leaving = {pk for record in before.values() for pk in record.reports} - staying
    for report in Report.objects.filter(pk__in=leaving):
        others = Report.objects.filter(entry=report.entry_id).exclude(pk__in=leaving)
        if report.entry_id is None or not others.exists():
            words = _("The article of event %s is in no other event. Split it off instead.")
            raise ConflictError([], words % report.event_id)


def write_by_program(
    event: Event, target: Record, reasons: Reasons, now: datetime
) -> list[Difference]:
    """Store what differs from the record of a locked event, as the program's own revisions, and
    return the differences.
    """
    with transaction.atomic():
        before = record_of(event)
        stored = _with_stored_names(keep_checked(before, target), before)
        changes = differences(before, stored)
        if changes:
            _apply_differences(event, changes, {})
            revise(event, now, PROGRAM, reasons, changes, before=before)
            reindex([event.pk], former_days=[before.occurred])
            close_versions([event.pk])
            event.refresh_from_db()
    return changes


def revise(  # noqa: PLR0913 - all that a revision says
    event: Event,
    now: datetime,
    by: str,
    why: str | Sequence[Any],
    changes: Iterable[Difference],
    change: Change | None = None,
    *,
    before: Record | None = None,
) -> None:
    """Write what changed, never with an earlier time than the event's last change. The caller must
    call close_versions after all writes.

    `why` is what a person wrote, or codes with values; `before` is the record before, if parties
    changed.
    """
    entities = before.entity_ids if before else {}
    event.changed_at = max(now, event.changed_at)
    Revision.objects.bulk_create(
        Revision(
            event=event,
            at=event.changed_at,
            field=name,
            before=old,
            after=new,
            reason=why[:500] if isinstance(why, str) else "",
            reasons=[] if isinstance(why, str) else list(why),
            by=by[:150],
            change=change,
            entities=list(entities[name]) if name in entities else None,
        )
        for name, old, new in changes
    )
    Event.objects.filter(pk=event.pk).update(changed_at=event.changed_at)


def _delete_links(changes_by_event: Mapping[int, Iterable[Difference]]) -> None:
    """Delete the removed links first: another event may get them in the same change."""
    for pk, changes in changes_by_event.items():
        for name, before, after in changes:
            if name == "link" and before is not None and after is None:
                Link.objects.filter(source=pk, type=before[0], target=before[1]).delete()


def _apply_differences(
    event: Event,
    changes: Sequence[Difference],
    bases: Mapping[LinkKey, LinkBasis],
) -> None:
    scalars = {name: after for name, _, after in changes if name in SCALARS}
    for name, value in scalars.items():
        if name == "kinds":
            event.kind, event.other_kinds = value[0], list(value[1:])
        else:
            setattr(event, f"{name}_id" if name in {"merged_into", "split_from"} else name, value)
    has_checks = _apply_checks(event, changes)
    if scalars or has_checks:
        event.save()
    for name, before, after in changes:
        if name in PARTIES:
            set_parties(event, PARTIES[name], after)
        elif name in {"report", "role"}:
            _apply_to_report(event, name, before, after)
        elif name == "link" and after is not None:
            state = {"state": after[2]}
            why = bases.get((event.pk, after[0], after[1]), LinkBasis([], None))
            Link.objects.update_or_create(
                source=event,
                type=after[0],
                target_id=after[1],
                defaults=state,
                create_defaults=state | why._asdict(),
            )
    _cancel_votes(changes)


def _apply_to_report(event: Event, name: str, before: Any, after: Any) -> None:
    """Move a report to the event, take it out, or set its role."""
    if name == "role":
        Report.stored.filter(pk=after[0]).update(role=after[1])
    elif after is not None:
        Report.stored.filter(pk=after[0]).update(event=event, withdrawn_at=None)
    else:
        # Unless it moved to another event in this change.
        Report.stored.filter(pk=before[0], event=event).update(withdrawn_at=event.changed_at)


def _cancel_votes(changes: Iterable[Difference]) -> None:
    """Delete readers' votes on reports that moved: they were about another event."""
    moved = {(after or before)[0] for name, before, after in changes if name == "report"}
    if moved:
        ReportVote.objects.filter(report__in=moved, dispute=None).delete()


def _apply_checks(event: Event, changes: Iterable[Difference]) -> bool:
    """Set the changed checks of the event; return whether any changed."""
    checks = [(before, after) for name, before, after in changes if name == "check"]
    rows = {row[0]: list(row) for row in event.checks}
    for before, after in checks:
        if after is None:
            rows.pop(before[0], None)
        else:
            rows[after[0]] = list(after)
    event.checks = [rows[fact] for fact in sorted(rows)]
    return bool(checks)


def set_parties(event: Event, entity_type: Entity.Type, values: Iterable[str]) -> None:
    """Replace the event's parties of a type, in this order."""
    EventEntity.objects.filter(event=event, entity__type=entity_type).delete()
    add_parties([(event, [get_entity(entity_type, value) for value in values])])


def add_parties(parties: Iterable[tuple[Event, Iterable[Entity]]]) -> None:
    """Add parties to events, in this order, each once."""
    EventEntity.objects.bulk_create(
        EventEntity(event=event, entity=entity_of_party, kind=event.kind, around=event.around)
        for event, entities in parties
        for entity_of_party in dict.fromkeys(entities)
    )


def _mirror_links(
    changes_by_event: Mapping[int, Iterable[Difference]],
) -> dict[int, list[Difference]]:
    """Return the changed links as seen from the events at their other ends."""
    mirrored: dict[int, list[Difference]] = {}
    for pk, changes in changes_by_event.items():
        for name, before, after in changes:
            if name == "link":
                kind, other, *_ = after or before
                turned = [link and (kind, pk, link[2]) for link in (before, after)]
                mirrored.setdefault(other, []).append(("linked_from", turned[0], turned[1]))
    return mirrored
