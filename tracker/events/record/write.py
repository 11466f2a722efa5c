"""What an event says: now, on a day, and every change of it. The one door for writing events.

Each write is a transaction with its Revisions. A Revision holds what a field was and what it
became; so a day's record is the present one with the later changes taken back (records.py), and a
change is undone in the same way (undoing.py). What a query asks of the past is stored beside them
(versions.py).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from tracker.events.models import Change, Entity, Event, Link, Party, Report, Revision
from tracker.events.record import invariants
from tracker.events.record.derived import reindex
from tracker.events.record.entities import entity, value_of
from tracker.events.record.locks import lock
from tracker.events.record.records import record_of, records_of
from tracker.events.record.values import (
    CREATED,
    PARTIES,
    SCALARS,
    Difference,
    Record,
    differences,
)
from tracker.events.record.versions import close_versions

PROGRAM = "program"  # who writes what no editor did


class ConflictError(Exception):
    """What an editor wants would lose what happened since; nothing was stored. `revisions` are what
    happened, `words` what stands in the way and what to do, where that is known.
    """

    def __init__(self, revisions: Sequence[Revision], words: str = "") -> None:
        super().__init__(words or "the event changed meanwhile")
        self.revisions = list(revisions)
        self.words = words


@dataclass(frozen=True)
class Act:
    """Who changes events, how, why and when."""

    verb: Change.Verb
    by: str
    reason: str
    now: datetime


def write(
    events: Mapping[int, Event],
    wanted: Mapping[int, Record],
    act: Act,
    *,
    undoes: Change | None = None,
    created: Iterable[int] = (),
    empty: Collection[int] = (),
) -> Change:
    """Stores what differs from the record of locked events, with one Revision for each difference;
    all belong to the Change that is returned. `created` are events that this change made, `empty`
    those that may be left without a report. Raises ConflictError if the record would break (see
    invariants.py), whatever the change is.
    """
    before = records_of([events[pk] for pk in sorted(wanted)])
    wanted = {pk: _as_stored(told, before[pk]) for pk, told in wanted.items()}
    _check(before, wanted, empty)
    with transaction.atomic():
        change = Change.objects.create(
            verb=act.verb, by=act.by[:150], at=act.now, reason=act.reason[:500], undoes=undoes
        )
        found = {pk: differences(before[pk], wanted[pk]) for pk in sorted(wanted)}
        mirrored = _mirrored(found)
        events = {**lock(events=mirrored.keys() - events.keys(), wait=False), **events}
        for pk in created:
            found[pk].insert(0, (CREATED, None, events[pk].headline))
        reasons = _reasons(found)
        for pk, changes in found.items():
            _take_away(pk, changes)
        for pk, changes in found.items():
            _put(events[pk], changes, reasons)
            revise(events[pk], act.now, act.by, act.reason, changes, change)
        for pk, changes in mirrored.items():
            revise(events[pk], act.now, act.by, act.reason, changes, change)
        reindex({*found, *mirrored})
        close_versions({*found, *mirrored})
    return change


def _as_stored(told: Record, before: Record) -> Record:
    """The record with the names that its parties have once it is stored: other spellings of one
    name are one, and what an entity was merged into stands for it.
    """
    parties: dict[str, Any] = {
        name: tuple(dict.fromkeys(value_of(entity(kind, value)) for value in getattr(told, name)))
        for name, kind in PARTIES.items()
        if getattr(told, name) != getattr(before, name)
    }
    return replace(told, **parties)


def _check(
    before: Mapping[int, Record], wanted: Mapping[int, Record], empty: Collection[int]
) -> None:
    """Raises ConflictError if the record would break."""
    ends = {told.merged_into for told in wanted.values() if told.merged_into is not None}
    others = records_of(list(Event.objects.filter(pk__in=ends - wanted.keys())))
    linked = {other for told in wanted.values() for _, other in told.links}
    merged = Event.objects.filter(pk__in=linked - wanted.keys(), merged_into__isnull=False)
    reports = {pk for told in (*wanted.values(), *others.values()) for pk in told.reports}
    rows = Report.objects.filter(pk__in=reports).values_list("pk", "entry", "url")
    problem = invariants.problem(
        {**others, **before},
        wanted,
        merged_before=dict(merged.values_list("pk", "merged_into")),
        items={pk: (entry, url) for pk, entry, url in rows},
        empty=empty,
    )
    if problem:
        raise ConflictError([], problem)


def write_by_program(event: Event, wanted: Record, reason: str, now: datetime) -> list[Difference]:
    """Stores what differs from the record of a locked event, with its Revisions; no editor's
    Change. What differed.
    """
    with transaction.atomic():
        before = record_of(event)
        changes = differences(before, _as_stored(wanted, before))
        if changes:
            _put(event, changes, {})
            revise(event, now, PROGRAM, reason, changes)
            reindex([event.pk])
            close_versions([event.pk])
            event.refresh_from_db()
    return changes


def revise(
    event: Event,
    now: datetime,
    by: str,
    reason: str,
    changes: Iterable[Difference],
    change: Change | None = None,
) -> None:
    """Writes what changed, never at an earlier moment than the event's last change. The caller also
    calls close_versions, once all is written.
    """
    event.changed_at = max(now, event.changed_at)
    Revision.objects.bulk_create(
        Revision(
            event=event,
            at=event.changed_at,
            field=name,
            before=before,
            after=after,
            reason=reason[:500],
            by=by[:150],
            change=change,
        )
        for name, before, after in changes
    )
    Event.objects.filter(pk=event.pk).update(changed_at=event.changed_at)


def _take_away(event_id: int, changes: Iterable[Difference]) -> None:
    """Removes what another event may get in the same change."""
    for name, before, after in changes:
        if name == "link" and before is not None and after is None:
            Link.objects.filter(source=event_id, type=before[0], target=before[1]).delete()


def _reasons(found: Mapping[int, Iterable[Difference]]) -> dict[tuple[int, str, int], list[str]]:
    """Why each link was proposed that a change adds, by source, type and target: as the program
    said at the time, or as the link said that goes for it.
    """
    links = [
        (pk, before, after)
        for pk, told in found.items()
        for n, before, after in told
        if n == "link"
    ]
    new = [(pk, after[0], after[1]) for pk, before, after in links if before is None]
    if not new:
        return {}
    gone = [(pk, before[0], before[1]) for pk, before, after in links if after is None]
    stored = {
        (one.source_id, one.type, one.target_id): one.reasons
        for one in Link.objects.filter(source__in={pk for pk, *_ in gone})
    }
    said: dict[tuple[int, str, int], list[str]] = {}
    rows = Revision.objects.filter(event__in={pk for pk, *_ in new}, field="link", by=PROGRAM)
    for pk, after, reason in rows.values_list("event", "after", "reason"):
        if after:
            said[pk, after[0], after[1]] = reason.split("; ") if reason else []
    reasons: dict[tuple[int, str, int], list[str]] = {}
    for key in new:
        moved = (stored[one] for one in gone if one in stored and _is_moved(one, key))
        reasons[key] = said.get(key) or next(moved, [])
    return reasons


def _is_moved(gone: tuple[int, str, int], new: tuple[int, str, int]) -> bool:
    """Whether one end of the link is the same, and its type."""
    return gone[1] == new[1] and (gone[0] == new[0] or gone[2] == new[2])


def _put(
    event: Event,
    changes: Sequence[Difference],
    reasons: Mapping[tuple[int, str, int], list[str]],
) -> None:
    scalars = {name: after for name, _, after in changes if name in SCALARS}
    for name, value in scalars.items():
        if name == "kinds":
            event.kind, event.other_kinds = value[0], list(value[1:])
        else:
            setattr(event, f"{name}_id" if name in {"merged_into", "split_from"} else name, value)
    if scalars:
        event.save()
    for name, _, after in changes:
        if name in PARTIES:
            set_parties(event, PARTIES[name], after)
        elif name == "report" and after is not None:
            Report.objects.filter(pk=after[0]).update(event=event)
        elif name == "link" and after is not None:
            state = {"state": after[2]}
            Link.objects.update_or_create(
                source=event,
                type=after[0],
                target_id=after[1],
                defaults=state,
                create_defaults=state
                | {"reasons": reasons.get((event.pk, after[0], after[1]), [])},
            )


def set_parties(event: Event, kind: Entity.Type, values: Iterable[str]) -> None:
    """Gives the event these parties of a type, in this order."""
    Party.objects.filter(event=event, entity__type=kind).delete()
    add_parties([(event, [entity(kind, value) for value in values])])


def add_parties(wanted: Iterable[tuple[Event, Iterable[Entity]]]) -> None:
    """Gives events parties, in this order, each once."""
    Party.objects.bulk_create(
        Party(event=event, entity=one, kind=event.kind, around=event.around)
        for event, entities in wanted
        for one in dict.fromkeys(entities)
    )


def _mirrored(found: Mapping[int, Iterable[Difference]]) -> dict[int, list[Difference]]:
    """What a changed link is to the event at its other end."""
    mirrored: dict[int, list[Difference]] = {}
    for pk, changes in found.items():
        for name, before, after in changes:
            if name == "link":
                kind, other, *_ = after or before
                turned = [told and (kind, pk, told[2]) for told in (before, after)]
                mirrored.setdefault(other, []).append(("linked_from", turned[0], turned[1]))
    return mirrored
