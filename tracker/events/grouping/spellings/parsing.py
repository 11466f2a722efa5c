"""Parse a name as texts print it: its words, their sounds, its script; pure."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from anyascii import anyascii

from tracker.classify.letters.folding import fold

NAME_LIMIT = 200  # characters of a name that are compared
WORD_LIMIT = 12  # words of it
WORD = re.compile(r"[^\W_]+")
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
    (re.compile("([aou])e"), r"\1"),  # "Krähennest" and "Kraehennest"
    (re.compile("[jy]"), "i"),
    (re.compile(r"([^\W\d_])\1+"), r"\1"),
)
VOWELS = re.compile("[aeiouh]")
HAN = re.compile(r"[\u3400-\u9fff]")
# Sounds that Chinese, Japanese or Korean do not distinguish, or write with one letter.
COARSE = str.maketrans("pfvldgzščž", "bbbrtkssss")
# Korean surnames that are not spelt as they sound.
SURNAMES = {"이": "ri", "박": "park", "최": "choe", "노": "no", "임": "im", "우": "u"}
LISTS = tomllib.loads((Path(__file__).parents[2] / "data" / "spellings.toml").read_text("utf-8"))
GENERIC = frozenset(LISTS["generic"])
HOME = dict(LISTS["home"])
CASELESS = {"arabic", "hebrew"}
ALPHABETS = {"latin", "cyrillic", "greek", "arabic", "hebrew"}
LETTERS = {
    letter: sound
    for alphabet in ("cyrillic", "greek", "arabic", "hebrew")
    for letter, sound in LISTS[alphabet].items()
}


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
        return "".join(map(spoken_form, self.words))

    @property
    def turned(self) -> str:
        """Return `spoken` with the last word first: Chinese and Korean begin with the surname."""
        return "".join(map(spoken_form, (*self.words[-1:], *self.words[:-1])))


@lru_cache(20_000)
def spoken_form(word: str) -> str:
    if word[:1] in SURNAMES and len(word) > 1:
        return spoken_form(SURNAMES[word[0]]) + spoken_form(word[1:])
    return re.sub(r"[\W_]", "", sound_of(anyascii(word).lower().replace("w", "u")))


@lru_cache(20_000)
def coarse(spoken: str) -> str:
    """Return the consonants that remain when a script without spaces transcribes a name."""
    return re.sub(r"(.)\1+", r"\1", VOWELS.sub("", spoken).translate(COARSE))


@lru_cache(20_000)
def parse_name(name: str) -> SpelledName:
    """Parse a name."""
    written = WORD.findall(CAMEL.sub(" ", unicodedata.normalize("NFKC", name[:NAME_LIMIT])))
    words = tuple(WORD.findall(fold(" ".join(written[:WORD_LIMIT]))))[:WORD_LIMIT]
    sounds = tuple(map(sound_of, words))
    last = len(words) - 1  # "Company A": a letter at the end is not an article
    telling = (
        s for i, s in enumerate(sounds) if words[i] not in GENERIC or (i == last and len(s) == 1)
    )
    return SpelledName(
        words=words,
        sounds=sounds,
        telling=frozenset(telling),
        script=script_of("".join(words)),
        is_proper=any(w[0].isupper() or w[0].isdigit() for w in written) or name[:1] in "@#",
        is_acronym=len(written) == 1 and 2 <= len(written[0]) <= 6 and written[0].isupper(),
    )


def is_name(name: str) -> bool:
    """Return whether it is a name rather than a description, judging by its capitals."""
    parsed = parse_name(name)
    return parsed.is_proper or parsed.script not in ALPHABETS - CASELESS


def script_of(letters: str) -> str:
    """Return the script of most letters; "" for none."""
    counts: dict[str, int] = {}
    for letter in letters:
        if letter.isalpha():
            name = unicodedata.name(letter, "").partition(" ")[0].lower()
            script = "joined" if name in {"cjk", "hiragana", "katakana", "hangul"} else name
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: counts[script]) if counts else ""


def sound_of(word: str) -> str:
    """Return the sound of a word in a reduced alphabet: "Ковальчук" and "Kowalczuk" are
    "kovalcuk".
    """
    latin = "".join(LETTERS.get(letter, letter) for letter in word)
    for pattern, sound in SOUNDS:
        latin = pattern.sub(sound, latin)
    return latin
