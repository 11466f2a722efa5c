"""Compare two names as texts print them: one name spelt in two ways, or two; pure."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache

from tracker.events.grouping.spellings.parsing import (
    ALPHABETS,
    GENERIC,
    SpelledName,
    coarse,
    parse_name,
)
from tracker.events.grouping.spellings.words import (
    ENDINGS,
    INFLECTING,
    POSSESSION,
    are_spoken_alike,
    have_like_vowels,
    have_same_consonants,
    is_initial,
    is_word,
)

FEW = 0.5  # share of common consonants below which names in two alphabets are different
NEAR = 0.7  # share of common letters in a name that two languages spell differently
ALMOST = 0.85  # share of common letters in two names of one language that may be one, mistyped


class Likeness(Enum):
    """The result of comparing two names."""

    SAME = "same"
    OPEN = "open"  # undecided: two scripts, or words that may describe the same thing
    NEAR = "near"  # two names of one language, spelt almost alike: a person must decide
    UNLIKE = "unlike"  # in two scripts and not a transcription; it may be a translation
    OTHER = "other"


@lru_cache(50_000)
def same_name(a: str, b: str, languages: tuple[str, str] = ("", "")) -> Likeness:
    """Compare two printed names.

    `languages` are those of their texts: within one language, two differently worded descriptions
    are two things.
    """
    first, second = parse_name(a), parse_name(b)
    if not first.words or not second.words:
        return Likeness.OPEN
    # One inflecting language is enough: its text may print the name of the other with an ending.
    endings = ENDINGS if INFLECTING & {*languages} else POSSESSION
    is_one_language = languages[0] == languages[1]
    if "joined" in {first.script, second.script} and first.script != second.script:
        return _compare_spoken(first, second, languages)
    if _sound_alike(first, second) or _is_part(first, second, endings):
        return Likeness.SAME
    if _sound_unlike(first, second):
        return Likeness.UNLIKE
    if is_one_language and _is_almost(first, second):
        return Likeness.NEAR
    return Likeness.OPEN if _may_be_one(first, second, is_one_language) else Likeness.OTHER


def _compare_spoken(a: SpelledName, b: SpelledName, languages: tuple[str, str]) -> Likeness:
    """Compare a name in a script without spaces with one in another script."""
    if are_spoken_alike(a, b):
        return Likeness.SAME
    # The reading of a Japanese name in Chinese characters is unknown.
    if any(
        name.is_han and language != "zh" for name, language in zip((a, b), languages, strict=True)
    ):
        return Likeness.OPEN
    ratio = SequenceMatcher(None, coarse(a.spoken), coarse(b.spoken), autojunk=False).ratio()
    return Likeness.UNLIKE if ratio < FEW else Likeness.OPEN


def _is_almost(a: SpelledName, b: SpelledName) -> bool:
    """Return whether the difference of two names in one language may be a mistake: a few letters,
    only vowels, or the generic noun.
    """
    if not (a.is_proper and b.is_proper) or a.script != b.script or a.script == "joined":
        return False
    # A number or a letter distinguishes two things: "Company A".
    if any(len(word) == 1 or not word.isalpha() for word in {*a.words} ^ {*b.words}):
        return False
    # "Harbour TV" and "Harbour Daily": one company, but in one language two different things.
    if a.consonants == b.consonants or a.telling <= b.telling or b.telling <= a.telling:
        return True
    sounds_a, sounds_b = "".join(a.sounds), "".join(b.sounds)
    return SequenceMatcher(None, sounds_a, sounds_b, autojunk=False).ratio() >= ALMOST


def _sound_unlike(a: SpelledName, b: SpelledName) -> bool:
    """Return whether two names in two alphabets have few common consonants."""
    if a.script == b.script or not {a.script, b.script} <= ALPHABETS:
        return False
    return SequenceMatcher(None, a.consonants, b.consonants, autojunk=False).ratio() < FEW


def _may_be_one(a: SpelledName, b: SpelledName, is_one_language: bool) -> bool:
    """Return whether two names that are spelt differently may still mean one."""
    # A name may be translated between scripts, so a difference proves nothing.
    if a.script != b.script and a.script and b.script:
        return True
    small, large = sorted((a.telling, b.telling), key=len)
    if small and small <= large:
        return True
    if not is_one_language and (_is_near(a, b) or not (a.is_proper and b.is_proper)):
        return True
    return not (a.is_proper and b.is_proper) and bool(small & large)


def _is_near(a: SpelledName, b: SpelledName) -> bool:
    """Return whether two languages may spell one name like this: "Schukow" and "Zhukov"."""
    sounds_a, sounds_b = "".join(a.sounds), "".join(b.sounds)
    return SequenceMatcher(None, sounds_a, sounds_b, autojunk=False).ratio() >= NEAR


def _sound_alike(a: SpelledName, b: SpelledName) -> bool:
    """Return whether two whole names sound alike, or one is the other's initials."""
    if "".join(a.sounds) == "".join(b.sounds):
        return True
    if a.script != b.script:
        return have_same_consonants(
            a.consonants, b.consonants, is_arabic="arabic" in {a.script, b.script}
        )
    return (a.is_acronym and _stands_for(a.words[0], b.words)) or (
        b.is_acronym and _stands_for(b.words[0], a.words)
    )


def _is_part(a: SpelledName, b: SpelledName, endings: frozenset[str]) -> bool:
    """Return whether each word of the shorter name occurs in the longer; initials alone do not
    count.
    """
    short, long = (a, b) if len(a.words) <= len(b.words) else (b, a)
    # A single word needs its vowels; next to other words the consonants are enough.
    is_loose = a.script != b.script or len(short.words) > 1
    has_endings = endings is ENDINGS or a.script != b.script
    unmatched = list(zip(long.words, long.sounds, strict=True))
    full_matches = 0
    for word, sound in zip(short.words, short.sounds, strict=True):
        match = next((p for p in unmatched if is_word(word, sound, *p, endings, is_loose)), None)
        if match and not has_endings and not have_like_vowels(sound, match[1]):
            return False
        full_matches += match is not None and word not in GENERIC
        if match is None:
            match = next((p for p in unmatched if is_initial(word, sound, *p)), None)
        if match is None:
            return False
        unmatched.remove(match)
    return full_matches > 0


def _stands_for(acronym: str, words: Sequence[str]) -> bool:
    initials = [word[0] for word in words if word not in GENERIC]
    return len(words) > 1 and acronym in {"".join(w[0] for w in words), "".join(initials)}
