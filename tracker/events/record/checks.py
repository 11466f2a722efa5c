"""Where an event and its facts come from, and what editors said of single facts; pure.

A check is (fact, state, editor, time). It holds for the value that the editor saw: where something
else changes that value, the check goes. What an editor wrote or confirmed the program leaves alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tracker.events.models import Event
from tracker.events.record.values import FIGURES, Record

WRITTEN = "written"  # an editor changed the fact
CONFIRMED = "confirmed"
DISPUTED = "disputed"
KEPT = {WRITTEN, CONFIRMED}  # states in which the program does not change the fact
# Each fact that can be checked, with the fields of the record that it stands in.
FACTS: dict[str, tuple[str, ...]] = {
    "own_headline": ("own_headline",),
    "kinds": ("kinds",),
    "platforms": ("platforms",),
    "targets": ("targets",),
    "countries": ("countries",),
    "occurred": ("occurred", "occurred_source"),
    "grounds": ("grounds",),
    "extent": ("extent",),
    **{names[0]: names for names in FIGURES},
}
ACCEPTED = ("kinds", "platforms")  # what accepting an event confirms, besides that it is an act

Checks = Mapping[str, tuple[Any, ...]]


def origin_of(
    ref: str | None, own_headline: str, occurred_source: str, checks: Iterable[Iterable[Any]]
) -> Event.Origin:
    """Return where an event comes from: a history, else an editor if one wrote any of its facts,
    else the program.
    """
    if ref is not None or occurred_source == "history":
        return Event.Origin.HISTORY
    is_written = any(state == WRITTEN for _, state, *_ in checks)
    if own_headline or occurred_source == "editor" or is_written:
        return Event.Origin.EDITOR
    return Event.Origin.MACHINE


def check_facts(record: Record, facts: Iterable[str], state: str, by: str, at: datetime) -> Record:
    """Return the record with a check of these facts."""
    new = {fact: (fact, state, by[:150], at.isoformat(timespec="seconds")) for fact in facts}
    return replace(record, checks=dict(sorted({**record.checks, **new}.items())))


def note_edit(before: Record, after: Record, by: str, at: datetime) -> Record:
    """Return the record after an editor's edit with its checks: a changed fact is written, kind and
    platforms are at least confirmed.
    """
    changed = [fact for fact in FACTS if value_of(before, fact) != value_of(after, fact)]
    noted = check_facts(after, changed, WRITTEN, by, at)
    accepted = [f for f in ACCEPTED if f not in changed and state_of(before, f) not in KEPT]
    return check_facts(noted, accepted, CONFIRMED, by, at)


def keep_checked(before: Record, after: Record) -> Record:
    """Return what the program would write with the facts left that an editor wrote or confirmed,
    and without checks of facts that change.
    """
    kept = [fact for fact in before.checks if state_of(before, fact) in KEPT]
    fields = {name: getattr(before, name) for fact in kept for name in FACTS[fact]}
    return drop_outdated(before, replace(after, **fields))


def drop_outdated(before: Record, after: Record) -> Record:
    """Return the record with those checks only whose facts are as they were."""
    checks = {
        fact: row
        for fact, row in after.checks.items()
        if value_of(before, fact) == value_of(after, fact)
    }
    return replace(after, checks=checks)


def value_of(record: Record, fact: str) -> tuple[Any, ...]:
    """Return a fact as the record has it, with what belongs to it."""
    return tuple(getattr(record, name) for name in FACTS[fact])


def state_of(record: Record, fact: str) -> str:
    """Return the state of a fact's check, "" for none."""
    return str(record.checks[fact][1]) if fact in record.checks else ""
