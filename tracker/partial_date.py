"""A date that may be known to the day, to the month or to the year only (EDTF level 0, ISO 8601-2),
or not at all; pure. Stored and sent as its text: "2017-10-26", "2017-10", "2017" or "".
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from operator import itemgetter

FORM = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12][0-9]|3[01]))?)?"
)
PARSED = 4_096  # texts whose dates are cached

# The month of a date's text, "" for none, for tables of a million texts.
month_text: Callable[[str], str] = itemgetter(slice(7))


@dataclass(frozen=True, order=True, slots=True)
class PartialDate:
    """A date; unknown parts are 0, and it is false if nothing is known. Dates sort like their
    texts: a month before its days, unknown first.
    """

    year: int = 0
    month: int = 0
    day: int = 0

    @staticmethod
    @lru_cache(PARSED)
    def parse(text: str) -> "PartialDate":
        """Read a date's text. Raises ValueError for any other format. The 31st of a short month is
        accepted, since stored queries have it; it counts as the month's last day, and
        `is_in_calendar` is false.
        """
        form = FORM.fullmatch(text)
        if text and (form is None or form["year"] == "0000"):
            raise ValueError(f"{text!r} is not a date")
        return PartialDate(*(int(part or 0) for part in form.groups())) if form else UNKNOWN

    def __bool__(self) -> bool:
        return self.year > 0

    def __str__(self) -> str:
        if not self.year:
            return ""
        parts = (f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part))
        return "-".join(parts)

    @property
    def precision(self) -> str:
        """Return "day", "month", "year" or "unknown"."""
        if self.day:
            return "day"
        if self.month:
            return "month"
        return "year" if self.year else "unknown"

    @property
    def known_parts(self) -> int:
        """Return how many of year, month and day are known."""
        return sum(map(bool, (self.year, self.month, self.day)))

    @property
    def is_in_calendar(self) -> bool:
        """Return whether the day exists."""
        return not self.day or self.day <= monthrange(self.year, self.month)[1]

    @property
    def span(self) -> tuple[date, date] | None:
        """Return the first and the last possible day; None if it is unknown."""
        return _span_of(self)

    @property
    def whole(self) -> date | None:
        """Return the day, if it is known to the day."""
        span = _span_of(self) if self.day else None
        return span[1] if span else None

    @property
    def whole_month(self) -> "PartialDate":
        """Return the month that it is in; a year stays a year."""
        return replace(self, day=0)

    @property
    def closing_key(self) -> tuple[bool, date, bool]:
        """Return a key that sorts dates by their last day: a month after its days, unknown last."""
        span = self.span
        return span is None, span[1] if span else date.max, not self.day

    @property
    def lowest_text(self) -> str:
        """Return the lowest text of a date that may be this one or later: for the first of a month
        the month, which includes acts known only to the month.
        """
        return str(self.whole_month if self.day == 1 else self)

    @property
    def highest_text(self) -> str:
        """Return the highest text of a date that may be this one or earlier; "" if unknown."""
        # As text, the 31st sorts after every day of any month.
        return str(self and replace(self, month=self.month or 12, day=self.day or 31))

    def days_until(self, other: "PartialDate") -> int | None:
        """Return the days to another date; None unless both are exact days."""
        first, second = self.whole, other.whole
        return (second - first).days if first and second else None


@lru_cache(PARSED)
def _span_of(day: PartialDate) -> tuple[date, date] | None:
    # Grouping uses the same few dates in each comparison.
    if not day.year:
        return None
    last_month = day.month or 12
    last_day = monthrange(day.year, last_month)[1]
    last = date(day.year, last_month, min(day.day or last_day, last_day))
    return (last if day.day else date(day.year, day.month or 1, 1)), last


UNKNOWN = PartialDate()
