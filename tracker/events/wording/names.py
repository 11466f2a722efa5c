"""Names in the active language, from CLDR, the word lists and the translations."""

from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language, gettext_lazy

from tracker.classify import Kind
from tracker.classify.letters.folding import fold
from tracker.classify.words.lists import listed_rows
from tracker.events.wording.terms import KINDS, ORIGINS, SCOPES, STATUSES, term

RECORDED = "en"  # the language that the record is written in


def active_language() -> str:
    """Return the active language, as "fr"; that of the record if there is none."""
    return (get_language() or RECORDED).partition("-")[0]


@cache
def _locale(code: str) -> Locale:
    return Locale(code)


def active_locale() -> Locale:
    """Return CLDR's data for the active language."""
    return _locale(active_language())


@cache
def _territories(code: str) -> dict[str, str]:
    return dict(_locale(code).territories)


def country_name(code: str, tongue: str = "") -> str:
    """Return the name of an ISO 3166 code (or EU) in a language, by default the active one; the
    code if it has none.
    """
    return _territories(tongue or active_language()).get(code, code)


# Territories of CLDR that are no country: groups, outlying parts, and codes for tests.
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN"})
_NO_COUNTRIES |= {"XA", "XB", "ZZ"}


def country_choices() -> list[tuple[str, str]]:
    """Return each country's ISO 3166 code and name in the active language, by name."""
    named = _territories(active_language()).items()
    countries = [(c, n) for c, n in named if c.isalpha() and c not in _NO_COUNTRIES]
    return sorted(countries, key=lambda pair: fold(pair[1]))


def day_number(number: int) -> str:
    """Return "26" for 26; the first of a month is "1er" in French."""
    # CLDR's dates have no "1er", which French writes.
    return "1er" if number == 1 and active_language() == "fr" else str(number)


def month_name(number: int) -> str:
    """Return "October" for 10."""
    return str(_locale(active_language()).months["format"]["wide"][number])


def short_month_name(number: int) -> str:
    """Return "Oct" for 10."""
    return str(_locale(active_language()).months["format"]["abbreviated"][number])


@cache
def _group(code: str) -> str:
    return str(_locale(code).number_symbols["latn"]["group"])


def format_number(value: int) -> str:
    """Return a number with separators, as in "12,345"."""
    return f"{value:,}".replace(",", _group(active_language()))


def kind_name(kind: str) -> str:
    """Return the name of a kind, as in "Ad ban"."""
    return term(KINDS[Kind(kind)][0])


def kinds_name(kind: str) -> str:
    """Return the plural of a kind, as in "ad bans"."""
    return term(KINDS[Kind(kind)][1])


def origin_name(origin: str) -> str:
    """Return where an event comes from, as in "From the history"."""
    return term(ORIGINS.get(origin, origin))


def platform_name(slug: str) -> str:
    """Return the recorded name of a platform's slug; of an unknown one the slug, capitalised."""
    if slug in SCOPES:
        return SCOPES[slug]
    known = listed_rows("platform").get(slug)
    return known.name if known else slug.replace("_", " ").title()


@cache
def _targets() -> dict[str, str]:
    return {fold(name): name for name in listed_rows("target")}


def shown_platform_name(slug: str) -> str:
    """Return a platform's name in the active language."""
    return term(SCOPES[slug]) if slug in SCOPES else platform_name(slug)


def target_name(slug: str) -> str:
    """Return the English name of a target's slug; of an unknown one the slug, capitalised."""
    return _targets().get(slug) or slug.title()


def language_name(code: str) -> str:
    """Return "French" for "fr"; a code that CLDR does not know unchanged."""
    return _language_name(code, active_language())


@lru_cache(1_000)  # codes come from feeds
def _language_name(code: str, tongue: str) -> str:
    try:
        names = _locale(tongue).languages
        return str(names.get(Locale.parse(code, sep="-").language, code))
    except (UnknownLocaleError, ValueError, TypeError):
        return code


# Of a history, whose authors say more than the program finds in a text.
UNLISTED_GROUNDS = {"other": gettext_lazy("other ground"), "unknown": gettext_lazy("not known")}


def status_name(status: str) -> str:
    """Return the name of one of in_force.STATUSES, as in "Not known"."""
    name = term(STATUSES[status])
    return name[:1].upper() + name[1:]


def ground_name(slug: str) -> str:
    """Return the name of a ground, as in data/grounds.toml."""
    if slug in UNLISTED_GROUNDS:
        return str(UNLISTED_GROUNDS[slug])
    known = listed_rows("ground").get(slug)
    return term(known.name if known else slug.replace("_", " "))
