"""Decide when a common word is the name of a platform: "on Signal", "Signal bans", "Visa and
Mastercard"; or alone with its capital letter in the middle of a sentence.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache

from tracker.classify.data_files import DATA
from tracker.classify.letters.characters import is_joined_script, is_word_letter
from tracker.classify.letters.folding import Folding, fold

FILE = DATA / "contexts.toml"
LONGEST = 4  # words of the longest phrase before a name
NEARBY = 60  # characters between a name and a word of its trade
TITLE_CASE = 0.6  # share of capitalised words from which capitals tell nothing
CAPITALISED = re.compile(r"[^\W\d_][\w’'-]*")
JOINED = "\u3040-\u9fff\uac00-\ud7af"
STARTS = ".!?:;|–—-•\"“„«(»'‘「『…"
MARKS = " \"'“”„«»‘’「」『』(@#"


class Need(IntEnum):
    """What a word needs to be a name: nothing, a context (or a capital letter where no other stands
    near), or a word of its trade.
    """

    NOTHING = 0
    CONTEXT = 1
    TRADE = 2


@dataclass(frozen=True)
class Occurrence:
    """A word in a folded text, characters `start` to `end`, and where acts are in the text."""

    text: str
    folded: Folding
    start: int
    end: int
    acts: Sequence[tuple[int, int]] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the text is the word alone: somebody looks for the name."""
        return self.start == 0 and self.end == len(self.folded.text)


@cache
def _context_words(side: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the whole words, and those that may go on or that touch the name."""
    listed = tomllib.loads(FILE.read_text("utf-8"))[side].split(",")
    items = [fold(item.strip()) for item in listed]
    open_ones = [i.strip("*") for i in items if "*" in i or is_joined_script(i[0])]
    return frozenset(i for i in items if "*" not in i), tuple(sorted({*open_ones}))


def has_context(occurrence: Occurrence) -> bool:
    """Return whether a word right before or after says that this is a platform."""
    letters = occurrence.folded.text
    return (
        _is_announced(letters[max(0, occurrence.start - 60) : occurrence.start])
        or _is_followed(letters[occurrence.end : occurrence.end + 30])
        or any(_touches(occurrence, *act) for act in occurrence.acts)
    )


def has_capital(occurrence: Occurrence, language: str) -> bool:
    """Return whether it has a capital letter inside a sentence (or is one letter before a
    word), and is no part of a longer name. German writes every noun so.
    """
    start, end = occurrence.folded.span(occurrence.start, occurrence.end)
    text = occurrence.text
    if language == "de" or not text[start].isupper() or _is_title_case(text):
        return False
    before = text[max(0, start - NEARBY) : start].rstrip()
    if not before or before[-1] in STARTS:
        # A letter alone is no other word, as "Signal" may be one.
        return end - start == 1 and re.match(r" [^\W\d_]{2,}", text[end : end + NEARBY]) is not None
    # Between two capitalised words it is a part of a longer name: "Royal Signal Corps".
    previous, following = before.split()[-1], text[end : end + NEARBY].split(maxsplit=1)[:1]
    is_joined = text[end : end + 1] in {"-", "’", "'"} and text[end + 1 : end + 2].isupper()
    follows = following[0] if following and text[end : end + 1].isspace() else ""
    return not (previous[0].isupper() or previous[-1].isdigit() or is_joined) and not (
        follows[:1].isupper() or follows[:1].isdigit()
    )


def has_trade(occurrence: Occurrence, trade: re.Pattern[str] | None) -> bool:
    """Return whether a word of the platform's trade is near."""
    if trade is None:
        return False
    letters = occurrence.folded.text
    before = letters[max(0, occurrence.start - NEARBY) : occurrence.start]
    return bool(
        trade.search(before) or trade.search(letters[occurrence.end : occurrence.end + NEARBY])
    )


def trade_of(words: str) -> re.Pattern[str]:
    """Return the pattern of a list of words."""
    items = [fold(word.strip()) for word in words.split(",") if word.strip()]
    joined = [re.escape(item) for item in items if is_joined_script(item[0])]
    # Arabic and Hebrew articles are written onto a word.
    glued = "|".join(_trade_word(item) for item in items if "\u0590" <= item[0] <= "\u06ff")
    others = "|".join(
        _trade_word(item)
        for item in items
        if not is_joined_script(item[0]) and not "\u0590" <= item[0] <= "\u06ff"
    )
    start = rf"(?<![^\W{JOINED}])"
    spaced = [f"{start}(?:{others})"] if others else []
    spaced += [f"{start}(?:و?ال|ו?[הבל]?)?(?:{glued})"] if glued else []
    return re.compile("|".join(spaced + joined))


def _trade_word(item: str) -> str:
    return re.escape(item.strip("*")) + ("" if item.endswith("*") else r"(?!\w)")


def _is_announced(before: str) -> bool:
    whole, open_ones = _context_words("before")
    stripped = before.rstrip(MARKS)
    if stripped.endswith(tuple(word for word in open_ones if is_joined_script(word[-1]))):
        return True
    row = stripped.split(" ")[-LONGEST:]
    return any(" ".join(row[i:]) in whole for i in range(len(row)))


def _is_followed(behind: str) -> bool:
    whole, open_ones = _context_words("after")
    # An apostrophe makes a genitive or a Turkish ending, a hyphen another word.
    if behind[:1] in {"'", "-"}:
        return behind[:1] == "'"  # X's, X'te; X-ray
    stripped = behind.lstrip(MARKS)
    if not behind or (is_word_letter(behind[0]) and not is_joined_script(behind[0])):
        return False
    if stripped.startswith(open_ones):
        return True
    row = re.split(r"[\s.,:;!?)\"]", stripped, maxsplit=2)[:2]
    return row[0] in whole or " ".join(row) in whole


def _touches(occurrence: Occurrence, start: int, end: int) -> bool:
    """Return whether an act is next to it, with nothing between."""
    own_start, own_end = occurrence.folded.span(occurrence.start, occurrence.end)
    first, last = (end, own_start) if end <= own_start else (own_end, start)
    return 0 <= last - first <= 2 and not occurrence.text[first:last].strip(MARKS)


@lru_cache(maxsize=4)
def _is_title_case(text: str) -> bool:
    words = [word[0] for word in CAPITALISED.findall(text)]
    cased = [letter for letter in words if letter.isupper() or letter.islower()]
    return sum(map(str.isupper, cased)) > TITLE_CASE * max(1, len(cased))
