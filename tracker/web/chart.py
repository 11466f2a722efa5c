"""The strip chart: events a quarter by kind, as rectangles of an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.classify import Kind
from tracker.events.search import Bar

WIDTH, HEIGHT = 960, 120
YEAR_LABELS = 16


@dataclass(frozen=True)
class Box:
    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Column:
    """A quarter of the chart: its months (for the link that narrows the timeline), its name and
    number of events.
    """

    since: str
    until: str
    name: str
    count: int
    x: float
    width: float
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Strip:
    """The whole chart; `years` are (x, year) labels, `peak` the most events in a quarter."""

    columns: tuple[Column, ...]
    years: tuple[tuple[float, int], ...]
    peak: int
    width: int = WIDTH
    height: int = HEIGHT


def strip(bars: Sequence[Bar]) -> Strip | None:
    """The chart of `bars`, or None where there is nothing to draw."""
    if not bars:
        return None
    step = WIDTH / len(bars)
    peak = max(sum(bar.counts.values()) for bar in bars)
    unit = HEIGHT / max(peak, 1)
    columns = tuple(_column(bar, i * step, step, unit) for i, bar in enumerate(bars))
    firsts = [(i * step, bar.year) for i, bar in enumerate(bars) if bar.quarter == 1 or i == 0]
    every = -(-len(firsts) // YEAR_LABELS)
    years = tuple((round(x, 1), year) for x, year in firsts[:: every or 1])
    return Strip(columns, years, peak)


def _column(bar: Bar, x: float, step: float, unit: float) -> Column:
    width = round(max(step - min(2.0, step * 0.2), 0.5), 1)
    top, boxes = float(HEIGHT), []
    for kind in Kind:
        height = bar.counts.get(kind.value, 0) * unit
        if height:
            top -= height
            boxes.append(Box(kind.value, round(x, 1), round(top, 1), width, round(height, 1)))
    return Column(
        since=f"{bar.year}-{bar.quarter * 3 - 2:02}",
        until=f"{bar.year}-{bar.quarter * 3:02}",
        name=f"{bar.year}, quarter {bar.quarter}",
        count=sum(bar.counts.values()),
        x=round(x, 1),
        width=round(step, 1),
        boxes=tuple(boxes),
    )
