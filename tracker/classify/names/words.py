"""The words around names: which of a language's lists a word is in. The words are data, in
data/names.toml, data/roles.toml and data/common_words.toml.
"""

from collections import defaultdict
from enum import Flag, auto
from functools import cache

from tracker.classify.lexicon import DATA, LexiconError, rows_of
from tracker.classify.text import fold

CACHE_LIMIT = 20_000  # words of a language remembered; a hostile text brings new ones
STEM_LIMIT = 18


class Part(Flag):
    """What a word does beside a name; see data/names.toml."""

    NONE = 0
    THINGS = auto()
    OF = auto()
    GLUE = auto()
    AND = auto()
    REASON = auto()
    SAID = auto()
    AUX = auto()
    OWN = auto()
    LOSES = auto()
    COMMON = auto()
    HALF = auto()
    PERSONS = auto()
    OUTFITS = auto()
    LOWER = auto()


ROLE = Part.PERSONS | Part.OUTFITS


class Words:
    """The lists of one language."""

    def __init__(self) -> None:
        self._whole: dict[str, Part] = defaultdict(lambda: Part.NONE)
        self._stems: dict[str, Part] = defaultdict(lambda: Part.NONE)
        self._ends: dict[str, Part] = defaultdict(lambda: Part.NONE)
        self._cache: dict[str, Part] = {}

    def add(self, part: Part, text: str) -> None:
        """Adds the words of a list; those of a word group one by one."""
        for item in fold(text).replace(",", " ").split():
            stem = item.strip("*")
            if not stem:
                continue
            if item.startswith("*"):
                self._ends[stem] |= part
            if item.endswith("*"):
                self._stems[stem] |= part
            if stem == item:
                self._whole[stem] |= part

    def part_of(self, word: str) -> Part:
        """What the folded word is."""
        part = self._cache.get(word)
        if part is None:
            part = self._look_up(word)
            if len(self._cache) < CACHE_LIMIT:
                self._cache[word] = part
        return part

    def _look_up(self, word: str) -> Part:
        part = self._whole.get(word, Part.NONE)
        short = word[:STEM_LIMIT]
        for end in range(1, len(short) + 1):
            part |= self._stems.get(short[:end], Part.NONE)
        for start in range(max(1, len(word) - STEM_LIMIT), len(word)):
            part |= self._ends.get(word[start:], Part.NONE)
        if not part and "-" in word:  # "ex-president", "AfD-Politiker"
            return self._look_up(word.rpartition("-")[2]) & ROLE
        return part


@cache
def _all() -> dict[str, Words]:
    found: dict[str, Words] = defaultdict(Words)
    for name in ("names.toml", "roles.toml"):
        for language, row in rows_of(DATA / name).items():
            if not isinstance(row, dict):
                raise LexiconError(f"{name}: {language} is no table")
            for key, text in row.items():
                if key.upper() not in Part.__members__ or not isinstance(text, str):
                    raise LexiconError(f"{name}: [{language}] {key} is no list of words")
                found[language].add(Part[key.upper()], text)
    for language, text in rows_of(DATA / "common_words.toml").items():
        found[language].add(Part.LOWER, str(text))
    return dict(found)


def words_of(language: str) -> Words:
    """The lists of a language; of one that has none, the English ones. Raises LexiconError."""
    lists = _all()
    return lists.get(language) or lists["en"]
