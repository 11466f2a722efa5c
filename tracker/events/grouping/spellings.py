"""Compare two names as texts print them: one name spelt in two ways, or two; pure.

What no list knows has no English spelling to go by: "Brandt", "L. Brandt", "Lena Brandts" and
"Лена Брандт" are one name, "Karl Brandt" is another, and of "莱娜" nothing can be said.
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache
from pathlib import Path

from tracker.classify.letters.folding import fold

NAME_LIMIT = 200  # characters of a name that are compared
WORD_LIMIT = 12  # words of it
LEAST_STEM = 4  # letters of a word whose ending may differ; one less beside other words
LEAST_SKELETON = 3  # consonants by which words of two scripts are compared
LEAST_CONSONANTS = 4  # consonants by which whole names are
LEAST_MENTIONED = 4  # letters of a single word that is looked for in a text
TEXTS_REMEMBERED = 512  # as many as the neighbours of an entry have; each costs some 20 kB
LEAST_JOINED = 3  # letters of a name in a script without spaces
FEW = 0.5  # share of consonants in common below which two alphabets write two names
NEAR = 0.7  # share of letters in common of what two languages may write differently
WORD = re.compile(r"[^\W_]+")
# A name in Latin letters stands in a Japanese text without a space beside it.
BETWEEN_SCRIPTS = re.compile(r"(?<=[a-z])(?=[^\W\d_a-z])|(?<=[^\W\d_a-z])(?=[a-z])")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Spellings of one sound, the longer ones first; what is left of a word compares across languages.
SOUNDS = (
    (re.compile("schtsch|shch|szcz|stsch"), "š"),
    (re.compile("tsch|tch|cz|ch(?=[aeiou])"), "č"),
    (re.compile("sch|sh|sz"), "š"),
    (re.compile("dzh|zh|dj"), "ž"),
    (re.compile("kh|gh"), "h"),
    (re.compile("ck|q|c(?![eiyh])"), "k"),
    (re.compile("ph"), "f"),
    (re.compile("th"), "t"),
    (re.compile("x"), "ks"),
    (re.compile("w"), "v"),
    (re.compile("ou|oo"), "u"),
    (re.compile("[jy]"), "i"),
    (re.compile(r"([^\W\d_])\1+"), r"\1"),
)
VOWELS = re.compile("[aeiouh]")
ARABIC = str.maketrans({"p": "b", "v": ""})


LISTS = tomllib.loads((Path(__file__).parents[1] / "data" / "spellings.toml").read_text("utf-8"))
GENERIC = frozenset(LISTS["generic"])
INFLECTING = frozenset(["", *LISTS["inflecting"]])
ENDINGS, POSSESSION = frozenset(LISTS["endings"]), frozenset(["s"])
CASELESS = {"arabic", "hebrew"}
ALPHABETS = {"latin", "cyrillic", "greek", "arabic", "hebrew"}
LETTERS = {
    letter: sound
    for alphabet in ("cyrillic", "greek", "arabic", "hebrew")
    for letter, sound in LISTS[alphabet].items()
}


class Likeness(Enum):
    """The result of comparing two names."""

    SAME = "same"
    OPEN = "open"  # nothing: two scripts, or words that may describe one thing
    UNLIKE = "unlike"  # in two scripts, and not as one is spelt in the other; it may be translated
    OTHER = "other"


@dataclass(frozen=True)
class SpelledName:
    """A name taken apart: folded words, their sounds, their form.

    `script` is "latin", "cyrillic", …; `sounds` has one per word; `is_proper` says whether a word
    has a capital or a digit; `telling` are the sounds of the words that name more than a sort of
    thing.
    """

    words: tuple[str, ...]
    sounds: tuple[str, ...]
    script: str
    is_proper: bool
    is_acronym: bool
    telling: frozenset[str]

    @property
    def consonants(self) -> str:
        """Return the consonants: Arabic and Hebrew write little else, and vowels change with the
        script.
        """
        return VOWELS.sub("", "".join(self.sounds))


@lru_cache(20_000)
def parse_name(name: str) -> SpelledName:
    """Take a name apart."""
    written = WORD.findall(CAMEL.sub(" ", unicodedata.normalize("NFKC", name[:NAME_LIMIT])))
    words = tuple(WORD.findall(fold(" ".join(written[:WORD_LIMIT]))))[:WORD_LIMIT]
    sounds = tuple(map(_sound, words))
    last = len(words) - 1  # "Company A": a letter at the end is no article
    telling = (
        s for i, s in enumerate(sounds) if words[i] not in GENERIC or (i == last and len(s) == 1)
    )
    return SpelledName(
        words=words,
        sounds=sounds,
        telling=frozenset(telling),
        script=_script("".join(words)),
        is_proper=any(w[0].isupper() or w[0].isdigit() for w in written) or name[:1] in "@#",
        is_acronym=len(written) == 1 and 2 <= len(written[0]) <= 6 and written[0].isupper(),
    )


def _script(letters: str) -> str:
    """Return the script of most letters; "" for none."""
    counts: dict[str, int] = {}
    for letter in letters:
        if letter.isalpha():
            name = unicodedata.name(letter, "").partition(" ")[0].lower()
            script = "joined" if name in {"cjk", "hiragana", "katakana", "hangul"} else name
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: counts[script]) if counts else ""


def _sound(word: str) -> str:
    """Return a word as it sounds, in few letters: "Ковальчук" and "Kowalczuk" are "kovalcuk"."""
    latin = "".join(LETTERS.get(letter, letter) for letter in word)
    for pattern, sound in SOUNDS:
        latin = pattern.sub(sound, latin)
    return latin


@lru_cache(TEXTS_REMEMBERED)
def _text_words(text: str) -> tuple[tuple[str, str], ...]:
    """Return the words of a text, folded, each with its sound."""
    parted = BETWEEN_SCRIPTS.sub(" ", fold(CAMEL.sub(" ", unicodedata.normalize("NFKC", text))))
    return tuple((word, _sound(word)) for word in WORD.findall(parted))


@lru_cache(8 * TEXTS_REMEMBERED)
def is_mentioned(name: str, text: str, language: str = "") -> bool:
    """Return whether a text of a language prints a name, in any script, with its usual endings.

    Names too short to tell, or that describe rather than name, are not searched for.
    """
    searched_name = parse_name(name)
    # Without capitals a description ("the ministry") looks like a name, so those alphabets need a
    # proper one.
    if not searched_name.telling or (
        not searched_name.is_proper and searched_name.script in ALPHABETS - CASELESS
    ):
        return False
    if searched_name.script == "joined":
        return len("".join(searched_name.words)) >= LEAST_JOINED and fold(name) in fold(text)
    if len(searched_name.words) == 1 and len(searched_name.words[0]) < LEAST_MENTIONED:
        return False
    endings = ENDINGS if language in INFLECTING else POSSESSION
    words, size = _text_words(text), len(searched_name.words)
    return any(
        _is_printed(searched_name, words[start : start + size], endings)
        for start in range(len(words) - size + 1)
    )


def _is_printed(
    name: SpelledName, printed: Sequence[tuple[str, str]], endings: frozenset[str]
) -> bool:
    """Return whether a run of words, as many as the name has, is that name.

    In another script the consonants of all of them decide; a single word must have enough.
    """
    script = _script(printed[0][0])
    if script == name.script:
        return all(
            word == other or _is_word(word, sound, other, other_sound, endings, is_loose=False)
            for word, sound, (other, other_sound) in zip(
                name.words, name.sounds, printed, strict=True
            )
        )
    printed_consonants = VOWELS.sub("", "".join(sound for _, sound in printed))
    return _have_same_consonants(
        printed_consonants, name.consonants, is_arabic="arabic" in {name.script, script}
    )


def _have_same_consonants(a: str, b: str, *, is_arabic: bool) -> bool:
    """Return whether two names have the same consonants, enough of them to tell; Arabic has no P,
    and writes V as a vowel.
    """
    if min(len(a), len(b)) < LEAST_CONSONANTS:
        return False
    return a == b or (is_arabic and a.translate(ARABIC) == b.translate(ARABIC))


@lru_cache(50_000)
def same_name(a: str, b: str, languages: tuple[str, str] = ("", "")) -> Likeness:
    """Compare two printed names.

    `languages` are those of their texts: within one language, two descriptions in different words
    are two things.
    """
    first, second = parse_name(a), parse_name(b)
    if not first.words or not second.words:
        return Likeness.OPEN
    # One inflecting language is enough: its text may print the name of the other with an ending.
    endings = ENDINGS if INFLECTING & {*languages} else POSSESSION
    if _sound_alike(first, second) or _is_part(first, second, endings):
        return Likeness.SAME
    if _sound_unlike(first, second):
        return Likeness.UNLIKE
    is_one_language = languages[0] == languages[1]
    return Likeness.OPEN if _may_be_one(first, second, is_one_language) else Likeness.OTHER


def _sound_unlike(a: SpelledName, b: SpelledName) -> bool:
    """Return whether two names in two alphabets have few consonants in common."""
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
    """Return whether two languages may write one name so: "Schukow" and "Zhukov"."""
    mine, theirs = "".join(a.sounds), "".join(b.sounds)
    return SequenceMatcher(None, mine, theirs, autojunk=False).ratio() >= NEAR


def _sound_alike(a: SpelledName, b: SpelledName) -> bool:
    """Return whether two whole names sound alike, or one is the other's initials."""
    if "".join(a.sounds) == "".join(b.sounds):
        return True
    if a.script != b.script:
        return _have_same_consonants(
            a.consonants, b.consonants, is_arabic="arabic" in {a.script, b.script}
        )
    return (a.is_acronym and _stands_for(a.words[0], b.words)) or (
        b.is_acronym and _stands_for(b.words[0], a.words)
    )


def _is_part(a: SpelledName, b: SpelledName, endings: frozenset[str]) -> bool:
    """Return whether each word of the shorter name is one of the longer; initials alone are no
    name.
    """
    short, long = (a, b) if len(a.words) <= len(b.words) else (b, a)
    # A single word needs its vowels; beside other words the consonants are enough.
    is_loose = a.script != b.script or len(short.words) > 1
    left = list(zip(long.words, long.sounds, strict=True))
    whole = 0
    for word, sound in zip(short.words, short.sounds, strict=True):
        match = next((p for p in left if _is_word(word, sound, *p, endings, is_loose)), None)
        whole += match is not None and word not in GENERIC
        if match is None:
            match = next((p for p in left if _is_initial(word, sound, *p)), None)
        if match is None:
            return False
        left.remove(match)
    return whole > 0


def _stands_for(acronym: str, words: Sequence[str]) -> bool:
    telling = [word[0] for word in words if word not in GENERIC]
    return len(words) > 1 and acronym in {"".join(w[0] for w in words), "".join(telling)}


def _is_initial(word: str, sound: str, other: str, other_sound: str) -> bool:
    """Return whether one of two words is the first letter of the other: "L." for "Lena"."""
    is_letter = min(len(word), len(other)) == 1 and (word + other).isalpha()
    return is_letter and sound[:1] == other_sound[:1]


def _is_word(
    word: str, sound: str, other: str, other_sound: str, endings: frozenset[str], is_loose: bool
) -> bool:
    """Return whether two words are one; loosely, if their consonants are the same."""
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
