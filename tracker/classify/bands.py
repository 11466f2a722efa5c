"""From which confidence an event is shown, and from which an editor is asked."""

from dataclasses import dataclass

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
