"""Represent why reports are in one event and why acts are linked: a code with values; pure. Rows
store it as JSON, [code, [values]]; wording/reasons.py words it in the reader's language.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Reason(NamedTuple):
    """One reason: a key of wording.reasons.WORDS, and slugs, names, codes or counts."""

    code: str
    values: tuple[str | int, ...] = ()


Reasons = tuple[Reason, ...]
# As parsed from JSON: [code, [values]], or text written by a person.
StoredReason = str | Sequence[str | Sequence[str | int]]


def read_reason(stored: Sequence[str | Sequence[str | int]]) -> Reason:
    """Return the reason parsed from JSON."""
    code, values = stored
    return Reason(str(code), tuple(values))


CERTAINTY = "certainty"  # the code of the reason that says how sure a proposal was, in percent


def certainty_in(reasons: Iterable[StoredReason]) -> float | None:
    """Return how sure the proposal with these reasons was, 0 to 1; None if they do not
    include it.
    """
    for reason in reasons:
        if not isinstance(reason, str) and reason[0] == CERTAINTY:
            return int(read_reason(reason).values[0]) / 100
    return None
