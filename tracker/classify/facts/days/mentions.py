"""Find the days that a zone names, the role of each, and the likeliest one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from tracker.classify.facts.days.cues import DayRole, role_of
from tracker.classify.facts.days.day_words import (
    DayWords,
    find_day_words,
    in_its_year,
    relative_days,
)
from tracker.classify.letters.language import LANGUAGES
from tracker.classify.letters.plain import to_plain
from tracker.classify.words.mention import Mention

NEAR = timedelta(days=60)  # a day farther from its report must have a year
LIMIT = 24  # days of a zone that are examined


@dataclass(frozen=True)
class DayMention:
    """A day in a zone: `value` is "YYYY-MM-DD" or "YYYY-MM"; characters `start` to `end` say it.
    `is_relative` tells "on Thursday" and "today" from a day with its month; of several zones' days
    the one with the lowest `rank` is likeliest the day of the act.
    """

    value: str
    start: int
    end: int
    is_relative: bool = False
    rank: int = 0


DayReader = Callable[[DayWords, DayRole, date | None], DayMention | None]


def best_day(
    text: str, language: str, published: date | None, mentions: Sequence[Mention], read: DayReader
) -> DayMention | None:
    """Return the likeliest of the days that `read` makes of the zone's words, at its place in
    `text`.
    """
    code = language if language in LANGUAGES else "en"
    roles = _roles(text, code, published, relative_days(mentions))
    days = [day for words, role in roles if (day := read(words, role, published))]
    if not days:
        return None
    best = min(days, key=lambda day: (day.rank, day.start))
    start, end = to_plain(text).span(best.start, best.end)
    return replace(best, start=start, end=end)


def day_roles(text: str, language: str) -> list[tuple[DayWords, DayRole]]:
    """Return the words that name a day with its number, by position, and what each is to the
    act.
    """
    return _roles(text, language if language in LANGUAGES else "en", None, ())


@lru_cache(maxsize=8)  # the same zones are read for the day of the act and for the start
def _roles(
    text: str, language: str, published: date | None, spoken: tuple[DayWords, ...]
) -> list[tuple[DayWords, DayRole]]:
    """Return the days of the zone, by position in its plain form, and what each is."""
    plain_text = to_plain(text)
    folded = plain_text.text
    placed = (
        replace(day, start=plain_text.position(day.start), end=plain_text.position(day.end))
        for day in spoken
    )
    every = [*placed, *find_day_words(folded, language)]
    # Of overlapping ones the longest from the left: "26 October 2017" before "October 2017".
    spans: list[DayWords] = []
    for words in sorted(every, key=lambda w: (w.start, -w.end)):
        if not spans or words.start >= spans[-1].end:
            spans.append(words)
        if len(spans) == LIMIT:
            break
    left_limits = [0, *(w.end for w in spans[:-1])]
    right_limits = [*(w.start for w in spans[1:]), len(folded)]
    return [
        (
            in_its_year(words, folded, language, published),
            role_of(
                folded,
                words.start,
                words.end,
                language,
                left_limit=left_limit,
                right_limit=right_limit,
            ),
        )
        for words, left_limit, right_limit in zip(spans, left_limits, right_limits, strict=False)
    ]
