"""Look up words around names in a language's lists: data/names.toml, data/roles.toml and
data/common_words.toml.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from functools import cache

from babel import Locale

from tracker.classify.data_files import DATA, LexiconError, load_once, read_rows
from tracker.classify.letters.folding import fold

CACHE_LIMIT = 20_000  # cached words of a language; a hostile text brings new ones
STEM_LIMIT = 18
SHORT = 3  # letters of a word that says nothing beside others like it
INFLECTION = 3  # letters of the ending of a listed word


class WordUse:
    """What a word does next to a name, as bits (enum.Flag is ten times as slow); see
    data/names.toml.
    """

    THINGS = 1 << 0
    OF = 1 << 1
    GLUE = 1 << 2
    AND = 1 << 3
    REASON = 1 << 4
    SAID = 1 << 5
    AUX = 1 << 6
    OWN = 1 << 7
    LOSES = 1 << 8
    COMMON = 1 << 9
    HALF = 1 << 10
    RULES = 1 << 11
    PERSONS = 1 << 12
    OUTFITS = 1 << 13
    LOWER = 1 << 14
    ORIGIN = 1 << 15


BITS: dict[str, int] = {key: bit for key, bit in vars(WordUse).items() if key.isupper()}
ROLE = WordUse.PERSONS | WordUse.OUTFITS


class UseLists:
    """The lists of one language."""

    def __init__(self) -> None:
        self._whole: dict[str, int] = defaultdict(int)
        self._stems: dict[str, int] = defaultdict(int)
        self._ends: dict[str, int] = defaultdict(int)
        self._cache: dict[str, int] = {}

    def add(self, uses: int, text: str) -> None:
        """Add the words of a list. Raises LexiconError for a word that would match anything."""
        for item in filter(None, (item.strip() for item in fold(text).split(","))):
            stem = item.strip("*")
            if not stem:
                raise LexiconError(f"{item!r} would match anything")
            if item.startswith("*"):
                self._ends[stem] |= uses
            if item.endswith("*"):
                self._stems[stem] |= uses
            if stem == item:
                self._whole[stem] |= uses

    @property
    def whole_words(self) -> Set[str]:
        """The folded words that match as a whole."""
        return self._whole.keys()

    def uses_of(self, word: str) -> int:
        """Return the uses of a folded word."""
        uses = self._cache.get(word)
        if uses is None:
            uses = self._look_up(word)
            if len(self._cache) < CACHE_LIMIT:
                self._cache[word] = uses
        return uses

    def _look_up(self, word: str) -> int:
        uses = self._whole.get(word, 0)
        short = word[:STEM_LIMIT]
        for end in range(1, len(short) + 1):
            uses |= self._stems.get(short[:end], 0)
        for start in range(max(1, len(word) - STEM_LIMIT), len(word)):
            uses |= self._ends.get(word[start:], 0)
        if word.endswith("s") and self._whole.get(word[:-1], 0) & WordUse.LOWER:
            uses |= WordUse.LOWER
        # A compound is used like its last part.
        if not uses and "-" in word:  # "ex-president", "AfD-Politiker"
            return self._look_up(word.rpartition("-")[2]) & (ROLE | WordUse.THINGS)
        return uses


@cache
def _all_lists() -> dict[str, UseLists]:
    lists: dict[str, UseLists] = defaultdict(UseLists)
    for name in ("names.toml", "roles.toml"):
        for language, row in read_rows(DATA / name).items():
            if not isinstance(row, dict):
                raise LexiconError(f"{name}: {language} is no table")
            for key, text in row.items():
                if key.upper() not in BITS or not isinstance(text, str):
                    raise LexiconError(f"{name}: [{language}] {key} is no list of words")
                lists[language].add(BITS[key.upper()], text)
    for language, text in read_rows(DATA / "common_words.toml").items():
        lists[language].add(WordUse.LOWER, ",".join(str(text).split()))
    return dict(lists)


def use_lists_of(language: str) -> UseLists:
    """Return the lists of a language; of one that has none, the English ones. Raises
    LexiconError.
    """
    lists = _all_lists()
    return lists.get(language) or lists["en"]


def is_ordinary(name: str) -> bool:
    """Return whether a name is a word of everyday language, or several short ones ("of the"), and
    so would be found in articles on anything. Raises LexiconError.
    """
    folded, ordinary = fold(name).strip(), _ordinary_words()
    if folded in ordinary or _is_inflected(folded, ordinary):
        return True
    words = folded.split()
    return bool(words) and ordinary.issuperset(words) and max(map(len, words)) <= SHORT


def _is_inflected(word: str, ordinary: frozenset[str]) -> bool:
    """Return whether it is a listed word of five letters or more with an ending."""
    lengths = range(max(5, len(word) - INFLECTION), len(word))
    return any(f"{word[:length]}*" in ordinary for length in lengths)


@load_once
def _ordinary_words() -> frozenset[str]:
    """Return the folded words of the lists of all languages that name nothing; one that takes
    endings also with "*".
    """
    words = {word for lists in _all_lists().values() for word in lists.whole_words}
    texts = [str(text) for text in read_rows(DATA / "function_words.toml").values()]
    for path in (*sorted((DATA / "lexicon").glob("*.toml")), DATA / "kind_words.toml"):
        texts += _texts_of(read_rows(path))
    for file in ("ads.toml", "generics.toml", "grounds.toml", "structure.toml"):
        texts += _texts_of(read_rows(DATA / file))
    for text in texts:
        for item in (fold(item).strip(" ~?!=") for item in text.split(",")):
            if item and "…" not in item and not item.startswith("*"):
                words |= {item.strip("*")} | ({item} if item.endswith("*") else set())
    return frozenset(words | _calendar_words())


def _texts_of(rows: Mapping[str, object]) -> Iterator[str]:
    for row in rows.values():
        values = row.values() if isinstance(row, dict) else [row]
        yield from (value for value in values if isinstance(value, str))


def _calendar_words() -> set[str]:
    """Return the months and days of the week in all languages."""
    locales = [Locale.parse(language) for language in _all_lists()]
    names = (cldr[form]["wide"] for at in locales for cldr in (at.months, at.days) for form in cldr)
    return {fold(name) for by_number in names for name in by_number.values()}
