"""The word lists of all languages, which are data, in data/*.toml.

A word list is text, its items set apart by commas: `word` matches itself, `suspend*` any ending,
`*sperre` any beginning, `payday loan*` and `political* ad*` several words, `hebt … auf` two with
up to GAP characters of a sentence between them, `=RT` only in these letters, `~=LINE` only where
an act is in the text too, `?=Zoom` where the words around make it a name (contexts.py), `!visa`
only where a word of the row's `trade` is near. A row's `but` lists what holds one of its words
and is another thing.
"""

from contextlib import suppress
from functools import cache, lru_cache

from tracker.classify.data_files import DATA, LexiconError, load_once, read_rows
from tracker.classify.letters.transliteration import Spellings
from tracker.classify.words.concepts import CONCEPTS
from tracker.classify.words.lists import parse_words, table_rows, table_words
from tracker.classify.words.matching import Lexicon
from tracker.classify.words.mention import ANY, Word


@lru_cache(maxsize=4)
def lexicon_of_names(names: tuple[tuple[str, str, str], ...]) -> Lexicon:
    """Build a lexicon of (table, value, name) besides the word lists. A name that would match
    anything is passed over.
    """
    words: list[Word] = []
    for table, value, name in names:
        with suppress(LexiconError):
            words += parse_words(table, value, ANY, name.replace(",", " "))
    return Lexicon(words)


@cache
def _spellings() -> Spellings:
    """Return the platforms' names in all scripts, but for common words."""
    listed, latin = [], []
    for key, row in table_rows("platform"):
        if row.get("kind") == "wire":
            continue
        plain = (item.strip() for item in row["words"].split(","))
        listed += [(key, word.strip("*")) for word in plain if word and word[0] not in "~?!="]
        # A name that counts only in exact letters is a word of everyday speech, too: "Blogger".
        if "trade" not in row and " " not in row["name"] and f"={row['name']}" not in row["words"]:
            latin.append((key, row["name"]))
    return Spellings(listed, latin)


# One automaton for twenty languages: one pass finds every word, whichever language it is of, and
# adding a language costs a text nothing.
@load_once
def lexicon() -> Lexicon:
    """Build the lexicon of every word list, once. Raises LexiconError that names file and key."""
    words: list[Word] = []
    for path in sorted((DATA / "lexicon").glob("*.toml")):
        for concept, text in read_rows(path).items():
            if concept not in CONCEPTS or not isinstance(text, str):
                raise LexiconError(
                    f"{path.name}: {concept} is no concept; one of {', '.join(sorted(CONCEPTS))}"
                )
            words += parse_words("concept", concept, path.stem, text)
    for table in ("platform", "target"):
        words += table_words(table)
    return Lexicon(words, _spellings())


@load_once
def lexicon_of(table: str) -> Lexicon:
    """Return the words of one file of rows alone, as listed_rows has them. Raises LexiconError."""
    return Lexicon(list(table_words(table)), _spellings() if table == "platform" else None)
