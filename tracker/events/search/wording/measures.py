"""Word what a query asks of the amount, the number affected and the day of effect."""

from collections.abc import Callable, Sequence

from babel.numbers import get_currency_name
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.events.search.language.spans import ends_of
from tracker.events.search.query import Query
from tracker.events.search.wording.spans import describe_span, describe_start
from tracker.events.search.wording.values import join_alternatives
from tracker.events.wording.names import active_locale
from tracker.events.wording.quantities import (
    exact_affected,
    exact_money,
    exact_number,
    things_name,
)


def amount_phrase(query: Query) -> str:
    """Return what a query asks of the amount, as in "with an amount of at least €100 million"; ""
    for nothing.
    """
    if amount := amount_words(query):
        return pgettext("query", "with an amount of %s") % amount
    return amount_in(query.currency) if query.currency else ""


def amount_in(currencies: Sequence[str]) -> str:
    """Return "with an amount in euros or US dollars"."""
    return pgettext("query", "with an amount in %s") % _currency_names(currencies)


def affected_phrase(query: Query) -> str:
    """Return what a query asks of the number affected, as in "affecting at least 1,000 accounts";
    "" for nothing.
    """
    if affected := affected_words(query):
        return pgettext("query", "affecting %s") % affected
    return affecting_known(query.affected_what) if query.affected_what else ""


def affecting_known(things: Sequence[str]) -> str:
    """Return "affecting a known number of accounts or posts"."""
    return pgettext("query", "affecting a known number of %s") % _things_names(things)


def effective_phrase(query: Query) -> str:
    """Return what a query asks of the day of effect, as in "taking effect in 2026"; "" for
    nothing.
    """
    words = effective_words(query)
    return pgettext("query", "taking effect %s") % words if words else ""


def amount_words(query: Query) -> str:
    """Return the amount that a query asks for, as in "at least €100 million"; "" for none."""
    if not query.amount:
        return ""
    if len(query.currency) == 1:
        return _span_words(query.amount, lambda n: exact_money(n, query.currency[0]))
    words = _span_words(query.amount, exact_number)
    if query.currency:
        parts = {"amount": words, "currencies": _currency_names(query.currency)}
        return pgettext("query", "%(amount)s in %(currencies)s") % parts
    return _("%s in any currency") % words


def _currency_names(codes: Sequence[str]) -> str:
    return join_alternatives(
        [str(get_currency_name(code, count=2, locale=active_locale())) for code in codes]
    )


def affected_words(query: Query) -> str:
    """Return the number affected that a query asks for, as in "at least 1,000 accounts"."""
    if not query.affected:
        return ""
    if len(query.affected_what) == 1:
        what = query.affected_what[0]
        return _span_words(query.affected, lambda n: exact_affected(n, what), exact_number)
    words = _span_words(query.affected, exact_number)
    if query.affected_what:
        parts = {"number": words, "things": _things_names(query.affected_what)}
        return pgettext("query", "%(number)s %(things)s") % parts
    return pgettext("query", "%s accounts, posts or others") % words


def _things_names(things: Sequence[str]) -> str:
    return join_alternatives([things_name(what) for what in things])


def effective_words(query: Query) -> str:
    """Return the day of effect that a query asks for, as in "from 1 December 2026 on"."""
    first, last = ends_of(query.effective)
    if last or not first:
        return describe_span(query.effective)
    return describe_start(first)


def _span_words(
    span: str, format_one: Callable[[int], str], format_first: Callable[[int], str] | None = None
) -> str:
    """Return a span of numbers in words; of two, the first is formatted by `format_first`."""
    first, last = ends_of(span)
    if first == last:
        return _("exactly %s") % format_one(int(first))
    if not last:
        return _("at least %s") % format_one(int(first))
    if not first:
        return _("at most %s") % format_one(int(last))
    ends = {"first": (format_first or format_one)(int(first)), "last": format_one(int(last))}
    return _("between %(first)s and %(last)s") % ends
