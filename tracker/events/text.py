"""What a searched text is made of, and whether a word stands in it; pure.

A searched text is folded words with one space between. Scripts without spaces are cut into pairs of
neighbours, so that any piece of a run is found as a row of pairs.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tracker.classify.lexicon import Lexicon, lexicon_of
from tracker.classify.text import Folding, folding

LAST_MARK = 0x1F000  # beyond stand picture signs and rare ideographs
WORD_LIMIT = 60  # characters of a word that are kept
WHOLE = 2  # letters up to which a word is looked for as a whole; a longer one also as a beginning
SEARCH_LIMIT = 20_000  # characters; the later titles of a large event repeat the earlier ones
SEAM = "|"  # no word
NAMES = ("platform", "target")  # what a word may be another name of


def _marks() -> str:
    """The combining marks as a class of characters: without them Hindi falls into pieces."""
    return "".join(
        chr(code) for code in range(0x300, LAST_MARK) if unicodedata.category(chr(code))[0] == "M"
    )


JOINED = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
MARKS = _marks()
PIECE = re.compile(f"(?P<joined>[{JOINED}]+)|(?:(?![{JOINED}])[^\\W_]|[{MARKS}])+")


def tokens(text: str) -> Iterator[str]:
    """The words of a text, folded."""
    return (word for word, _, _ in _spans(folding(text)))


def _spans(folded: Folding) -> Iterator[tuple[str, int, int]]:
    """The words of a folded text with where they begin and end in it."""
    for found in PIECE.finditer(folded.text):
        piece, start, end = found[0], found.start(), found.end()
        if found["joined"]:  # the last letter alone
            yield from (
                (piece[i : i + 2], start + i, min(start + i + 2, end)) for i in range(len(piece))
            )
        else:
            yield piece[:WORD_LIMIT], start, end


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


def joined(titles: str, summaries: str) -> str:
    """Two searched texts as one; a phrase does not go from one into the other."""
    return f"{titles} {SEAM} {summaries}"


@lru_cache(1_000)
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


def places(text: str, words: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Where words and phrases stand in a text as it was written, as `holds` finds them: (start,
    end), in order, none in another; a word that goes on to its end.
    """
    folded = folding(text)
    spans = list(_spans(folded))
    found: list[tuple[int, int]] = []
    for row, goes_on in map(wanted, words):
        for i in range(len(spans) - len(row) + 1 if row else 0):
            told = tuple(word for word, _, _ in spans[i : i + len(row)])
            is_last = told[-1].startswith(row[-1]) if goes_on else told[-1] == row[-1]
            if is_last and told[:-1] == row[:-1]:
                found.append(folded.span(spans[i][1], spans[i + len(row) - 1][2]))
    return _apart(found)


def _apart(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Spans in order; those that overlap are one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)


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
