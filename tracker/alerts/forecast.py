"""Estimate what an alert on a query would bring, and suggest further filters."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tracker.classify import Kind
from tracker.classify.facts.companies import same_company
from tracker.events.models import Entity
from tracker.events.record.entities import EntityRef, refs_condition
from tracker.events.search.index.events import index
from tracker.events.search.query import Query, quote_value
from tracker.events.wording.names import kind_name

# Kinds that people confuse, or that occur together.
NEAR_KINDS = {
    Kind.AD_BAN: (Kind.DEMONETIZATION, Kind.POLICY_CHANGE),
    Kind.ACCOUNT_SUSPENSION: (Kind.CONTENT_REMOVAL, Kind.REACH_RESTRICTION),
    Kind.CONTENT_REMOVAL: (Kind.ACCOUNT_SUSPENSION, Kind.REACH_RESTRICTION),
    Kind.REACH_RESTRICTION: (Kind.CONTENT_REMOVAL, Kind.ACCOUNT_SUSPENSION),
    Kind.DEMONETIZATION: (Kind.AD_BAN, Kind.SERVICE_DENIAL),
    Kind.SERVICE_DENIAL: (Kind.DEMONETIZATION, Kind.PLATFORM_BLOCK),
    Kind.POLICY_CHANGE: (Kind.AD_BAN, Kind.LEGAL_ACTION),
    Kind.PLATFORM_BLOCK: (Kind.LEGAL_ACTION, Kind.SERVICE_DENIAL),
    Kind.LEGAL_ACTION: (Kind.PLATFORM_BLOCK, Kind.POLICY_CHANGE),
}
RELATED, OFTEN = 6, 2  # values that occur in at least this many events of a query


def weekly_counts(query: Query, weeks: int, today: date) -> tuple[int, ...]:
    """Count the acts of a query in each of the last `weeks` seven-day periods, latest last."""
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
    query, platforms of the same company, kinds similar to the query's.
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
    entities = [(f"{pair[0]}:{quote_value(pair[1])}", names[pair]) for pair in new if pair in names]
    near = dict.fromkeys(near for kind in query.kind for near in NEAR_KINDS.get(Kind(kind), ()))
    kinds = [(f"kind:{kind}", kind_name(kind)) for kind in near if kind not in query.kind]
    return (*entities, *kinds)


def named_with_words(query: Query) -> tuple[tuple[Query, str], ...]:
    """Suggest what to follow instead of the query's words: the most frequent targets and platforms
    in its events, as (query, name); an alert on a name matches it in every script.
    """
    if not query.words:
        return ()
    events = index.snapshot()
    chosen = events.choose(query)
    counted = [
        (count, field, pk)
        for field in ("target", "platform")
        for pk, count in events.heads(field).most(chosen, RELATED).items()
        if count >= OFTEN
    ]
    entities = Entity.objects.in_bulk([pk for _count, _field, pk in counted])
    suggested = []
    for _count, field, pk in sorted(counted, reverse=True)[:RELATED]:
        values: dict[str, Any] = {field: (*getattr(query, field), entities[pk].slug)}
        suggested.append((replace(query, words=(), **values), entities[pk].shown_name))
    return tuple(suggested)
