"""Who else is concerned by the events of an entity."""

from dataclasses import dataclass

from tracker.events.models import Entity
from tracker.events.search.facts import PARTIES
from tracker.events.search.index import Snapshot
from tracker.events.search.query import Query

SHOWN = 12  # of each type, those with the most events


@dataclass(frozen=True)
class Companion:
    """An entity that takes part in the same events, and in how many."""

    entity: Entity
    count: int


def companions_of(events: Snapshot, entity: Entity, query: Query) -> dict[str, list[Companion]]:
    """Return the platforms, targets and countries of a query's events beside an entity, by type;
    one query.
    """
    chosen = events.choose(query)
    counts = {
        field: {
            pk: n
            for pk, n in events.heads(field).most(chosen, SHOWN + 1).items()
            if n and pk != entity.pk
        }
        for field in PARTIES
    }
    entities = Entity.objects.in_bulk({pk for by_pk in counts.values() for pk in by_pk})
    return {
        field: [Companion(entities[pk], n) for pk, n in by_pk.items() if pk in entities][:SHOWN]
        for field, by_pk in counts.items()
    }
