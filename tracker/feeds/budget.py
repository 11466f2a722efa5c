"""How many entries of a feed are taken when, so that a flood costs its neighbours nothing; pure."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

BURST = 50  # entries of one poll that are read at once; few feeds have so many new ones
DAYS = 7  # for which the others may wait for their turn; the rest is not stored
RHYTHM = 3  # times the budget up to which a feed's own rhythm counts
DAY = timedelta(days=1)
ALL = 0  # as a budget: no limit


NOW = timedelta(0)


@dataclass(frozen=True)
class Budget:
    """What a feed may bring: `daily` entries beyond its usual rhythm (`usual`, entries a day), of
    which it brought `taken` today; `waiting` are those that wait for their turn. `days` is how long
    nobody asked the feed.
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
    """How long each entry of a poll waits to be read, None for one that is not stored; `is_over` if
    the poll brought more than the feed may.
    """

    waits: tuple[timedelta | None, ...] = ()
    is_over: bool = False

    @property
    def has_queue(self) -> bool:
        """Whether not all can be read at once."""
        return any(wait != NOW for wait in self.waits)


def usual(weeks: Sequence[int]) -> int:
    """Returns a feed's rhythm in entries a day, from the entries of its whole weeks."""
    return round(statistics.median(weeks) / 7) if weeks else 0


def turns(budget: Budget, count: int, *, is_first: bool) -> Turns:
    """Returns when the `count` entries of a poll have their turn: BURST of those that the day has
    room for at once, all others one after the other, `daily` a day. The first poll of a feed is
    stored whole.
    """
    if budget.daily == ALL:
        return Turns((NOW,) * count)
    room = count if is_first else max(0, budget.limit - budget.taken)
    at_once = min(count, room, BURST)
    places = range(budget.waiting + 1, budget.waiting + 1 + count - at_once)
    # What would wait for more than a week is not stored; a first poll is an archive, which loses
    # nothing (decision D25).
    end = None if is_first else DAYS * budget.daily
    later = (
        DAY * place / budget.daily if end is None or place <= end else None for place in places
    )
    return Turns((*(NOW,) * at_once, *later), is_over=count > room)
