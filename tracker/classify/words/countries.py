"""Which countries a text names: Babel's (CLDR's) names of territories in the text's own language,
and demonyms.
"""

import tomllib
from functools import cache

from babel import Locale

from tracker.classify.data_files import DATA
from tracker.classify.words.lists import parse_words
from tracker.classify.words.matching import Lexicon
from tracker.classify.words.mention import ANY, Mention, Word

DEMONYMS = DATA / "countries.toml"
# Languages that bend names: the last letters of a name of some length go, as in Россия, в России.
BENT = {"ru": 1, "uk": 1, "pl": 1, "tr": 0}
NO_COUNTRY = {"EZ", "UN", "QO", "AC", "CP", "CQ", "DG", "TA", "XA", "XB", "ZZ"}


@cache
def _countries(language: str) -> Lexicon:
    """Return the words of one language, and the demonyms, which count in all; made at its first
    text.
    """
    words: list[Word] = []
    for code, name in Locale.parse(language).territories.items():
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY and len(name) > 1:
            # CLDR adds the other name in brackets, which no headline does.
            plain = name.partition(" (")[0].replace(",", " ")  # "Myanmar (Burma)"
            words += parse_words("country", code, language, _with_any_ending(plain, language))
    for code, text in tomllib.loads(DEMONYMS.read_text("utf-8")).items():
        words += parse_words("country", code, ANY, text)
    return Lexicon(words)


def _with_any_ending(name: str, language: str) -> str:
    if language not in BENT or len(name) < 5 or " " in name:
        return name
    return (name[: len(name) - BENT[language]]) + "*"


def find_countries(text: str, language: str) -> list[Mention]:
    """Return the mentions of table "country", whose values are ISO 3166 codes (EU too), by
    position.
    """
    return _countries(language).find(text, language)
