"""What a searched text is made of, and whether a word stands in it; pure.

A searched text is folded words with one space between. Scripts without spaces are cut into pairs of
neighbours, so that any piece of a run is found as a row of pairs.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from tracker.classify.lexicon import Lexicon, lexicon_of
from tracker.classify.text import fold

LAST_MARK = 0x1F000  # beyond stand picture signs and rare ideographs
WORD_LIMIT = 60  # characters of a word that are kept
WHOLE = 2  # letters up to which a word is looked for as a whole; a longer one also as a beginning
SEARCH_LIMIT = 20_000  # characters; the later titles of a large event repeat the earlier ones
NAMES = ("platform", "target")  # what a word may be another name of


def _marks() -> str:
    """The combining marks as a class of characters: without them Hindi falls into pieces."""
    return "".join(
        chr(code) for code in range(0x300, LAST_MARK) if unicodedata.category(chr(code))[0] == "M"
    )


JOINED = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
PIECE = re.compile(f"(?P<joined>[{JOINED}]+)|(?:(?![{JOINED}])[^\\W_]|[{_marks()}])+")


def tokens(text: str) -> Iterator[str]:
    """The words of a text, folded (NFKC first: full-width letters are letters)."""
    for found in PIECE.finditer(fold(unicodedata.normalize("NFKC", text))):
        piece = found[0]
        if found["joined"]:
            yield from (piece[i : i + 2] for i in range(len(piece)))  # the last one alone
        else:
            yield piece[:WORD_LIMIT]


def searched(texts: Iterable[str]) -> str:
    """Texts as one searched text, each once, up to SEARCH_LIMIT characters or a text more."""
    told = ""
    for text in texts:
        told = with_text(told, text)
    return told


def with_text(told: str, text: str) -> str:
    """The searched text with one more."""
    more = " ".join(tokens(text))
    if len(told) >= SEARCH_LIMIT or f" {more} " in f" {told} ":
        return told
    return f"{told} {more}".strip()


def wanted(word: str) -> tuple[tuple[str, ...], bool]:
    """The words that must stand in a row, and whether the last one may go on; () if the word has no
    letter.
    """
    found = list(tokens(word))
    is_joined = bool(found) and re.fullmatch(f"[{JOINED}]", found[-1]) is not None
    if is_joined and len(found) > 1 and re.fullmatch(f"[{JOINED}]{{2}}", found[-2]):
        found.pop()  # the last letter of a run stands in the pair before it
        is_joined = False
    goes_on = bool(found) and (is_joined or len(found[-1]) > WHOLE)
    return tuple(found), goes_on


def holds(text: str, word: str) -> bool:
    """Whether a searched text holds a word or a phrase: whole words, of which the last may go on
    ("suspen" finds "suspended"). A word without letters is held by none.
    """
    row, goes_on = wanted(word)
    if not row:
        return False
    return f" {' '.join(row)}{'' if goes_on else ' '}" in f" {text} "


def senses(word: str, names: Lexicon | None = None) -> tuple[tuple[str, str], ...]:
    """What a word is a name of, in any script, as (field, value): "Навальный" is ("target", "Alexei
    Navalny"). `names` are looked for besides the word lists.
    """
    found: dict[tuple[str, str], None] = {}
    for lexicon in (*map(lexicon_of, NAMES), names):
        for hit in lexicon.find(word, "") if lexicon else ():
            if (hit.start, hit.end) == (0, len(word)) and hit.table in NAMES:
                found[hit.table, hit.value] = None
    return tuple(found)
