"""Track where an event and its facts come from, and editors' checks of single facts; pure.

A check is (fact, state, editor, time, origin); the origin is "editor" if one wrote the fact. It
holds for the value that the editor saw, and is dropped when that value changes. The program never
changes what an editor wrote or confirmed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tracker.events.models import Event
from tracker.events.record.values import FIGURES, Record

CONFIRMED = "confirmed"
DISPUTED = "disputed"
EDITOR = "editor"
# Each fact that can be checked, with its fields of the record.
FACTS: dict[str, tuple[str, ...]] = {
    "own_headline": ("own_headline",),
    "kinds": ("kinds",),
    "platforms": ("platforms",),
    "targets": ("targets",),
    "countries": ("countries",),
    "occurred": ("occurred", "occurred_source"),
    "grounds": ("grounds",),
    "extent": ("extent",),
    "ended_on": ("ended_on",),
    **{names[0]: names for names in FIGURES},
}
ACCEPTED = ("kinds", "platforms")  # what accepting an event confirms, besides it being an act

Checks = Mapping[str, tuple[str, ...]]  # by fact


def origin_of(
    ref: str | None, own_headline: str, occurred_source: str, checks: Iterable[Sequence[Any]]
) -> Event.Origin:
    """Return where an event comes from: a history, else an editor if one wrote any of its facts,
    else the program.
    """
    if ref is not None or occurred_source == "history":
        return Event.Origin.HISTORY
    if own_headline or occurred_source == EDITOR or any(row[4] == EDITOR for row in checks):
        return Event.Origin.EDITOR
    return Event.Origin.MACHINE


def check_facts(
    record: Record, facts: Iterable[str], state: str, by: str, at: datetime, *, is_new: bool = False
) -> Record:
    """Return the record with a check of these facts; `is_new` marks them as written by the
    editor.
    """
    when = at.astimezone(UTC).isoformat(timespec="seconds")
    new = {
        fact: (fact, state, by[:150], when, EDITOR if is_new or is_written(record, fact) else "")
        for fact in facts
    }
    return replace(record, checks=dict(sorted({**record.checks, **new}.items())))


def note_edit(before: Record, after: Record, by: str, at: datetime, *, is_accepted: bool) -> Record:
    """Return the record after an editor's edit with its checks: changed facts count as written;
    kind and platforms as confirmed if the event `is_accepted`; others are not checked.
    """
    changed = [fact for fact in FACTS if value_of(before, fact) != value_of(after, fact)]
    noted = check_facts(after, changed, CONFIRMED, by, at, is_new=True)
    facts = ACCEPTED if is_accepted else ()
    accepted = [f for f in facts if f not in changed and not is_confirmed(before, f)]
    return check_facts(noted, accepted, CONFIRMED, by, at)


def keep_checked(before: Record, after: Record) -> Record:
    """Return the program's new record, but with the facts that an editor wrote or confirmed, and
    without checks of facts that change.
    """
    checked = [fact for fact in before.checks if is_confirmed(before, fact)]
    fields = {name: getattr(before, name) for fact in checked for name in FACTS[fact]}
    return drop_outdated(before, replace(after, **fields))


def drop_outdated(before: Record, after: Record) -> Record:
    """Return the record with only the checks whose facts did not change."""
    checks = {
        fact: row
        for fact, row in after.checks.items()
        if value_of(before, fact) == value_of(after, fact)
    }
    return replace(after, checks=checks)


def merge_checks(gone: Record, into: Record, merged: Record) -> Record:
    """Return the merged record with the checks of both that still fit its values, those of the
    remaining event first.
    """
    checks = {
        fact: row
        for record in (gone, into)
        for fact, row in record.checks.items()
        if value_of(record, fact) == value_of(merged, fact)
    }
    return replace(merged, checks=dict(sorted(checks.items())))


def keep_same_checks(old: Record, new: Record) -> Record:
    """Return an event's record with the checks that another had of facts with the same values."""
    checks = {
        fact: row for fact, row in old.checks.items() if value_of(old, fact) == value_of(new, fact)
    }
    return replace(new, checks=checks)


def value_of(record: Record, fact: str) -> tuple[Any, ...]:
    """Return a fact's value in the record, with its related fields."""
    return tuple(getattr(record, name) for name in FACTS[fact])


def is_confirmed(record: Record, fact: str) -> bool:
    """Return whether an editor wrote or confirmed a fact."""
    return fact in record.checks and record.checks[fact][1] == CONFIRMED


def is_written(record: Record, fact: str) -> bool:
    """Return whether an editor wrote a fact."""
    return fact in record.checks and record.checks[fact][4] == EDITOR
