"""Decide whether two printed words, or two sounds of names, may be one; pure."""

import re
from difflib import SequenceMatcher

from tracker.events.grouping.spellings.parsing import (
    COARSE,
    LISTS,
    VOWELS,
    SpelledName,
    coarse,
)

LEAST_STEM = 4  # letters of a word whose ending may differ; one less next to other words
LEAST_SKELETON = 3  # consonants needed to compare words of two scripts
LEAST_CONSONANTS = 4  # consonants needed to compare whole names
LEAST_SPOKEN = 4  # consonants needed to compare a name in a script without spaces
SPOKEN_ALIKE = 0.8  # share of them in common, if there is one more
FULL_NAME = 3  # characters of a Chinese name; a longer one transcribes a foreign name
LEAST_PINYIN = 6  # minimum letters of a Chinese name that is searched for in a text
# Vowels that vary between scripts and languages.
VOWEL_RUN = re.compile("[aeiou]+")
FRONT, ROUND = frozenset("ei"), frozenset("ou")
ARABIC = str.maketrans({"p": "b", "v": "", "ž": ""})
INFLECTING = frozenset(["", *LISTS["inflecting"]])
ENDINGS, POSSESSION = frozenset(LISTS["endings"]), frozenset(["s"])


def is_word(
    word: str, sound: str, other: str, other_sound: str, endings: frozenset[str], is_loose: bool
) -> bool:
    """Return whether two words are one; with `is_loose`, if their consonants are the same."""
    if sound == other_sound:
        return True
    if not (word.isalpha() and other.isalpha()):
        return False
    consonants = VOWELS.sub("", sound) if is_loose else ""
    if len(consonants) >= LEAST_SKELETON and consonants == VOWELS.sub("", other_sound):
        return True
    short, long = sorted((sound, other_sound), key=len)
    stems = {short, short.rstrip("aeiou")} if endings is ENDINGS else {short}
    return any(
        len(stem) >= LEAST_STEM - is_loose
        and long.startswith(stem)
        and long[len(stem) :] in endings
        for stem in stems
    )


def is_initial(word: str, sound: str, other: str, other_sound: str) -> bool:
    """Return whether one of two words is the first letter of the other: "L." for "Lena"."""
    is_letter = min(len(word), len(other)) == 1 and (word + other).isalpha()
    return is_letter and sound[:1] == other_sound[:1]


def have_like_vowels(a: str, b: str) -> bool:
    """Return whether two words of the same consonants may be two spellings of one: "Yousef" and
    "Yusuf", but not "Daniel" and "Daniela", nor "Mario" and "Maria".
    """
    if a.endswith("s") != b.endswith("s"):
        a, b = a.removesuffix("s"), b.removesuffix("s")
    if VOWEL_RUN.sub("-", a) != VOWEL_RUN.sub("-", b):
        return False
    runs = zip(VOWEL_RUN.findall(a), VOWEL_RUN.findall(b), strict=True)
    if sum(not _are_like_letters(mine[0], theirs[0]) for mine, theirs in runs) > 1:
        return False
    first, last = (a[:1], b[:1]), (a[-1:], b[-1:])
    return all(map(_are_like_letters, *zip(first, last, strict=True)))


def _are_like_letters(a: str, b: str) -> bool:
    are_vowels = a in "aeiou" and b in "aeiou"
    return a == b or not are_vowels or {a, b} <= FRONT or {a, b} <= ROUND


def have_same_consonants(a: str, b: str, *, is_arabic: bool) -> bool:
    """Return whether two names have the same consonants, and enough of them; Arabic has no P,
    writes V as a vowel, and its J is spelt in many ways.
    """
    if min(len(a), len(b)) < LEAST_CONSONANTS:
        return False
    return a == b or (is_arabic and a.translate(ARABIC) == b.translate(ARABIC))


def are_spoken_alike(a: SpelledName, b: SpelledName) -> bool:
    """Return whether a name in a script without spaces sounds like one in another script."""
    if a.spoken in {b.spoken, b.turned} or b.spoken == a.turned:
        return len(a.spoken) >= LEAST_PINYIN
    # Many Chinese names share consonants; a foreign name has more of them.
    if any(name.is_han and len("".join(name.words)) <= FULL_NAME for name in (a, b)):
        return False
    first, second = coarse(a.spoken), coarse(b.spoken)
    least = min(len(first), len(second))
    # Few consonants mean little without their vowels.
    if least <= LEAST_SPOKEN and first != second:
        first, second = a.spoken.translate(COARSE), b.spoken.translate(COARSE)
    ratio = SequenceMatcher(None, first, second, autojunk=False).ratio()
    return least >= LEAST_SPOKEN and ratio >= SPOKEN_ALIKE
