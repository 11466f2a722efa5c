"""What an event says: now, on a day, and every change of it. The one door for writing events.

Each write is a transaction with its Revisions. A Revision holds what a field was and what it
became; so a day's record is the present one with the later changes taken back, and a change is
undone in the same way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from tracker.events.entities import entity, value_of
from tracker.events.models import Change, Entity, Event, Link, Party, Report, Revision
from tracker.events.reindex import reindex

# What belongs together and is said only where it is known: the first of each says whether it is.
FIGURES = (
    ("effective_on",),
    ("amount", "currency"),
    ("affected", "affected_what"),
    ("authority", "authority_type"),
)
SCALARS = (
    "headline",
    "kinds",
    "grounds",
    "extent",
    "occurred",
    "occurred_source",
    "state",
    "merged_into",
    "split_from",
    *(name for names in FIGURES for name in names),
)
PARTIES = {
    "platforms": Entity.Type.PLATFORM,
    "targets": Entity.Type.TARGET,
    "countries": Entity.Type.COUNTRY,
}
FIELDS = (*SCALARS, *PARTIES)
SETS = {"report": "reports", "link": "links", "linked_from": "linked_from"}
PROGRAM = "program"  # who writes what no editor did
CREATED = "event"  # the field of the revision that tells of the event's first recording


@dataclass(frozen=True)
class Record:
    """All that an event says. Kinds with the main one first; slugs of platforms, English names of
    targets, codes of countries; reports as id -> (id, address); links as (type, id of the other
    event) -> (type, id, state), own ones and those of other events to this one.
    """

    headline: str
    kinds: tuple[str, ...]
    grounds: str
    extent: str
    occurred: str
    occurred_source: str
    state: str
    merged_into: int | None
    split_from: int | None
    platforms: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    reports: Mapping[int, tuple[Any, ...]] = field(default_factory=dict)
    links: Mapping[tuple[str, int], tuple[Any, ...]] = field(default_factory=dict)
    linked_from: Mapping[tuple[str, int], tuple[Any, ...]] = field(default_factory=dict)
    effective_on: str = ""
    amount: int = 0
    currency: str = ""
    affected: int = 0
    affected_what: str = ""
    authority: str = ""
    authority_type: str = ""

    @property
    def parties(self) -> list[tuple[Entity.Type, str]]:
        """Each party by its type and value."""
        return [(kind, value) for name, kind in PARTIES.items() for value in getattr(self, name)]


Difference = tuple[str, Any, Any]  # field, before, after


class ConflictError(Exception):
    """The event changed since the editor saw it; `revisions` are what happened meanwhile."""

    def __init__(self, revisions: Sequence[Revision]) -> None:
        super().__init__("the event changed meanwhile")
        self.revisions = list(revisions)


def record_of(event: Event) -> Record:
    """The record as it stands."""
    return records_of([event])[event.pk]


def records_of(events: Sequence[Event]) -> dict[int, Record]:
    """The records of events as they stand, by id; four queries in all."""
    ids = [event.pk for event in events]
    names = {kind.value: name for name, kind in PARTIES.items()}
    parties: dict[int, dict[str, list[str]]] = {pk: {name: [] for name in PARTIES} for pk in ids}
    stored = Party.objects.filter(event__in=ids).select_related("entity__merged_into")
    for party in stored.order_by("pk"):
        one = party.entity.itself
        values = parties[party.event_id][names[one.type]]
        if (value := value_of(one)) not in values:
            values.append(value)
    sets: dict[int, dict[str, Any]] = {
        pk: {"reports": {}, "links": {}, "linked_from": {}} for pk in ids
    }
    reports = Report.objects.filter(event__in=ids).order_by("pk")
    for pk, report, url, link in reports.values_list("event", "pk", "url", "entry__link"):
        sets[pk]["reports"][report] = (report, url or link or "")
    links = Link.objects.order_by("pk").values_list("source", "target", "type", "state")
    for source, target, kind, state in links.filter(source__in=ids):
        sets[source]["links"][kind, target] = (kind, target, state)
    for source, target, kind, state in links.filter(target__in=ids):
        sets[target]["linked_from"][kind, source] = (kind, source, state)
    return {
        event.pk: Record(
            headline=event.headline,
            kinds=(event.kind, *event.other_kinds),
            grounds=event.grounds,
            extent=event.extent,
            occurred=event.occurred,
            occurred_source=event.occurred_source,
            state=str(event.state),
            merged_into=event.merged_into_id,
            split_from=event.split_from_id,
            **_figures(event),
            platforms=tuple(parties[event.pk]["platforms"]),
            targets=tuple(parties[event.pk]["targets"]),
            countries=tuple(parties[event.pk]["countries"]),
            **sets[event.pk],
        )
        for event in events
    }


def _figures(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for names in FIGURES for name in names}


def differences(before: Record, after: Record) -> list[Difference]:
    """Field by field; of reports and links one for each that came or went. `linked_from` follows
    from other events' links.
    """
    found: list[Difference] = [
        (name, getattr(before, name), getattr(after, name))
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    ]
    for name in ("report", "link"):
        old, new = getattr(before, SETS[name]), getattr(after, SETS[name])
        keys = [*old, *(key for key in new if key not in old)]
        found += [(name, old.get(k), new.get(k)) for k in keys if old.get(k) != new.get(k)]
    return found


def taken_back(record: Record, changes: Iterable[Difference]) -> Record:
    """The record before changes that are given the latest first."""
    fields: dict[str, Any]
    for name, before, after in changes:
        if name in SETS:
            items = dict(getattr(record, SETS[name]))
            if after is not None:
                items.pop(_key(name, after), None)
            if before is not None:
                items[_key(name, before)] = tuple(before)
            fields = {SETS[name]: items}
        else:
            fields = {name: _value(before)} if name in FIELDS else {}
        record = replace(record, **fields)
    return record


def _key(name: str, value: Sequence[Any]) -> Any:
    return value[0] if name == "report" else (value[0], value[1])


def _value(told: Any) -> Any:
    return tuple(told) if isinstance(told, list) else told


def as_of(event: Event, at: datetime) -> Record | None:
    """The record as it stood at that moment; None if the event was not recorded yet."""
    return all_as_of([event], at).get(event.pk)


def all_as_of(events: Sequence[Event], at: datetime) -> dict[int, Record]:
    """The records of events as they stood at that moment, by id, of those that were recorded."""
    then = [event for event in events if event.recorded_at <= at]
    later: dict[int, list[Difference]] = {event.pk: [] for event in then}
    revisions = Revision.objects.filter(event__in=later, at__gt=at).order_by("-pk")
    for pk, name, before, after in revisions.values_list("event", "field", "before", "after"):
        later[pk].append((name, before, after))
    now = records_of(then)
    return {pk: taken_back(record, later[pk]) for pk, record in now.items()}


def locked(ids: Iterable[int]) -> dict[int, Event]:
    """The events by id, locked until the end of the transaction, in the order of their ids. Raises
    Event.DoesNotExist.
    """
    wanted = sorted(set(ids))
    found = Event.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    events = {event.pk: event for event in found}
    if missing := set(wanted) - events.keys():
        raise Event.DoesNotExist(f"no event {sorted(missing)[0]}")
    return events


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
) -> Change:
    """Stores what differs from the record of locked events, with one Revision for each difference;
    all belong to the Change that is returned. `created` are events that this change made.
    """
    with transaction.atomic():
        change = Change.objects.create(
            verb=act.verb, by=act.by[:150], at=act.now, reason=act.reason[:500], undoes=undoes
        )
        found = {pk: differences(record_of(events[pk]), wanted[pk]) for pk in sorted(wanted)}
        for pk in created:
            found[pk].insert(0, (CREATED, None, events[pk].headline))
        for pk, changes in found.items():
            _take_away(pk, changes)
        for pk, changes in found.items():
            _put(events[pk], changes)
            revise(events[pk], act.now, act.by, act.reason, changes, change)
        for pk, mirrored in _mirrored(found).items():
            other = events.get(pk) or Event.objects.select_for_update().get(pk=pk)
            revise(other, act.now, act.by, act.reason, mirrored, change)
        reindex({*found, *_mirrored(found)})
    return change


def write_by_program(event: Event, wanted: Record, reason: str, now: datetime) -> list[Difference]:
    """Stores what differs from the record of a locked event, with its Revisions; no editor's
    Change. What differed.
    """
    with transaction.atomic():
        changes = differences(record_of(event), wanted)
        if changes:
            _put(event, changes)
            revise(event, now, PROGRAM, reason, changes)
            reindex([event.pk])
            event.refresh_from_db()
    return changes


def undo(change_id: int, *, by: str, reason: str, now: datetime) -> Change:
    """Takes a change back, field by field. Undone once it stays so: whoever wants it back undoes
    the undoing. Raises ConflictError if one of its fields was changed since.
    """
    with transaction.atomic():
        change = Change.objects.select_for_update().get(pk=change_id)
        told = change.revisions.exclude(field="linked_from").order_by("-pk")
        by_event: dict[int, list[Revision]] = {}
        for one in told:
            by_event.setdefault(one.event_id, []).append(one)
        if Change.objects.filter(undoes=change).exists():
            raise ConflictError([])
        events = locked(by_event)
        wanted: dict[int, Record] = {}
        for pk, revisions in by_event.items():
            wanted[pk] = _before(events[pk], revisions)
        act = Act(Change.Verb.UNDO, by, reason, now)
        return write(events, wanted, act, undoes=change)


def _before(event: Event, revisions: Sequence[Revision]) -> Record:
    """The record before the revisions, the latest first. Raises ConflictError unless the event
    still says what they made it say.
    """
    record = record_of(event)
    changes = [(one.field, one.before, one.after) for one in revisions]
    if any(not _holds(record, *change) for change in changes):
        fields = {one.field for one in revisions}
        later = event.revisions.filter(pk__gt=revisions[0].pk, field__in=fields)
        raise ConflictError(list(later))
    before = taken_back(record, changes)
    if any(name == CREATED for name, _, _ in changes):
        # An event is never deleted: its address leads to where its reports came from.
        return replace(before, merged_into=event.split_from_id)
    return before


def _holds(record: Record, name: str, before: Any, after: Any) -> bool:
    if name == CREATED:
        return True
    if name in SETS:
        items = getattr(record, SETS[name])
        key = _key(name, before if after is None else after)
        return bool(items.get(key) == _value(after))
    return bool(getattr(record, name) == _value(after))


def revise(
    event: Event,
    now: datetime,
    by: str,
    reason: str,
    changes: Iterable[Difference],
    change: Change | None = None,
) -> None:
    """Writes what changed, never at an earlier moment than the event's last change."""
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


def _put(event: Event, changes: Sequence[Difference]) -> None:
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
            Link.objects.update_or_create(
                source=event, type=after[0], target_id=after[1], defaults={"state": after[2]}
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
