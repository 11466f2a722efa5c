"""Decide how many entries of a feed are processed when, so that a flood does not delay other feeds;
pure.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

BURST = 50  # entries of one poll that are processed at once; few feeds have so many new ones
DAYS = 7  # for which further entries may wait for their turn; the remaining ones are not stored
RHYTHM = 3  # a feed's own rhythm counts up to this multiple of the budget
DAY = timedelta(days=1)
ALL = 0  # as a budget: no limit


NOW = timedelta(0)


@dataclass(frozen=True)
class Budget:
    """The budget of a feed: `daily` entries beyond its usual rhythm (`usual`, entries a day), of
    which `taken` came today; `waiting` are those that wait for their turn. `days` is the time since
    its last poll.
    """

    daily: int = ALL
    usual: int = 0
    taken: int = 0
    waiting: int = 0
    days: int = 1

    @property
    def limit(self) -> int:
        """Entries that may come now, of all that came today."""
        return (self.daily + min(self.usual, RHYTHM * self.daily)) * max(1, min(self.days, DAYS))


@dataclass(frozen=True)
class Turns:
    """How long each entry of a poll waits to be processed, None for one that is not stored;
    `is_over` if the poll exceeded the budget.
    """

    waits: tuple[timedelta | None, ...] = ()
    is_over: bool = False

    @property
    def has_queue(self) -> bool:
        """Whether not all can be read at once."""
        return any(wait != NOW for wait in self.waits)


def usual(weeks: Sequence[int]) -> int:
    """Return a feed's rhythm in entries a day, from the entries of its whole weeks."""
    return round(statistics.median(weeks) / 7) if weeks else 0


def turns(budget: Budget, count: int, *, is_first: bool) -> Turns:
    """Return when the `count` entries of a poll have their turn: BURST of those within the day's
    budget at once, all others one after the other, `daily` a day. The first poll of a feed is
    stored completely.
    """
    if budget.daily == ALL:
        return Turns((NOW,) * count)
    room = count if is_first else max(0, budget.limit - budget.taken)
    at_once = min(count, room, BURST)
    places = range(budget.waiting + 1, budget.waiting + 1 + count - at_once)
    # An entry that would wait for more than a week is not stored; a first poll is an archive, of
    # which everything is stored (decision D25).
    end = None if is_first else DAYS * budget.daily
    later = (
        DAY * place / budget.daily if end is None or place <= end else None for place in places
    )
    return Turns((*(NOW,) * at_once, *later), is_over=count > room)
