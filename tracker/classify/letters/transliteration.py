"""Recognise names of platforms in scripts other than Latin, in unlisted spellings: "سنابشات",
"वॉट्सऐप".

Such a name keeps its consonants; its vowels vary, and sounds without a letter in the script become
similar ones. A word is read as a name whose skeleton of consonants it shares and whose listed
spelling in that script differs by little else; in Cyrillic its Latin spelling serves as well.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tracker.classify.letters.folding import fold
from tracker.classify.letters.sounds import skeleton

LATIN = dict(zip("абвгґдезиклмнопрстуфхцыэііь", "abvggdeziklmnoprstufhcyeii", strict=False)) | {
    "ж": "j",
    "ч": "ch",
    "ш": "sh",
    "щ": "sh",
    "ю": "yu",
    "я": "ya",
    "ь": "",
    "ъ": "",
}
SCRIPTS = {
    "arabic": "\u0620-\u064a\u066e-\u06d3",
    "hebrew": "א-ת'",
    "devanagari": "\u0900-\u0963",
    "cyrillic": "\u0400-\u04ff",
    "katakana": "ァ-ヺー",
    "hangul": "가-힣",
}
ANY_SCRIPT = re.compile(f"[{''.join(SCRIPTS.values()).replace(chr(39), '')}]")
WORD = re.compile("|".join(f"(?P<{name}>[{letters}]+)" for name, letters in SCRIPTS.items()))
PREFIXES = {
    "arabic": re.compile("(?:[وف]?(?:بال|كال|لل|ال|[بلك])|[وف])(?=.{4})"),
    "hebrew": re.compile("ו?ש?[הבלמכ](?=.{4})|[וש](?=.{4})"),
}
ENDINGS = {
    "cyrillic": re.compile("(?<=.{4})(?:ами|ом|ем|ам|ах|ов|ои|а|у|е|и|і|ы|я|ю)$"),
    "hangul": re.compile(
        "(?<=.{3})(?:에서|에게|으로|이|가|은|는|을|를|에|의|로|와|과|도|만|서|측)$"
    ),
    "devanagari": re.compile("(?<=.{4})(?:ों|ें|े|ी|ा)$"),
}
LEAST, LEAST_PAIR = 5, 6  # letters of a word, or of two that make one
LEAST_HANGUL = 3
LEAST_SKELETON = 4  # consonants from which more than one vowel may differ
LEAST_LATIN = 7  # letters of a Latin name that is read in Cyrillic without a listed spelling
LONGEST = 16
VOWELS = frozenset("اويعאוהיעअआइईउऊएऐओऔаеиоуыэюяіアイウエオユヨ")
# Long and short vowels, large and small kana, one sound in two letters.
ALIKE = str.maketrans(
    dict(zip("ूीैौॉऐऔऑईऊァィゥェォャュョ", "ुिेोोएओओइउアイウエオヤユヨ", strict=True))
    | {"צ": "טס", "ー": ""}
)
# Everyday words that differ from a name by a vowel.
ORDINARY = frozenset({"توتر", "توترات", "تواتر", "تاكتيك", "تاكتيكي", "유튜버", "ユーチューバー"})


@dataclass(frozen=True)
class Spelling:
    """A name as it is written in a script, without spaces."""

    slug: str
    word: str


class Spellings:
    """The listed spellings by script and skeleton, and the Latin names by skeleton."""

    def __init__(self, listed: Iterable[tuple[str, str]], latin: Iterable[tuple[str, str]]) -> None:
        self._listed: dict[tuple[str, str], list[Spelling]] = defaultdict(list)
        for slug, written in listed:
            word = re.sub(r"[\s-]", "", fold(written))
            match = WORD.fullmatch(word)
            if match and len(word) >= (LEAST_HANGUL if match.lastgroup == "hangul" else LEAST):
                self._listed[str(match.lastgroup), skeleton(word)].append(Spelling(slug, word))
        self._latin = {fold(name): slug for slug, name in latin if len(name) >= LEAST_LATIN}
        # Feeds repeat their words, and each unknown one costs an edit distance per candidate.
        self.slug_of = lru_cache(maxsize=20_000)(self._slug_of)

    def find(self, letters: str) -> Iterator[tuple[str, int, int]]:
        """Yield (slug, start, end) of the words, and of pairs of words, that spell a name."""
        if not ANY_SCRIPT.search(letters):
            return
        last: re.Match[str] | None = None
        for match in WORD.finditer(letters):
            script = str(match.lastgroup)
            slug = self.slug_of(script, match[0])
            if slug:
                yield slug, *match.span()
            elif last and last.lastgroup == script and letters[last.end() : match.start()] in " -":
                slug = self._slug_of_pair(script, last[0], match[0])
                if slug:
                    yield slug, last.start(), match.end()
            last = match

    def _slug_of_pair(self, script: str, first: str, second: str) -> str:
        if min(len(first), len(second)) < 2 or len(first) + len(second) < LEAST_PAIR:
            return ""
        # Katakana writes a name in one word, so two words there are two names.
        if len(first) > LONGEST or len(second) > LONGEST or script == "katakana":
            return ""
        return self.slug_of(script, first + second, is_pair=True)

    def _slug_of(self, script: str, word: str, *, is_pair: bool = False) -> str:
        least = LEAST_HANGUL if script == "hangul" else LEAST
        for form in _word_forms(script, word):
            if not least <= len(form) <= LONGEST or form in ORDINARY:
                continue
            consonants = skeleton(form)
            for known in self._listed.get((script, consonants), ()):
                if _is_near(form, known.word, script, consonants, is_pair=is_pair):
                    return known.slug
            if script == "cyrillic" and not is_pair and (slug := self._latin_slug(form)):
                return slug
        return ""

    def _latin_slug(self, word: str) -> str:
        """Return the slug of a Latin name that a Cyrillic word spells letter by letter."""
        spelled = "".join(LATIN.get(letter, letter) for letter in word)
        if len(spelled) < LEAST_LATIN - 1:
            return ""
        # Two equal letters first, which avoids nearly all edit distances.
        near = (n for n in self._latin if n[:2] == spelled[:2] and abs(len(n) - len(spelled)) < 2)
        return next((self._latin[n] for n in near if _distance(spelled, n) <= 1), "")


def _word_forms(script: str, word: str) -> Iterator[str]:
    """Yield the word as it is, without what is written onto it before, and without
    its ending.
    """
    yield word
    prefix = PREFIXES[script].match(word) if script in PREFIXES else None
    if prefix:
        yield word[prefix.end() :]
    ending = ENDINGS[script].search(word) if script in ENDINGS else None
    if ending:
        yield word[: ending.start()]


def _is_near(word: str, known: str, script: str, consonants: str, *, is_pair: bool) -> bool:
    """Return whether two words of one skeleton differ by few letters; the shorter, the fewer."""
    # Vowels vary inside a word; at its beginning every script writes them.
    if (word[0] in VOWELS) != (known[0] in VOWELS):
        return False
    word, known = word.translate(ALIKE), known.translate(ALIKE)
    distance, size = _distance(word, known), min(len(word), len(known))
    if len(consonants) < LEAST_SKELETON:  # a vowel more or less, not another one
        return script != "hangul" and distance <= (len(word) != len(known))
    if is_pair:
        return distance <= (1 if size < 8 else 2)
    return distance <= (size // 2 if script == "devanagari" else max(1, (size - 2) // 3))


def _distance(first: str, second: str) -> int:
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
