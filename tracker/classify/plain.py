"""A text as numbers, days and names are looked for in it: folded, with one form of digits. The one
place where that meets the folding.
"""

from dataclasses import dataclass

from tracker.classify.text import fold

ZEROS = (0x660, 0x6F0, 0x966, 0xFF10)  # Arabic, Persian, Devanagari, full-width
DIGITS = {zero + digit: str(digit) for zero in ZEROS for digit in range(10)}


@dataclass(frozen=True)
class Plain:
    """The folded `text`, and the way between places in it and in the text as written."""

    text: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The places in the text as written of what stands at `start` to `end` here."""
        return start, end

    def place(self, written: int) -> int:
        """The place here of what stands at `written` in the text as written."""
        return written


def plain(text: str) -> Plain:
    """The text as it is looked at."""
    return Plain(fold(text).translate(DIGITS))


def plain_word(word: str) -> str:
    """A word of a list in the same form."""
    return plain(word.strip()).text
