"""Query: a choice of events, frozen, and its typed form. One Query serves the timeline and the
alerts: what you see is what you are mailed. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from tracker.events.queried import QUERIED
from tracker.events.search.language.days import stored_day
from tracker.events.search.language.pieces import OPERATORS, is_stop_word

TEXT_LIMIT = 2_000  # characters of a typed query
FIELDS = (
    *("kind", "platform", "target", "country", "lang", "ground", "source"),
    *QUERIED,
    *("state", "origin", "event"),
)
DATES = ("since", "until", "in_force", "recorded", "changed", "effective")
NUMBERS = ("amount", "affected")
SPANS = (*NUMBERS, "effective")  # single fields of which two values give the two ends
SINGLE = (*DATES, *NUMBERS, "names")  # fields of one value
UNSURE = "unsure"  # the state of events that only a query with state:unsure chooses


@dataclass(frozen=True)
class QueryProblem:
    """What is wrong with a piece of a query; `near` are similar valid pieces, with names."""

    reason: str
    place: str
    near: tuple[tuple[str, str], ...] = ()


class QueryError(ValueError):
    """A query that cannot be read, with all its problems, and `repaired`, the query without the
    invalid pieces. `reason` is in words, `place` the first invalid piece.
    """

    def __init__(self, problems: Sequence[QueryProblem], repaired: str) -> None:
        self.problems = tuple(problems)
        self.reason = "; ".join(problem.reason for problem in self.problems)
        self.place = self.problems[0].place
        self.repaired = repaired
        super().__init__(self.reason)


@dataclass(frozen=True)
class Query:
    """A choice of events.

    Values within a field are alternatives, fields must all hold. Each of `words` must be in the
    event's headline, the names of its parties, or its reports' titles and summaries, or be another
    name of a party, unless `names` is "off". Sources are hosts, events numbers. Unsure events are
    chosen only if `state` has "unsure". `since` and `until` are "YYYY-MM-DD", "YYYY-MM" or "YYYY",
    both included, or relative ("7d", "last-month"), "" for open; `in_force` is a day, or "yes",
    "ended" or "unknown" for now, "" for any; `recorded`, `changed` and `effective` are spans of
    days, `amount` and `affected` of numbers, whatever is counted unless `currency` or
    `affected_what` says it. Targets and authorities are folded names. None of `excluded`, pairs of
    field ("words" too) and value, may hold. Of each of `groups` one Query must hold, of `barred`
    none may. An empty Query is every event that is not unsure. `as_of` is the past moment that it
    asks about, as the address has it: no condition, but what follows from the query asks about the
    same moment.
    """

    kind: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    ground: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    appeal: tuple[str, ...] = ()
    territory: tuple[str, ...] = ()
    degree: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    ordered_by: tuple[str, ...] = ()
    currency: tuple[str, ...] = ()
    affected_what: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    in_force: str = ""
    recorded: str = ""
    changed: str = ""
    effective: str = ""
    amount: str = ""
    affected: str = ""
    names: str = ""
    words: tuple[str, ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    groups: tuple[tuple["Query", ...], ...] = ()
    barred: tuple["Query", ...] = ()
    as_of: str = field(default="", compare=False)

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self) if f.compare)

    def text(self) -> str:
        """Return the typed form, which `parse` reads back to an equal Query."""
        return " ".join(self._pieces())

    def _pieces(self) -> list[str]:
        pieces = [f"{name}:{quote_value(v)}" for name in FIELDS for v in getattr(self, name)]
        pieces += [f"{name}:{getattr(self, name)}" for name in SINGLE if getattr(self, name)]
        pieces += [*map(quote_value, self.words), *(f"-{p}" for p in self.exclusions())]
        pieces += [f"({' OR '.join(map(_alternative, group))})" for group in self.groups]
        return [*pieces, *(f"-({query.text()})" for query in self.barred)]

    def exclusions(self) -> list[str]:
        """Return the exclusions as pieces of typed text without the minus."""
        return [
            quote_value(value) if name == "words" else f"{name}:{quote_value(value)}"
            for name, value in self.excluded
        ]

    def in_words(self) -> "Query":
        """Return the part that only typed text can express: words and brackets."""
        return Query(words=self.words, groups=self.groups, barred=self.barred)

    def without(self, field: str) -> "Query":
        """Return the query without any condition on one multi-valued field."""
        nothing: dict[str, Any] = {field: ()}
        left = tuple(pair for pair in self.excluded if pair[0] != field)
        return replace(self, **nothing, excluded=left)

    def with_values(
        self, field: str, values: tuple[str, ...], excluded: tuple[tuple[str, str], ...]
    ) -> "Query":
        """Return the query with other values of a field, and other exclusions."""
        changed: dict[str, Any] = {field: values}
        return replace(self, **changed, excluded=excluded)

    def within(self) -> Iterator["Query"]:
        """Yield the queries within brackets, read with the same names."""
        for query in (*(query for group in self.groups for query in group), *self.barred):
            yield replace(query, names=self.names)


def _alternative(query: Query) -> str:
    pieces = query._pieces()
    return pieces[0] if len(pieces) == 1 else f"({' '.join(pieces)})"


def quote_value(value: str) -> str:
    """Return `value` as one piece of a typed query."""
    # A leading minus would exclude, a colon name a field, a bracket group: such values are quoted.
    is_plain = re.fullmatch(r"[^\s\":\-(][^\s\":)]*|-+", value)
    is_word = value not in OPERATORS and not is_stop_word(value) and stored_day(value) == ""
    is_time = value.lower() in {"last", "past", "this"}
    is_plain_word = is_plain and (is_word or re.fullmatch(r"[\d-]+", value)) and not is_time
    return value if is_plain_word else '"' + value.replace('"', "") + '"'
