"""Weeks, months or quarters from a first day to a last one; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tracker.events.wording.names import month_name

MOST_WEEKS = 53  # a year; beyond, months
MOST_MONTHS = 72  # six years; beyond, quarters


@dataclass(frozen=True)
class Period:
    """A week (ISO 8601, from Monday), a month or a quarter; both days are within it."""

    step: str
    since: date
    until: date

    @property
    def name(self) -> str:
        """ "week of 23 October 2017", "October 2017", "2017, quarter 4"."""
        month = f"{month_name(self.since.month)} {self.since.year}"
        return {
            "week": _("week of %(day)s") % {"day": f"{self.since.day} {month}"},
            "month": month,
            "quarter": _("%(year)s, quarter %(quarter)s")
            % {"year": self.since.year, "quarter": (self.since.month + 2) // 3},
        }[self.step]

    def bounds(self) -> tuple[str, str]:
        """`since` and `until` as a query has them: months for months, days for weeks."""
        cut = 10 if self.step == "week" else 7
        return self.since.isoformat()[:cut], self.until.isoformat()[:cut]


def periods(first: date, last: date) -> list[Period]:
    """Every period from that of `first` to that of `last`, in steps that leave the chart readable;
    none where `last` lies before.
    """
    step = step_of(first, last)
    found = []
    period = period_of(first, step)
    while period.since <= last:
        found.append(period)
        period = period_of(period.until + timedelta(days=1), step)
    return found


def step_of(first: date, last: date) -> str:
    """ "week", "month" or "quarter"."""
    if (last - first).days <= (MOST_WEEKS - 1) * 7:
        return "week"
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    return "month" if months <= MOST_MONTHS else "quarter"


def period_of(day: date, step: str) -> Period:
    """The period of a day."""
    if step == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(step, monday, monday + timedelta(days=6))
    months = 1 if step == "month" else 3
    month = (day.month - 1) // months * months + 1
    since = date(day.year, month, 1)
    after = date(day.year + (month + months > 12), (month + months - 1) % 12 + 1, 1)
    return Period(step, since, after - timedelta(days=1))


def months_of(period: Period) -> Iterator[str]:
    """The months of a period of months, as "2017-10"."""
    month = period.since
    while month <= period.until:
        yield month.isoformat()[:7]
        month = (month + timedelta(days=31)).replace(day=1)
