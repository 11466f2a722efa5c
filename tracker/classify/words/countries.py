"""Find the countries that a text names: Babel's (CLDR's) names of territories in the text's own
language, and demonyms.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from babel import Locale

from tracker.classify.data_files import DATA
from tracker.classify.letters.folding import fold
from tracker.classify.letters.language import LANGUAGES
from tracker.classify.words.lists import parse_words
from tracker.classify.words.matching import Lexicon
from tracker.classify.words.mention import ANY, Mention, Word

DEMONYMS = DATA / "countries.toml"
# Languages that bend names: the last letters of a name of some length go, as in Россия, в России.
BENT = {"ru": 1, "uk": 1, "pl": 1, "tr": 0}
SHORT_ENDINGS = ("", "а", "е", "у", "і", "ом", "em", "u")  # of a name that begins another's
# What is written small of such a name is its adjective.
ADJECTIVE = {
    "ru": re.compile("[сц]к"),
    "uk": re.compile("[сзц]ьк"),
    "pl": re.compile("[sc]k"),
}
TERRITORY, COUNTRY = "territory", "country"
NO_COUNTRY = {"EZ", "UN", "QO", "AC", "CP", "CQ", "DG", "TA", "XA", "XB", "ZZ"}


@cache
def _countries(language: str) -> Lexicon:
    """Return the words of one language, and the demonyms, which count in all; made at its first
    text.
    """
    names = dict(_names(language))
    words: list[Word] = []
    for code, name in names.items():
        others = [other for other in names.values() if other != name]
        words += parse_words(TERRITORY, code, language, _forms(name, language, others))
    for code, text in tomllib.loads(DEMONYMS.read_text("utf-8")).items():
        words += parse_words(COUNTRY, code, ANY, text)
    return Lexicon(words)


def _names(language: str) -> Iterator[tuple[str, str]]:
    for code, name in Locale.parse(language).territories.items():
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY and len(name) > 1:
            # CLDR adds the other name in brackets, which no headline does.
            yield code, name.partition(" (")[0].replace(",", " ")  # "Myanmar (Burma)"


def is_country_name(name: str) -> bool:
    """Return whether a country or territory has this name, or its people, in any language."""
    return fold(name) in _all_names()


@cache
def _all_names() -> frozenset[str]:
    names = {fold(name) for language in LANGUAGES for _code, name in _names(language)}
    for text in tomllib.loads(DEMONYMS.read_text("utf-8")).values():
        for item in (fold(item).strip(" =~") for item in text.split(",")):
            # "russian*" takes a plural, too.
            names |= {item.strip("*"), item.replace("*", "s")}
    return frozenset(names)


def _forms(name: str, language: str, others: Iterable[str]) -> str:
    """Return how a language writes a name, as words of a list."""
    # In Vietnamese a mark makes another word: "Bỉ" is Belgium, "bị" makes a passive.
    if language == "vi" and " " not in name:
        return f"={name}"
    if language not in BENT or len(name) < 5 or " " in name:
        return name
    stem = name[: len(name) - BENT[language]]
    # "Ниге*" would be found in Нигерия, too.
    if any(other.startswith(stem) for other in others):
        return ", ".join(f"{name}{ending}" for ending in SHORT_ENDINGS)
    return f"{stem}*"


def find_countries(text: str, language: str) -> list[Mention]:
    """Return the mentions of table "country", whose values are ISO 3166 codes (EU too), by
    position.
    """
    has_capitals = text != text.lower()
    mentions = [
        replace(mention, table=COUNTRY) if mention.table == TERRITORY else mention
        for mention in _countries(language).find(text, language)
        if mention.table == COUNTRY
        or not has_capitals
        or _is_written_as_name(text[mention.start : mention.end], language)
    ]
    mentions.sort(key=lambda mention: (mention.start, -mention.end))
    reach, longest = 0, []
    for mention in mentions:
        if mention.end > reach:
            longest.append(mention)
            reach = mention.end
    return longest


def _is_written_as_name(words: str, language: str) -> bool:
    """Return whether words have a capital, are an adjective, or of a script without capitals:
    "reunión", "суда" and "того" are no countries, "chińska" is one.
    """
    if words.lower() != words or words.upper() == words:
        return True
    return language in ADJECTIVE and ADJECTIVE[language].search(words) is not None
