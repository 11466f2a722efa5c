"""Folding: a text as it is matched, with a map to the text as it was written.

Lists and texts fold alike: lower case, no accents and vowel points, one form of quotes, dashes,
spaces and Arabic letters, ß as ss, full-width and mathematical letters as plain ones; characters
that nobody sees are left out, a letter that only looks like its neighbours' becomes one of them.
Japanese and Indic marks stay: they change the letter.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

# Of the answers of this module. Whoever changes what a text folds to counts on: searched texts that
# another version made are then made anew (events/record/rebuild.py; a test compares the answers).
VERSION = 2
# Ideographs and Hangul syllables fold to themselves; what is private or no character, too.
PLAIN = ((0x3400, 0xA000), (0xAC00, 0xD7A4), (0xD800, 0xF900))
BLOCKS = (range(0x20000), range(0x2F800, 0x2FA20), range(0xE0000, 0xE0200))
# NFKC would make letters of these that glue themselves to the word before, or cut "=RT …" in two.
UNCHANGED = "…‥™℠ªº°"
WRITTEN = dict(
    zip(
        "’‘ʼ`´′‛“”«»„‟″״׳‐‑‒–—―−đıłøɡɑأإآٱىیکةئؤ",
        "'''''''\"\"\"\"\"\"\"\"'-------dilogaاااا" + "ييكهيو",
        strict=True,
    )
) | {"ß": "ss", "ẞ": "ss", "œ": "oe", "æ": "ae", "\u2800": " ", "ँ": "ं"}
SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdeghijklmnoprstuvwyz", strict=True))
# Accents and vowel points of alphabets, signs of picture variants, fillers; besides all of Cf.
UNSEEN = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff\u115f\u1160"
    "\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\u3164\uffa0\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U000e0000-\U000e01ff]"
)
# What becomes one letter with the letter before: Japanese sounds, parts of a Korean syllable.
COMPOSED = "\u1161-\u11ff\u3099\u309a\uff9e\uff9f\u093c"
NUKTA, LOAN_SOUNDS = "\u093c", "कखगजफय"  # Hindi writes फ़ेसबुक or फेसबुक; ड़ is not ड
JOINER = "\u200c"  # a space to Persian, a trick elsewhere
JOINER_ELSEWHERE = re.compile("(?<![\u0600-\u06ff])\u200c|\u200c(?![\u0600-\u06ff])")
ALIKE = dict(zip("аеорсухіјѕһԁԛԝкмтвнгпи", "aeopcyxijshdqwkmtbhrnu", strict=True)) | dict(
    zip("αορυνικτχγωεημβ", "aopuviktxywenub", strict=True)
)
ALIKE_CAPITALS = ALIKE | dict(zip("βζηνυ", "bzhny", strict=True))
CYRILLIC_ALIKE = dict(zip("aeopcyxijskmthb", "аеорсухіјѕкмтнв", strict=True))
CYRILLIC = "\u0400"  # the first letter; Greek stands before
OTHER = "\u0370-\u03ff\u0400-\u052f"
MIXED = re.compile(f"[a-z][{OTHER}]|[{OTHER}][a-z]")
MIXABLE = re.compile(f"[a-z{OTHER}]+")


def _fixed() -> dict[str, str]:
    """The characters whose folding no rule of Unicode tells."""
    fixed = {char: char for char in UNCHANGED} | WRITTEN | {JOINER: " "}
    for numbers in (range(0x2460, 0x249C), range(0x24EA, 0x2500), range(0x2776, 0x2794)):
        fixed |= {chr(code): "·" for code in numbers}  # ①: no part of the word behind it
    for first in (0x1F150, 0x1F170):  # 🅐 and 🅰
        fixed |= {chr(first + i): chr(ord("a") + i) for i in range(26)}
    return fixed


FIXED = _fixed()


def _folded_letter(char: str) -> str:
    if char in FIXED:
        return FIXED[char]
    if UNSEEN.match(char) or unicodedata.category(char) == "Cf":
        return ""
    if char.isspace():
        return " "
    plain = unicodedata.normalize("NFKC", char)
    if plain[0] in LOAN_SOUNDS:
        plain = plain.replace(NUKTA, "")
    return "".join(map(_plain_letter, plain.lower()))


def _plain_letter(char: str) -> str:
    if char in WRITTEN or char in SMALL_CAPITALS:
        return WRITTEN.get(char) or SMALL_CAPITALS[char]
    if ord(char) < 0x0530 or 0x1E00 <= ord(char) <= 0x1FFF:
        char = unicodedata.normalize("NFD", char)[0]
    return "" if UNSEEN.match(char) else WRITTEN.get(char, char)


def _fold_table() -> dict[int, str]:
    """Each character that does not fold to itself, with what it folds to: one character mostly."""
    table = {}
    for block in BLOCKS:
        for code in block:
            if any(first <= code < last for first, last in PLAIN):
                continue
            char = chr(code)
            folded = _folded_letter(char)
            if folded != char:
                table[code] = folded
    return table


FOLD = _fold_table()


def _class_of(codes: Sequence[int]) -> str:
    """Sorted code points as the inside of a regex class."""
    pieces, first = [], 0
    for i, code in enumerate(codes):
        if i + 1 == len(codes) or codes[i + 1] != code + 1:
            pieces.append(f"{re.escape(chr(codes[first]))}-{re.escape(chr(code))}")
            first = i + 1
    return "".join(pieces)


# What does not fold letter by letter.
ODD = _class_of(sorted(code for code, folded in FOLD.items() if len(folded) != 1)) + COMPOSED
IS_ODD = re.compile(f"[{ODD}]")
PASSAGE = re.compile(f"[^{ODD}\u200c]?[{ODD}\u200c]+")
CLUSTER = re.compile(f"(?s:.)(?:{UNSEEN.pattern}|[{COMPOSED}])*")


@dataclass(frozen=True, slots=True)
class Folding:
    """A folded text; of each character where in the original its letter starts and ends, None where
    it stands at its own place.
    """

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the original for `start` to `end` of the folded text."""
        if self.starts is None or self.ends is None or start >= end:
            return start, end
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """The folded text alone."""
    return folding(text).text


@lru_cache(maxsize=16)  # the lists are looked for in one zone one after another
def folding(text: str) -> Folding:
    """`text` folded, with its map."""
    if text.isascii():
        return Folding(text.translate(FOLD))
    if not IS_ODD.search(text) and not (JOINER in text and JOINER_ELSEWHERE.search(text)):
        folded = text.translate(FOLD)
        return Folding(_in_one_script(folded, text) if MIXED.search(folded) else folded)
    pieces: list[str] = []
    starts, ends = array("l"), array("l")
    for piece, start, is_plain in _pieces(text):
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
        folded = _in_one_script(folded, [text[start] for start in starts])
    return Folding(folded, starts, ends)


def _pieces(text: str) -> Iterator[tuple[str, int, bool]]:
    """The text in pieces with their places: those that fold letter by letter, and the others."""
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


def _in_one_script(folded: str, original: Sequence[str]) -> str:
    """Words of Latin and other letters in the script of most of them, if the others look like
    letters of it; one for one.
    """
    letters = list(folded)
    for word in MIXABLE.finditer(folded):
        places = range(*word.span())
        latin = [i for i in places if letters[i].isascii()]
        others = [i for i in places if not letters[i].isascii()]
        if not latin or not others:
            continue
        changed, alike = others, [_alike(original[i], letters[i]) for i in others]
        if len(latin) < len(others) and letters[others[0]] >= CYRILLIC:
            changed, alike = latin, [CYRILLIC_ALIKE.get(letters[i], "") for i in latin]
        if all(alike):
            for i, letter in zip(changed, alike, strict=True):
                letters[i] = letter
    return "".join(letters)


def _alike(original: str, letter: str) -> str:
    return (ALIKE_CAPITALS if original.isupper() else ALIKE).get(letter, "")


def as_written(text: str) -> str:
    """`text` in its own case without what nobody sees: what a word of exact letters is compared
    with.
    """
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if not UNSEEN.match(c) and unicodedata.category(c) != "Cf")
