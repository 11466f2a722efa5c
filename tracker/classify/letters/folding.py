"""Fold texts for matching, with a map to the text as written. Lists and texts are folded the same
way: lower case, no accents and vowel points, one form of quotes, dashes, spaces and Arabic letters,
ß as ss, full-width and mathematical letters as plain ones; invisible characters are removed, a
letter that only looks like its neighbours' script is converted to it. Japanese and Indic marks
stay, since they change the letter.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracker.classify.letters.fold_table import FOLD, JOINER, LOAN_SOUNDS, NUKTA, UNCHANGED, UNSEEN
from tracker.classify.letters.lookalikes import MIXED, in_one_script

# Version of this module's output. Increase it when the folding changes: searched texts of other
# versions are then rebuilt (events/record/derived/rebuild.py; a test compares the output).
VERSION = 2
# Characters that combine with the letter before: Japanese sound marks, parts of a Korean syllable.
COMPOSED = "\u1161-\u11ff\u3099\u309a\uff9e\uff9f\u093c"
JOINER_ELSEWHERE = re.compile("(?<![\u0600-\u06ff])\u200c|\u200c(?![\u0600-\u06ff])")


def _regex_class(codes: Sequence[int]) -> str:
    """Write sorted code points as the inside of a regex class."""
    pieces, first = [], 0
    for i, code in enumerate(codes):
        if i + 1 == len(codes) or codes[i + 1] != code + 1:
            pieces.append(f"{re.escape(chr(codes[first]))}-{re.escape(chr(code))}")
            first = i + 1
    return "".join(pieces)


# What does not fold letter by letter.
ODD = _regex_class(sorted(code for code, folded in FOLD.items() if len(folded) != 1)) + COMPOSED
IS_ODD = re.compile(f"[{ODD}]")
PASSAGE = re.compile(f"[^{ODD}\u200c]?[{ODD}\u200c]+")
CLUSTER = re.compile(f"(?s:.)(?:{UNSEEN.pattern}|[{COMPOSED}])*")


@dataclass(frozen=True, slots=True)
class Folding:
    """A folded text, with the start and end of each character's letter in the original; None if
    positions are the same.
    """

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters of the original for `start` to `end` of the folded text."""
        if self.starts is None or self.ends is None or start >= end:
            return start, end
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """Return the folded text alone."""
    return folding(text).text


@lru_cache(maxsize=16)  # the lists are searched in one zone one after another
def folding(text: str) -> Folding:
    """Fold a text and keep the map to it as written."""
    if text.isascii():
        # Most headlines are ASCII or fold letter by letter: they need no map.
        return Folding(text.translate(FOLD))
    if not IS_ODD.search(text) and not (JOINER in text and JOINER_ELSEWHERE.search(text)):
        folded = text.translate(FOLD)
        return Folding(in_one_script(folded, text) if MIXED.search(folded) else folded)
    pieces: list[str] = []
    starts, ends = array("l"), array("l")
    # Only special passages are folded cluster by cluster; the text between them in one piece.
    for piece, start, is_plain in _split_passages(text):
        if is_plain:
            end = start + len(piece)
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
            pieces.append(piece.translate(FOLD))
            continue
        for cluster in CLUSTER.finditer(piece):
            letters = _folded_cluster(cluster[0], text, start + cluster.start())
            starts.extend([start + cluster.start()] * len(letters))
            ends.extend([start + cluster.end()] * len(letters))
            pieces.append(letters)
    folded = "".join(pieces)
    if MIXED.search(folded):
        folded = in_one_script(folded, [text[start] for start in starts])
    return Folding(folded, starts, ends)


def _split_passages(text: str) -> Iterator[tuple[str, int, bool]]:
    """Yield the text in pieces with their places: those that fold letter by letter, and
    the others.
    """
    at = 0
    for odd in PASSAGE.finditer(text):
        if odd.start() > at:
            yield text[at : odd.start()], at, True
        yield odd[0], odd.start(), False
        at = odd.end()
    if at < len(text):
        yield text[at:], at, True


def _folded_cluster(cluster: str, text: str, start: int) -> str:
    if cluster == JOINER and JOINER_ELSEWHERE.match(text, start):
        return ""
    plain = cluster
    if len(cluster) > 1 and cluster[0] not in UNCHANGED:
        plain = unicodedata.normalize("NFKC", cluster)
    if NUKTA in plain and plain[0] in LOAN_SOUNDS:
        plain = plain.replace(NUKTA, "")
    return plain.translate(FOLD)


def as_written(text: str) -> str:
    """Return the text in its own case without invisible characters: what a word of exact letters is
    compared with.
    """
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if not UNSEEN.match(c) and unicodedata.category(c) != "Cf")
