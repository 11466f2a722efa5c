"""Find a name in a text, in any script and with its usual endings; pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from tracker.classify.letters.folding import fold
from tracker.events.grouping.spellings.parsing import (
    ALPHABETS,
    CAMEL,
    CASELESS,
    GENERIC,
    HAN,
    VOWELS,
    WORD,
    SpelledName,
    parse_name,
    script_of,
    sound_of,
    spoken_form,
)
from tracker.events.grouping.spellings.words import (
    ENDINGS,
    INFLECTING,
    LEAST_PINYIN,
    LEAST_SPOKEN,
    POSSESSION,
    are_spoken_alike,
    have_same_consonants,
    is_word,
)

LEAST_MENTIONED = 4  # minimum letters of a single word that is searched for in a text
LEAST_JOINED = 3  # letters of a name in a script without spaces
TEXTS_REMEMBERED = 512  # as many as the neighbours of an entry have; each takes some 20 kB
# A name in Latin letters has no spaces around it in a Japanese text.
BETWEEN_SCRIPTS = re.compile(r"(?<=[a-z])(?=[^\W\d_a-z])|(?<=[^\W\d_a-z])(?=[a-z])")
KANA = re.compile(r"[\u3040-\u30ff]")
JOINED_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff가-힣]+")
SPELT_RUN = re.compile("[ァ-ヺー]+(?:[・=＝][ァ-ヺー]+)*|[가-힣]+")


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


@lru_cache(TEXTS_REMEMBERED)
def _text_words(text: str) -> tuple[tuple[str, str], ...]:
    """Return the words of a text, folded, each with its sound."""
    parted = BETWEEN_SCRIPTS.sub(" ", fold(CAMEL.sub(" ", unicodedata.normalize("NFKC", text))))
    return tuple((word, sound_of(word)) for word in WORD.findall(parted))


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
    return "".join(map(spoken_form, JOINED_RUN.findall(text)))


def _is_spelt_in(name: SpelledName, text: str, language: str) -> bool:
    """Return whether a text without spaces transcribes a name of another script. Chinese characters
    sound different in Japanese, so only Chinese texts are read that way.
    """
    if HAN.search(text) and not KANA.search(text) and language != "ja":
        return len(name.spoken) >= LEAST_PINYIN and name.spoken in _spoken_text(text)
    runs = SPELT_RUN.findall(text)
    return any(are_spoken_alike(name, parse_name(run)) for run in runs if len(run) >= LEAST_SPOKEN)


def _is_spoken_in(name: SpelledName, text: str) -> bool:
    """Return whether words of a text transcribe a name from a script without spaces."""
    words = [word for word, _ in _text_words(text) if script_of(word) != "joined"]
    runs = (words[start : start + size] for size in (1, 2, 3) for start in range(len(words)))
    return any(are_spoken_alike(name, parse_name(" ".join(run))) for run in runs)


def _is_printed(
    name: SpelledName, printed: Sequence[tuple[str, str]], endings: frozenset[str]
) -> bool:
    """Return whether a run of words, as many as the name has, is that name.

    In another script all consonants are compared; a single word must have enough.
    """
    script = script_of(printed[0][0])
    if script == name.script:
        return not name.is_partial and all(
            word == other or is_word(word, sound, other, other_sound, endings, is_loose=False)
            for word, sound, (other, other_sound) in zip(
                name.words, name.sounds, printed, strict=True
            )
        )
    printed_consonants = VOWELS.sub("", "".join(sound for _, sound in printed))
    return have_same_consonants(
        printed_consonants, name.consonants, is_arabic="arabic" in {name.script, script}
    )
