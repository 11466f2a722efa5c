"""What an event says, as a value: its fields, how two such values differ, and a change taken back;
pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tracker.events.models import Entity

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
REPORT_PATHS = {  # of Report: field of a query -> path
    "lang": "entry__classification__language",
    "source": "entry__source__host",
}
SETS = {"report": "reports", "link": "links", "linked_from": "linked_from"}
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
                items.pop(key_of(name, after), None)
            if before is not None:
                items[key_of(name, before)] = tuple(before)
            fields = {SETS[name]: items}
        else:
            fields = {name: value(before)} if name in FIELDS else {}
        record = replace(record, **fields)
    return record


def key_of(name: str, row: Sequence[Any]) -> Any:
    """By which key the record has a report or link that a revision tells of."""
    return row[0] if name == "report" else (row[0], row[1])


def value(told: Any) -> Any:
    """A field's value as a record has it, from a revision's."""
    return tuple(told) if isinstance(told, list) else told
