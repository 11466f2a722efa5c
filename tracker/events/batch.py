"""Grouping without a database: the entries of one run are grouped, each group votes on its facts,
and with them it is grouped again; pure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tracker.classify import Classification
from tracker.events.grouping import (
    Facts,
    decide,
    event_likeness,
    facts_of,
    looked_for,
    platforms_of,
)
from tracker.events.voting import Ballot, Voted, ballot_of, vote

ONE_EVENT = 1.2  # the mean likeness from which two events are one: a merge costs more than a join
NEIGHBOURS = 200  # events on one platform that an entry is compared with: the latest


@dataclass(frozen=True)
class Result:
    """The groups of a run: for each entry in the order they were placed the number of its event,
    and what each event's reports say together, by its number.
    """

    numbers: tuple[int, ...]
    voted: dict[int, Voted]


class Groups:
    """The events of one run."""

    def __init__(self) -> None:
        self._ballots: list[Ballot] = []
        self._own: list[Facts] = []  # what each entry says
        self._platforms: list[tuple[str, ...]] = []
        self._pass = _Pass()

    def place(self, found: Classification) -> int:
        """The number of the event that an entry joins, or opens, as far as is known by now."""
        facts = facts_of(found)
        self._own.append(facts)
        self._ballots.append(ballot_of(found, found.confidence))
        self._platforms.append(platforms_of(found))
        return self._pass.place(facts)

    def number_of(self, place: int) -> int:
        """The event of the entry that was placed as the `place`-th, from 0, in the first pass."""
        return self._pass.numbers[place]

    def most_named(self, number: int, field: str) -> list[str]:
        """The platforms or targets that most reports of an event name, most often named first."""
        reports = self._pass.events[number]
        named = Counter(name for facts in reports for name in sorted(getattr(facts, field)))
        return [name for name, count in named.most_common() if 2 * count > len(reports)]

    def finish(self) -> Result:
        """The events of all entries: those of the first pass vote, and each entry is placed once
        more with what its event decided.
        """
        first = self._pass.numbers
        voted = self._vote(first)
        again = _Pass()
        for facts, number in zip(self._own, first, strict=True):
            again.place(with_voted(facts, voted[number]))
        numbers = _merged(again)
        return Result(tuple(numbers), self._vote(numbers))

    def _vote(self, numbers: Sequence[int]) -> dict[int, Voted]:
        ballots: dict[int, list[Ballot]] = defaultdict(list)
        for ballot, number in zip(self._ballots, numbers, strict=True):
            ballots[number].append(ballot)
        return {number: vote(theirs) for number, theirs in ballots.items()}


class _Pass:
    """One pass over the entries: events by number, found by platform and by target."""

    def __init__(self) -> None:
        self.events: list[list[Facts]] = []
        self.numbers: list[int] = []
        self._by_key: dict[str, list[int]] = defaultdict(list)

    def place(self, facts: Facts) -> int:
        """The number of the event that an entry joins, or opens."""
        number = decide(facts, ((n, self.events[n]) for n in self.near(facts))).event
        if number is None:
            number = len(self.events)
            self.events.append([])
        self.events[number].append(facts)
        for key in keys_of(facts):
            if number not in self._by_key[key]:
                self._by_key[key].append(number)
        self.numbers.append(number)
        return number

    def near(self, facts: Facts) -> list[int]:
        """The events that an entry is compared with, in order of their numbers."""
        keys = {*looked_for(facts), *keys_of(facts)}
        return sorted(set().union(*(self._by_key[key][-NEIGHBOURS:] for key in sorted(keys))))


def keys_of(facts: Facts) -> set[str]:
    """What an event is found by: platforms, targets, and "" where no platform is named."""
    return {*(facts.platforms or ("",)), *(f"target {name}" for name in facts.targets)}


def with_voted(facts: Facts, voted: Voted) -> Facts:
    """What an entry says, once its event decided: the kinds of the event, and its targets where it
    names none.
    """
    targets = facts.targets or frozenset(voted.targets)
    return replace(
        facts,
        kinds=voted.kinds,
        targets=targets,
        unlisted=facts.unlisted if facts.targets else voted.unlisted,
    )


def _merged(last: _Pass) -> list[int]:
    """The numbers of entries, where events that are alike on average are one."""
    into = list(range(len(last.events)))
    for number, reports in enumerate(last.events):
        near = [n for n in _around(last, reports) if n < number and into[n] == n]
        scores = {n: _mutual(reports, last.events[n]) for n in near}
        best = max(scores, key=lambda n: (scores[n], -n), default=None)
        if best is not None and scores[best] >= ONE_EVENT:
            into[number] = best
            last.events[best].extend(reports)
    return [into[number] for number in last.numbers]


def _around(last: _Pass, reports: Iterable[Facts]) -> set[int]:
    return {n for facts in reports for n in last.near(facts)}


def _mutual(reports: Sequence[Facts], others: Sequence[Facts]) -> float:
    """How alike two events are: the mean over the reports of the first."""
    return sum(event_likeness(one, others) for one in reports) / len(reports)
