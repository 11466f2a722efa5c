"""Typed text <-> Query (frozen); pure. One Query serves the timeline and the alerts: what you see
is what you are mailed.

kind:ad_ban platform:twitter country:RU since:2017-10 until:2018-03-31 "RT" discrimination
target:"Donald Trump" in_force:2021-03-01 lang:fr ground:hate -platform:youtube -lawsuit
date:2017-10..2018-03 in_force:unknown source:lemonde.fr origin:history names:off event:123
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.utils.translation import gettext as _

from tracker.classify import Kind
from tracker.classify.letters.folding import fold
from tracker.classify.words.lists import listed_rows
from tracker.classify.words.matching import Lexicon
from tracker.events.in_force import STATUSES, asked_status, lasting_kinds, status_on
from tracker.events.text import holds, senses
from tracker.events.wording.names import format_number
from tracker.partial_date import PartialDate
from tracker.text import clean_text

TEXT_LIMIT = 2_000  # characters of a typed query
FIELDS = (
    *("kind", "platform", "target", "country", "lang", "ground", "source"),
    *("state", "origin", "event"),
)
DATES = ("since", "until", "in_force")
SINGLE = (*DATES, "names")  # fields of one value
UNSURE = "unsure"  # the state of events that only a query with state:unsure chooses
STATES = ("machine", "reviewed", UNSURE)
ORIGINS = ("history", "machine", "editor")
DAY = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?")
YEAR = re.compile(r"(19|20)\d\d")
NUMBER = re.compile(r"[1-9][0-9]{0,8}")  # of an event
SPAN = re.compile(r"(.*?)\.\.(.*)")
PIECE = re.compile(
    r"(?P<minus>-(?=[^\s\-]))?(?:(?P<name>[A-Za-z_]+):)?"
    r'(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))'
)


class QueryError(ValueError):
    """A query that cannot be read: `place` is the wrong piece, `repaired` the query without it."""

    def __init__(self, reason: str, place: str, repaired: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place
        self.repaired = repaired


@dataclass(frozen=True)
class Query:
    """A choice of events.

    Values within a field are alternatives, fields must all hold. Each of `words` must stand in the
    event's headline, the names of its parties, or its reports' titles and summaries, or be another
    name of a party, unless `names` is "off". Sources are hosts, events numbers. Unsure events are
    chosen only if `state` has "unsure". `since` and `until` are "YYYY-MM-DD", "YYYY-MM" or "YYYY",
    both included, "" for open; `in_force` is a day, or "yes", "ended" or "unknown" for now, "" for
    any. Targets are folded names. None of
    `excluded`, pairs of field ("words" too) and value, may hold. An empty Query is every event that
    is not unsure.
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
    names: str = ""
    words: tuple[str, ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))

    def text(self) -> str:
        """Return the typed form, which `parse` reads back to an equal Query."""
        pieces = [f"{name}:{quote_value(v)}" for name in FIELDS for v in getattr(self, name)]
        pieces += [f"{name}:{getattr(self, name)}" for name in SINGLE if getattr(self, name)]
        return " ".join(
            [*pieces, *map(quote_value, self.words), *(f"-{p}" for p in self.exclusions())]
        )

    def exclusions(self) -> list[str]:
        """Return what is excluded, as pieces of typed text without the minus."""
        return [
            quote_value(value) if name == "words" else f"{name}:{quote_value(value)}"
            for name, value in self.excluded
        ]

    def without(self, field: str) -> "Query":
        """Return the query without any condition on one field of several values."""
        nothing: dict[str, Any] = {field: ()}
        left = tuple(pair for pair in self.excluded if pair[0] != field)
        return replace(self, **nothing, excluded=left)


@dataclass(frozen=True)
class EventFacts:
    """What a Query is matched against without a database: slugs, the day as in Event, the searched
    text of headline, names and reports; `events` are its number and those merged into it.
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
    sources: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    ended: str = ""
    unknown_from: str = ""
    origin: str = ""


def quote_value(value: str) -> str:
    """Return `value` as one piece of a typed query."""
    # A leading minus would exclude, a colon name a field: such values are quoted.
    is_plain = re.fullmatch(r"[^\s\":\-][^\s\":]*|-+", value)
    return value if is_plain else '"' + value.replace('"', "") + '"'


def parse(text: str) -> Query:
    """Parse a typed query; what is quoted is one word, colons and all.

    Raises QueryError for an unknown field or value, an invalid date, an open quote, or a text that
    is too long.
    """
    # An open quote would swallow the rest of the query without a word.
    if text.count('"') % 2:
        raise QueryError(_("Close the quotation mark"), '"', text.replace('"', "")[:TEXT_LIMIT])
    values: dict[str, list[str]] = {name: [] for name in (*FIELDS, *SINGLE, "words")}
    excluded: list[tuple[str, str]] = []
    for piece in PIECE.finditer(text):
        name = (piece["name"] or "").lower()
        value = piece["bare"] if piece["quoted"] is None else piece["quoted"]
        is_word = not name or value.startswith("//")  # a web address is a word
        if is_word:
            name, value = "words", value if not name else piece[0].removeprefix("-")
        if piece["minus"] and name in (*FIELDS, "words"):
            excluded.append((name, value))
        elif name == "date" and not piece["minus"]:
            span = SPAN.fullmatch(value)
            values["since"].append(span[1] if span else value)
            values["until"].append(span[2] if span else value)
        elif name in values and not piece["minus"]:
            values[name].append(value)
        else:
            known = ", ".join((*FIELDS, "date", *SINGLE))
            reason = _("Unknown field “%(name)s”. Use one of: %(known)s") % {
                "name": name,
                "known": known,
            }
            if name in (*SINGLE, "date"):
                reason = _("“%s” cannot be excluded with a minus sign") % name
            raise QueryError(reason, piece[0], value.replace('"', "")[:TEXT_LIMIT])
    return build_query(values, excluded)


def build_query(
    values: Mapping[str, Iterable[str]], excluded: Iterable[tuple[str, str]] = ()
) -> Query:
    """Build a Query from lists of values by field, as a page's parameters give them; blanks are
    skipped.

    Raises QueryError.
    """
    given = {
        name: tuple(dict.fromkeys(filter(None, map(_clean_value, values.get(name, ())))))
        for name in (*FIELDS, *SINGLE, "words")
    }
    query = Query(
        kind=given["kind"],
        platform=given["platform"],
        target=tuple(_stored_form("target", v) for v in given["target"]),
        country=tuple(_stored_form("country", v) for v in given["country"]),
        lang=tuple(_stored_form("lang", v) for v in given["lang"]),
        ground=given["ground"],
        source=tuple(_stored_form("source", v) for v in given["source"]),
        state=given["state"],
        origin=given["origin"],
        event=given["event"],
        since=given["since"][-1] if given["since"] else "",
        until=given["until"][-1] if given["until"] else "",
        in_force=given["in_force"][-1].lower() if given["in_force"] else "",
        names=given["names"][-1].lower() if given["names"] else "",
        words=given["words"],
        excluded=tuple(
            dict.fromkeys(
                (name, _stored_form(name, _clean_value(v)))
                for name, v in excluded
                if _clean_value(v)
            )
        ),
    )
    _check(query)
    return query


def _stored_form(field: str, value: str) -> str:
    """Return a value as the record stores it."""
    forms: dict[str, Callable[[str], str]] = {
        "target": lambda v: fold(v)[:200],
        "country": str.upper,
        "lang": str.lower,
        "source": lambda v: v.lower()[:200],
    }
    return forms.get(field, str)(value)


def _clean_value(value: str) -> str:
    """Clean a value as everything from outside is; a query also comes from a mail, a file or the
    API.
    """
    return clean_text(value)


def _check(query: Query) -> None:
    kinds, grounds = tuple(k.value for k in Kind), tuple(listed_rows("ground"))
    choices = (("kind", kinds), ("ground", grounds), ("state", STATES), ("origin", ORIGINS))
    for name, known in choices:
        _check_values(query, name, known)
    _check_numbers(query)
    for name in DATES:
        value = getattr(query, name)
        is_now = name == "in_force"
        is_known = value in STATUSES if is_now else YEAR.fullmatch(value)
        if value and not is_known and not DAY.fullmatch(value):
            nothing: dict[str, Any] = {name: ""}
            repaired = replace(query, **nothing)
            reason = _("“%s” is not a date. Enter a date like 2017-10-26, 2017-10 or 2017") % value
            if is_now:
                reason = _("Enter in_force:yes, ended, unknown or a date like 2017-10-26")
            raise QueryError(reason, f"{name}:{value}", repaired.text())
    if query.names not in {"", "off"}:
        reason = _("“%s” is not a value of names. Use names:off") % query.names
        raise QueryError(reason, f"names:{query.names}", replace(query, names="").text())
    if len(query.text()) > TEXT_LIMIT:
        reason = _("the query is longer than %s characters") % format_number(TEXT_LIMIT)
        raise QueryError(reason, f"{query.text()[:40]}…", "")


def _check_values(query: Query, name: str, known: Sequence[str]) -> None:
    given: tuple[str, ...] = getattr(query, name)
    for value in given:
        if value not in known:
            left: dict[str, Any] = {name: tuple(v for v in given if v in known)}
            raise _no_value(name, value, known, replace(query, **left))
    for pair in query.excluded:
        if pair[0] == name and pair[1] not in known:
            others = tuple(p for p in query.excluded if p != pair)
            raise _no_value(name, pair[1], known, replace(query, excluded=others))


def _check_numbers(query: Query) -> None:
    numbers = [*query.event, *(value for name, value in query.excluded if name == "event")]
    for value in numbers:
        if not NUMBER.fullmatch(value):
            repaired = replace(
                query,
                event=tuple(v for v in query.event if v != value),
                excluded=tuple(p for p in query.excluded if p != ("event", value)),
            )
            reason = _("“%s” is not an event number") % value
            raise QueryError(reason, f"event:{value}", repaired.text())


def _no_value(name: str, value: str, known: Sequence[str], repaired: Query) -> QueryError:
    parameters = {"value": value, "field": name, "known": ", ".join(sorted(known))}
    reason = _("Unknown %(field)s “%(value)s”. Use one of: %(known)s") % parameters
    return QueryError(reason, f"{name}:{value}", repaired.text())


def depends_on_day(query: Query) -> bool:
    """Return whether the answer changes with the day though no event does."""
    return query.in_force in STATUSES


def bounds(query: Query) -> tuple[str, str]:
    """Return the lowest and highest `occurred` that the dates allow, as text; a month counts if it
    overlaps.
    """
    since, until = PartialDate.parse(query.since), PartialDate.parse(query.until)
    return since.lowest_text, until.highest_text


def matches(query: Query, facts: EventFacts, names: Lexicon | None = None, *, today: str) -> bool:
    """Return whether the query chooses the event on a day, as events.search would; `names` are
    those that editors added.
    """
    low, high = bounds(query)
    sets = values_of(facts)
    return (
        (facts.state != UNSURE or UNSURE in query.state)
        and all(
            not getattr(query, name) or sets[name] & set(getattr(query, name)) for name in FIELDS
        )
        and (not (low or high) or bool(facts.occurred))
        and (not low or facts.occurred >= low)
        and (not high or facts.occurred <= high)
        and (not query.in_force or in_force(query.in_force, facts, today))
        and all(_mentions(query, word, facts, names) for word in query.words)
        and not any(
            _mentions(query, value, facts, names) if name == "words" else value in sets[name]
            for name, value in query.excluded
        )
    )


def meanings(query: Query, word: str, names: Lexicon | None) -> tuple[tuple[str, str], ...]:
    """Return (field, slug) of what the word is another name of."""
    if query.names == "off":
        return ()
    return tuple((field, _stored_form(field, value)) for field, value in senses(word, names))


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
    }


def in_force(asked: str, facts: EventFacts, today: str) -> bool:
    """Return whether a measure has the status that `in_force` asks for (see Query)."""
    status, day = asked_status(asked, today)
    found = status_on(day, facts.occurred, facts.ended, facts.unknown_from)
    return bool(lasting_kinds(tuple(facts.kinds))) and found == status
