"""How many entries of a feed are taken when, so that a flood costs its neighbours nothing; pure."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

BURST = 100  # entries of one poll that are classified at once, and in each hour after it
DAYS = 7  # for which what is too much may wait; the rest is not stored
RHYTHM = 3  # times the budget up to which a feed's own rhythm counts
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALL = 0  # as a budget: no limit


@dataclass(frozen=True)
class Budget:
    """What a feed may bring: `daily` entries beyond its usual rhythm (`usual`, entries a day), of
    which it brought `taken` today; `waiting` are the entries of other days that wait for their
    turn. `days` is how long nobody asked the feed.
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


def usual(weeks: Sequence[int]) -> int:
    """Returns a feed's rhythm in entries a day, from the entries of its whole weeks."""
    return round(statistics.median(weeks) / 7) if weeks else 0


def waits(budget: Budget, count: int, *, is_first: bool) -> tuple[timedelta | None, ...]:
    """Returns how long each of `count` entries of a poll waits to be classified: BURST an hour;
    what is beyond the limit from tomorrow on, `daily` a day; None for what comes after DAYS. The
    first poll of a feed has no limit.
    """
    left = count
    if budget.daily != ALL and not is_first:
        left = max(0, budget.limit - budget.taken)
    return tuple(
        HOUR * (i // BURST) if i < left else _later(budget, budget.waiting + i - left)
        for i in range(count)
    )


def _later(budget: Budget, place: int) -> timedelta | None:
    days, in_day = divmod(place, budget.daily)
    return DAY * (days + 1) + HOUR * (in_day // BURST) if days < DAYS else None


def is_over(waiting: Sequence[timedelta | None]) -> bool:
    """Whether a poll brought more than the feed may."""
    return any(wait is None or wait >= DAY for wait in waiting)
