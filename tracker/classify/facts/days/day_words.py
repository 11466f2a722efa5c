"""Words that name a day, found in a text: Babel's (CLDR's) month and weekday names, "today", "ce 26
octobre", 10月26日, ۲۶ آبان; and the days they may mean.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.classify.facts.days.cues import cues_of
from tracker.classify.facts.days.patterns import (
    HIJRI,
    _hijri,
    _month_alone,
    _patterns,
    _weekday_pattern,
    _weekdays,
    month_names,
)
from tracker.classify.letters.plain import to_plain_word
from tracker.classify.words.mention import Mention

DAYS_BEFORE = {"today": 0, "yesterday": 1}  # concepts of the lexicon


@dataclass(frozen=True)
class DayWords:
    """Words that name a day, before it is known which: `year` and `day` are 0 where not said."""

    start: int
    end: int
    month: int = 0
    day: int = 0
    year: int = 0
    weekday: int = -1
    days_after: int | None = None  # from publication
    months_after: int | None = None
    is_hijri: bool = False
    is_last_year: bool = False  # by the words "last year" next to it

    @property
    def is_relative(self) -> bool:
        return self.month == 0 and self.day == 0


def find_day_words(folded: str, language: str) -> Iterator[DayWords]:
    """Yield all words that name a day in a folded text."""
    for pattern in _patterns(language):
        for match in pattern.finditer(folded):
            yield _day_words_of(match, month_names(language))
    if language == "fa":
        numbers = {to_plain_word(name): number for number, name in enumerate(HIJRI, 1)}
        for match in _hijri().finditer(folded):
            yield _day_words_of(match, numbers, is_hijri=True)
    for match in _month_alone(language).finditer(folded):
        yield _day_words_of(match, month_names(language))
    yield from _relative_words(folded, language)


def _day_words_of(
    match: re.Match[str], months: Mapping[str, int], *, is_hijri: bool = False
) -> DayWords:
    groups = match.groupdict()
    name = groups.get("m") or ""
    month = int(name) if name.isdigit() else months.get(name, 0)
    day, year = int(groups.get("d") or 0), int(groups.get("y") or 0)
    return DayWords(match.start(), match.end(), month, day, year, is_hijri=is_hijri)


def _relative_words(folded: str, language: str) -> Iterator[DayWords]:
    known = cues_of(language)
    for match in _weekday_pattern(language).finditer(folded):
        number = _weekdays(language)[match.group()]
        is_next = known.words["next"].search(folded[max(0, match.start() - 24) : match.start()])
        is_next = is_next or known.words["next_after"].match(folded, match.end())
        yield DayWords(match.start(), match.end(), weekday=number + (7 if is_next else 0))
    for match in known.words["tomorrow"].finditer(folded):
        yield DayWords(match.start(), match.end(), days_after=1)
    for match in known.words["next_month"].finditer(folded):
        yield DayWords(match.start(), match.end(), months_after=1)


def in_its_year(words: DayWords, folded: str, language: str, published: date | None) -> DayWords:
    """Add the year that "last year" or "next year" next to the month means."""
    if words.year or not words.month or published is None:
        return words
    known = cues_of(language).words
    before = folded[max(0, words.start - 16) : words.start]
    for key, step in (("last_year", -1), ("next_year", 1)):
        if known[key].match(folded, words.end) or known[f"{key}_before"].search(before):
            year = published.year + step
            return replace(words, year=year, is_last_year=step < 0)
    return words


def relative_days(mentions: Sequence[Mention]) -> tuple[DayWords, ...]:
    """Return "today" and "yesterday" of a zone, where they are no part of a name as in "Russia
    Today".
    """
    days = [mention for mention in mentions if mention.value in DAYS_BEFORE]
    names = (
        [mention for mention in mentions if mention.table in {"target", "platform"}] if days else []
    )
    return tuple(
        DayWords(day.start, day.end, days_after=-DAYS_BEFORE[day.value])
        for day in days
        if not any(name.start <= day.start and day.end <= name.end for name in names)
    )
