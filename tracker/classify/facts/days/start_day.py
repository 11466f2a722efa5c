"""Find the day from which a measure applies."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tracker.classify.facts.days.calendar import day_of, last_day, next_day
from tracker.classify.facts.days.cues import DayRole
from tracker.classify.facts.days.day_words import DayWords
from tracker.classify.facts.days.mentions import NEAR, DayMention, best_day
from tracker.classify.words.mention import Mention

BEGUN = timedelta(days=90)  # "from 1 March", read in May, is more likely past than next year
AHEAD = timedelta(days=1100)  # an announced start is no farther in the future
STARTED = timedelta(days=420)


def start_day_in(
    text: str, language: str, published: date | None, mentions: Sequence[Mention] = ()
) -> DayMention | None:
    """Return the day or month from which a measure applies, by one zone; one without a year is the
    next at or after `published`, unless the text says that it has begun.
    """
    return best_day(text, language, published, mentions, _start_day)


def find_start_day(
    zones: Mapping[str, str],
    mentions: Mapping[str, Sequence[Mention]],
    language: str,
    published: date | None,
) -> tuple[str, DayMention] | None:
    """Return the zone and day that say from when a measure applies, the title's before the
    others'.
    """
    for zone, words in zones.items():
        day = start_day_in(words, language, published, mentions[zone])
        if day is not None:
            return zone, day
    return None


def _start_day(words: DayWords, role: DayRole, published: date | None) -> DayMention | None:
    if role not in {DayRole.START, DayRole.FROM, DayRole.BEGUN}:
        return None
    if words.is_relative:
        return _relative_start_day(words, role, published)
    value = day_of(words) if words.year else None
    if published is not None:
        value = (
            _likely_start(value, published, role)
            if value
            else _start_without_year(words, role, published)
        )
    if value is None:
        return None
    shown = value.isoformat() if words.day else f"{value:%Y-%m}"
    return DayMention(shown, words.start, words.end, rank=int(role is DayRole.BEGUN))


def _likely_start(value: date, published: date, role: DayRole) -> date | None:
    """Return the day with its year, unless it is too far off to be news."""
    # A start that has begun may be of last year; an announced one that has passed is old news.
    past = STARTED if role is DayRole.BEGUN else NEAR
    return value if -past <= value - published <= AHEAD else None


def _start_without_year(words: DayWords, role: DayRole, published: date) -> date | None:
    """Return the day without its year: the next one, or the last one that the text says it was."""
    last = last_day(words, published)
    if role is DayRole.BEGUN:
        return last
    if role is DayRole.FROM and last and last < published and published - last <= BEGUN:
        return None  # as likely past as next year's
    return next_day(words, published)


def _relative_start_day(
    words: DayWords, role: DayRole, published: date | None
) -> DayMention | None:
    if published is None or role is DayRole.BEGUN or (words.days_after or 0) < 0:
        return None
    if words.months_after:
        month = published.replace(day=28) + timedelta(days=4)
        return DayMention(f"{month:%Y-%m}", words.start, words.end, is_relative=True)
    ahead = words.days_after or 0
    if words.weekday >= 0:
        ahead = (words.weekday % 7 - published.weekday()) % 7
        if words.weekday >= 7:
            ahead = ahead or 7
        elif role is DayRole.FROM and ahead:
            return None  # "с понедельника" may be last Monday
    value = (published + timedelta(days=ahead)).isoformat()
    return DayMention(value, words.start, words.end, is_relative=True)
