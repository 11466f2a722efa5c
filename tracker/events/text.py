"""Build searched texts and find words in them; pure. A searched text consists of folded words
separated by one space. Scripts without spaces are cut into pairs of adjacent characters, so that
any part of a run is found as a sequence of pairs.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tracker.classify.letters.folding import Folding, folding
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.matching import Lexicon
from tracker.events.inflections import inflections

LAST_MARK = 0x1F000  # above this are pictographs and rare ideographs
WORD_LIMIT = 60  # characters of a word that are stored
WHOLE = 2  # words of up to this many letters match only as a whole; longer ones also as a prefix
SEARCH_LIMIT = 20_000  # characters; the later titles of a large event repeat the earlier ones
SEAM = "|"  # no word
NAMES = ("platform", "target")  # fields of which a word may be an alias


def _marks() -> str:
    """Return the combining marks as a class of characters: without them Hindi falls into pieces."""
    return "".join(
        chr(code) for code in range(0x300, LAST_MARK) if unicodedata.category(chr(code))[0] == "M"
    )


JOINED = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
MARKS = _marks()
PIECE = re.compile(f"(?P<joined>[{JOINED}]+)|(?:(?![{JOINED}])[^\\W_]|[{MARKS}])+")


def tokens(text: str) -> Iterator[str]:
    """Return the words of a text, folded."""
    return (word for word, _, _ in _spans(folding(text)))


def _spans(folded: Folding) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a folded text with their start and end."""
    for match in PIECE.finditer(folded.text):
        piece, start, end = match[0], match.start(), match.end()
        if match["joined"]:  # the last letter alone
            yield from (
                (piece[i : i + 2], start + i, min(start + i + 2, end)) for i in range(len(piece))
            )
        else:
            yield piece[:WORD_LIMIT], start, end


def build_search_text(texts: Iterable[str]) -> str:
    """Return texts as one searched text, each once, up to about SEARCH_LIMIT characters."""
    so_far = ""
    for text in texts:
        so_far = append_text(so_far, text)
    return so_far


def append_text(so_far: str, text: str) -> str:
    """Return the searched text with one more text."""
    more = " ".join(tokens(text))
    # Later titles of a large event repeat earlier ones, and every report rewrites the row.
    if len(so_far) >= SEARCH_LIMIT or f" {more} " in f" {so_far} ":
        return so_far
    return f"{so_far} {more}".strip()


def join_texts(titles: str, summaries: str) -> str:
    """Return two searched texts as one; no phrase matches across both."""
    return f"{titles} {SEAM} {summaries}"


@lru_cache(1_000)
def phrase_of(word: str) -> tuple[tuple[str, ...], bool]:
    """Return the consecutive words to find, and whether the last one may be a prefix; () if the
    word has no letter.
    """
    words = list(tokens(word))
    is_joined = bool(words) and re.fullmatch(f"[{JOINED}]", words[-1]) is not None
    # Pairs overlap: "ab", "bc", "c"; a search for "abc" needs the first two alone.
    if is_joined and len(words) > 1 and re.fullmatch(f"[{JOINED}]{{2}}", words[-2]):
        words.pop()  # the last letter of a run is in the pair before it
        is_joined = False
    goes_on = bool(words) and (is_joined or len(words[-1]) > WHOLE)
    return tuple(words), goes_on


@lru_cache(1_000)
def phrases_of(word: str) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Return every phrase by which a word is found, in the form of phrase_of: itself and, for a
    single word, its other English forms as whole words ("banned" finds "bans").
    """
    row, goes_on = phrase_of(word)
    if len(row) != 1:
        return ((row, goes_on),) if row else ()
    others = (form for form in inflections(row[0]) if not (goes_on and form.startswith(row[0])))
    return ((row, goes_on), *(((form,), False) for form in others))


def holds(text: str, word: str) -> bool:
    """Return whether a searched text contains a word or phrase: whole words, the last of which may
    be a prefix ("suspen" finds "suspended"), or another form of a single word; False for a word
    without letters.
    """
    searched = f" {text} "
    return any(
        f" {' '.join(row)}{'' if goes_on else ' '}" in searched for row, goes_on in phrases_of(word)
    )


def word_spans(text: str, words: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Return the positions of words and phrases in a text as written, as found by `holds`: (start,
    end), in order, without overlaps; a longer word is included to its end.
    """
    folded = folding(text)
    spans = list(_spans(folded))
    spans_found: list[tuple[int, int]] = []
    for row, goes_on in (phrase for word in words for phrase in phrases_of(word)):
        for i in range(len(spans) - len(row) + 1 if row else 0):
            row_words = tuple(word for word, _, _ in spans[i : i + len(row)])
            is_last = row_words[-1].startswith(row[-1]) if goes_on else row_words[-1] == row[-1]
            if is_last and row_words[:-1] == row[:-1]:
                spans_found.append(folded.span(spans[i][1], spans[i + len(row) - 1][2]))
    return _merge_overlaps(spans_found)


def _merge_overlaps(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return spans in order, with overlapping ones merged."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def senses(word: str, names: Lexicon | None = None) -> tuple[tuple[str, str], ...]:
    """Return the entities that a word names, in any script, as (field, value): "Навальный" is
    ("target", "Alexei Navalny").

    `names` are searched in addition to the word lists.
    """
    named: dict[tuple[str, str], None] = {}
    for lexicon in (*map(lexicon_of, NAMES), names):
        for hit in lexicon.find(word, "") if lexicon else ():
            if (hit.start, hit.end) == (0, len(word)) and hit.table in NAMES:
                named[hit.table, hit.value] = None
    return tuple(named)
