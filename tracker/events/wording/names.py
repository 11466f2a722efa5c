"""Return names in the active language, from CLDR, the word lists and the translations."""

from datetime import date, datetime
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.dateformat import format as date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from tracker.classify import Kind
from tracker.classify.facts.authority_mentions import listed_authorities
from tracker.classify.letters.folding import fold
from tracker.classify.words.lists import listed_rows
from tracker.events.wording.terms import (
    APPEALS,
    DEGREES,
    KINDS,
    ORIGINS,
    SCOPES,
    SCOPES_WITHIN,
    STATUSES,
    TERRITORIES,
    term,
)
from tracker.partial_date import PartialDate

RECORDED = "en"  # the language of the record


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


# Territories in CLDR that are not countries: groups, outlying parts, and test codes.
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN"})
_NO_COUNTRIES |= {"XA", "XB", "ZZ"}


def country_choices() -> list[tuple[str, str]]:
    """Return each country's ISO 3166 code and name in the active language, by name."""
    named = _territories(active_language()).items()
    countries = [(c, n) for c, n in named if c.isalpha() and c not in _NO_COUNTRIES]
    return sorted(countries, key=lambda pair: fold(pair[1]))


def day_number(number: int) -> str:
    """Return a day of a month as written in dates: "26", in German "26.", in French "1er" for 1."""
    # CLDR's dates lack "1er", which French uses.
    if number == 1 and active_language() == "fr":
        return "1er"
    return f"{number}." if active_language() == "de" else str(number)


def spell_day(year: int, month: int, day: int = 0) -> str:
    """Return "26 October 2017"; without a day "October 2017"; with 0 for the year "26 October"."""
    if not year:
        form = pgettext("date", "{day} {month}") if day else "{month}"
    elif day:
        form = pgettext("date", "{day} {month} {year}")
    else:
        form = pgettext("date", "{month} {year}")
    return form.format(day=day_number(day), month=month_name(month), year=year)


def format_day(occurred: str) -> str:
    """Return "2017-10-26" as "26 October 2017", "2017-10" as "October 2017", "2017" unchanged, ""
    as "day unknown".
    """
    day = PartialDate.parse(occurred)
    if not day.month:
        return str(day) or _("day unknown")
    return spell_day(day.year, day.month, day.day)


def comma() -> str:
    """Return the comma of the active language with a space: "، " in Arabic."""
    return "، " if active_language() == "ar" else ", "


def spell_moment(moment: date | None, clock: str = "") -> str:
    """Return the day of a moment in words, "26 October 2017", and its time in UTC if `clock` is a
    form of Django's `date`: "26 October 2017, 14:05"; "" for None.
    """
    if moment is None:
        return ""
    local = localtime(moment) if isinstance(moment, datetime) else moment
    day = spell_day(local.year, local.month, local.day)
    return f"{day}{comma()}{date_format(local, clock)}" if clock else day


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


def lower_first(text: str) -> str:
    """Return a label for the middle of a sentence: "Appeal filed" with a small letter; names and
    abbreviations unchanged.
    """
    first, second = text[:1], text[1:2]
    return first.lower() + text[1:] if second.islower() or second == " " else text


def kind_name(kind: str) -> str:
    """Return the name of a kind, as in "Ad ban"."""
    return term(KINDS[Kind(kind)][0])


def kind_within(kind: str) -> str:
    """Return the name of a kind for the middle of a sentence, as in "ad ban"; German nouns keep
    their capital.
    """
    name = kind_name(kind)
    return name if active_language() == "de" else lower_first(name)


def kinds_name(kind: str) -> str:
    """Return the plural of a kind, as in "ad bans"."""
    return term(KINDS[Kind(kind)][1])


def origin_name(origin: str) -> str:
    """Return where an event comes from, as in "From the history"."""
    return term(ORIGINS.get(origin, origin))


def platform_name(slug: str) -> str:
    """Return the recorded name of a platform's slug; for an unknown one, the capitalised slug."""
    if slug in SCOPES:
        return SCOPES[slug]
    known = listed_rows("platform").get(slug)
    return known.name if known else slug.replace("_", " ").title()


def shown_platform_name(slug: str) -> str:
    """Return a platform's name in the active language."""
    return term(SCOPES[slug]) if slug in SCOPES else platform_name(slug)


def platform_in_sentence(slug: str) -> str:
    """Return a platform's name in the active language as used after "on": "social media"."""
    return term(SCOPES_WITHIN[slug]) if slug in SCOPES_WITHIN else platform_name(slug)


def language_name(code: str) -> str:
    """Return "French" for "fr"; a code that CLDR does not know unchanged."""
    return _language_name(code, active_language())


@lru_cache(1_000)  # arbitrary codes come from feeds
def _language_name(code: str, tongue: str) -> str:
    try:
        names = _locale(tongue).languages
        return str(names.get(Locale.parse(code, sep="-").language, code))
    except (UnknownLocaleError, ValueError, TypeError):
        return code


# From a history, whose authors know more than the program finds in a text.
UNLISTED_GROUNDS = {"other": gettext_lazy("other ground"), "unknown": gettext_lazy("not known")}


def status_name(status: str) -> str:
    """Return the name of one of in_force.STATUSES, as in "Not known"."""
    name = term(STATUSES[status])
    return name[:1].upper() + name[1:]


def appeal_name(step: str) -> str:
    """Return the step of an appeal in the active language, as in "Appeal filed"."""
    return capfirst(term(APPEALS.get(step, step)))


def territory_name(value: str) -> str:
    """Return where an act applies, as in "Worldwide"."""
    return capfirst(term(TERRITORIES.get(value, value)))


def degree_name(value: str) -> str:
    """Return how far an act goes, as in "Partial"."""
    return capfirst(term(DEGREES.get(value, value)))


@cache
def _authorities() -> dict[str, str]:
    return {fold(name): name for name in listed_authorities()}


def authority_name(folded: str) -> str:
    """Return the name of an authority from its folded form in queries; for an unlisted one, the
    capitalised words.
    """
    return shown_authority_name(_authorities().get(folded) or folded.title())


def shown_authority_name(name: str) -> str:
    """Return an authority's recorded name; a country's, which may order an act too, in the active
    language.
    """
    code = country_of_name(name)
    return country_name(code) if code and active_language() != RECORDED else name


def country_of_name(name: str) -> str:
    """Return the code of the country with this recorded name; "" for another name."""
    return _recorded_countries().get(fold(name), "")


@cache
def _recorded_countries() -> dict[str, str]:
    """Return the countries' codes by their folded names in the record."""
    named = _territories(RECORDED).items()
    codes = {fold(name): code for code, name in named if code.isalpha() and len(code) == 2}
    return codes | {"us": "US", "uk": "GB", "eu": "EU"}


def ground_name(slug: str) -> str:
    """Return the name of a ground, as in data/grounds.toml."""
    if slug in UNLISTED_GROUNDS:
        return str(UNLISTED_GROUNDS[slug])
    known = listed_rows("ground").get(slug)
    return term(known.name if known else slug.replace("_", " "))
