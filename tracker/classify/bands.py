"""From which confidence an event is shown, and from which an editor is asked."""

from dataclasses import dataclass

# SHOWN is the lowest confidence that wrongly shows at most 0.9 of 1,000 entries of real feeds; just
# above UNSURE one event in seventeen is an act, below it an editor would read for nothing
# (docs/accuracy.md).
SHOWN = 0.23
UNSURE = 0.06


@dataclass(frozen=True)
class Bands:
    """An act of confidence `shown` and more stands on the timeline; from `unsure` on editors see
    it; below there is no event.
    """

    shown: float = SHOWN
    unsure: float = UNSURE


DEFAULT = Bands()
