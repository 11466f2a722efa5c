import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processes import ROOT
from tracker.events.search.figures.charts import Bar, Chart, Series
from tracker.events.search.figures.periods import chart_periods
from tracker.web.charts import svg as charts
from tracker.web.charts.axis import (
    LABEL_SIZE,
    PAGE_WIDTH,
    PHONE_WIDTH,
    choose_labels,
    number_ticks,
    text_width,
)
from tracker.web.charts.palette import COLOURS, TEXTURES
from tracker.web.charts.svg import HEIGHT, WIDTH

KINDS = (Series("ad_ban", "Ad ban"), Series("legal_action", "Legal action"))


def strip(chart, gaps=(), **values):
    drawn = charts.strip(chart, gaps, **values)
    assert drawn is not None
    return drawn


def chart(counts, first="2016-01-01", by="kind", series=KINDS):
    spans = chart_periods(date.fromisoformat(first), date(2026, 11, 24))
    told = [Bar(period, counts.get(i, {})) for i, period in enumerate(spans)]
    return Chart(by, series, tuple(told))


def test_the_highest_period_fills_the_chart_and_an_empty_one_keeps_its_place():
    drawn = strip(chart({0: {"ad_ban": 3, "legal_action": 1}, 2: {"ad_ban": 2}}))
    first, empty, half = drawn.columns[:3]
    assert sum(box.height for box in first.boxes) == HEIGHT
    assert sum(box.height for box in half.boxes) == HEIGHT / 2
    assert (empty.boxes, empty.count) == ((), 0)
    assert drawn.columns[-1].x + drawn.columns[-1].width > WIDTH - 1
    assert (first.since, first.until, first.name) == ("2016-01", "2016-03", "2016, quarter 1")


def test_any_span_of_years_has_few_labels():
    assert len(strip(chart({}, "1990-01-01")).labels) <= 16


def test_weeks_and_months_of_a_short_span_are_labelled_by_month():
    assert [label.text for label in strip(chart({}, "2026-10-01")).labels] == [
        "Oct 2026",
        "Nov 2026",
    ]


def test_nothing_is_drawn_of_nothing():
    assert charts.strip(Chart("kind")) is None


def test_a_period_is_shaded_for_each_of_its_days_on_which_sources_failed():
    drawn = strip(chart({}), [date(2016, 3, 1), date(2016, 3, 2), date(2016, 4, 1)])
    assert [column.gap for column in drawn.columns[:3]] == [2, 1, 0]


def test_of_platforms_each_has_its_colour_and_the_others_are_grey():
    series = (Series(7, "YouTube"), Series("", "others"))
    drawn = strip(chart({0: {7: 2, "": 1}}, by="platform", series=series))
    assert [name for name, _ in drawn.series] == ["series0", "others"]
    assert [box.series for box in drawn.columns[0].boxes] == [0, 1]


def test_pictures_have_the_colours_of_the_pages():
    css = (ROOT / "tracker/web/static/web/tracker.css").read_text("utf-8")
    light = css.partition("prefers-color-scheme: dark")[0]
    variables = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", light))
    rules = dict(re.findall(r"\.(\w+) \{ --kind: var\(--(\w+)\)", css))
    assert {name: variables[rules.get(name, name)] for name in COLOURS} == COLOURS


@pytest.mark.parametrize(
    ("peak", "ticks"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (4, (0, 1, 2, 3, 4)),
        (7, (0, 2, 4, 6, 8)),
        (43, (0, 20, 40, 60)),
        (1_234, (0, 500, 1_000, 1_500)),
    ],
)
def test_the_axis_has_few_round_numbers_that_reach_the_highest_bar(peak, ticks):
    assert number_ticks(peak) == ticks


@given(
    st.lists(st.tuples(st.floats(0, 0.999), st.text("Jan 2026年", min_size=1, max_size=12))).map(
        sorted
    )
)
def test_labels_never_touch_each_other_nor_leave_the_chart(texts):
    for width, shown in (
        (PAGE_WIDTH, choose_labels(texts)),
        (PHONE_WIDTH, [label for label in choose_labels(texts) if not label.is_minor]),
    ):
        ends = [label.x / 100 * width + text_width(label.text) * LABEL_SIZE for label in shown]
        starts = [label.x / 100 * width for label in shown]
        assert all(end < start for end, start in zip(ends, starts[1:], strict=False))
        assert not ends or ends[-1] < width + 1


def test_charts_side_by_side_have_one_scale():
    low, high = chart({0: {"ad_ban": 2}}), chart({0: {"ad_ban": 40}})
    drawn = [strip(one, top=40) for one in (low, high)]
    assert drawn[0].ticks == drawn[1].ticks
    assert drawn[0].columns[0].boxes[0].height * 20 == drawn[1].columns[0].boxes[0].height


def test_series_are_told_apart_without_colour_and_no_colour_means_two_sorts():
    sorts = [
        [name for name in COLOURS if name.startswith("series") == is_series] for is_series in (0, 1)
    ]
    for names in (sorts[0][:10], sorts[1]):
        assert len({TEXTURES[name] for name in names}) == len(names)
    assert len(set(COLOURS.values())) == len(COLOURS)
