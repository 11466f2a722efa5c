"""What a comparison by one subject says: terms with weights and reasons, or that two reports are of
two acts. How the weights were set: decision D50.
"""

from collections.abc import Iterable, Iterator

from tracker.events.reasons import Reason

LikenessTerms = Iterator[tuple[float, Reason | None]]  # a weight and its reason, if it is shown


class OtherActError(Exception):
    """Two reports cannot be of one act."""


def shared_reason(code: str, values: Iterable[str]) -> Reason | None:
    """Return what two reports share as a reason; None if nothing."""
    names = tuple(sorted(values))
    return Reason(code, names) if names else None
