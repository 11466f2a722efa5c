import re
from datetime import date

from tests.processes import ROOT
from tracker.events.search.charts import Bar, Chart, Series
from tracker.events.search.periods import chart_periods
from tracker.web.charts import svg as charts
from tracker.web.charts.svg import COLOURS, HEIGHT, WIDTH

KINDS = (Series("ad_ban", "Ad ban"), Series("legal_action", "Legal action"))


def strip(chart, gaps=()):
    drawn = charts.strip(chart, gaps)
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
    assert [text for _, text in strip(chart({}, "2026-10-01")).labels] == ["Oct 2026", "Nov 2026"]


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
