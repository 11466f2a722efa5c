"""Draw a chart of events by period as rectangles of an SVG; pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from tracker.events.search.figures.charts import Bar, Chart
from tracker.events.wording.names import format_number, short_month_name
from tracker.events.wording.terms import FACETS, term
from tracker.text import clean_text
from tracker.web.charts.axis import AxisLabel, choose_labels, number_ticks, text_width
from tracker.web.charts.palette import Fill, fill_of, style_of

WIDTH, HEIGHT = 960, 120
LEGEND_SIZE = 11


@dataclass(frozen=True)
class Box:
    """A rectangle; `series` is the position of its series in the legend."""

    series: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Column:
    """A period of the chart: its bounds (for the link that narrows the timeline), its name, its
    number of events and both as `words`; `gap` is its number of days with failed sources, `counts`
    the events by series.
    """

    since: str
    until: str
    name: str
    count: int
    words: str
    x: float
    width: float
    boxes: tuple[Box, ...]
    gap: int = 0
    counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Tick:
    """A round number on the axis of numbers, and its height from the top."""

    y: float
    number: int


@dataclass(frozen=True)
class Strip:
    """The whole chart; `peak` is the most events in a period, `step` "week", "month" or "quarter",
    `series` the style and name of each.
    """

    columns: tuple[Column, ...]
    labels: tuple[AxisLabel, ...]
    ticks: tuple[Tick, ...]
    peak: int
    step: str
    by: str
    series: tuple[tuple[str, str], ...]
    left_out: int = 0
    unsaid: int = 0
    width: int = WIDTH
    height: int = HEIGHT

    @cached_property
    def paths(self) -> list[tuple[str, str]]:
        """The bars as one outline for each series: its class and the outline (SVG's `d`)."""
        outlines: list[list[str]] = [[] for _ in self.series]
        for column in self.columns:
            for box in column.boxes:
                corner, size = f"M{box.x:g} {box.y:g}", f"h{box.width:g}v{box.height:g}"
                outlines[box.series].append(f"{corner}{size}h-{box.width:g}z")
        return [
            (name, "".join(outline))
            for (name, _words), outline in zip(self.series, outlines, strict=True)
        ]

    @cached_property
    def strokes(self) -> list[tuple[str, str]]:
        """The bars as one thick line for each series, half as long as its outline: its class and
        the line (SVG's `d`).
        """
        lines: list[list[str]] = [[] for _ in self.series]
        for column in self.columns:
            for box in column.boxes:
                middle = round(box.x + box.width / 2, 2)
                lines[box.series].append(f"M{middle:g} {box.y:g}v{box.height:g}")
        return [
            (name, "".join(line)) for (name, _words), line in zip(self.series, lines, strict=True)
        ]

    @property
    def bar_width(self) -> float:
        """How wide each bar is: the thickness of `strokes`."""
        return next((box.width for column in self.columns for box in column.boxes), 0.0)

    @property
    def fills(self) -> list[Fill]:
        """How each series is filled, in their order."""
        return [fill_of(name) for name, _words in self.series]

    @property
    def by_name(self) -> str:
        """What it is coloured by, in words."""
        return term(FACETS[self.by])

    @property
    def has_gaps(self) -> bool:
        return any(column.gap for column in self.columns)


def strip(chart: Chart, gaps: Collection[date] = (), *, top: int = 0) -> Strip | None:
    """Return the drawn chart, or None if there is nothing to draw. `gaps` are days on which sources
    failed; charts side by side share `top`, the most events in a period.
    """
    bars = chart.bars
    if not bars:
        return None
    step = WIDTH / len(bars)
    peak = max(bar.total for bar in bars)
    ticks = number_ticks(max(peak, top))
    unit = HEIGHT / ticks[-1]
    values = [one.value for one in chart.series]
    columns = tuple(
        _column(bar, values, (i * step, step, unit), sum(_is_in(day, bar) for day in gaps))
        for i, bar in enumerate(bars)
    )
    return Strip(
        columns=columns,
        labels=_labels(bars),
        ticks=tuple(Tick(round(HEIGHT - n * unit, 1), n) for n in ticks),
        peak=peak,
        step=bars[0].period.step,
        by=chart.by,
        series=tuple(
            (style_of(chart.by, i, one.value), one.name) for i, one in enumerate(chart.series)
        ),
        left_out=chart.left_out,
        unsaid=chart.unsaid,
    )


def _is_in(day: date, bar: Bar) -> bool:
    return bar.period.since <= day <= bar.period.until


def _labels(bars: Sequence[Bar]) -> tuple[AxisLabel, ...]:
    """Return labels for years, or for months if all periods are within two years."""
    firsts: list[tuple[float, str]] = []
    step = bars[0].period.step
    is_short = step == "week" or (len(bars) <= 24 and step != "year")
    before = ""
    for i, bar in enumerate(bars):
        # A week belongs to the month and year of its Thursday (ISO 8601).
        day = bar.period.since + timedelta(days=3) if step == "week" else bar.period.since
        text = f"{short_month_name(day.month)} {day.year}" if is_short else f"{day.year}"
        if text != before:
            firsts.append((i / len(bars), text))
            before = text
    return choose_labels(firsts)


def _column(
    bar: Bar, values: Sequence[str | int], place: tuple[float, float, float], gap: int
) -> Column:
    x, step, unit = place
    width = round(max(step - min(2.0, step * 0.2), 0.5), 1)
    top, boxes = float(HEIGHT), []
    for series, value in enumerate(values):
        height = bar.counts.get(value, 0) * unit
        if height:
            top -= height
            boxes.append(Box(series, round(x, 1), round(top, 1), width, round(height, 1)))
    since, until = bar.period.bounds()
    name = bar.period.name
    return Column(
        since=since,
        until=until,
        name=name,
        count=bar.total,
        words=f"{name}{_(': ')}{format_number(bar.total)}",
        x=round(x, 1),
        width=round(step, 1),
        boxes=tuple(boxes),
        gap=gap,
        counts=tuple(bar.counts.get(value, 0) for value in values),
    )


@dataclass(frozen=True)
class LegendMark:
    """A series in the legend of a picture; `x` and `y` from the legend's corner."""

    x: float
    y: float
    fill: str
    name: str


def legend(series: Sequence[tuple[str, str]]) -> list[LegendMark]:
    """Return the series of a chart, in rows that fit below it."""
    marks: list[LegendMark] = []
    x, y = 0.0, 0.0
    for name, words in series:
        width = round(text_width(words) * LEGEND_SIZE) + 34
        if x and x + width > WIDTH:
            x, y = 0.0, y + 20
        marks.append(LegendMark(x, y, name, clean_text(words)))
        x += width
    return marks
