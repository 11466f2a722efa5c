"""Count how many events each value of a facet would leave."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Q
from django.utils.text import capfirst
from pyroaring import BitMap

from tracker.classify import Kind
from tracker.classify.letters.folding import fold
from tracker.events.in_force import STATUSES, UNKNOWN, asked_status
from tracker.events.models import Entity
from tracker.events.record.entities import EntityRef, refs_condition
from tracker.events.search.facts import PARTIES
from tracker.events.search.index import Snapshot, index
from tracker.events.search.query import ORIGINS, Query
from tracker.events.wording.names import (
    country_choices,
    ground_name,
    kind_name,
    language_name,
    origin_name,
    status_name,
)
from tracker.events.wording.terms import term

SHOWN = 20  # values of a facet, those with the most events
LISTED = 200  # values on a facet's own page
NAMES_OF: dict[str, Callable[[str], str]] = {
    "kind": kind_name,
    "lang": language_name,
    "ground": ground_name,
    "source": str,
    "state": lambda v: capfirst(term(v)),
    "origin": origin_name,
}
FACETS = (*PARTIES, *NAMES_OF)


@dataclass(frozen=True)
class FacetChoice:
    """One row of a facet: value, name, how many events it would leave, whether it is chosen or
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
    """Return each facet counted under the other filters, so that counts say what choosing a value
    would give; and the names of all entities mentioned, those that words mean too.
    """
    facets = {}
    fixed: dict[str, Sequence[str]] = {
        "kind": [k.value for k in Kind],
        "state": ["reviewed", "machine", "unsure"],
        "origin": ORIGINS,
    }
    for name, name_of in NAMES_OF.items():
        values = fixed.get(name)
        base = events.all_of(conditions, but=name)
        counts = (
            {v: base.intersection_cardinality(events.get(name, v)) for v in values}
            if values
            else events.ranked(name).most(base, SHOWN)
        )
        facets[name] = _choices(query, name, counts, name_of)
    facets["in_force"] = _statuses(events, query, conditions)
    parties, names = _party_facets(events, query, conditions, meant)
    return facets | parties, names


def _statuses(
    events: Snapshot, query: Query, conditions: Mapping[str, BitMap]
) -> tuple[FacetChoice, ...]:
    """Return how many measures are in force, ended and not known: now, or on the query's day."""
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
    """Return the rows of a facet, chosen and excluded ones first unless the facet has an order of
    its own.
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
        # Chosen and excluded values are listed with no event left, too: else nobody could untick
        # them.
        named = [*getattr(query, field), *(v for f, v in query.excluded if f == field)]
        condition |= Q(type=field, slug__in=named)
    rows = list(Entity.objects.filter(condition).select_related("merged_into"))
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
    query: Query, field: str, named: str, *, today: date | None = None
) -> tuple[FacetChoice, ...]:
    """Return up to LISTED values of a facet whose names hold `named`, those with the most events
    first, counted under the other filters; chosen and excluded ones are marked.
    """
    events = index.snapshot(today)
    base = events.all_of(events.conditions(query), but=field)
    if field in PARTIES:
        return _list_parties(events, base, query, field, named)
    rows = _choices(query, field, events.ranked(field).most(base, len(base)), NAMES_OF[field])
    asked = fold(named)
    fitting = (row for row in rows if asked in fold(row.name) or asked == row.value)
    return tuple(sorted(fitting, key=lambda row: -row.count)[:LISTED])


def _list_parties(
    events: Snapshot, base: BitMap, query: Query, field: str, named: str
) -> tuple[FacetChoice, ...]:
    heads = events.heads(field)
    entities = Entity.objects.filter(type=field, merged_into=None)
    if named:
        condition = Q(name__icontains=named) | Q(aliases__name__icontains=named)
        if field == "country":
            condition |= Q(slug__in=[c for c, n in country_choices() if fold(named) in fold(n)])
        ids = set(entities.filter(condition).values_list("pk", flat=True)[: 10 * LISTED])
        counts = {pk: base.intersection_cardinality(has) for pk, has in heads if pk in ids}
    else:
        counts = heads.most(base, LISTED)
    largest = dict(sorted(counts.items(), key=lambda pair: -pair[1])[:LISTED])
    rows = list(entities.filter(pk__in=largest))
    names = {(str(row.type), row.slug): row.shown_name for row in rows}
    by_slug = {row.slug: largest[row.pk] for row in rows if largest[row.pk]}
    return _choices(query, field, by_slug, partial(_entity_name, names, field))
