"""Count what became of measures: how many were undone, how soon, and the known sums."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pyroaring import BitMap

from tracker.classify import Kind
from tracker.events.in_force import IN_FORCE, LASTING
from tracker.events.search.facts import AMOUNT, UNDONE
from tracker.events.search.index.snapshot import Snapshot
from tracker.index.sets import union
from tracker.partial_date import PartialDate


@dataclass(frozen=True)
class KnownSum:
    """The sum of the amounts of `events` events in one currency (ISO 4217), in whole units."""

    currency: str
    amount: int
    events: int


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of chosen events: `measures` that last, how many of them are in force today and
    how many a confirmed act undid; the median `days` until then over `dated` of these, None without
    any.
    """

    events: int
    measures: int
    in_force: int
    undone: int
    days: int | None
    dated: int
    money: tuple[KnownSum, ...]


def outcomes_of(events: Snapshot, chosen: BitMap) -> Outcomes:
    """Return the outcomes of the chosen events on the day of the snapshot."""
    lasting = chosen & union(events.get("kind", kind) for kind in LASTING)
    lasting = lasting - events.get("kind", Kind.REINSTATEMENT.value)
    undone = lasting & events.derive("undone", _all_undone)
    counts = {
        days: n
        for days, ids in events.derive("days to undoing", _by_days).items()
        if (n := undone.intersection_cardinality(ids))
    }
    return Outcomes(
        events=len(chosen),
        measures=len(lasting),
        in_force=lasting.intersection_cardinality(events.in_force_on(events.today)[IN_FORCE]),
        undone=len(undone),
        days=median(counts),
        dated=sum(counts.values()),
        money=_money(events, chosen),
    )


def median(counts: Mapping[int, int]) -> int | None:
    """Return the lower median of values with their counts; None without values."""
    middle = (sum(counts.values()) + 1) // 2
    for value in sorted(counts):
        middle -= counts[value]
        if middle <= 0:
            return value
    return None


def _all_undone(events: Snapshot) -> BitMap:
    return union(events.values(UNDONE).values())


def _by_days(events: Snapshot) -> dict[int, BitMap]:
    """Return the undone events by the number of days until the first act that undid them."""
    all_undone = _all_undone(events)
    begun: dict[int, str] = {}
    for day, ids in events.values("occurred").items():
        begun |= dict.fromkeys(ids & all_undone, day)
    days: dict[int, int] = {}
    for day, ids in sorted(events.values(UNDONE).items(), reverse=True):
        for pk in ids:
            span = PartialDate.parse(begun[pk]).days_until(PartialDate.parse(day))
            # The first act counts, and is read last.
            if span is not None and span >= 0:
                days[pk] = span
    grouped: dict[int, BitMap] = defaultdict(BitMap)
    for pk, span in days.items():
        grouped[span].add(pk)
    return dict(grouped)


def _money(events: Snapshot, chosen: BitMap) -> tuple[KnownSum, ...]:
    sums: dict[str, tuple[int, int]] = {}
    for text, ids in events.values(AMOUNT).items():
        if n := chosen.intersection_cardinality(ids):
            currency, amount = text.split(" ")
            total, count = sums.get(currency, (0, 0))
            sums[currency] = (total + int(amount) * n, count + n)
    by_events = sorted(sums.items(), key=lambda pair: (-pair[1][1], pair[0]))
    return tuple(KnownSum(currency, *totals) for currency, totals in by_events)
