"""Prepare texts for finding numbers, days and names: folded, with one form of digits."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tracker.classify.letters.characters import is_joined_script
from tracker.classify.letters.folding import Folding, folding

ZEROS = (0x660, 0x6F0, 0x966)  # Arabic, Persian, Devanagari
# "U.S." and "Jan. 6" do not end a sentence.
SENTENCE_END = re.compile(r"[!?;。！？।؟]|\.(?=\s+\w{2})(?<!\b\w\.)|\n")
# One digit for one digit, so the map of the folding is valid for the plain text, too.
DIGITS = {zero + digit: str(digit) for zero in ZEROS for digit in range(10)}


@dataclass(frozen=True)
class PlainText:
    """The folded `text`, and the way between places in it and in the text as written."""

    text: str
    folded: Folding

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the positions in the text as written for `start` to `end` here."""
        return self.folded.span(start, end)

    def position(self, written: int) -> int:
        """Return the position here for `written` in the text as written."""
        starts = self.folded.starts
        return written if starts is None else bisect_left(starts, written)


@lru_cache(maxsize=16)  # days, amounts and authorities are searched one after another
def to_plain(text: str) -> PlainText:
    """Return the text in plain form."""
    folded = folding(text)
    words = folded.text if folded.text.isascii() else folded.text.translate(DIGITS)
    return PlainText(words, folded)


def to_plain_word(word: str) -> str:
    """Return a word of a list in the same form."""
    return to_plain(word.strip()).text


def word_pattern(word: str) -> str:
    """Return the pattern of a word of a list ("word", "stem*", "*ending") in plain text, within
    whole words where its script has such.
    """
    clean = to_plain_word(word)
    core = clean.strip("*")
    if not core:
        return "(?!)"
    is_open_left = clean.startswith("*") or is_joined_script(core[0]) or not core[0].isalnum()
    is_open_right = is_joined_script(core[-1]) or not core[-1].isalnum()
    right = r"\w*" if clean.endswith("*") else "" if is_open_right else r"(?!\w)"
    return ("" if is_open_left else r"(?<!\w)") + re.escape(core) + right


def any_of_words(words: Iterable[str]) -> str:
    """Return the pattern of any of the words, the longest first; one that never matches if there
    are no words.
    """
    longest = sorted((word for word in words if word.strip()), key=len, reverse=True)
    # The longest first, since a pattern takes the first alternative that fits.
    return "|".join(map(word_pattern, longest)) or "(?!)"


def split_list(text: str) -> list[str]:
    """Return the items of a list written as text, set apart by commas."""
    return [item.strip() for item in text.split(",") if item.strip()]


def sentence_around(text: str, start: int, end: int, reach: int = 240) -> tuple[int, int]:
    """Return where the sentence begins and ends that contains `start` to `end`, looking
    `reach` far.
    """
    first, last = max(0, start - reach), min(len(text), end + reach)
    for stop in SENTENCE_END.finditer(text, first, start):
        first = stop.end()
    after = SENTENCE_END.search(text, end, last)
    return first, after.start() if after else last
