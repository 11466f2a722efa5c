"""Taking a change back: exactly what it did, or a refusal that says what stands in the way.

Changes that touched other things stay, reports that came since stay where they are. What a later
change built on this one would be lost without a word; then the later one is undone first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from tracker.events.models import Change, Event, Revision
from tracker.events.record.entities import stored, value_of
from tracker.events.record.invariants import merged_since
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.records import records_of
from tracker.events.record.values import CREATED, PARTIES, SETS, Record, key_of, taken_back, value
from tracker.events.record.write import Act, ConflictError, write


@dataclass(frozen=True)
class _Touched:
    """An event that a change touched: as it stood before and after it, as it stands now, and what
    it said and what was said of it afterwards, each the latest first.
    """

    event: Event
    before: Record
    left: Record
    now: Record
    own: Sequence[Revision]
    later: Sequence[Revision]


@in_transaction
def undo(change_id: int, act: Act) -> Change:
    """Takes a change back. Undone once it stays so: whoever wants it again undoes the undoing.
    Raises ConflictError.
    """
    change = Change.objects.select_for_update(no_key=True).get(pk=change_id)
    if Change.objects.filter(undoes=change).exists():
        raise ConflictError([], _("It was undone already."))
    touched = _touched(change)
    wanted = {pk: _wanted(one) for pk, one in touched.items()}
    _check_pages(touched, wanted)
    for pk, one in touched.items():
        _check_changes(one, wanted[pk])
    events = {pk: one.event for pk, one in touched.items()}
    empty = {pk for pk, one in touched.items() if not one.before.reports}
    return write(events, wanted, act, undoes=change, empty=empty)


def _touched(change: Change) -> dict[int, _Touched]:
    """The events that say something else since the change, locked."""
    told = list(change.revisions.order_by("-pk"))
    every = {one.event_id for one in told}  # also those at the other end of a link
    locked = lock(events=every)
    ids = sorted({one.event_id for one in told if one.field != "linked_from"})
    now = records_of([locked[pk] for pk in ids])
    last = min((one.pk for one in told), default=0)
    since = Revision.objects.filter(event__in=ids, pk__gte=last).order_by("-pk")
    revisions: dict[int, list[Revision]] = {pk: [] for pk in ids}
    for one in since:
        revisions[one.event_id].append(one)
    touched = {}
    for pk in ids:
        own = [one for one in revisions[pk] if one.change_id == change.pk]
        later = [one for one in revisions[pk] if one.pk > own[0].pk]
        left = taken_back(now[pk], map(_difference, later))
        before = taken_back(left, map(_difference, own))
        touched[pk] = _Touched(locked[pk], before, left, now[pk], own, later)
    return touched


def _difference(told: Revision) -> tuple[str, Any, Any]:
    return told.field, told.before, told.after


def _wanted(one: _Touched) -> Record:
    """The event without the change, and with all that was said of it otherwise."""
    own = [told for told in one.own if told.field != "linked_from"]
    before = taken_back(one.now, map(_difference, own))
    if any(told.field == CREATED for told in own):
        # An event is never deleted: its address leads to where its reports came from.
        return replace(before, merged_into=one.event.split_from_id)
    return before


def _check_pages(touched: Mapping[int, _Touched], wanted: Mapping[int, Record]) -> None:
    """Raises ConflictError if an event was merged or refused since, or one that another would be
    merged into.
    """
    for pk, one in touched.items():
        now, left = one.now, one.left
        if left.merged_into is None and now.merged_into is not None:
            raise _conflict(one, {"merged_into"}, merged_since(pk, now.merged_into))
        if now.state == Event.State.REFUSED and left.state != now.state:
            words = _("Event %s was refused since. Bring it back first.")
            raise _conflict(one, {"state"}, words % pk)
    ends = {told.merged_into for told in wanted.values() if told.merged_into is not None}
    gone = Event.objects.filter(pk__in=ends - wanted.keys(), merged_into__isnull=False)
    for pk, into in gone.values_list("pk", "merged_into"):
        raise ConflictError([], merged_since(pk, into))


def _check_changes(one: _Touched, wanted: Record) -> None:
    """Raises ConflictError if something that was done since would be lost."""
    pk, now, left = one.event.pk, one.now, one.left
    changed = {told.field for told in one.own if not _stands(now, told)}
    if changed:
        words = _("Event %s was changed since. Undo that first, or edit the event.")
        raise _conflict(one, changed, words % pk)
    if wanted.merged_into is not None and now.merged_into is None and now != left:
        # With its address goes whatever was done to it.
        words = _(
            "Event %(event)s was changed since. Undo that first, or merge it into event %(into)s"
            " instead."
        )
        raise _conflict(one, set(), words % {"event": pk, "into": wanted.merged_into})


def _conflict(one: _Touched, fields: set[str], words: str) -> ConflictError:
    """The conflict, with what was changed since of these fields, or of any."""
    return ConflictError([r for r in one.later[::-1] if not fields or r.field in fields], words)


def _stands(now: Record, told: Revision) -> bool:
    """Whether the event still says what the change made it say."""
    name, before, after = _difference(told)
    if name in (CREATED, "linked_from"):
        return True
    if name == "report":  # whose address may have changed, with its entry
        return (key_of(name, after or before) in now.reports) == (after is not None)
    if name in SETS:
        items: Mapping[Any, Any] = getattr(now, SETS[name])
        return bool(items.get(key_of(name, before if after is None else after)) == value(after))
    if name in PARTIES:
        return bool(_called_now(name, value(after)) == getattr(now, name))
    return bool(getattr(now, name) == value(after))


def _called_now(name: str, values: Sequence[str]) -> tuple[str, ...]:
    """Parties of a revision by what they are called now: entities are merged."""
    found = stored((PARTIES[name], one) for one in values)
    named = (found.get((PARTIES[name], one)) for one in values)
    return tuple(
        dict.fromkeys(
            value_of(one) if one else told for one, told in zip(named, values, strict=True)
        )
    )
