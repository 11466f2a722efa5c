"""Decide whether a query chooses an event, without a database; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tracker.classify.words.matching import Lexicon
from tracker.events.in_force import asked_status, lasting_kinds, status_on
from tracker.events.queried import QUERIED
from tracker.events.search.language.questions import (
    asks_for_unsure,
    bounds,
    meanings,
    stored_bounds,
)
from tracker.events.search.language.spans import day_bounds, holds_number
from tracker.events.search.query import FIELDS, UNSURE, Query
from tracker.events.text import holds


@dataclass(frozen=True)
class EventFacts:
    """The facts that a Query is matched against without a database: slugs, the day as in Event, the
    searched text of headline, names and reports; `events` are its number and those merged into it.
    `figures` are the values by field of the further facts (QUERIED). `recorded` and `changed` are
    moments like 2026-11-24T12:00:00Z, "" if unknown.
    """

    kinds: frozenset[str]
    platforms: frozenset[str]
    countries: frozenset[str]
    state: str
    occurred: str
    text: str
    targets: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    grounds: frozenset[str] = frozenset()
    figures: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    ended: str = ""
    unknown_from: str = ""
    origin: str = ""
    recorded: str = ""
    changed: str = ""
    amount: int = 0
    affected: int = 0
    effective_on: str = ""


def matches(query: Query, facts: EventFacts, names: Lexicon | None = None, *, today: str) -> bool:
    """Return whether the query chooses the event on a day, as events.search would; `names` are
    those added by editors.
    """
    return _holds(query, facts, names, today, leaves_out_unsure=not asks_for_unsure(query))


def _holds(
    query: Query,
    facts: EventFacts,
    names: Lexicon | None,
    today: str,
    *,
    leaves_out_unsure: bool,
) -> bool:
    if leaves_out_unsure and facts.state == UNSURE:
        return False
    sets = values_of(facts)
    return (
        all(not getattr(query, name) or sets[name] & set(getattr(query, name)) for name in FIELDS)
        and _is_within(query, facts, today)
        and all(_mentions(query, word, facts, names) for word in query.words)
        and not any(
            _mentions(query, value, facts, names) if name == "words" else value in sets[name]
            for name, value in query.excluded
        )
        and _holds_brackets(query, facts, names, today)
    )


def _holds_brackets(query: Query, facts: EventFacts, names: Lexicon | None, today: str) -> bool:
    def holds_one(inner: Query, *, is_default: bool) -> bool:
        read = replace(inner, names=query.names)
        left_out = is_default and not asks_for_unsure(inner)
        return _holds(read, facts, names, today, leaves_out_unsure=left_out)

    for group in query.groups:
        # If one alternative asks for unsure events, the others still leave them out.
        is_default = any(map(asks_for_unsure, group))
        if not any(holds_one(inner, is_default=is_default) for inner in group):
            return False
    return not any(holds_one(inner, is_default=False) for inner in query.barred)


def _is_within(query: Query, facts: EventFacts, today: str) -> bool:
    """Return whether the event is within all times that the query asks for."""
    return (
        _lies_within(facts.occurred, bounds(query, today))
        and _lies_within(facts.effective_on, day_bounds(query.effective, today))
        and holds_number(query.amount, facts.amount)
        and holds_number(query.affected, facts.affected)
        and (not query.in_force or in_force(query.in_force, facts, today))
        and _was(query.recorded, facts.recorded, today)
        and _was(query.changed, facts.changed, today)
    )


def _lies_within(day: str, ends: tuple[str, str]) -> bool:
    low, high = ends
    return (not (low or high) or bool(day)) and low <= day and (not high or day <= high)


def _was(span: str, at: str, today: str) -> bool:
    if not span:
        return True
    low, high = stored_bounds(span, today)
    return bool(at) and low <= at[: len(low)] and (not high or at[: len(high)] <= high)


def _mentions(query: Query, word: str, facts: EventFacts, names: Lexicon | None) -> bool:
    sets = values_of(facts)
    named = meanings(query, word, names)
    return holds(facts.text, word) or any(slug in sets[field] for field, slug in named)


def values_of(facts: EventFacts) -> dict[str, frozenset[str]]:
    """Return an event's values by field of a query."""
    return {
        "kind": facts.kinds,
        "platform": facts.platforms,
        "target": facts.targets,
        "country": facts.countries,
        "lang": facts.languages,
        "ground": facts.grounds,
        "source": facts.sources,
        "state": frozenset([facts.state]),
        "origin": frozenset([facts.origin]),
        "event": facts.events,
        **{name: facts.figures.get(name, frozenset()) for name in QUERIED},
    }


def in_force(asked: str, facts: EventFacts, today: str) -> bool:
    """Return whether a measure has the status that `in_force` asks for (see Query)."""
    status, day = asked_status(asked, today)
    found = status_on(day, facts.occurred, facts.ended, facts.unknown_from)
    return bool(lasting_kinds(tuple(facts.kinds))) and found == status
