"""Undo a change exactly, or refuse with the reason.

Changes of other things stay, and so do reports added since. If a later change builds on this one,
that must be undone first, since it would be lost silently.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from tracker.events.models import Change, Event, Revision
from tracker.events.record.entities import entity_value, stored_entities
from tracker.events.record.invariants import merged_since_words
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.records import records_of
from tracker.events.record.values import (
    CREATED,
    PARTIES,
    SETS,
    Record,
    record_value,
    revert_changes,
    row_key,
)
from tracker.events.record.write import Action, ConflictError, write_events

CHECKING = (Change.Verb.CONFIRM, Change.Verb.DISPUTE)  # changes that are about a check


@dataclass(frozen=True)
class _TouchedEvent:
    """An event affected by a change: its record before, after and now, with the change's revisions
    and the later ones, each latest first.
    """

    event: Event
    before: Record
    left: Record
    now: Record
    own: Sequence[Revision]
    later: Sequence[Revision]


@in_transaction
def revert_change(change_id: int, action: Action) -> Change:
    """Undo a change, once; to redo it, undo the undo.

    Raises ConflictError.
    """
    change = Change.objects.select_for_update(no_key=True).get(pk=change_id)
    if Change.objects.filter(undoes=change).exists():
        raise ConflictError([], _("This change has already been undone."))
    touched = _touched_events(change)
    targets = {pk: _reverted_record(touched_event) for pk, touched_event in touched.items()}
    _check_pages(touched, targets)
    for pk, touched_event in touched.items():
        _check_changes(touched_event, targets[pk])
    events = {pk: touched_event.event for pk, touched_event in touched.items()}
    empty = {pk for pk, touched_event in touched.items() if not touched_event.before.reports}
    return write_events(events, targets, action, undoes=change, empty=empty)


def _touched_events(change: Change) -> dict[int, _TouchedEvent]:
    """Return the events whose record the change altered, locked, by id."""
    own_revisions = list(change.revisions.order_by("-pk"))
    # Locked in one statement and in id order, so that two undos cannot wait for each other.
    every = {
        revision.event_id for revision in own_revisions
    }  # also those at the other end of a link
    locked = lock(events=every)
    ids = sorted(
        {revision.event_id for revision in own_revisions if revision.field != "linked_from"}
    )
    now = records_of([locked[pk] for pk in ids])
    last = min((revision.pk for revision in own_revisions), default=0)
    since = Revision.objects.filter(event__in=ids, pk__gte=last).order_by("-pk")
    revisions: dict[int, list[Revision]] = {pk: [] for pk in ids}
    for revision in since:
        revisions[revision.event_id].append(revision)
    touched = {}
    for pk in ids:
        own = [revision for revision in revisions[pk] if revision.change_id == change.pk]
        # Ids, not times: two changes may have the same time.
        later = [revision for revision in revisions[pk] if revision.pk > own[0].pk]
        left = revert_changes(now[pk], map(_difference_of, later))
        before = revert_changes(left, map(_difference_of, own))
        own = [revision for revision in own if not _is_decided_again(now[pk], revision, change)]
        touched[pk] = _TouchedEvent(locked[pk], before, left, now[pk], own, later)
    return touched


def _is_decided_again(now: Record, revision: Revision, change: Change) -> bool:
    """Return whether a check that came with a change of other facts was given again since; the
    later one stays.
    """
    is_aside = revision.field == "check" and change.verb not in CHECKING
    return is_aside and not _still_holds(now, revision)


def _difference_of(revision: Revision) -> tuple[str, Any, Any]:
    return revision.field, revision.before, revision.after


def _reverted_record(touched: _TouchedEvent) -> Record:
    """Return the event's record without the change, with everything else kept."""
    own = [revision for revision in touched.own if revision.field != "linked_from"]
    before = revert_changes(touched.now, map(_difference_of, own))
    # Its number may have been cited.
    if any(revision.field == CREATED for revision in own):
        if touched.event.split_from_id is None:
            words = _("Event %s was recorded by an editor. Refuse it instead.")
            raise ConflictError([], words % touched.event.pk)
        # An event is never deleted: its address redirects to where its reports came from.
        return replace(before, merged_into=touched.event.split_from_id)
    return before


def _check_pages(touched: Mapping[int, _TouchedEvent], targets: Mapping[int, Record]) -> None:
    """Raise ConflictError if an event was merged or refused since, or would be merged into one that
    was.
    """
    for pk, event in touched.items():
        now, left = event.now, event.left
        if left.merged_into is None and now.merged_into is not None:
            raise _conflict_of(event, {"merged_into"}, merged_since_words(pk, now.merged_into))
        if now.state == Event.State.REFUSED and left.state != now.state:
            words = _("Event %s was refused since. Restore it first.")
            raise _conflict_of(event, {"state"}, words % pk)
    ends = {record.merged_into for record in targets.values() if record.merged_into is not None}
    gone = Event.objects.filter(pk__in=ends - targets.keys(), merged_into__isnull=False)
    for pk, into in gone.values_list("pk", "merged_into"):
        raise ConflictError([], merged_since_words(pk, into))


def _check_changes(touched: _TouchedEvent, target: Record) -> None:
    """Raise ConflictError if something done since would be lost."""
    pk, now, left = touched.event.pk, touched.now, touched.left
    changed = {revision.field for revision in touched.own if not _still_holds(now, revision)}
    if changed:
        words = _("Event %s was changed since. Undo that first, or edit the event.")
        raise _conflict_of(touched, changed, words % pk)
    if target.merged_into is not None and now.merged_into is None and now != left:
        # Everything done to the event would disappear with it.
        words = _(
            "Event %(event)s was changed since. Undo that first, or merge it into event %(into)s"
            " instead."
        )
        raise _conflict_of(touched, set(), words % {"event": pk, "into": target.merged_into})


def _conflict_of(touched: _TouchedEvent, fields: set[str], words: str) -> ConflictError:
    """Return the conflict with later changes of these fields, or of any."""
    return ConflictError([r for r in touched.later[::-1] if not fields or r.field in fields], words)


def _still_holds(now: Record, revision: Revision) -> bool:
    """Return whether the event still has the values that the change gave it."""
    name, before, after = _difference_of(revision)
    # Headlines by the program were once fields of the record.
    if name in (CREATED, "linked_from", "headline"):
        return True
    if name == "report":  # its address may have changed, with its entry
        return (row_key(name, after or before) in now.reports) == (after is not None)
    if name in SETS:
        items: Mapping[Any, Any] = getattr(now, SETS[name])
        return bool(
            items.get(row_key(name, before if after is None else after)) == record_value(after)
        )
    if name in PARTIES:
        return bool(_current_names(name, record_value(after)) == getattr(now, name))
    return bool(getattr(now, name) == record_value(after))


def _current_names(name: str, values: Sequence[str]) -> tuple[str, ...]:
    """Return the current names of a revision's parties, since entities are merged."""
    entities = stored_entities((PARTIES[name], party_name) for party_name in values)
    named = (entities.get((PARTIES[name], party_name)) for party_name in values)
    return tuple(
        dict.fromkeys(
            entity_value(party_name) if party_name else name_then
            for party_name, name_then in zip(named, values, strict=True)
        )
    )
