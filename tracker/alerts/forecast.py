"""What an alert on a query would bring: events a week, other names that it finds, and what it could
name besides.
"""

from datetime import date, timedelta

from tracker.classify.platforms import same_company
from tracker.events.models import Entity
from tracker.events.record.entities import Pair, of_pairs
from tracker.events.search.index import index
from tracker.events.search.query import Query, quoted

RELATED, OFTEN = 6, 2  # values beside those of a query, in so many of its events


def weekly(query: Query, weeks: int, today: date) -> tuple[int, ...]:
    """How many of its acts fell into each of the last `weeks` times seven days up to today, the
    last seven days last.
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


def also_known(query: Query) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The people, outlets and platforms that a query names, in its targets, platforms or words,
    each with the other names that it is found by, in every script.
    """
    events = index.snapshot()
    pairs = {pair for word in query.words for pair in events.meanings(query, word)}
    pairs |= {(field, v) for field in ("target", "platform") for v in getattr(query, field)}
    found = Entity.objects.filter(of_pairs(pairs)).prefetch_related("aliases")
    named = ((one.name, {a.name for a in one.aliases.all()} - {one.name}) for one in found)
    return tuple((name, tuple(sorted(others))) for name, others in sorted(named) if others)


def related(query: Query) -> tuple[tuple[str, str], ...]:
    """What a query could name besides, as (piece of typed text, name): targets that stand in the
    same events, where it names targets; platforms of the same owner, where it names platforms.
    """
    found: dict[Pair, None] = {}
    if query.target:
        events = index.snapshot()
        chosen = events.choose(query)
        together = events.heads("target").most(chosen, RELATED + len(query.target))
        slugs = dict(Entity.objects.filter(pk__in=together).values_list("pk", "slug"))
        found |= dict.fromkeys(
            ("target", slugs[pk]) for pk, n in together.items() if n >= OFTEN and pk in slugs
        )
    if query.platform:
        found |= dict.fromkeys(("platform", slug) for slug in sorted(same_company(query.platform)))
    new = [pair for pair in found if pair[1] not in getattr(query, pair[0])]
    named = Entity.objects.filter(of_pairs(new))
    names = {(str(one.type), one.slug): one.shown_name for one in named}
    return tuple((f"{pair[0]}:{quoted(pair[1])}", names[pair]) for pair in new if pair in names)
