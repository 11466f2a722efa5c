"""Count how many events would remain for each value of a facet."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.db.models import Q
from pyroaring import BitMap

from tracker.classify import Kind
from tracker.classify.letters.folding import fold
from tracker.events.in_force import STATUSES, UNKNOWN, asked_status
from tracker.events.queried import FOLDED
from tracker.events.record.entities import EntityRef, refs_condition
from tracker.events.search.facts import PARTIES
from tracker.events.search.index.events import index
from tracker.events.search.index.snapshot import Snapshot
from tracker.events.search.language.values import ORIGINS
from tracker.events.search.query import Query
from tracker.events.search.wording.values import NAMES
from tracker.events.wording.names import (
    authority_name,
    country_choices,
    shown_authority_name,
    status_name,
)

SHOWN = 16  # values of a facet, those with the most events
LISTED = 200  # values on a facet's own page
VALUED = tuple(field for field in NAMES if field not in PARTIES)  # facets of listed values
FACETS = (*PARTIES, *VALUED)


@dataclass(frozen=True)
class FacetChoice:
    """One row of a facet: value, name, how many events would remain, whether it is chosen or
    excluded.
    """

    value: str
    name: str
    count: int
    is_chosen: bool
    is_excluded: bool = False


Facets = dict[str, tuple[FacetChoice, ...]]


def facets_of(
    events: Snapshot,
    query: Query,
    conditions: Mapping[str, BitMap],
    meant: Mapping[str, Iterable[EntityRef]],
) -> tuple[Facets, dict[EntityRef, str]]:
    """Return each facet counted under the other filters, so that counts show the result of choosing
    a value; and the names of all mentioned entities, including those that words mean.
    """
    facets = {}
    fixed: dict[str, Sequence[str]] = {
        "kind": [k.value for k in Kind],
        "state": ["reviewed", "machine", "unsure"],
        "origin": ORIGINS,
    }
    for name in VALUED:
        values = fixed.get(name)
        base = events.all_of(conditions, but=name)
        counts = (
            {v: base.intersection_cardinality(events.get(name, v)) for v in values}
            if values
            else events.ranked(name).most(base, SHOWN)
        )
        facets[name] = _choices(query, name, counts, name_in(events, name))
    facets["in_force"] = _statuses(events, query, conditions)
    parties, names = _party_facets(events, query, conditions, meant)
    return facets | parties, names


def name_in(events: Snapshot, field: str) -> Callable[[str], str]:
    """Return the function that names a facet's values; authorities are named as in most events."""
    if field not in FOLDED:
        return NAMES.get(field, str)
    printed = events.printed(field)
    return lambda value: shown_authority_name(printed.get(value, "")) or authority_name(value)


def _statuses(
    events: Snapshot, query: Query, conditions: Mapping[str, BitMap]
) -> tuple[FacetChoice, ...]:
    """Count the measures in force, ended and of unknown status: now, or on the query's day."""
    _, day = asked_status(query.in_force or UNKNOWN, events.today)
    base = events.all_of(conditions, but="in_force")
    by_status = events.in_force_on(day)
    return tuple(
        FacetChoice(
            status,
            status_name(status),
            base.intersection_cardinality(by_status[status]),
            query.in_force == status,
        )
        for status in STATUSES
    )


def _choices(
    query: Query, field: str, counts: Mapping[str, int], name_of: Callable[[str], str]
) -> tuple[FacetChoice, ...]:
    """Return the rows of a facet, chosen and excluded ones first unless the facet has its own
    order.
    """
    picked = getattr(query, field)
    barred = {value for name, value in query.excluded if name == field}
    rows = [
        FacetChoice(v, name_of(v), counts.get(v, 0), v in picked, v in barred)
        for v in dict.fromkeys([*counts, *picked, *sorted(barred)])
    ]
    if field in {"kind", "state", "origin"}:
        return tuple(rows)
    return tuple(sorted(rows, key=lambda c: (not (c.is_chosen or c.is_excluded), -c.count, c.name)))


def _party_facets(
    events: Snapshot,
    query: Query,
    conditions: Mapping[str, BitMap],
    meant: Mapping[str, Iterable[EntityRef]],
) -> tuple[Facets, dict[EntityRef, str]]:
    counts = {f: events.heads(f).most(events.all_of(conditions, but=f), SHOWN) for f in PARTIES}
    meant_pairs = {pair for pairs in meant.values() for pair in pairs}
    condition = refs_condition(meant_pairs) | Q(
        pk__in=[pk for counts_by_id in counts.values() for pk in counts_by_id]
    )
    for field in PARTIES:
        # Chosen and excluded values are listed even with no events, or nobody could untick them.
        named = [*getattr(query, field), *(v for f, v in query.excluded if f == field)]
        condition |= Q(type=field, slug__in=named)
    rows = events.entities(condition)
    by_id = {entity.pk: entity for entity in rows}
    names = {(str(entity.type), entity.slug): entity.itself.shown_name for entity in rows}
    facets = {}
    for name, counts_by_id in counts.items():
        by_slug = {by_id[pk].slug: n for pk, n in counts_by_id.items()}
        facets[name] = _choices(query, name, by_slug, partial(_entity_name, names, name))
    return facets, names


def _entity_name(names: Mapping[tuple[str, str], str], kind: str, slug: str) -> str:
    return names.get((kind, slug), slug)


def list_values(
    query: Query, field: str, named: str, *, events: Snapshot | None = None
) -> tuple[FacetChoice, ...]:
    """Return up to LISTED values of a facet whose names contain `named`, those with the most events
    first, counted under the other filters; chosen and excluded ones are marked.
    """
    events = events or index.snapshot()
    base = events.all_of(events.conditions(query), but=field)
    if field in PARTIES:
        return _list_parties(events, base, query, field, named)
    name_of = name_in(events, field)
    rows = _choices(query, field, events.ranked(field).most(base, len(base)), name_of)
    folded = fold(named)
    matching = (row for row in rows if folded in fold(row.name) or folded == row.value)
    return tuple(sorted(matching, key=lambda row: -row.count)[:LISTED])


def _list_parties(
    events: Snapshot, base: BitMap, query: Query, field: str, named: str
) -> tuple[FacetChoice, ...]:
    heads = events.heads(field)
    if named:
        codes = [c for c, n in country_choices() if fold(named) in fold(n)]
        ids = events.entities_called(field, named, codes if field == "country" else ())
        counts = {pk: base.intersection_cardinality(has) for pk, has in heads if pk in ids}
    else:
        counts = heads.most(base, LISTED)
    largest = dict(sorted(counts.items(), key=lambda pair: -pair[1])[:LISTED])
    rows = events.entities(Q(pk__in=list(largest)))
    names = {(str(row.type), row.slug): row.shown_name for row in rows}
    by_slug = {row.slug: largest[row.pk] for row in rows if largest[row.pk]}
    return _choices(query, field, by_slug, partial(_entity_name, names, field))
