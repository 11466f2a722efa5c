"""Divide a span of days into weeks, months or quarters; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tracker.events.wording.names import month_name

MOST_WEEKS = 53  # a year; beyond, months
MOST_MONTHS = 72  # six years; beyond, quarters


@dataclass(frozen=True)
class ChartPeriod:
    """A week (ISO 8601, from Monday), a month or a quarter; both days are included."""

    step: str
    since: date
    until: date

    @property
    def name(self) -> str:
        """Return "week of 23 October 2017", "October 2017" or "2017, quarter 4"."""
        month = f"{month_name(self.since.month)} {self.since.year}"
        return {
            "week": _("week of %(day)s") % {"day": f"{self.since.day} {month}"},
            "month": month,
            "quarter": _("%(year)s, quarter %(quarter)s")
            % {"year": self.since.year, "quarter": (self.since.month + 2) // 3},
        }[self.step]

    def bounds(self) -> tuple[str, str]:
        """Return `since` and `until` as a query has them: months for months, days for weeks."""
        form = "%Y-%m-%d" if self.step == "week" else "%Y-%m"
        return f"{self.since:{form}}", f"{self.until:{form}}"


def chart_periods(first: date, last: date) -> list[ChartPeriod]:
    """Return every period from that of `first` to that of `last`, in steps that keep the chart
    readable; none if `last` is earlier.
    """
    step = step_of(first, last)
    spans = []
    period = period_of(first, step)
    while period.since <= last:
        spans.append(period)
        period = period_of(period.until + timedelta(days=1), step)
    return spans


def step_of(first: date, last: date) -> str:
    """Return "week", "month" or "quarter"."""
    if (last - first).days <= (MOST_WEEKS - 1) * 7:
        return "week"
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    return "month" if months <= MOST_MONTHS else "quarter"


def period_of(day: date, step: str) -> ChartPeriod:
    """Return the period of a day."""
    if step == "week":
        monday = day - timedelta(days=day.weekday())
        return ChartPeriod(step, monday, monday + timedelta(days=6))
    months = 1 if step == "month" else 3
    month = (day.month - 1) // months * months + 1
    since = date(day.year, month, 1)
    after = date(day.year + (month + months > 12), (month + months - 1) % 12 + 1, 1)
    return ChartPeriod(step, since, after - timedelta(days=1))


def months_of(period: ChartPeriod) -> Iterator[str]:
    """Yield the months of a period of months, as "2017-10"."""
    month = period.since
    while month <= period.until:
        yield f"{month:%Y-%m}"
        month = (month + timedelta(days=31)).replace(day=1)
