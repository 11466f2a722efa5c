"""Lay out the axes of a chart: round numbers, and labels that never touch each other; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from unicodedata import east_asian_width

MOST_STEPS = 4
STEPS = (1, 2, 5)
# The server cannot measure fonts, so these estimates say where a text ends.
NARROW, WIDE = 0.58, 1.0  # average widths of letters, in parts of the font's size
LABEL_SIZE, LABEL_GAP = 11, 10  # pixels
# Minimum width of a chart in pixels, next to the filters and on a phone.
PAGE_WIDTH, PHONE_WIDTH = 520, 230


@dataclass(frozen=True)
class AxisLabel:
    """A text below the chart at `x`, in percent of its width; `is_minor` if a phone has no room for
    it.
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
    """Return the texts that fit next to each other within the chart, with their positions from 0 to
    1.
    """
    shown = _fitting(texts, PAGE_WIDTH)
    on_a_phone = _fitting(shown, PHONE_WIDTH)
    return tuple(
        AxisLabel(round(100 * x, 2), text, is_minor=(x, text) not in on_a_phone)
        for x, text in shown
    )


def _fitting(texts: Sequence[tuple[float, str]], width: int) -> list[tuple[float, str]]:
    """Return the texts that fit into `width` pixels: all, or every second, third, …"""
    for every in range(1, len(texts) + 1):
        # A partial first year is short, and its label would touch the next.
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
    """Return the approximate width of a text relative to its font size; Chinese characters are
    wide.
    """
    return sum(WIDE if east_asian_width(char) in "WF" else NARROW for char in text)
