"""Grouping without a database: the entries of one run are grouped, each group votes on its facts,
and with them it is grouped again; pure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tracker.classify import Classification, Coverage
from tracker.events.grouping.decide import Facts, decide, facts_of, looked_for, mean_likeness
from tracker.events.grouping.spellings import Likeness, is_mentioned, same_name
from tracker.events.grouping.voting import Ballot, Voted, ballot_of, vote, zones_of

ONE_EVENT = 1.3  # the mean likeness from which two events are one: a merge costs more than a join
NEIGHBOURS = 200  # events on one platform that an entry is compared with: the latest


@dataclass(frozen=True)
class Outcome:
    """What is said of an entry once all were read: the number of its event, and what the event's
    reports tell of it. `unlisted` are those of `targets` that no list knows.
    """

    event: int
    kinds: tuple[str, ...]
    platforms: tuple[str, ...]
    targets: tuple[str, ...]
    unlisted: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """The groups of a run: each entry's outcome, in the order they were placed, and what each
    event's reports say together, by its number.
    """

    outcomes: tuple[Outcome, ...]
    voted: dict[int, Voted]


class Groups:
    """The events of one run."""

    def __init__(self) -> None:
        self._found: list[Classification] = []
        self._facts: list[Facts] = []
        self._pass = _Pass()

    def place(self, found: Classification, title: str = "", summary: str = "") -> int:
        """The number of the event that an entry joins, or opens, as far as is known by now; title
        and summary are looked through for the names of other reports.
        """
        facts = facts_of(found, title, summary)
        self._found.append(found)
        self._facts.append(facts)
        return self._pass.place(facts)

    def finish(self) -> Result:
        """The events of all entries: those of the first pass vote, and each entry is placed once
        more with what its event decided.
        """
        first = self._pass.numbers
        voted = self._vote(first)
        again = _Pass()
        for facts, number in zip(self._facts, first, strict=True):
            again.place(with_voted(facts, voted[number]))
        numbers = _merged(again)
        voted = self._vote(numbers)
        members: dict[int, list[Classification]] = defaultdict(list)
        for found, number in zip(self._found, numbers, strict=True):
            members[number].append(found)
        outcomes = (
            _outcome(found, facts, number, voted[number], members[number])
            for found, facts, number in zip(self._found, self._facts, numbers, strict=True)
        )
        return Result(tuple(outcomes), voted)

    def _vote(self, numbers: Sequence[int]) -> dict[int, Voted]:
        ballots: dict[int, list[Ballot]] = defaultdict(list)
        for found, facts, number in zip(self._found, self._facts, numbers, strict=True):
            zones = zones_of((one.field, one.value, one.zone) for one in found.evidence)
            text = f"{facts.title} {facts.summary}"
            ballots[number].append(ballot_of(found, zones, found.confidence, text))
        return {number: vote(theirs) for number, theirs in ballots.items()}


def _outcome(
    found: Classification,
    facts: Facts,
    number: int,
    voted: Voted,
    members: Sequence[Classification],
) -> Outcome:
    """What an entry says, with what its event's reports add: the kinds, unless it is surer of its
    own, and the names that it prints or most of them have, where it has none. A reaction names the
    act by a word; who acted and was hit, the reports of it tell.
    """
    is_sure = found.kind_confidence >= voted.kind_confidence
    is_report = found.coverage is Coverage.REPORT
    targets = _named_by_most([one.targets for one in members])
    platforms = _named_by_most([one.platforms for one in members])
    own = _own_targets(found, facts, voted)
    chosen = own or targets if is_report else (*own, *targets)
    unlisted = {*found.unlisted, *voted.unlisted}
    return Outcome(
        event=number,
        kinds=tuple(kind.value for kind in found.kinds) if is_sure else voted.kinds,
        platforms=tuple(dict.fromkeys([*found.platforms, *(() if is_report else platforms)])),
        targets=tuple(dict.fromkeys(chosen)),
        unlisted=tuple(name for name in dict.fromkeys(chosen) if name in unlisted),
    )


def _own_targets(found: Classification, facts: Facts, voted: Voted) -> tuple[str, ...]:
    """The targets of an entry: its own, unless they are unlisted, no other report has them, and the
    entry prints those of its event.
    """
    if set(found.targets) - set(found.unlisted) or set(found.targets) & set(voted.targets):
        return found.targets
    text = f"{facts.title} {facts.summary}"
    printed = tuple(n for n in voted.targets if is_mentioned(n, text, found.language))
    languages = (found.language, found.language)
    is_spelt_alike = any(
        same_name(one, other, languages) is Likeness.SAME
        for one in found.targets
        for other in voted.targets
    )
    return found.targets if is_spelt_alike else printed or found.targets


def _named_by_most(names: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """What more than half of the reports name, most often named first."""
    counts = Counter(name for one in names for name in one)
    return tuple(name for name, count in counts.most_common() if 2 * count > len(names))


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
    """What an entry says, once its event decided: the kinds of the event unless it is surer of its
    own, which then may part it from them; and its targets where it names none.
    """
    is_sure = facts.kind_confidence >= voted.kind_confidence
    targets = facts.targets or frozenset(voted.targets)
    return replace(
        facts,
        kinds=facts.kinds if is_sure else voted.kinds,
        targets=targets,
        unlisted=facts.unlisted if facts.targets else voted.unlisted,
    )


def _merged(last: _Pass) -> list[int]:
    """The numbers of entries, where events that are alike on average are one."""
    into = list(range(len(last.events)))
    for number, reports in enumerate(last.events):
        near = [n for n in _around(last, reports) if n < number and into[n] == n]
        scores = {n: mean_likeness(reports, last.events[n]) for n in near}
        best = max(scores, key=lambda n: (scores[n], -n), default=None)
        if best is not None and scores[best] >= ONE_EVENT:
            into[number] = best
            last.events[best].extend(reports)
    return [into[number] for number in last.numbers]


def _around(last: _Pass, reports: Iterable[Facts]) -> set[int]:
    return {n for facts in reports for n in last.near(facts)}
