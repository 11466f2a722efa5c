"""Represent a word of a list, and its occurrence in a text."""

import re
from dataclasses import dataclass

from tracker.classify.words.contexts import Need

NOTHING = ""  # value of words that contain a name but are something else ("Times Square")
ANY = ""  # the language of words that count in every language
NAMES = {"platform", "target", "generic"}


# Frozen and shared: a word of a list serves every text of the process.
@dataclass(frozen=True)
class Word:
    """A word of a list: what it stands for (`table`, `value`) and how it may match."""

    table: str
    value: str
    language: str
    key: str
    open_left: bool
    open_right: bool
    exact: str
    is_weak: bool
    tail: re.Pattern[str] | None
    need: Need = Need.NOTHING
    trade: re.Pattern[str] | None = None

    @property
    def is_name(self) -> bool:
        """Whether it names something, and so is no piece of another word."""
        return self.table in NAMES


@dataclass(frozen=True)
class Mention:
    """A listed word in a zone: characters `start` to `end`. `table` is "concept", "platform",
    "target" or, of `lexicon_of("ads")`, "ads".
    """

    table: str
    value: str
    start: int
    end: int
    is_weak: bool
