"""Find entities as people name them: by name, code, or another name."""

from collections.abc import Sequence

from django.db.models import Q

from tracker.classify.letters.folding import fold
from tracker.events.models import Entity
from tracker.events.search.index.snapshot import Snapshot
from tracker.events.search.query import Query
from tracker.events.wording.names import country_choices, country_name

OFFERED = 150  # most frequent names that a picker offers


def entities_named(events: Snapshot, entity_type: str, names: Sequence[str]) -> dict[str, Entity]:
    """Return the entity of a type that each name means, without unknown names. Merged ones count
    for the entity that they were merged into.
    """
    codes = {fold(name): code for code, name in country_choices()} | {
        fold(country_name("EU")): "EU"
    }
    slugs = {
        name: (name, name.lower(), name.upper(), fold(name), codes.get(fold(name), name))
        for name in names
    }
    asked = Q(type=entity_type, slug__in={slug for each in slugs.values() for slug in each})
    by_slug = {entity.slug: entity for entity in events.entities(asked)}
    named = {
        name: next(by_slug[slug] for slug in each if slug in by_slug)
        for name, each in slugs.items()
        if any(slug in by_slug for slug in each)
    }
    for name in names:
        if name not in named and (match := _by_other_name(events, entity_type, name)):
            named[name] = match
    return {name: entity.itself for name, entity in named.items()}


def _by_other_name(events: Snapshot, entity_type: str, name: str) -> Entity | None:
    """Return the entity with this full name or alias, in any script."""
    meant = [slug for field, slug in events.meanings(Query(), name) if field == entity_type]
    called = Q(slug__in=meant) if meant else Q(name__iexact=name)
    entities = events.entities(called & Q(type=entity_type))
    return min(entities, key=lambda entity: entity.pk, default=None)


def offered_names(events: Snapshot, entity_type: str) -> list[str]:
    """Return the names of a type with the most events, in that order."""
    counts = events.heads(entity_type).most(events.shown, OFFERED)
    named = Q(pk__in=[pk for pk, n in counts.items() if n])
    entities = {row.pk: row for row in events.entities(named)}
    return list(dict.fromkeys(entities[pk].shown_name for pk in counts if pk in entities))
