"""Define the confidence from which an event is shown, and from which an editor is asked."""

from dataclasses import dataclass

# SHOWN is the lowest confidence that wrongly shows at most 0.9 of 1,000 entries of real feeds; just
# above UNSURE one event in twelve is an act, below it an editor's time would be wasted
# (docs/accuracy.md).
SHOWN = 0.23
UNSURE = 0.06


@dataclass(frozen=True)
class Bands:
    """An act with confidence `shown` or more is on the timeline; from `unsure` on editors see it;
    below that there is no event.
    """

    shown: float = SHOWN
    unsure: float = UNSURE


DEFAULT = Bands()
