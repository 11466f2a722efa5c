"""Compare two names as texts print them: one name spelt in two ways, or two; pure.

An unlisted name has no English spelling to refer to: "Brandt", "L. Brandt", "Lena Brandts" and
"Лена Брандт" are one name, and so are "남궁민석" and "Namgung Min-seok"; "Karl Brandt" is another,
and a Japanese name in Chinese characters cannot be compared.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache
from pathlib import Path

from anyascii import anyascii

from tracker.classify.letters.folding import fold

NAME_LIMIT = 200  # characters of a name that are compared
WORD_LIMIT = 12  # words of it
LEAST_STEM = 4  # letters of a word whose ending may differ; one less next to other words
LEAST_SKELETON = 3  # consonants needed to compare words of two scripts
LEAST_CONSONANTS = 4  # consonants needed to compare whole names
LEAST_MENTIONED = 4  # minimum letters of a single word that is searched for in a text
TEXTS_REMEMBERED = 512  # as many as the neighbours of an entry have; each takes some 20 kB
LEAST_JOINED = 3  # letters of a name in a script without spaces
FEW = 0.5  # share of common consonants below which names in two alphabets are different
NEAR = 0.7  # share of common letters in a name that two languages spell differently
ALMOST = 0.85  # share of common letters in two names of one language that may be one, mistyped
LEAST_SPOKEN = 4  # consonants needed to compare a name in a script without spaces
SPOKEN_ALIKE = 0.8  # share of them in common, if there is one more
FULL_NAME = 3  # characters of a Chinese name; a longer one transcribes a foreign name
LEAST_PINYIN = 6  # minimum letters of a Chinese name that is searched for in a text
WORD = re.compile(r"[^\W_]+")
# A name in Latin letters has no spaces around it in a Japanese text.
BETWEEN_SCRIPTS = re.compile(r"(?<=[a-z])(?=[^\W\d_a-z])|(?<=[^\W\d_a-z])(?=[a-z])")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Spellings of one sound, longer ones first; the remaining letters are comparable across languages.
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
HAN = re.compile(r"[\u3400-\u9fff]")
KANA = re.compile(r"[\u3040-\u30ff]")
SPELT_RUN = re.compile("[ァ-ヺー]+(?:[・=＝][ァ-ヺー]+)*|[가-힣]+")
# Sounds that Chinese, Japanese or Korean do not distinguish, or write with one letter.
COARSE = str.maketrans("pfvldgzščž", "bbbrtkssss")
# Korean surnames that are not spelt as they sound.
SURNAMES = {"이": "ri", "박": "park", "최": "choe", "노": "no", "임": "im", "우": "u"}
# Vowels that vary between scripts and languages.
VOWEL_RUN = re.compile("[aeiou]+")
FRONT, ROUND = frozenset("ei"), frozenset("ou")
ARABIC = str.maketrans({"p": "b", "v": "", "ž": ""})


LISTS = tomllib.loads((Path(__file__).parents[1] / "data" / "spellings.toml").read_text("utf-8"))
GENERIC = frozenset(LISTS["generic"])
INFLECTING = frozenset(["", *LISTS["inflecting"]])
ENDINGS, POSSESSION = frozenset(LISTS["endings"]), frozenset(["s"])
HOME = dict(LISTS["home"])
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
    OPEN = "open"  # undecided: two scripts, or words that may describe the same thing
    NEAR = "near"  # two names of one language, spelt almost alike: a person must decide
    UNLIKE = "unlike"  # in two scripts and not a transcription; it may be a translation
    OTHER = "other"


@dataclass(frozen=True)
class SpelledName:
    """A parsed name: folded words, their sounds, their form.

    `script` is "latin", "cyrillic", …; `sounds` has one per word; `is_proper` says whether a word
    has a capital or a digit; `telling` are the sounds of the words that are more than a generic
    noun; `is_partial` says that words were left out.
    """

    words: tuple[str, ...]
    sounds: tuple[str, ...]
    script: str
    is_proper: bool
    is_acronym: bool
    telling: frozenset[str]
    is_partial: bool = False

    @property
    def consonants(self) -> str:
        """Return the consonants: Arabic and Hebrew write little else, and vowels change with the
        script.
        """
        return VOWELS.sub("", "".join(self.sounds))

    @property
    def is_han(self) -> bool:
        """Return whether it is written in Chinese characters."""
        return self.script == "joined" and bool(HAN.search("".join(self.words)))

    @property
    def spoken(self) -> str:
        """Return its pronunciation in a reduced Latin alphabet, without spaces."""
        return "".join(map(_spoken, self.words))

    @property
    def turned(self) -> str:
        """Return `spoken` with the last word first: Chinese and Korean begin with the surname."""
        return "".join(map(_spoken, (*self.words[-1:], *self.words[:-1])))


@lru_cache(20_000)
def _spoken(word: str) -> str:
    if word[:1] in SURNAMES and len(word) > 1:
        return _spoken(SURNAMES[word[0]]) + _spoken(word[1:])
    return re.sub(r"[\W_]", "", _sound(anyascii(word).lower().replace("w", "u")))


@lru_cache(20_000)
def _coarse(spoken: str) -> str:
    """Return the consonants that remain when a script without spaces transcribes a name."""
    return re.sub(r"(.)\1+", r"\1", VOWELS.sub("", spoken).translate(COARSE))


@lru_cache(20_000)
def parse_name(name: str) -> SpelledName:
    """Parse a name."""
    written = WORD.findall(CAMEL.sub(" ", unicodedata.normalize("NFKC", name[:NAME_LIMIT])))
    words = tuple(WORD.findall(fold(" ".join(written[:WORD_LIMIT]))))[:WORD_LIMIT]
    sounds = tuple(map(_sound, words))
    last = len(words) - 1  # "Company A": a letter at the end is not an article
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


def is_name(name: str) -> bool:
    """Return whether it is a name rather than a description, judging by its capitals."""
    parsed = parse_name(name)
    return parsed.is_proper or parsed.script not in ALPHABETS - CASELESS


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
    """Return the sound of a word in a reduced alphabet: "Ковальчук" and "Kowalczuk" are
    "kovalcuk".
    """
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
    """Return whether a text contains a name, in any script, with its usual endings. Names that are
    too short, and descriptions, are not searched for.
    """
    searched_name = parse_name(name)
    # Without capitals a description ("the ministry") looks like a name, so those alphabets need a
    # proper one.
    if not searched_name.telling or (
        not searched_name.is_proper and searched_name.script in ALPHABETS - CASELESS
    ):
        return False
    if searched_name.script == "joined":
        is_long = len("".join(searched_name.words)) >= LEAST_JOINED
        return is_long and (fold(name) in fold(text) or _is_spoken_in(searched_name, text))
    if _has_east_asian_letter(text) and _is_spelt_in(searched_name, text, language):
        return True
    if len(searched_name.words) == 1 and len(searched_name.words[0]) < LEAST_MENTIONED:
        return False
    endings = ENDINGS if language in INFLECTING else POSSESSION
    words = _text_words(text)
    return any(
        _is_printed(form, words[start : start + len(form.words)], endings)
        for form in _printed_forms(searched_name)
        for start in range(len(words) - len(form.words) + 1)
    )


def _printed_forms(name: SpelledName) -> Iterator[SpelledName]:
    """Yield a name and, for other scripts, the name without its generic noun, which they translate:
    "Zorza Clinic".
    """
    yield name
    own = [word for word in name.words if word not in GENERIC]
    if len(own) == 1 < len(name.words):
        yield replace(parse_name(own[0]), is_proper=True, is_partial=True)


def _has_east_asian_letter(text: str) -> bool:
    """Return whether any letter is Chinese, Japanese or Korean."""
    return bool(HAN.search(text) or KANA.search(text) or re.search("[가-힣]", text))


@lru_cache(TEXTS_REMEMBERED)
def _spoken_text(text: str) -> str:
    """Return the pronunciation of a text in a script without spaces."""
    return "".join(_spoken(run) for run in re.findall(r"[\u3040-\u30ff\u3400-\u9fff가-힣]+", text))


def _is_spelt_in(name: SpelledName, text: str, language: str) -> bool:
    """Return whether a text without spaces transcribes a name of another script. Chinese characters
    sound different in Japanese, so only Chinese texts are read that way.
    """
    if HAN.search(text) and not KANA.search(text) and language != "ja":
        return len(name.spoken) >= LEAST_PINYIN and name.spoken in _spoken_text(text)
    runs = SPELT_RUN.findall(text)
    return any(_spoken_alike(name, parse_name(run)) for run in runs if len(run) >= LEAST_SPOKEN)


def _is_spoken_in(name: SpelledName, text: str) -> bool:
    """Return whether words of a text transcribe a name from a script without spaces."""
    words = [word for word, _ in _text_words(text) if _script(word) != "joined"]
    runs = (words[start : start + size] for size in (1, 2, 3) for start in range(len(words)))
    return any(_spoken_alike(name, parse_name(" ".join(run))) for run in runs)


def _is_printed(
    name: SpelledName, printed: Sequence[tuple[str, str]], endings: frozenset[str]
) -> bool:
    """Return whether a run of words, as many as the name has, is that name.

    In another script all consonants are compared; a single word must have enough.
    """
    script = _script(printed[0][0])
    if script == name.script:
        return not name.is_partial and all(
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
    """Return whether two names have the same consonants, and enough of them; Arabic has no P,
    writes V as a vowel, and its J is spelt in many ways.
    """
    if min(len(a), len(b)) < LEAST_CONSONANTS:
        return False
    return a == b or (is_arabic and a.translate(ARABIC) == b.translate(ARABIC))


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
    if _spoken_alike(a, b):
        return Likeness.SAME
    # The reading of a Japanese name in Chinese characters is unknown.
    if any(
        name.is_han and language != "zh" for name, language in zip((a, b), languages, strict=True)
    ):
        return Likeness.OPEN
    ratio = SequenceMatcher(None, _coarse(a.spoken), _coarse(b.spoken), autojunk=False).ratio()
    return Likeness.UNLIKE if ratio < FEW else Likeness.OPEN


def _spoken_alike(a: SpelledName, b: SpelledName) -> bool:
    """Return whether a name in a script without spaces sounds like one in another script."""
    if a.spoken in {b.spoken, b.turned} or b.spoken == a.turned:
        return len(a.spoken) >= LEAST_PINYIN
    # Many Chinese names share consonants; a foreign name has more of them.
    if any(name.is_han and len("".join(name.words)) <= FULL_NAME for name in (a, b)):
        return False
    first, second = _coarse(a.spoken), _coarse(b.spoken)
    least = min(len(first), len(second))
    # Few consonants mean little without their vowels.
    if least <= LEAST_SPOKEN and first != second:
        first, second = a.spoken.translate(COARSE), b.spoken.translate(COARSE)
    ratio = SequenceMatcher(None, first, second, autojunk=False).ratio()
    return least >= LEAST_SPOKEN and ratio >= SPOKEN_ALIKE


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
        return _have_same_consonants(
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
        match = next((p for p in unmatched if _is_word(word, sound, *p, endings, is_loose)), None)
        if match and not has_endings and not _have_like_vowels(sound, match[1]):
            return False
        full_matches += match is not None and word not in GENERIC
        if match is None:
            match = next((p for p in unmatched if _is_initial(word, sound, *p)), None)
        if match is None:
            return False
        unmatched.remove(match)
    return full_matches > 0


def _have_like_vowels(a: str, b: str) -> bool:
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


def _stands_for(acronym: str, words: Sequence[str]) -> bool:
    initials = [word[0] for word in words if word not in GENERIC]
    return len(words) > 1 and acronym in {"".join(w[0] for w in words), "".join(initials)}


def _is_initial(word: str, sound: str, other: str, other_sound: str) -> bool:
    """Return whether one of two words is the first letter of the other: "L." for "Lena"."""
    is_letter = min(len(word), len(other)) == 1 and (word + other).isalpha()
    return is_letter and sound[:1] == other_sound[:1]


def _is_word(
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
