"""Days that a text names without a year, which distinguish two undated texts."""

from functools import lru_cache

from tracker.classify.facts.days.cues import DayRole
from tracker.classify.facts.days.mentions import day_roles

Yearless = tuple[int, int]  # month, 0 where only the day is named, and day of the month
OF_THE_ACT = {DayRole.PLAIN, DayRole.FROM, DayRole.SINCE}
MONTHS = (0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335)  # days before each, leap years
YEAR, MONTH = 366, 31


@lru_cache(512)
def named_days(text: str, language: str) -> frozenset[Yearless]:
    """Return the days that may be that of the act, without those of background, starts and ends."""
    return frozenset(
        (words.month, words.day)
        for words, role in day_roles(text, language)
        if words.day and words.month <= 12 and not words.is_hijri and role in OF_THE_ACT
    )


def days_between(a: Yearless, b: Yearless) -> int:
    """Return the least number of days between two, whatever their years (and months)."""
    if a[0] and b[0]:
        distance, turn = abs(_day_of_year(a) - _day_of_year(b)), YEAR
    else:
        distance, turn = abs(a[1] - b[1]), MONTH
    return min(distance, turn - distance)


def _day_of_year(day: Yearless) -> int:
    return MONTHS[day[0] - 1] + day[1]
