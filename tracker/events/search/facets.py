"""The facets of a query: each value with how many events choosing it would leave."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from django.db.models import Q
from django.utils.text import capfirst
from pyroaring import BitMap

from tracker.classify import Kind
from tracker.events.models import Entity
from tracker.events.record.entities import Pair, of_pairs
from tracker.events.search.facts import PARTIES
from tracker.events.search.index import Snapshot
from tracker.events.search.query import Query
from tracker.events.wording.names import ground_name, kind_name, language_name
from tracker.events.wording.terms import term

SHOWN = 20  # values of a facet, those with the most events


@dataclass(frozen=True)
class Choice:
    """One row of a facet: value, name, how many events it would leave, whether it is chosen or
    excluded.
    """

    value: str
    name: str
    count: int
    is_chosen: bool
    is_excluded: bool = False


Facets = dict[str, tuple[Choice, ...]]


def facets_of(
    events: Snapshot,
    query: Query,
    conditions: Mapping[str, BitMap],
    meant: Mapping[str, Iterable[Pair]],
) -> tuple[Facets, dict[Pair, str]]:
    """Counts of each facet under the other filters, so that they say what choosing a value would
    give; and the names of all entities that are spoken of, what words mean too.
    """
    found = {}
    for name, values, name_of in (
        ("kind", [k.value for k in Kind], kind_name),
        ("lang", None, language_name),
        ("ground", None, ground_name),
        ("source", None, str),
        ("state", ["reviewed", "machine", "unsure"], lambda v: capfirst(term(v))),
    ):
        base = events.all_of(conditions, but=name)
        counts = (
            {v: base.intersection_cardinality(events.get(name, v)) for v in values}
            if values
            else events.ranked(name).most(base, SHOWN)
        )
        found[name] = _choices(query, name, counts, name_of)
    parties, names = _party_facets(events, query, conditions, meant)
    return found | parties, names


def _choices(
    query: Query, field: str, counts: Mapping[str, int], name_of: Callable[[str], str]
) -> tuple[Choice, ...]:
    """The rows of a facet: what is chosen or excluded first, where the facet has no order of its
    own.
    """
    picked = getattr(query, field)
    barred = {value for name, value in query.excluded if name == field}
    rows = [
        Choice(v, name_of(v), counts.get(v, 0), v in picked, v in barred)
        for v in dict.fromkeys([*counts, *picked, *sorted(barred)])
    ]
    if field in {"kind", "state"}:
        return tuple(rows)
    return tuple(sorted(rows, key=lambda c: (not (c.is_chosen or c.is_excluded), -c.count, c.name)))


def _party_facets(
    events: Snapshot,
    query: Query,
    conditions: Mapping[str, BitMap],
    meant: Mapping[str, Iterable[Pair]],
) -> tuple[Facets, dict[Pair, str]]:
    counts = {f: events.heads(f).most(events.all_of(conditions, but=f), SHOWN) for f in PARTIES}
    meant_pairs = {pair for pairs in meant.values() for pair in pairs}
    wanted = of_pairs(meant_pairs) | Q(pk__in=[pk for told in counts.values() for pk in told])
    for field in PARTIES:
        named = [*getattr(query, field), *(v for f, v in query.excluded if f == field)]
        wanted |= Q(type=field, slug__in=named)
    rows = list(Entity.objects.filter(wanted).select_related("merged_into"))
    by_id = {one.pk: one for one in rows}
    names = {(str(one.type), one.slug): one.itself.shown_name for one in rows}
    found = {}
    for name, told in counts.items():
        by_slug = {by_id[pk].slug: n for pk, n in told.items()}
        found[name] = _choices(query, name, by_slug, partial(_name_in, names, name))
    return found, names


def _name_in(names: Mapping[tuple[str, str], str], kind: str, slug: str) -> str:
    return names.get((kind, slug), slug)
