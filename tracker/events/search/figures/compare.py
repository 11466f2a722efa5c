"""Compare two to five platforms, countries or targets side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pyroaring import BitMap

from tracker.classify import Kind
from tracker.events.models import Entity
from tracker.events.search.figures.charts import Chart, chart_of, chart_span
from tracker.events.search.figures.outcomes import Outcomes, outcomes_of
from tracker.events.search.index.snapshot import Snapshot
from tracker.events.search.query import Query
from tracker.index.sets import union

LEAST, MOST = 2, 5


@dataclass(frozen=True)
class ComparedEntity:
    """A compared entity: its query, its events by kind, their outcomes, and its chart over the
    common periods.
    """

    entity: Entity
    query: Query
    kinds: dict[str, int]
    outcomes: Outcomes
    chart: Chart


def compare_entities(
    events: Snapshot, entities: list[Entity], query: Query, today: date
) -> tuple[ComparedEntity, ...]:
    """Return the comparison of entities of one type within a query, from one snapshot and over the
    same periods.
    """
    queries = [query_for(entity, query) for entity in entities]
    chosen = _choose_each(events, entities, query)
    span = chart_span(events, union(chosen), today)
    charts = [chart_of(events, ids, "kind", today, span) for ids in chosen]
    return tuple(
        ComparedEntity(entity, each, _by_kind(events, ids), outcomes_of(events, ids), chart)
        for entity, each, ids, chart in zip(entities, queries, chosen, charts, strict=True)
    )


def query_for(entity: Entity, query: Query) -> Query:
    """Return the query of a compared entity, with the same other filters."""
    own: dict[str, Any] = {entity.type: (entity.slug,)}
    return replace(query, **own)


def _choose_each(events: Snapshot, entities: Sequence[Entity], query: Query) -> list[BitMap]:
    """Return what the query of each entity chooses; the other filters are answered once."""
    entity_type = entities[0].type
    unasked: dict[str, Any] = {entity_type: ()}
    others = events.choose(replace(query, **unasked))
    having = events.having(entity_type, [entity.slug for entity in entities])
    return [others & having[entity.slug] for entity in entities]


def _by_kind(events: Snapshot, chosen: BitMap) -> dict[str, int]:
    return {
        kind.value: chosen.intersection_cardinality(events.get("kind", kind.value)) for kind in Kind
    }
