"""Replace letters that only look like those of another alphabet."""

import re
from collections.abc import Sequence

ALIKE = dict(zip("аеорсухіјѕһԁԛԝкмтвнгпи", "aeopcyxijshdqwkmtbhrnu", strict=True)) | dict(
    zip("αορυνικτχγωεημβ", "aopuviktxywenub", strict=True)
)
ALIKE_CAPITALS = ALIKE | dict(zip("βζηνυ", "bzhny", strict=True))
CYRILLIC_ALIKE = dict(zip("aeopcyxijskmthb", "аеорсухіјѕкмтнв", strict=True))
CYRILLIC = "\u0400"  # the first letter; Greek is before
OTHER = "\u0370-\u03ff\u0400-\u052f"
MIXED = re.compile(f"[a-z][{OTHER}]|[{OTHER}][a-z]")
MIXABLE = re.compile(f"[a-z{OTHER}]+")


def in_one_script(folded: str, original: Sequence[str]) -> str:
    """Write words of Latin and other letters in the script of most of them, if the others look like
    letters of it; one for one.
    """
    letters = list(folded)
    for word in MIXABLE.finditer(folded):
        places = range(*word.span())
        latin = [i for i in places if letters[i].isascii()]
        others = [i for i in places if not letters[i].isascii()]
        if not latin or not others:
            continue
        changed, alike = others, [_lookalike(original[i], letters[i]) for i in others]
        if len(latin) < len(others) and letters[others[0]] >= CYRILLIC:
            changed, alike = latin, [CYRILLIC_ALIKE.get(letters[i], "") for i in latin]
        # Only if every odd letter has a twin: "Telegramда", a Latin name with a Kazakh ending, is
        # in two scripts on purpose.
        if all(alike):
            for i, letter in zip(changed, alike, strict=True):
                letters[i] = letter
    return "".join(letters)


def _lookalike(original: str, letter: str) -> str:
    return (ALIKE_CAPITALS if original.isupper() else ALIKE).get(letter, "")
