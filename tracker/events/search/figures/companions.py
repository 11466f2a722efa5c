"""Find the entities that take part in the same events as an entity."""

from dataclasses import dataclass

from django.db.models import Q

from tracker.events.models import Entity
from tracker.events.search.facts import PARTIES
from tracker.events.search.index.snapshot import Snapshot
from tracker.events.search.query import Query

SHOWN = 12  # per type, those with the most events


@dataclass(frozen=True)
class Companion:
    """An entity that takes part in the same events, and the number of these."""

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
    shown = Q(pk__in={pk for by_pk in counts.values() for pk in by_pk})
    entities = {row.pk: row for row in events.entities(shown)}
    return {
        field: [Companion(entities[pk], n) for pk, n in by_pk.items() if pk in entities][:SHOWN]
        for field, by_pk in counts.items()
    }
