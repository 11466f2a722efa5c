"""Word amounts and counts in the active language: exactly, or rounded for headlines; pure."""

import re
from functools import cache

from babel import Locale
from babel.numbers import format_currency, format_decimal, get_currency_name
from django.utils.translation import ngettext

from tracker.events.wording.names import active_language, active_locale, format_number

NO_CURRENCIES = {"XXX", "XTS"}  # "no currency" and "for tests" (ISO 4217)
DECIMALS = re.compile(r"\.0+")
CODE_AT_NUMBER = re.compile(r"(?<=[A-Z])(?=\d)")
MILLION, BILLION = 10**6, 10**9
MANY = 100  # selects the plural form that each language uses for fractions
OF_MILLIONS = {"fr": "de", "es": "de"}  # "two million accounts" is "two millions of accounts"
VOWELS = frozenset("aeiouàâäéèêëîïôöùûüAEIOUÀÂÄÉÈÊËÎÏÔÖÙÛÜ")


def format_money(amount: int, currency: str) -> str:
    """Return an amount in whole units of an ISO 4217 currency, as in "€320,000,000"."""
    return _with_currency(amount, currency)


def round_money(amount: int, currency: str) -> str:
    """Return an amount rounded for headlines, as in "€320 million"; exactly below a million."""
    if amount < MILLION:
        return format_money(amount, currency)
    value, words = _in_millions(amount)
    if active_language() == "en":
        return f"{_with_currency(value, currency, '.#')} {words}"
    name = str(get_currency_name(currency, count=2, locale=active_locale()))
    return f"{_short_decimal(value)} {words} {_of_millions(name)}"


def exact_money(amount: int, currency: str) -> str:
    """Return an amount as headlines have it where that is exact, else in full."""
    exact = round_money if _is_exact_in_millions(amount) else format_money
    return exact(amount, currency)


def exact_number(number: int) -> str:
    """Return a number in millions where that is exact, as in "1.5 million", else in full."""
    if number < MILLION or not _is_exact_in_millions(number):
        return format_number(number)
    value, words = _in_millions(number)
    return f"{_short_decimal(value)} {words}"


def _is_exact_in_millions(number: int) -> bool:
    """Return whether one decimal says all of a number of millions or billions."""
    return number % ((MILLION if number < BILLION else BILLION) // 10) == 0


def currency_name(code: str) -> str:
    """Return the name of an ISO 4217 code in the active language, as in "US Dollar"."""
    return _currencies(active_language()).get(code, code)


@cache
def _currencies(language: str) -> dict[str, str]:
    return dict(Locale(language).currencies)


def format_affected(count: int, what: str) -> str:
    """Return a count with what is counted (one of classify's COUNTED), as in "25,000 accounts"."""
    return _with_things(count, what, format_number(count))


def round_affected(count: int, what: str) -> str:
    """Return a count rounded for headlines, as in "6.8 million posts"; exactly below a million."""
    if count < MILLION:
        return format_affected(count, what)
    value, words = _in_millions(count)
    number = f"{_short_decimal(value)} {words}"
    if active_language() not in OF_MILLIONS:
        return _with_things(count, what, number)
    things = _with_things(count, what, "").strip()
    return f"{number} {_of_millions(things)}" if things else number


def exact_affected(count: int, what: str) -> str:
    """Return a count as headlines have it where that is exact, else in full."""
    exact = round_affected if _is_exact_in_millions(count) else format_affected
    return exact(count, what)


def _of_millions(things: str) -> str:
    """Return the words after a number of millions, as in "d’euros", "de euros", "Euro"."""
    preposition = OF_MILLIONS.get(active_language())
    if preposition is None:
        return things
    return elide(preposition, things) if active_language() == "fr" else f"{preposition} {things}"


def elide(preposition: str, name: str) -> str:
    """Return French "de" before a name, as in "d’Infowars"."""
    return f"{preposition[:-1]}’{name}" if name[:1] in VOWELS else f"{preposition} {name}"


def _in_millions(number: int) -> tuple[float, str]:
    if number < BILLION:
        value = number / MILLION
        return value, ngettext("million", "million", _plural_count(value))
    value = number / BILLION
    return value, ngettext("billion", "billion", _plural_count(value))


def _plural_count(value: float) -> int:
    """Return a whole number that takes the plural of `value`: "1,5 Millionen", "1,5 million"."""
    is_like_whole = value == int(value) or active_language() == "fr"
    return int(value) if is_like_whole else MANY


def _short_decimal(value: float) -> str:
    return str(format_decimal(value, "#,##0.#", active_locale()))


def _with_currency(value: float, currency: str, decimals: str = "") -> str:
    pattern = active_locale().currency_formats["standard"].pattern
    form = DECIMALS.sub(decimals, pattern)
    text = str(format_currency(value, currency, form, active_locale(), currency_digits=False))
    return CODE_AT_NUMBER.sub("\u00a0", text)  # required by CLDR, but left out by Babel


def _with_things(count: int, what: str, number: str) -> str:
    form = _counted_form(count, what)
    return form % number if form else f"{number} {what}".strip()


def things_name(what: str) -> str:
    """Return what is counted in the plural, as in "accounts"."""
    return _with_things(2, what, "").strip()


def _counted_form(count: int, what: str) -> str:
    """Return the form for each sort of thing that is counted, spelled out for the translators."""
    forms = {
        "accounts": ngettext("%s account", "%s accounts", count),
        "posts": ngettext("%s post", "%s posts", count),
        "videos": ngettext("%s video", "%s videos", count),
        "channels": ngettext("%s channel", "%s channels", count),
        "pages": ngettext("%s page", "%s pages", count),
        "groups": ngettext("%s group", "%s groups", count),
        "apps": ngettext("%s app", "%s apps", count),
        "sites": ngettext("%s site", "%s sites", count),
        "ads": ngettext("%s ad", "%s ads", count),
        "comments": ngettext("%s comment", "%s comments", count),
        "listings": ngettext("%s listing", "%s listings", count),
        "songs": ngettext("%s song", "%s songs", count),
        "links": ngettext("%s link", "%s links", count),
    }
    return forms.get(what, "")
