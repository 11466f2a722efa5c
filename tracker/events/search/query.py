"""Typed text <-> Query (frozen); pure. One Query serves the timeline and the alerts: what you see
is what you are mailed.

kind:"ad ban" platform:x country:Germany since:2017-10 until:2018-03-31 "RT" discrimination
target:"Donald Trump" in_force:2021-03-01 lang:fr ground:hate -platform:youtube -lawsuit
date:2017-10..2018-03 in_force:unknown source:lemonde.fr origin:history names:off event:123
(platform:x OR platform:facebook) -(RT Sputnik) since:7d recorded:last-month changed:2026-11-01..
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.utils.translation import gettext as _

from tracker.classify.letters.folding import fold
from tracker.classify.words.matching import Lexicon
from tracker.events.in_force import STATUSES
from tracker.events.search.language.days import (
    DAY,
    SPAN,
    day_at,
    is_relative,
    span_at,
    stored_day,
    stored_span,
)
from tracker.events.search.language.pieces import (
    OPERATORS,
    Alternatives,
    Bracket,
    Node,
    Piece,
    is_stop_word,
    read_pieces,
)
from tracker.events.search.language.values import (
    CLOSED,
    OPEN,
    ORIGINS,
    STATES,
    NearValue,
    code_of,
    codes_of,
    near_values,
)
from tracker.events.text import senses
from tracker.events.wording.names import format_number
from tracker.partial_date import PartialDate
from tracker.text import clean_text

__all__ = ["DAY", "ORIGINS", "STATES"]  # of the language, for whoever asks with a Query

TEXT_LIMIT = 2_000  # characters of a typed query
FIELDS = (
    *("kind", "platform", "target", "country", "lang", "ground", "source"),
    *("state", "origin", "event"),
)
DATES = ("since", "until", "in_force", "recorded", "changed")
SINGLE = (*DATES, "names")  # fields of one value
UNSURE = "unsure"  # the state of events that only a query with state:unsure chooses
NUMBER = re.compile(r"[1-9][0-9]{0,8}")  # of an event
FAULTS = {
    "(": lambda: _("Close the bracket with “)”"),
    ")": lambda: _("Open the bracket with “(”"),
    "OR": lambda: _("Write a condition before and after OR"),
    "NOT": lambda: _("Write a condition after NOT"),
}


@dataclass(frozen=True)
class QueryProblem:
    """What is wrong with a piece of a query; `near` are pieces that may be meant, with names."""

    reason: str
    place: str
    near: tuple[tuple[str, str], ...] = ()


class QueryError(ValueError):
    """A query that cannot be read: its problems, all at once, and `repaired`, the query without
    the wrong pieces. `reason` is in words, `place` the first wrong piece.
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

    Values within a field are alternatives, fields must all hold. Each of `words` must stand in the
    event's headline, the names of its parties, or its reports' titles and summaries, or be another
    name of a party, unless `names` is "off". Sources are hosts, events numbers. Unsure events are
    chosen only if `state` has "unsure". `since` and `until` are "YYYY-MM-DD", "YYYY-MM" or "YYYY",
    both included, or relative ("7d", "last-month"), "" for open; `in_force` is a day, or "yes",
    "ended" or "unknown" for now, "" for any; `recorded` and `changed` are spans of days. Targets
    are folded names. None of `excluded`, pairs of field ("words" too) and value, may hold. Of each
    of `groups` one Query must hold, of `barred` none may. An empty Query is every event that is not
    unsure.
    """

    kind: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    ground: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    in_force: str = ""
    recorded: str = ""
    changed: str = ""
    names: str = ""
    words: tuple[str, ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    groups: tuple[tuple["Query", ...], ...] = ()
    barred: tuple["Query", ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))

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
        """Return what is excluded, as pieces of typed text without the minus."""
        return [
            quote_value(value) if name == "words" else f"{name}:{quote_value(value)}"
            for name, value in self.excluded
        ]

    def in_words(self) -> "Query":
        """Return the part that only typed text can say: words and brackets."""
        return Query(words=self.words, groups=self.groups, barred=self.barred)

    def without(self, field: str) -> "Query":
        """Return the query without any condition on one field of several values."""
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


def parse(text: str, *, is_strict: bool = False) -> Query:
    """Parse a typed query; what is quoted is one word, colons and all.

    Raises QueryError for an unknown field or value, an invalid date, an open quote, or a text that
    is too long; for an open bracket and an unknown platform, country or language only if
    `is_strict`: alerts were stored with such, and find what they found.
    """
    reader = QueryReader(is_strict=is_strict)
    query = reader.read(text)
    return reader.checked(query)


def build_query(
    values: Mapping[str, Iterable[str]],
    excluded: Iterable[tuple[str, str]] = (),
    brackets: Query | None = None,
    *,
    is_strict: bool = False,
) -> Query:
    """Build a Query from lists of values by field, as a page's parameters give them, with the
    groups of `brackets`; blanks are skipped.

    Raises QueryError.
    """
    reader = QueryReader(is_strict=is_strict)
    query = reader.build(values, excluded)
    if brackets:
        query = replace(query, groups=brackets.groups, barred=brackets.barred)
    return reader.checked(query)


def read_address(text: str, values: Mapping[str, Iterable[str]]) -> Query:
    """Return the query of a typed text and the values of a page's address together. Raises
    QueryError with the problems of both; unknown values of every field are some.
    """
    ticked = frozenset(name for name in FIELDS if any(map(clean_text, values.get(name, ()))))
    reader = QueryReader(is_strict=True, ticked=ticked)
    typed = reader.read(text)
    both = {name: [*getattr(typed, name), *values.get(name, ())] for name in FIELDS}
    both |= {name: [getattr(typed, name), *values.get(name, ())] for name in SINGLE}
    query = reader.build({**both, "words": typed.words}, typed.excluded)
    return reader.checked(replace(query, groups=typed.groups, barred=typed.barred))


class QueryReader:
    """Reads a query and gathers its problems. `ticked` are fields that the page's address asks of
    besides: brackets on them narrow what is ticked, and are no further ticks.
    """

    def __init__(self, *, is_strict: bool, ticked: frozenset[str] = frozenset()) -> None:
        self._is_strict = is_strict
        self._ticked = ticked
        self._problems: dict[QueryProblem, None] = {}

    def read(self, text: str) -> Query:
        # An open quote would swallow the rest of the query without a word.
        if text.count('"') % 2:
            self._report(_("Close the quotation mark"), '"')
            text = text.replace('"', "")[:TEXT_LIMIT]
        typed = read_pieces(text)
        for sign in typed.faults if self._is_strict else ():
            self._report(FAULTS[sign](), sign)
        return self._query(typed.alternatives)

    def checked(self, query: Query) -> Query:
        """Return the query if it has no problem, else raise QueryError."""
        if len(query.text()) > TEXT_LIMIT:
            reason = _("the query is longer than %s characters") % format_number(TEXT_LIMIT)
            self._report(reason, f"{query.text()[:40]}…")
            query = Query()
        if self._problems:
            raise QueryError(tuple(self._problems), query.text())
        return query

    def build(
        self, values: Mapping[str, Iterable[str]], excluded: Iterable[tuple[str, str]] = ()
    ) -> Query:
        """Return the query of what can be read."""
        several = (*FIELDS, "words")
        given: dict[str, Any] = {n: self._stored_values(n, values.get(n, ())) for n in several}
        for name in SINGLE:
            stored = [self._stored_single(name, v) for v in map(clean_text, values.get(name, ()))]
            given[name] = next((value for value in reversed(stored) if value), "")
        pairs = ((name, self._stored_values(name, [value])) for name, value in excluded)
        given["excluded"] = tuple(dict.fromkeys((n, v) for n, found in pairs for v in found))
        return Query(**given)

    def _query(self, alternatives: Alternatives) -> Query:
        if len(alternatives) < 2:
            return self._conjunction(alternatives[0]) if alternatives else Query()
        return self._conjunction([Bracket(alternatives)])

    def _conjunction(self, nodes: Sequence[Node]) -> Query:
        nodes = list(_opened(nodes))
        values: dict[str, list[str]] = {name: [] for name in (*FIELDS, *SINGLE, "words")}
        excluded: list[tuple[str, str]] = []
        groups: list[tuple[Query, ...]] = []
        barred: list[Query] = []
        for node in nodes:
            if isinstance(node, Piece):
                self._put(node, values, excluded)
            elif node.is_excluded:
                barred.append(self._query(node.alternatives))
            else:
                groups.append(tuple(map(self._conjunction, node.alternatives)))
        asked = [node for node in nodes if isinstance(node, Piece) and not node.is_excluded]
        for group in list(groups):
            field = _common_field(group)
            # (kind:a OR kind:b) is what ticking both says, so that the facets show it.
            if field and field not in {*self._ticked, *(node.name for node in asked)}:
                asked.append(Piece(field, "", ""))
                values[field] += [value for query in group for value in getattr(query, field)]
                groups.remove(group)
        query = self.build(values, excluded)
        if any(inner.names for inner in (*barred, *(q for group in groups for q in group))):
            query = replace(query, names="off")  # it holds for all that is typed
            barred = [replace(inner, names="") for inner in barred]
            groups = [tuple(replace(inner, names="") for inner in group) for group in groups]
        filled = (tuple(dict.fromkeys(inner for inner in g if inner)) for g in groups)
        return replace(
            query,
            groups=tuple(group for group in filled if group),
            barred=tuple(query for query in barred if query),
        )

    def _put(
        self, piece: Piece, values: dict[str, list[str]], excluded: list[tuple[str, str]]
    ) -> None:
        """Add what a piece says to the values by field, or to what is excluded."""
        name = piece.name or "words"
        if piece.is_excluded and name in (*FIELDS, "words"):
            excluded.append((name, piece.value))
        elif name == "date" and not piece.is_excluded:
            since, until = _ends_of(piece.value)
            values["since"].append(since)
            values["until"].append(until)
        elif name in values and not piece.is_excluded:
            values[name].append(piece.value)
        else:
            known = ", ".join((*FIELDS, "date", *SINGLE))
            parts = {"name": name, "known": known}
            reason = _("Unknown field “%(name)s”. Use one of: %(known)s") % parts
            if name in (*SINGLE, "date"):
                reason = _("“%s” cannot be excluded with a minus sign") % name
            self._report(reason, piece.text)
            values["words"].append(piece.value.replace('"', "")[:TEXT_LIMIT])

    def _stored_values(self, name: str, typed: Iterable[str]) -> tuple[str, ...]:
        """Return values of a field as the record stores them; unknown ones are reported."""
        cleaned = filter(None, map(clean_text, typed))
        return tuple(dict.fromkeys(filter(None, (self._stored(name, v) for v in cleaned))))

    def _stored(self, name: str, value: str) -> str:
        if name == "event" and not NUMBER.fullmatch(value):
            self._report(_("“%s” is not an event number") % value, f"event:{value}")
            return ""
        code = code_of(name, value) if name in (*CLOSED, *OPEN, "target") else ""
        if not code and (name in CLOSED or (name in OPEN and self._is_strict)):
            self._report_unknown(name, value)
            return ""
        return stored_form(name, code or value)

    def _report_unknown(self, name: str, value: str) -> None:
        near = near_values(name, value)
        parts = {"value": value, "field": name}
        if name in CLOSED:
            known = ", ".join(sorted(codes_of(name)))
            reason = _("Unknown %(field)s “%(value)s”. Use one of: %(known)s")
            self._report(reason % {**parts, "known": known}, f"{name}:{value}", name, near)
            return
        reason = _("Unknown %(field)s “%(value)s”. Enter its name or code") % parts
        self._report(reason, f"{name}:{value}", name, near)

    def _stored_single(self, name: str, value: str) -> str:
        if not value:
            return ""
        if name in {"since", "until"}:
            stored = stored_day(value)
            reason = _(
                "“%s” is not a date. Enter a date like 2017-10-26, 2017-10 or 2017, or 7d or"
                " last-month"
            )
        elif name in {"recorded", "changed"}:
            stored = stored_span(value) if name == "changed" or "T" not in value else ""
            reason = _(
                "“%s” is not a time. Enter one like 7d, last-month, 2026-11 or"
                " 2026-11-01..2026-11-15"
            )
        elif name == "in_force":
            day = DAY.fullmatch(value.lower())
            stored = value.lower() if day else code_of("in_force", value.lower())
            reason = _("Enter in_force:yes, ended, unknown or a date like 2017-10-26")
        else:
            stored = value.lower() if value.lower() == "off" else ""
            reason = _("“%s” is not a value of names. Use names:off")
        if not stored:
            words = reason % value if "%s" in reason else reason
            self._report(words, f"{name}:{value}")
        return stored

    def _report(
        self, reason: str, place: str, name: str = "", near: Iterable[NearValue] = ()
    ) -> None:
        pieces = tuple((f"{name}:{quote_value(v.code)}", v.name) for v in near)
        self._problems[QueryProblem(reason, place, pieces)] = None


def _opened(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield the nodes, with what stands in brackets without OR in their place."""
    for node in nodes:
        if isinstance(node, Bracket) and not node.is_excluded and len(node.alternatives) < 2:
            yield from _opened(node.alternatives[0] if node.alternatives else ())
        else:
            yield node


def _common_field(group: Sequence[Query]) -> str:
    """Return the field of which each query asks, and of nothing else; "" without one."""
    for field in FIELDS:
        values = [getattr(query, field) for query in group]
        if all(values) and list(group) == [Query(**{field: value}) for value in values]:
            return field
    return ""


def _ends_of(typed: str) -> tuple[str, str]:
    """Return both ends of `date:`: a span's, twice a day's, the beginning of so many days."""
    span = SPAN.fullmatch(typed)
    if span:
        return span[1], span[2]
    return (stored_day(typed), "") if stored_span(typed).endswith("..") else (typed, typed)


def stored_form(field: str, value: str) -> str:
    """Return a value as the record stores it."""
    forms: dict[str, Callable[[str], str]] = {
        "target": lambda v: fold(v)[:200],
        "country": str.upper,
        "lang": str.lower,
        "source": lambda v: v.lower()[:200],
    }
    return forms.get(field, str)(value)


def depends_on_day(query: Query) -> bool:
    """Return whether the answer changes with the day though no event does."""
    days = (query.since, query.until, query.recorded, query.changed)
    is_dated = query.in_force in STATUSES or any(is_relative(day) for day in days if day)
    return is_dated or any(map(depends_on_day, query.within()))


def asks_for_changes(query: Query) -> bool:
    """Return whether the query asks when events changed."""
    return bool(query.changed) or any(map(asks_for_changes, query.within()))


def asks_for_unsure(query: Query) -> bool:
    """Return whether the query says that it wants unsure events, within brackets too."""
    within = (one for group in query.groups for one in group)
    return UNSURE in query.state or any(map(asks_for_unsure, within))


def bounds(query: Query, today: str) -> tuple[str, str]:
    """Return the lowest and highest `occurred` that the dates allow on a day, as text; a month
    counts if it overlaps.
    """
    since = PartialDate.parse(day_at(query.since, today))
    until = PartialDate.parse(day_at(query.until, today, is_last=True))
    return since.lowest_text, until.highest_text


def stored_bounds(span: str, today: str) -> tuple[str, str]:
    """Return the first and the last day of `recorded` or `changed` on a day, "" for open."""
    return span_at(span, today)


def meanings(query: Query, word: str, names: Lexicon | None) -> tuple[tuple[str, str], ...]:
    """Return (field, slug) of what the word is another name of."""
    if query.names == "off":
        return ()
    return tuple((field, stored_form(field, value)) for field, value in senses(word, names))


def words_of(query: Query) -> tuple[str, ...]:
    """Return the words that a query asks for or excludes outside brackets, each once."""
    excluded = (value for name, value in query.excluded if name == "words")
    return tuple(dict.fromkeys([*query.words, *excluded]))


def every_word(query: Query) -> tuple[str, ...]:
    """Return the words that a query asks for or excludes, within brackets too, each once."""
    within = (word for inner in query.within() for word in every_word(inner))
    return tuple(dict.fromkeys([*words_of(query), *within]))


def words_asked(query: Query) -> tuple[str, ...]:
    """Return the words that a query asks for, within brackets too, each once."""
    within = (word for group in query.groups for one in group for word in words_asked(one))
    return tuple(dict.fromkeys([*query.words, *within]))
