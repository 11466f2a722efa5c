"""Names in the active language: countries, languages and months from CLDR, platforms and targets
from the word lists, kinds and grounds from the translations.
"""

from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

from tracker.classify import Kind
from tracker.classify.lexicon import named
from tracker.classify.text import fold
from tracker.events.terms import KINDS, SCOPES, term

RECORDED = "en"  # the language that the record is written in


def language() -> str:
    """The active language, as "fr"; that of the record where none is."""
    return (get_language() or RECORDED).partition("-")[0]


@cache
def _locale(code: str) -> Locale:
    return Locale(code)


def locale() -> Locale:
    """CLDR's data for the active language."""
    return _locale(language())


@cache
def _territories(code: str) -> dict[str, str]:
    return dict(_locale(code).territories)


def country_name(code: str, tongue: str = "") -> str:
    """The name of an ISO 3166 code (EU too) in a language, the active one unless it is said; the
    code where there is none.
    """
    return _territories(tongue or language()).get(code, code)


def day_number(number: int) -> str:
    """ "26" for 26; the first of a month is "1er" in French."""
    return "1er" if number == 1 and language() == "fr" else str(number)


def month_name(number: int) -> str:
    """ "October" for 10."""
    return str(_locale(language()).months["format"]["wide"][number])


def short_month_name(number: int) -> str:
    """ "Oct" for 10."""
    return str(_locale(language()).months["format"]["abbreviated"][number])


@cache
def _group(code: str) -> str:
    return str(_locale(code).number_symbols["latn"]["group"])


def number(value: int) -> str:
    """ "12,345"."""
    return f"{value:,}".replace(",", _group(language()))


def kind_name(kind: str) -> str:
    """ "Ad ban"."""
    return term(KINDS[Kind(kind)][0])


def kinds_name(kind: str) -> str:
    """ "ad bans"."""
    return term(KINDS[Kind(kind)][1])


def platform_name(slug: str) -> str:
    """The name of a platform's slug, as it is recorded; of an unknown one the slug, in capitals."""
    if slug in SCOPES:
        return SCOPES[slug]
    known = named("platform").get(slug)
    return known.name if known else slug.replace("_", " ").title()


@cache
def _targets() -> dict[str, str]:
    return {fold(name): name for name in named("target")}


def shown_platform_name(slug: str) -> str:
    """The name in the active language."""
    return term(SCOPES[slug]) if slug in SCOPES else platform_name(slug)


def target_name(slug: str) -> str:
    """The English name of a target's slug; of an unknown one the slug, in capitals."""
    return _targets().get(slug) or slug.title()


def language_name(code: str) -> str:
    """ "fr" as "French"; a code that CLDR does not know as it is."""
    return _language_name(code, language())


@lru_cache(1_000)  # codes come from feeds
def _language_name(code: str, tongue: str) -> str:
    try:
        names = _locale(tongue).languages
        return str(names.get(Locale.parse(code, sep="-").language, code))
    except (UnknownLocaleError, ValueError, TypeError):
        return code


def ground_name(slug: str) -> str:
    """The name of a ground, as of data/grounds.toml."""
    known = named("ground").get(slug)
    return term(known.name if known else slug.replace("_", " "))
