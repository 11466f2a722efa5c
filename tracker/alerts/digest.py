"""Hits + coverage -> Digest; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.events.rows import EventRow
from tracker.feeds.health import Coverage

SHOWN = 10
SUBJECT_LIMIT = 120


@dataclass(frozen=True)
class Digest:
    """One mail's news: at most SHOWN events, how many more there are, and how many feeds were read
    in the period.
    """

    subject: str
    rows: tuple[EventRow, ...]
    more: int
    coverage: Coverage


def digest(rows: Sequence[EventRow], coverage: Coverage) -> Digest:
    """`rows` are the events of the hits, newest act first; at least one."""
    return Digest(subject(rows), tuple(rows[:SHOWN]), max(0, len(rows) - SHOWN), coverage)


def subject(rows: Sequence[EventRow]) -> str:
    """ "2 new: Twitter bars RT, Sputnik from advertising; …": the count, then as many headlines as
    fit.
    """
    text = f"{len(rows)} new: {rows[0].headline}"
    for row in rows[1:]:
        if len(text) + len(row.headline) + 2 > SUBJECT_LIMIT:
            return f"{text}; …"
        text = f"{text}; {row.headline}"
    return " ".join(text.split())
