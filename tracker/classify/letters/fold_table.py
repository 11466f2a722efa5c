"""Define what each character folds to."""

import re
import unicodedata

# Ideographs and Hangul syllables fold to themselves, and so do private and unassigned characters.
PLAIN = ((0x3400, 0xA000), (0xAC00, 0xD7A4), (0xD800, 0xF900))
BLOCKS = (range(0x20000), range(0x2F800, 0x2FA20), range(0xE0000, 0xE0200))
# NFKC would turn these into letters attached to the word before, or split "=RT …".
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
NUKTA, LOAN_SOUNDS = "\u093c", "कखगजफय"  # Hindi writes फ़ेसबुक or फेसबुक; ड़ is not ड
JOINER = "\u200c"  # a space to Persian, a trick elsewhere


def _fixed_characters() -> dict[str, str]:
    """Return the characters whose folding no rule of Unicode gives."""
    fixed = {char: char for char in UNCHANGED} | WRITTEN | {JOINER: " "}
    for numbers in (range(0x2460, 0x249C), range(0x24EA, 0x2500), range(0x2776, 0x2794)):
        fixed |= {chr(code): "·" for code in numbers}  # ①: no part of the word after it
    for first in (0x1F150, 0x1F170):  # 🅐 and 🅰
        fixed |= {chr(first + i): chr(ord("a") + i) for i in range(26)}
    return fixed


FIXED = _fixed_characters()
SPECIAL = {*FIXED, *WRITTEN, *SMALL_CAPITALS}
ROW = 64  # characters of the table that are looked at together


def _folded_letter(char: str) -> str:
    if char in FIXED:
        return FIXED[char]
    if UNSEEN.match(char) or unicodedata.category(char) == "Cf":
        return ""
    if char.isspace():
        return " "
    plain = unicodedata.normalize("NFKC", char)
    # Hindi papers write loan sounds with the dot or without it, even of one name.
    if plain[0] in LOAN_SOUNDS:
        plain = plain.replace(NUKTA, "")
    return "".join(map(_plain_letter, plain.lower()))


def _plain_letter(char: str) -> str:
    if char in WRITTEN or char in SMALL_CAPITALS:
        return WRITTEN.get(char) or SMALL_CAPITALS[char]
    # NFD takes accents off in Latin, Greek and Cyrillic; elsewhere a mark is a part of the letter,
    # as in Japanese and Hindi.
    if _has_accents(char):
        char = unicodedata.normalize("NFD", char)[0]
    return "" if UNSEEN.match(char) else WRITTEN.get(char, char)


def _has_accents(char: str) -> bool:
    """Return whether a character is in a block whose accents are removed."""
    return ord(char) < 0x0530 or 0x1E00 <= ord(char) <= 0x1FFF


# The table is made at import, so that str.translate folds at the speed of C.
def _fold_table() -> dict[int, str]:
    """Return each character that does not fold to itself, with what it folds to: one character
    mostly.
    """
    table = {}
    for block in BLOCKS:
        for start in range(block.start, block.stop, ROW):
            codes = range(start, min(start + ROW, block.stop))
            if _folds_to_itself("".join(map(chr, codes))):
                continue
            for code in codes:
                if any(first <= code < last for first, last in PLAIN):
                    continue
                char = chr(code)
                folded = _folded_letter(char)
                if folded != char:
                    table[code] = folded
    return table


def _folds_to_itself(row: str) -> bool:
    """Whether no character of a row of the table folds to another; False says nothing. Most rows
    are, and asking for all at once takes a twentieth of the time.
    """
    return (
        not _has_accents(row[0])
        and row.lower() == row == unicodedata.normalize("NFKC", row)
        and not SPECIAL.intersection(row)
        and not UNSEEN.search(row)
        and not any(char.isspace() or unicodedata.category(char) == "Cf" for char in row)
    )


FOLD = _fold_table()
