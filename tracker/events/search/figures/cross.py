"""Count the events of a query by any two facets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q
from pyroaring import BitMap

from tracker import database_time
from tracker.classify import Kind
from tracker.events.search.facets import name_in
from tracker.events.search.facts import PARTIES
from tracker.events.search.index.snapshot import Snapshot
from tracker.events.search.language.days import day_at
from tracker.events.search.language.values import ORIGINS, STATES
from tracker.events.search.query import Query
from tracker.events.wording.terms import term
from tracker.index.sets import union

CROSSED = (
    *("kind", "platform", "country", "target", "ground"),
    *("law", "authority", "ordered_by", "appeal", "territory", "degree"),
    *("currency", "affected_what"),
    *("year", "month", "lang", "source", "state", "origin"),
)


@dataclass(frozen=True)
class CrossValue:
    """A row or column: its value as a query has it ("" for all other events), its name, and how
    many events it has in all.
    """

    value: str
    name: str
    total: int


@dataclass(frozen=True)
class CrossTable:
    """Counts by row and column; an event of several values counts in each, and once in `total`."""

    rows: tuple[CrossValue, ...]
    columns: tuple[CrossValue, ...]
    counts: tuple[tuple[int, ...], ...]
    total: int


@dataclass(frozen=True)
class _Group:
    value: str
    name: str
    ids: BitMap


def cross(
    events: Snapshot, query: Query, facets: tuple[str, str], limits: tuple[int, int]
) -> CrossTable:
    """Return the events of a query counted by two of CROSSED: the values with the most events up to
    `limits` rows and columns, and all other events under "".
    """
    chosen = events.choose(query)
    down, across = (
        _groups(events, chosen, field, limit) for field, limit in zip(facets, limits, strict=True)
    )
    return CrossTable(
        rows=_values(down),
        columns=_values(across),
        counts=tuple(
            tuple(row.ids.intersection_cardinality(column.ids) for column in across) for row in down
        ),
        total=len(chosen),
    )


def narrow(query: Query, field: str, value: str, today: date | None = None) -> Query | None:
    """Return the query narrowed to a value of one of CROSSED; None if no query asks for just these
    events. Relative days count from `today`, by default the clock's day.
    """
    if not value:
        return None
    if field in {"year", "month"}:
        # A day within the span is narrower than the span, so it stays.
        day = (today or database_time.estimate().date()).isoformat()
        asked_days = day_at(query.since, day), day_at(query.until, day, is_last=True)
        since, until = (bound if bound.startswith(value) else value for bound in asked_days)
        return replace(query, since=since, until=until)
    asked: tuple[str, ...] = getattr(query, field)
    # An address cannot ask for events with both this value and one of these.
    if asked and value not in asked:
        return None
    alone: dict[str, Any] = {field: (value,)}
    return replace(query, **alone)


def _values(groups: Iterable[_Group]) -> tuple[CrossValue, ...]:
    return tuple(CrossValue(group.value, group.name, len(group.ids)) for group in groups)


def _groups(events: Snapshot, chosen: BitMap, field: str, limit: int) -> list[_Group]:
    groups = [group for group in _largest(events, chosen, field, limit) if group.ids]
    others = chosen - union(group.ids for group in groups)
    if others:
        groups.append(_Group("", term("others"), others))
    return groups


def _largest(events: Snapshot, chosen: BitMap, field: str, limit: int) -> list[_Group]:
    if field in {"year", "month"}:
        return _spans(events, chosen, 4 if field == "year" else 7, limit)
    if field in PARTIES:
        return _parties(events, chosen, field, limit)
    closed: dict[str, Sequence[str]] = {
        "kind": [kind.value for kind in Kind],
        "state": STATES,
        "origin": ORIGINS,
    }
    values = closed.get(field) or list(events.ranked(field).most(chosen, limit))
    name = name_in(events, field)
    return [_Group(value, name(value), chosen & events.get(field, value)) for value in values]


def _spans(events: Snapshot, chosen: BitMap, length: int, limit: int) -> list[_Group]:
    """Return the last years or months that have events."""
    # An event known only to the year is on no month's page, so it counts under the others.
    months = sorted((m for m in events.values("month") if len(m) >= length), reverse=True)
    by_span: dict[str, list[str]] = {}
    for month in months:
        by_span.setdefault(month[:length], []).append(month)
    groups: list[_Group] = []
    for span, within in by_span.items():
        if ids := chosen & events.any_of("month", tuple(within)):
            groups.append(_Group(span, span, ids))
        if len(groups) == limit:
            break
    return groups


def _parties(events: Snapshot, chosen: BitMap, field: str, limit: int) -> list[_Group]:
    heads = events.heads(field)
    counts = {pk: n for pk, n in heads.most(chosen, limit).items() if n}
    sets = dict(heads)
    entities = {row.pk: row for row in events.entities(Q(pk__in=list(counts)))}
    return [
        _Group(entities[pk].slug, entities[pk].shown_name, chosen & sets[pk])
        for pk in counts
        if pk in entities
    ]


def count_countries(events: Snapshot, query: Query) -> tuple[CrossValue, ...]:
    """Return every country with events of a query and their number, the most first."""
    chosen = events.choose(query)
    groups = _parties(events, chosen, "country", len(events.values("country")) or 1)
    return _values(groups)
