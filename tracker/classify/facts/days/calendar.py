"""Resolve words that name a day to the day itself, in the right year."""

from datetime import date, timedelta

from tracker.classify.facts.days.day_words import DayWords

SLACK = timedelta(days=1)  # between time zones


def last_day(words: DayWords, published: date | None) -> date | None:
    """Return the day (of a month its first) that is meant, without a year the last one before
    `published`; None where there is no such day or no way to know its year.
    """
    if words.year:
        return _day_in(words, words.year)
    if published is None:
        return None
    if not words.month:  # only the day: of this month or the one before
        before = published.replace(day=1) - timedelta(days=1)
        month = published if words.day <= published.day else before
        return _day_in(DayWords(0, 0, month.month, words.day), month.year)
    days = (_day_in(words, published.year + step) for step in (1, 0, -1))
    return next((day for day in days if day is not None and day <= published + SLACK), None)


def next_day(words: DayWords, published: date) -> date | None:
    """Return the first such day (of a month its first) at or after `published`."""
    if not words.month:
        ahead = (published + timedelta(days=days) for days in range(62))
        return next((day for day in ahead if day.day == words.day), None)
    first = published if words.day else published.replace(day=1)
    days = (_day_in(words, published.year + step) for step in (-1, 0, 1))
    return next((day for day in days if day is not None and day >= first), None)


def day_of(words: DayWords) -> date | None:
    """Return the day (of a month its first) that words with their year mean, if there is such a
    day.
    """
    return _day_in(words, words.year)


def _day_in(words: DayWords, year: int) -> date | None:
    try:
        if words.is_hijri:
            return _gregorian(year if words.year else year - 621, words.month, words.day or 1)
        return date(year, words.month, words.day or 1)
    # 30 February and year 0: the text's error, not ours.
    except (ValueError, OverflowError):
        return None


def _gregorian(year: int, month: int, day: int) -> date:
    """Return a day of the Solar Hijri calendar, by the 33-year cycle of its leap years."""
    if not 1 <= day <= (31 if month <= 6 else 30):
        raise ValueError("no such day")
    first = date(2017, 3, 21) + timedelta(days=365 * (year - 1396))  # 1 Farvardin 1396
    leaps = {1, 5, 9, 13, 17, 22, 26, 30}
    span = range(min(year, 1396), max(year, 1396))
    leap_days = sum(y % 33 in leaps for y in span) * (1 if year >= 1396 else -1)
    passed = 31 * min(month - 1, 6) + 30 * max(month - 7, 0)
    return first + timedelta(days=leap_days + passed + day - 1)
