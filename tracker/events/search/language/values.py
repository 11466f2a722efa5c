"""Map names of values to the codes that the record stores, and find near misses; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from babel import Locale
from django.conf import settings
from django.utils.translation import override

from tracker.classify import Kind
from tracker.classify.facts.counts import COUNTED
from tracker.classify.letters.folding import fold
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.lists import aliases_of, listed_rows
from tracker.events.in_force import STATUSES
from tracker.events.search.wording.values import NAMES
from tracker.events.wording.names import kinds_name, status_name
from tracker.events.wording.quantities import NO_CURRENCIES
from tracker.events.wording.targets import translated_targets
from tracker.events.wording.terms import APPEALS, DEGREES, SCOPES, TERRITORIES

STATES = ("machine", "reviewed", "unsure")
ORIGINS = ("history", "machine", "editor")
# Names of countries and languages are accepted in these, whatever the page's language.
TONGUES = ("en", "fr", "de", "es", "pt", "it", "nl", "pl", "tr", "ru", "uk", "ar", "zh", "ja")
SHORT_COUNTRIES = {
    **dict.fromkeys(("uk", "great britain", "britain", "england"), "GB"),
    **dict.fromkeys(("usa", "u.s.", "us", "america", "united states of america"), "US"),
    "uae": "AE",
    "burma": "MM",
    "czech republic": "CZ",
    "turkey": "TR",
    "holland": "NL",
    "hong kong": "HK",
    "palestine": "PS",
    "ivory coast": "CI",
    "macau": "MO",
    "vatican": "VA",
    "macedonia": "MK",
    "drc": "CD",
}
MONEY_WORDS = {
    "€": "EUR",
    **dict.fromkeys(("$", "dollar", "us$"), "USD"),
    **dict.fromkeys(("£", "pound", "pound sterling"), "GBP"),
    **dict.fromkeys(("rouble", "ruble", "₽"), "RUB"),
    **dict.fromkeys(("rupee", "₹"), "INR"),
    **dict.fromkeys(("lira", "₺"), "TRY"),
    **dict.fromkeys(("yen", "¥"), "JPY"),
    **dict.fromkeys(("yuan", "renminbi"), "CNY"),
    **dict.fromkeys(("won", "₩"), "KRW"),
}
SHORT_NAMES = {"country": SHORT_COUNTRIES, "currency": MONEY_WORDS}
NO_VALUES = {  # codes of the lists' own for what is not known, or for tests
    "country": {"ZZ", "XA", "XB"},
    "currency": NO_CURRENCIES,
    "lang": {"und", "zxx", "root"},
}
NEAR = 0.72  # how much of two names must agree (difflib's ratio)
SHOWN = 3  # near names
# Fields whose values the program defines.
CLOSED = (
    *("kind", "ground", "state", "origin", "law", "appeal", "territory", "degree"),
    "affected_what",
)
OPEN = ("platform", "country", "lang", "currency")  # fields whose values come from lists that grow


@dataclass(frozen=True)
class NearValue:
    """A value that may be meant, with its name."""

    code: str
    name: str


def code_of(field: str, value: str) -> str:
    """Return the code of a value typed as code or name, in any case and in several languages; ""
    for an unknown one.
    """
    codes = _codes(field)
    if value in codes:
        return value
    plain = _plain(value)
    code = _names(field).get(plain) or _names(field).get(plain.removesuffix("s"), "")
    if not code and field in {"platform", "target"}:
        mentions = lexicon_of(field).find(value, "")
        code = next((m.value for m in mentions if (m.start, m.end) == (0, len(value))), "")
    if not code and field == "lang":
        # zh-Hant: a script or country after a known language.
        code = value.lower() if value.lower().partition("-")[0] in codes else ""
    return code


def codes_of(field: str) -> tuple[str, ...]:
    """Return the codes of a field, in their order."""
    return tuple(_codes(field))


def near_values(field: str, value: str) -> tuple[NearValue, ...]:
    """Return up to SHOWN values with names spelt nearly like `value`."""
    names = _names(field)
    close = get_close_matches(_plain(value), names, n=3 * SHOWN, cutoff=NEAR)
    codes = list(dict.fromkeys(names[name] for name in close))[:SHOWN]
    return tuple(NearValue(code, name_of(field, code)) for code in codes)


def name_of(field: str, code: str) -> str:
    """Return the name of a code in the active language."""
    return status_name(code) if field == "in_force" else NAMES[field](code)


def _plain(name: str) -> str:
    """Return a name in the form used for comparison: "Ad_Ban" as "ad ban"."""
    return " ".join(fold(name).replace("_", " ").replace("-", " ").split())


@cache
def _codes(field: str) -> dict[str, None]:
    codes: dict[str, list[str]] = {
        "kind": [kind.value for kind in Kind],
        "ground": list(listed_rows("ground")),
        "state": list(STATES),
        "origin": list(ORIGINS),
        "in_force": list(STATUSES),
        "law": list(listed_rows("law")),
        "appeal": list(APPEALS),
        "territory": list(TERRITORIES),
        "degree": list(DEGREES),
        "affected_what": list(COUNTED),
        "currency": list(map(str, Locale("en").currencies)),
        "platform": [*listed_rows("platform"), *SCOPES],
        "country": [code for code in map(str, Locale("en").territories) if code.isalpha()],
        "lang": [code for code in map(str, Locale("en").languages) if "_" not in code],
    }
    return dict.fromkeys(c for c in codes.get(field, ()) if c not in NO_VALUES.get(field, ()))


@cache
def _names(field: str) -> dict[str, str]:
    """Return the code of each name, folded."""
    names: dict[str, str] = {}
    for name, code in _pairs(field):
        names.setdefault(_plain(name), code)
    return names


def _pairs(field: str) -> Iterator[tuple[str, str]]:
    codes = _codes(field)
    yield from ((code, code) for code in codes)
    yield from SHORT_NAMES.get(field, {}).items()
    if field in {"country", "lang", "currency"}:
        for tongue in TONGUES:
            locale = Locale(tongue)
            tables = {"country": locale.territories, "currency": locale.currencies}
            named = tables.get(field, locale.languages)
            yield from ((name, code) for code, name in named.items() if code in codes)
    if field in {"platform", "law"}:
        for code in listed_rows(field):
            yield from ((alias.name, code) for alias in aliases_of(field, code))
    if field == "target":
        yield from _translated_names()
    if field not in {"country", "lang", "currency", "target"}:
        yield from _own_names(field)


def _translated_names() -> Iterator[tuple[str, str]]:
    """Yield the names of targets in other languages, each with the recorded one."""
    for target in translated_targets().values():
        yield from ((name, target.name) for name in target.names.values())


def _own_names(field: str) -> Iterator[tuple[str, str]]:
    """Yield the names that the site shows, in each of its languages."""
    for tongue, _ in settings.LANGUAGES:
        with override(tongue):
            for code in _codes(field):
                yield name_of(field, code), code
                if field == "kind":
                    yield kinds_name(code), code
