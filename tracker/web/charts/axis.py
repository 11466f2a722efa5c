"""The axes of a chart: round numbers, and labels that never touch each other; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from unicodedata import east_asian_width

MOST_STEPS = 4
STEPS = (1, 2, 5)
# The server measures no fonts: these estimates say where a text ends.
NARROW, WIDE = 0.58, 1.0  # average widths of letters, in parts of the font's size
LABEL_SIZE, LABEL_GAP = 11, 10  # pixels
# Of a chart on a page, in pixels: the least that it has beside the filters, and on a phone.
PAGE_WIDTH, PHONE_WIDTH = 520, 230


@dataclass(frozen=True)
class AxisLabel:
    """A text below the chart at `x`, in parts of a hundred of its width; `is_minor` if a phone has
    no room for it.
    """

    x: float
    text: str
    is_minor: bool = False


def number_ticks(peak: int) -> tuple[int, ...]:
    """Return round numbers from 0 to `peak` or above, in at most MOST_STEPS equal steps."""
    top = max(peak, 1)
    steps = (step * 10**power for power in count() for step in STEPS)
    step = next(step for step in steps if step * MOST_STEPS >= top)
    return tuple(range(0, top + step, step))[: -(-top // step) + 1]


def choose_labels(texts: Sequence[tuple[float, str]]) -> tuple[AxisLabel, ...]:
    """Return the texts, with where they begin in parts of 1, that fit beside each other and within
    the chart.
    """
    shown = _fitting(texts, PAGE_WIDTH)
    on_a_phone = _fitting(shown, PHONE_WIDTH)
    return tuple(
        AxisLabel(round(100 * x, 2), text, is_minor=(x, text) not in on_a_phone)
        for x, text in shown
    )


def _fitting(texts: Sequence[tuple[float, str]], width: int) -> list[tuple[float, str]]:
    """Return those that fit into so many pixels; of evenly spaced ones every second, third, …"""
    for every in range(1, len(texts) + 1):
        # A first part of a year is short, and its label would touch the next.
        for first in (0, 1):
            chosen = list(texts[first::every])
            if chosen and _fits(chosen, width):
                return chosen
    return []


def _fits(texts: Sequence[tuple[float, str]], width: int) -> bool:
    starts = [x * width for x, _ in texts]
    ends = [
        start + text_width(text) * LABEL_SIZE
        for start, (_, text) in zip(starts, texts, strict=True)
    ]
    apart = all(end + LABEL_GAP <= start for end, start in zip(ends, starts[1:], strict=False))
    return apart and ends[-1] <= width


def text_width(text: str) -> float:
    """Return about how wide a text is in parts of its font's size; Chinese letters are wide."""
    return sum(WIDE if east_asian_width(char) in "WF" else NARROW for char in text)
