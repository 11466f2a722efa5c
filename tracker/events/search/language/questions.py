"""Say what a Query asks for: days, words, other names, unsure events; pure."""

from tracker.classify.words.matching import Lexicon
from tracker.events.in_force import STATUSES
from tracker.events.search.language.days import day_at, is_relative, span_at
from tracker.events.search.language.fields import stored_form
from tracker.events.search.query import UNSURE, Query
from tracker.events.text import senses
from tracker.partial_date import PartialDate


def depends_on_day(query: Query) -> bool:
    """Return whether the answer changes with the day though no event does."""
    days = (query.since, query.until, query.recorded, query.changed, query.effective)
    is_dated = query.in_force in STATUSES or any(is_relative(day) for day in days if day)
    return is_dated or any(map(depends_on_day, query.within()))


def asks_for_changes(query: Query) -> bool:
    """Return whether the query asks when events changed."""
    return bool(query.changed) or any(map(asks_for_changes, query.within()))


def asks_for_unsure(query: Query) -> bool:
    """Return whether the query asks for unsure events, also within brackets."""
    within = (one for group in query.groups for one in group)
    return UNSURE in query.state or any(map(asks_for_unsure, within))


def bounds(query: Query, today: str) -> tuple[str, str]:
    """Return the lowest and highest `occurred` that the query's dates allow on a day, as text; a
    month counts if it overlaps.
    """
    since = PartialDate.parse(day_at(query.since, today))
    until = PartialDate.parse(day_at(query.until, today, is_last=True))
    return since.lowest_text, until.highest_text


def stored_bounds(span: str, today: str) -> tuple[str, str]:
    """Return the first and the last day of `recorded` or `changed` on a day, "" for open."""
    return span_at(span, today)


def meanings(query: Query, word: str, names: Lexicon | None) -> tuple[tuple[str, str], ...]:
    """Return (field, slug) of each entity that the word is another name of."""
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
