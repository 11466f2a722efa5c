"""Word what a query asks of the amount, the number affected and the day of effect."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.events.search.language.spans import ends_of
from tracker.events.search.query import Query
from tracker.events.search.wording.spans import describe_span
from tracker.events.search.wording.values import join_alternatives
from tracker.events.wording.quantities import (
    currency_name,
    exact_money,
    exact_number,
    format_affected,
    things_name,
)


def describe_measures(query: Query) -> Iterator[str]:
    """Yield what is asked of the amount, the number affected and the day of effect."""
    if amount := amount_words(query):
        yield pgettext("query", "with an amount of %s") % amount
    elif query.currency:
        yield pgettext("query", "with an amount in %s") % _currency_names(query)
    if affected := affected_words(query):
        yield pgettext("query", "affecting %s") % affected
    elif query.affected_what:
        yield pgettext("query", "affecting a known number of %s") % _things_names(query)
    if query.effective:
        yield pgettext("query", "taking effect %s") % effective_words(query)


def amount_words(query: Query) -> str:
    """Return the amount that a query asks for, as in "at least €100 million"; "" for none."""
    if not query.amount:
        return ""
    if len(query.currency) == 1:
        return _span_words(query.amount, lambda n: exact_money(n, query.currency[0]))
    words = _span_words(query.amount, exact_number)
    if query.currency:
        parts = {"amount": words, "currencies": _currency_names(query)}
        return pgettext("query", "%(amount)s in %(currencies)s") % parts
    return _("%s in any currency") % words


def _currency_names(query: Query) -> str:
    return join_alternatives([currency_name(code) for code in query.currency])


def affected_words(query: Query) -> str:
    """Return the number affected that a query asks for, as in "at least 1,000 accounts"."""
    if not query.affected:
        return ""
    if len(query.affected_what) == 1:
        return _span_words(query.affected, lambda n: format_affected(n, query.affected_what[0]))
    words = _span_words(query.affected, exact_number)
    if query.affected_what:
        parts = {"number": words, "things": _things_names(query)}
        return pgettext("query", "%(number)s of %(things)s") % parts
    return words


def _things_names(query: Query) -> str:
    return join_alternatives([things_name(what) for what in query.affected_what])


def effective_words(query: Query) -> str:
    """Return the day of effect that a query asks for, as in "from 1 December 2026 on"."""
    first, last = ends_of(query.effective)
    if last or not first:
        return describe_span(query.effective)
    return _("from %s on") % describe_span(first)


def _span_words(span: str, format_one: Callable[[int], str]) -> str:
    first, last = ends_of(span)
    if first == last:
        return _("exactly %s") % format_one(int(first))
    if not last:
        return _("at least %s") % format_one(int(first))
    if not first:
        return _("at most %s") % format_one(int(last))
    ends = {"first": format_one(int(first)), "last": format_one(int(last))}
    return _("between %(first)s and %(last)s") % ends
