"""Estimate what an alert on a query would bring, and suggest further filters."""

from datetime import date, timedelta

from tracker.classify.facts.companies import same_company
from tracker.events.models import Entity
from tracker.events.record.entities import EntityRef, refs_condition
from tracker.events.search.index import index
from tracker.events.search.query import Query, quote_value

RELATED, OFTEN = 6, 2  # values beside those of a query, in so many of its events


def weekly_counts(query: Query, weeks: int, today: date) -> tuple[int, ...]:
    """Count the acts of a query in each of the last `weeks` periods of seven days, the latest
    last.
    """
    events = index.snapshot()
    chosen = events.choose(query)
    return tuple(
        len(
            chosen
            & events.between(
                (today - timedelta(days=7 * ago + 6)).isoformat(),
                (today - timedelta(days=7 * ago)).isoformat(),
            )
        )
        for ago in range(weeks - 1, -1, -1)
    )


def other_names(query: Query) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the entities that a query names in its targets, platforms or words, each with its
    other names in every script.
    """
    events = index.snapshot()
    pairs = {pair for word in query.words for pair in events.meanings(query, word)}
    pairs |= {(field, v) for field in ("target", "platform") for v in getattr(query, field)}
    entities = Entity.objects.filter(refs_condition(pairs)).prefetch_related("aliases")
    named = (
        (entity.name, {a.name for a in entity.aliases.all()} - {entity.name}) for entity in entities
    )
    return tuple((name, tuple(sorted(others))) for name, others in sorted(named) if others)


def suggest_filters(query: Query) -> tuple[tuple[str, str], ...]:
    """Suggest further values as (typed text, name): targets that share events with those of the
    query, platforms of the same company.
    """
    suggested: dict[EntityRef, None] = {}
    if query.target:
        events = index.snapshot()
        chosen = events.choose(query)
        together = events.heads("target").most(chosen, RELATED + len(query.target))
        slugs = dict(Entity.objects.filter(pk__in=together).values_list("pk", "slug"))
        suggested |= dict.fromkeys(
            ("target", slugs[pk]) for pk, n in together.items() if n >= OFTEN and pk in slugs
        )
    if query.platform:
        suggested |= dict.fromkeys(
            ("platform", slug) for slug in sorted(same_company(query.platform))
        )
    new = [pair for pair in suggested if pair[1] not in getattr(query, pair[0])]
    named = Entity.objects.filter(refs_condition(new))
    names = {(str(entity.type), entity.slug): entity.shown_name for entity in named}
    return tuple(
        (f"{pair[0]}:{quote_value(pair[1])}", names[pair]) for pair in new if pair in names
    )
