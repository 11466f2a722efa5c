"""Each word of each list is found in a sentence that is made of it as people write it."""

import re
import unicodedata

import pytest

from tracker.classify.data_files import DATA, read_rows
from tracker.classify.words.lexicon import lexicon, lexicon_of
from tracker.classify.words.matching import Lexicon

TABLES = ("platform", "target", "ads", "ground", "extent", "following", "mean")
LANGUAGES = sorted(path.stem for path in (DATA / "lexicon").glob("*.toml"))
WAYS = {
    "composed": lambda word: unicodedata.normalize("NFC", word),
    "decomposed": lambda word: unicodedata.normalize("NFD", word),
    "soft hyphens": lambda word: re.sub(r"(?<=[^\W\d_]{2})(?=[^\W\d_]{2})", "\u00ad", word),
    "upper case": str.upper,
}


def written(item):
    """A word of a list as it stands in a sentence, "" if it is no word."""
    word = item.strip().lstrip("~?!=").replace(" … ", " 1 ").replace("…", " 1 ")
    return re.sub(r"(?<=\w)\*(?= |$)", "", word).replace("*", "")


def lost(words, lists: Lexicon, language, tables, way):
    """The words that are not found, written that way."""
    for item in words:
        word = written(item)
        if not word or ("=" in item.strip()[:2] and way == "upper case"):
            continue
        word = WAYS[way](word)
        text = word if item.strip()[0] in "?!" else f"1 {word}, 2"  # a common word needs a context
        if not any(h.table in tables for h in lists.find(text, language)):
            yield word


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_word_of_a_language_is_found(language, way):
    for concept, text in read_rows(DATA / "lexicon" / f"{language}.toml").items():
        words = str(text).split(",")
        assert not list(lost(words, lexicon(), language, {"concept"}, way)), concept


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "table", ["platforms", "targets", "ads", "grounds", "extents", "followings", "generics"]
)
def test_each_word_of_a_table_is_found(table, way):
    lists = lexicon_of(table.removesuffix("s") if table != "ads" else "ads")
    for path in (DATA / f"{table}.toml", *sorted((DATA / table).glob("*.toml"))):
        for key, row in read_rows(path).items():
            assert isinstance(row, dict)
            words = row["words"].split(",")
            tables = {table.removesuffix("s"), table}
            assert not list(lost(words, lists, "", tables, way)), key
