"""Divide a span of days into weeks, months, quarters or years; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tracker.events.wording.names import spell_day

# The most weeks, months and quarters of a chart; beyond, the next longer step.
MANY = (53, 72, 1_000)  # across a page
FEW = (27, 25, 25)  # for charts among others
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class ChartPeriod:
    """A week (ISO 8601, from Monday), a month, a quarter or a year; both days are included."""

    step: str
    since: date
    until: date

    @property
    def name(self) -> str:
        """Return "week of 23 October 2017", "October 2017", "2017, quarter 4" or "2017"."""
        month = spell_day(self.since.year, self.since.month)
        day = spell_day(self.since.year, self.since.month, self.since.day)
        return {
            "week": _("week of %(day)s") % {"day": day},
            "month": month,
            "quarter": _("%(year)s, quarter %(quarter)s")
            % {"year": self.since.year, "quarter": (self.since.month + 2) // 3},
            "year": str(self.since.year),
        }[self.step]

    def bounds(self) -> tuple[str, str]:
        """Return `since` and `until` in query form: months for months, days for weeks."""
        form = "%Y-%m-%d" if self.step == "week" else "%Y-%m"
        return f"{self.since:{form}}", f"{self.until:{form}}"


def chart_periods(
    first: date, last: date, limits: tuple[int, int, int] = MANY
) -> list[ChartPeriod]:
    """Return every period from that of `first` to that of `last`, in steps that keep the chart
    readable (MANY or FEW); none if `last` is earlier.
    """
    step = step_of(first, last, limits)
    spans = []
    period = period_of(first, step)
    while period.since <= last:
        spans.append(period)
        period = period_of(period.until + timedelta(days=1), step)
    return spans


def step_of(first: date, last: date, limits: tuple[int, int, int] = MANY) -> str:
    """Return "week", "month", "quarter" or "year"."""
    weeks, most_months, quarters = limits
    if (last - first).days <= (weeks - 1) * 7:
        return "week"
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months <= most_months:
        return "month"
    return "quarter" if months <= 3 * quarters else "year"


def period_of(day: date, step: str) -> ChartPeriod:
    """Return the period of a day."""
    if step == "week":
        monday = day - timedelta(days=day.weekday())
        return ChartPeriod(step, monday, monday + timedelta(days=6))
    months = MONTHS_OF[step]
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
