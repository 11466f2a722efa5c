import itertools
from datetime import date

import pytest

from tracker.events.search.figures.periods import chart_periods, months_of, period_of


@pytest.mark.parametrize(
    ("first", "step", "count"),
    [
        ("2026-11-24", "week", 1),
        ("2025-11-26", "week", 53),
        ("2025-11-01", "month", 13),
        ("2020-12-31", "month", 72),
        ("2020-11-30", "quarter", 25),
        ("1990-01-01", "quarter", 148),
    ],
)
def test_the_longer_the_span_the_longer_the_steps(first, step, count):
    spans = chart_periods(date.fromisoformat(first), date(2026, 11, 24))
    assert (spans[0].step, len(spans)) == (step, count)


def test_periods_follow_each_other_without_gap():
    for first in ("2026-01-01", "2021-02-28", "1999-12-31"):
        spans = chart_periods(date.fromisoformat(first), date(2026, 11, 24))
        assert all((b.since - a.until).days == 1 for a, b in itertools.pairwise(spans))
        assert spans[0].since <= date.fromisoformat(first) <= spans[0].until
        assert spans[-1].since <= date(2026, 11, 24) <= spans[-1].until


def test_nothing_lies_before_its_beginning():
    assert chart_periods(date(2027, 1, 1), date(2026, 11, 24)) == []


def test_a_period_says_its_name_and_its_bounds_as_a_query_has_them():
    quarter, month, week = (period_of(date(2017, 10, 26), s) for s in ("quarter", "month", "week"))
    assert (quarter.name, quarter.bounds()) == ("2017, quarter 4", ("2017-10", "2017-12"))
    assert (month.name, month.bounds()) == ("October 2017", ("2017-10", "2017-10"))
    assert (week.name, week.bounds()) == ("week of 23 October 2017", ("2017-10-23", "2017-10-29"))
    assert list(months_of(quarter)) == ["2017-10", "2017-11", "2017-12"]
