"""An event's record as a value: its fields, how two records differ, changes reverted; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tracker.events.models import Entity

# Fields that belong together and are given only if known: the first of each says whether it is.
FIGURES = (
    ("effective_on",),
    ("amount", "currency"),
    ("affected", "affected_what"),
    ("authority", "authority_type"),
    ("law", "law_article"),
    ("appeal",),
    ("territory", "region"),
    ("degree",),
    ("ordered_by", "ordered_by_type"),
)
SCALARS = (
    "own_headline",
    "kinds",
    "grounds",
    "extent",
    "occurred",
    "occurred_source",
    "state",
    "merged_into",
    "split_from",
    "ended_on",
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
SETS = {
    "report": "reports",
    "link": "links",
    "linked_from": "linked_from",
    "check": "checks",
    "role": "roles",
}
CREATED = "event"  # the field of the revision that records the event's creation
PROGRAM = "program"  # the author of changes that no editor made
READERS = "readers’ votes"  # the author of removals that readers voted for


@dataclass(frozen=True)
class Record:
    """All that an event's record says.

    Kinds with the main one first; slugs of platforms, English names of targets, codes of countries;
    reports as id -> (id, address), their roles as id -> (id, role); checks as fact -> (fact, state,
    …), see checks.py; links as (type, id of the other event) -> (type, id, state), its own and
    those from others.
    """

    own_headline: str
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
    checks: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    effective_on: str = ""
    amount: int = 0
    currency: str = ""
    affected: int = 0
    affected_what: str = ""
    authority: str = ""
    authority_type: str = ""
    law: str = ""
    law_article: str = ""
    appeal: str = ""
    territory: str = ""
    region: str = ""
    degree: str = ""
    ordered_by: str = ""
    ordered_by_type: str = ""
    ended_on: str = ""
    # Of the event's current reports: a role belongs to its report, and is no separate difference if
    # the report was added or removed.
    roles: Mapping[int, tuple[Any, ...]] = field(default_factory=dict, compare=False)
    # The ids of the parties' own entities by field, merged ones too: a name says who they are now.
    entity_ids: Mapping[str, tuple[int, ...]] = field(default_factory=dict, compare=False)

    @property
    def parties(self) -> list[tuple[Entity.Type, str]]:
        """Return each party by its type and value."""
        return [
            (entity_type, value)
            for name, entity_type in PARTIES.items()
            for value in getattr(self, name)
        ]


Difference = tuple[str, Any, Any]  # field, before, after


def differences(before: Record, after: Record) -> list[Difference]:
    """Return how two records differ, field by field; one item for each report, link and check that
    was added or removed.

    `linked_from` follows from other events' links.
    """
    changed: list[Difference] = [
        (name, getattr(before, name), getattr(after, name))
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    ]
    # `linked_from` is the mirror of other events' links and is written with those.
    for name in ("report", "link", "check"):
        old, new = getattr(before, SETS[name]), getattr(after, SETS[name])
        keys = [*old, *(key for key in new if key not in old)]
        changed += [(name, old.get(k), new.get(k)) for k in keys if old.get(k) != new.get(k)]
    # A report brings its role along; a new role is a change only if the report stays.
    both = (k for k in before.roles if k in after.roles and k in before.reports)
    changed += [
        ("role", before.roles[k], after.roles[k]) for k in both if before.roles[k] != after.roles[k]
    ]
    return changed


def revert_changes(record: Record, changes: Iterable[Difference]) -> Record:
    """Return the record before these changes, given latest first."""
    fields: dict[str, Any]
    for name, before, after in changes:
        if name in SETS:
            items = dict(getattr(record, SETS[name]))
            # Keyed rows: first remove what the change added, then restore what it replaced.
            if after is not None:
                items.pop(row_key(name, after), None)
            if before is not None:
                items[row_key(name, before)] = tuple(before)
            fields = {SETS[name]: items}
        else:
            fields = {name: record_value(before)} if name in FIELDS else {}
        record = replace(record, **fields)
    return record


def revert_revision(record: Record, change: Difference, entities: Sequence[int] | None) -> Record:
    """Return the record before a revision that noted these entities."""
    reverted = revert_changes(record, [change])
    if change[0] not in PARTIES:
        return reverted
    ids = {name: own for name, own in record.entity_ids.items() if name != change[0]}
    if entities is not None:
        ids[change[0]] = tuple(entities)
    return replace(reverted, entity_ids=ids)


def row_key(name: str, row: Sequence[Any]) -> Any:
    """Return the key under which the record has the report, link or check of a revision."""
    return row[0] if name in {"report", "check", "role"} else (row[0], row[1])


def record_value(stored: Any) -> Any:
    """Return a field's value as a record has it, from a revision's."""
    return tuple(stored) if isinstance(stored, list) else stored
