"""Interpret the words next to a day: a measure starts or ends then, or it is the day of another
event. The words are in data/dates.toml.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache

from babel import Locale

from tracker.classify.data_files import DATA, LexiconError, read_rows
from tracker.classify.letters.plain import SENTENCE_END, any_of_words, to_plain_word

DATES = DATA / "dates.toml"
BEFORE = 60  # characters before a day that are searched for its cues
AFTER = 40
NEAR_BACKGROUND = 34  # characters between a day and the event it belongs to
NEAR_EFFECT = 42
# "(Jane Doe/Reuters)" after a day: the caption of a photograph.
CREDIT = re.compile(
    r"[\s.,:]*\((?:photo|foto)?[^()]{0,40}(?:photo|foto|reuters|getty|\bafp|\bap\b|press|bloomberg|"
    r"shutterstock|epa|imago|dpa)[^()]{0,30}\)"
)
# "1月7日消息": the day of the report, not of the act, if the text has another one.
DATELINE = re.compile(r"\s*(?:消息|讯|訊|电|電)")
LISTS = (
    "from", "from_or_since", "from_after", "since", "effect", "effect_after", "begun",
    "begun_after", "until", "until_after", "background", "next", "tomorrow", "next_month",
    "last_year", "next_year", "small", "months",
)  # fmt: skip


class DayRole(Enum):
    """The role of a day in the act."""

    PLAIN = "plain"  # perhaps its day
    FROM = "from"  # a start, or since when it has gone on
    START = "start"  # an announced start
    BEGUN = "begun"  # a start that has passed
    SINCE = "since"
    UNTIL = "until"
    BACKGROUND = "background"
    DATELINE = "dateline"


@dataclass(frozen=True)
class Cues:
    """The patterns of one language; `left` ones end at the day, `right` ones begin there."""

    left: tuple[tuple[DayRole, re.Pattern[str]], ...]
    right: tuple[tuple[DayRole, re.Pattern[str]], ...]
    words: dict[str, re.Pattern[str]]
    months: dict[str, int]


@cache
def cues_of(language: str) -> Cues:
    """Return the cues of one language. Raises LexiconError for a list that is not known."""
    row = read_rows(DATES).get(language, {})
    if not isinstance(row, dict) or set(row) - set(LISTS):
        raise LexiconError(f"{DATES.name}: [{language}] has a list that is not known")
    lists = {name: [w.strip() for w in str(row.get(name, "")).split(",")] for name in LISTS}
    any_of = {name: any_of_words(words) for name, words in lists.items() if name != "months"}
    between = "|".join(any_of[name] for name in ("small", "next", "last_year", "next_year"))
    filler = rf"(?:[\s'\"(,-]|{between}|{_weekday_words(language)})*"
    close = {name: re.compile(rf"(?:{any_of[name]}){filler}$") for name in LISTS[:-1]}
    far = {name: re.compile(rf"(?:{any_of[name]})[^\n]{{0,{NEAR_EFFECT}}}$") for name in LISTS[:-1]}
    behind = {name: re.compile(rf"[\s',)-]*(?:{any_of[name]})") for name in LISTS[:-1]}
    around = rf"(?:{any_of['background']})"
    return Cues(
        left=(
            (DayRole.UNTIL, close["until"]),
            (DayRole.SINCE, close["since"]),
            (DayRole.BEGUN, far["begun"]),
            (DayRole.START, far["effect"]),
            (DayRole.START, close["from"]),
            (DayRole.BACKGROUND, re.compile(rf"{around}[^\n,]{{0,{NEAR_BACKGROUND}}}$")),
            (DayRole.FROM, close["from_or_since"]),
        ),
        right=(
            (DayRole.UNTIL, behind["until_after"]),
            (DayRole.BEGUN, re.compile(rf"[^,\n]{{0,24}}?(?:{any_of['begun_after']})")),
            (DayRole.START, re.compile(rf"[^,\n]{{0,24}}?(?:{any_of['effect_after']})")),
            (DayRole.FROM, behind["from_after"]),
            (DayRole.BACKGROUND, re.compile(rf"[^,\n]{{0,14}}?{around}")),
            (DayRole.BACKGROUND, CREDIT),
            (DayRole.DATELINE, DATELINE),
        ),
        words={
            "next": re.compile(rf"(?:{any_of['next']})\s*$"),
            "next_after": re.compile(rf"\s*(?:{any_of['next']})"),
            "tomorrow": re.compile(any_of["tomorrow"]),
            "next_month": re.compile(any_of["next_month"]),
            "last_year": re.compile(rf"[\s,(]*(?:{any_of['last_year']})"),
            "next_year": re.compile(rf"[\s,(]*(?:{any_of['next_year']})"),
            "last_year_before": re.compile(rf"(?:{any_of['last_year']})\s*の?\s*$"),
            "next_year_before": re.compile(rf"(?:{any_of['next_year']})\s*の?\s*$"),
        },
        months=_further_months(lists["months"]),
    )


def _weekday_words(language: str) -> str:
    names = Locale.parse(language).days["format"]["wide"].values()
    return any_of_words([str(name) for name in names])


def _further_months(items: list[str]) -> dict[str, int]:
    pairs = [item.partition("=") for item in items if item]
    return {to_plain_word(name): int(number) for number, _, name in pairs}


def role_of(
    text: str, start: int, end: int, language: str, *, left_limit: int, right_limit: int
) -> DayRole:
    """Return the role of the day at `start` to `end` of the plain text; its neighbours end at
    `left_limit` and begin at `right_limit`, and cues beyond these belong to them.
    """
    left = text[max(left_limit, start - BEFORE) : start]
    stops = list(SENTENCE_END.finditer(left))
    if stops:
        left = left[stops[-1].end() :]
    right = text[end : min(right_limit, end + AFTER)]
    stop = SENTENCE_END.search(right)
    inside = right[: stop.start()] if stop else right
    # The first match wins, in the order of the lists: an end before a start, a start before
    # background.
    known = cues_of(language)
    for role, pattern in known.left:
        if pattern.search(left):
            return role
    for role, pattern in known.right:
        if pattern.match(text[end : end + 2 * AFTER] if pattern is CREDIT else inside):
            return role
    return DayRole.PLAIN
