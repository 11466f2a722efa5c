"""Word a query as one phrase, as in "ad bans on X concerning Russia (state: reviewed)"."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.events.in_force import ENDED, STATUSES, UNKNOWN
from tracker.events.search.query import Query
from tracker.events.search.wording.measures import (
    affected_phrase,
    affecting_known,
    amount_in,
    amount_phrase,
    effective_phrase,
)
from tracker.events.search.wording.spans import describe_ends, describe_span
from tracker.events.search.wording.values import join_alternatives, quote_words, value_name
from tracker.events.wording.countries import country_in_sentence
from tracker.events.wording.laws import law_in_sentence
from tracker.events.wording.names import (
    active_locale,
    country_name,
    kinds_name,
    lower_first,
    origin_name,
    platform_in_sentence,
)
from tracker.events.wording.terms import APPEALS, DEGREES, FACETS, TERRITORIES, term

# The fields that are said after the noun, in this order, and those named in parentheses: there a
# label and a value need neither an article nor an agreement, in any language.
NOTED = ("ground", "authority", "ordered_by", "appeal", "territory", "degree", "state", "origin")
UNLABELLED = {"appeal"}  # "appeal filed" says it
# Values as they are in the middle of a sentence, where their labels begin with a capital.
SMALL: Mapping[str, Callable[[str], str]] = {
    "appeal": lambda value: term(APPEALS.get(value, value)),
    "territory": lambda value: term(TERRITORIES.get(value, value)),
    "degree": lambda value: term(DEGREES.get(value, value)),
    "state": term,
    "origin": lambda value: lower_first(origin_name(value)),
}
Phrase = Callable[[Sequence[str]], str]


def describe_query(query: Query) -> str:
    """Return the query as one phrase in the active language, for the middle of a sentence;
    "everything" for an empty one.
    """
    if not query:
        return _("everything")
    return _describe(query, _kinds(query))


def _describe(query: Query, noun: str) -> str:
    words = " ".join(filter(None, (noun, *_phrases(query), *_groups(query), *_other_kinds(query))))
    if excluded := _excluded_phrases(query):
        ends = {"phrase": words, "excluded": join_alternatives(excluded)}
        words = pgettext("query", "%(phrase)s but not %(excluded)s") % ends
    if notes := list(_notes(query)):
        words = f"{words} {_bracket(_('; ').join(notes))}"
    return words.strip()


def describe_condition(query: Query) -> str:
    """Return a query of a single condition as it is worded within a longer one, as in "on
    Telegram", "not on Telegram", "in force".
    """
    parts = [*_phrases(query), *_groups(query), *_other_kinds(query), *_notes(query)]
    parts += [pgettext("query", "not %s") % phrase for phrase in _excluded_phrases(query)]
    return " ".join(parts) or _kinds(query)


def _kinds(query: Query) -> str:
    if not query.kind:
        return _("events")
    return join_alternatives([kinds_name(k) for k in query.kind])


def _other_kinds(query: Query) -> list[str]:
    excluded = [kinds_name(value) for value in _excluded(query, "kind")]
    return [pgettext("query", "other than %s") % join_alternatives(excluded)] if excluded else []


def _phrases(query: Query) -> Iterator[str]:
    """Yield the phrases after the noun."""
    for field, phrase in _phrase_forms(query).items():
        if values := getattr(query, field):
            yield phrase(values)
    yield from filter(None, (amount_phrase(query), affected_phrase(query)))
    yield from filter(None, (effective_phrase(query),))
    if query.words:
        yield pgettext("query", "with %s") % _join_all([quote_words(w) for w in query.words])
    if query.since or query.until:
        yield describe_ends(query.since, query.until)
    if query.in_force and query.in_force not in STATUSES:
        yield pgettext("query", "in force %s") % describe_span(query.in_force)
    if query.recorded:
        yield pgettext("query", "recorded %s") % describe_span(query.recorded)
    if query.changed:
        yield pgettext("query", "changed %s") % describe_span(query.changed)


def _phrase_forms(query: Query) -> Mapping[str, Phrase]:
    """Return how the values of each field are said after the noun."""
    return {
        "platform": _phrase(pgettext("query", "on %s"), platform_in_sentence),
        "target": _phrase(pgettext("query", "against %s"), _value_name("target")),
        "country": _phrase(pgettext("query", "concerning %s"), _named_country),
        "lang": _phrase(pgettext("query", "reported in %s"), _value_name("lang")),
        "source": _phrase(_reported_by(query), str),
        "law": _phrase(pgettext("query", "under %s"), law_in_sentence),
        "event": _phrase(pgettext("query", "with number %s"), str),
    }


def _reported_by(query: Query) -> str:
    """Return the form for sources, which goes on after "reported in French"."""
    return pgettext("query source", "by %s") if query.lang else pgettext("query", "reported by %s")


def _excluded_phrases(query: Query) -> list[str]:
    """Return what is excluded as phrases after the noun, and the negated brackets."""
    forms = {
        **_phrase_forms(Query()),
        "currency": amount_in,
        "affected_what": affecting_known,
        "words": _phrase(pgettext("query", "with %s"), quote_words),
    }
    excluded = [
        phrase(values) for field, phrase in forms.items() if (values := _excluded(query, field))
    ]
    return excluded + [describe_alternative(inner) for inner in query.barred]


def _notes(query: Query) -> Iterator[str]:
    """Yield what is named in parentheses: "in force", "state: reviewed", "state: not unsure"."""
    if query.in_force in STATUSES:
        yield _status(query.in_force)
    for field in NOTED:
        if values := getattr(query, field):
            yield _note(field, _names(field, values))
        if excluded := _excluded(query, field):
            is_noun = field in UNLABELLED
            form = pgettext("query", "no %s") if is_noun else pgettext("query", "not %s")
            yield _note(field, form % _names(field, excluded))
    if query.names:
        yield _("without other names")


def _status(status: str) -> str:
    if status == ENDED:
        return pgettext("query", "no longer in force")
    if status == UNKNOWN:
        return pgettext("query", "not known whether in force")
    return pgettext("query", "in force")


def _note(field: str, names: str) -> str:
    if field == "degree":
        return pgettext("query", "degree: %s") % names
    return names if field in UNLABELLED else f"{term(FACETS[field])}{_(': ')}{names}"


def _names(field: str, values: Sequence[str]) -> str:
    return join_alternatives([*map(SMALL.get(field, _value_name(field)), values)])


def _excluded(query: Query, field: str) -> tuple[str, ...]:
    return tuple(value for name, value in query.excluded if name == field)


def _phrase(form: str, name: Callable[[str], str]) -> Phrase:
    return lambda values: form % join_alternatives([name(value) for value in values])


def _value_name(field: str) -> Callable[[str], str]:
    return lambda value: value_name(field, value)


def _named_country(code: str) -> str:
    return country_in_sentence(code, country_name(code))


def _join_all(names: Sequence[str]) -> str:
    return str(format_list(list(names), locale=active_locale()))


def _bracket(text: str) -> str:
    """Return a text in parentheses; in square brackets if it has parentheses itself."""
    return f"[{text}]" if "(" in text else f"({text})"


def _groups(query: Query) -> Iterator[str]:
    """Yield the alternatives of each group after the noun."""
    for group in query.groups:
        words = [_only_word(inner) for inner in group]
        if all(words):
            yield pgettext("query", "with %s") % join_alternatives(words)
        else:
            yield _bracket(describe_group(group))


def _only_word(query: Query) -> str:
    """Return the words of a query that only searches for words, else ""."""
    is_word = query.words and query == Query(words=query.words)
    return _join_all([quote_words(word) for word in query.words]) if is_word else ""


def describe_group(group: Sequence[Query]) -> str:
    """Return the alternatives of a group in words: "with “RT” or ad bans on X"."""
    return join_alternatives([describe_alternative(query) for query in group])


def describe_alternative(query: Query) -> str:
    """Return one alternative of a group in words, without "events" if it names no kind."""
    return _describe(query, _kinds(query) if query.kind else "")
