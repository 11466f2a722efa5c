"""Group the entries of one run, vote on each group, and group again; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tracker.classify import Classification, Role
from tracker.events.grouping.decide import choose_event, mean_likeness
from tracker.events.grouping.likeness.platforms import platforms_searched
from tracker.events.grouping.likeness.report_facts import ReportFacts, facts_of
from tracker.events.grouping.spellings.comparison import Likeness, same_name
from tracker.events.grouping.spellings.mentions import is_mentioned
from tracker.events.grouping.voting import Ballot, VoteResult, ballot_of, vote, zones_of

# mean likeness from which two events are merged: a wrong merge costs more than a wrong join
ONE_EVENT = 1.3
NEIGHBOURS = 200  # latest events on one platform that an entry is compared with


@dataclass(frozen=True)
class GroupedEntry:
    """The final event number of an entry, with the facts that its event's reports add. `unlisted`
    are the `targets` in no word list.
    """

    event: int
    kinds: tuple[str, ...]
    platforms: tuple[str, ...]
    targets: tuple[str, ...]
    unlisted: tuple[str, ...]


@dataclass(frozen=True)
class GroupingResult:
    """The outcome of each entry in the order they were added, and the vote on each event by
    number.
    """

    outcomes: tuple[GroupedEntry, ...]
    voted: dict[int, VoteResult]


class EntryGroups:
    """The events of one run."""

    def __init__(self) -> None:
        self._classifications: list[Classification] = []
        self._facts: list[ReportFacts] = []
        self._pass = _GroupingPass()

    def add_entry(self, classification: Classification, title: str = "", summary: str = "") -> int:
        """Add an entry and return the number of the event it joins or opens for now.

        Title and summary are searched for the names of other reports.
        """
        facts = facts_of(classification, title, summary)
        self._classifications.append(classification)
        self._facts.append(facts)
        return self._pass.add_entry(facts)

    def finish(self) -> GroupingResult:
        """Return the events of all entries, after the events of the first pass have voted and each
        entry was grouped again with the result.
        """
        first = self._pass.numbers
        voted = self._vote(first)
        # The first pass depends on the order of the entries; with voted facts, the second depends
        # on it less.
        again = _GroupingPass()
        for facts, number in zip(self._facts, first, strict=True):
            again.add_entry(adopt_vote(facts, voted[number]))
        numbers = _merge_similar(again)
        voted = self._vote(numbers)
        members: dict[int, list[Classification]] = defaultdict(list)
        for classification, number in zip(self._classifications, numbers, strict=True):
            members[number].append(classification)
        outcomes = (
            _outcome_of(classification, facts, number, voted[number], members[number])
            for classification, facts, number in zip(
                self._classifications, self._facts, numbers, strict=True
            )
        )
        return GroupingResult(tuple(outcomes), voted)

    def _vote(self, numbers: Sequence[int]) -> dict[int, VoteResult]:
        ballots: dict[int, list[Ballot]] = defaultdict(list)
        for classification, facts, number in zip(
            self._classifications, self._facts, numbers, strict=True
        ):
            zones = zones_of(
                (piece.field, piece.value, piece.zone) for piece in classification.evidence
            )
            text = f"{facts.title} {facts.summary}"
            ballots[number].append(
                ballot_of(classification, zones, classification.confidence, text)
            )
        return {number: vote(event_ballots) for number, event_ballots in ballots.items()}


def _outcome_of(
    classification: Classification,
    facts: ReportFacts,
    number: int,
    voted: VoteResult,
    members: Sequence[Classification],
) -> GroupedEntry:
    """Return an entry's facts, completed by its event's reports: the kinds, unless it is surer of
    its own, and if it has no names, those that it prints or most reports have. A reaction only
    mentions the act; the reports say who acted and who was affected.
    """
    # An entry that is surer of its kind than the vote keeps it, so that a wrong group cannot
    # outvote a correct classification.
    is_sure = classification.kind_confidence >= voted.kind_confidence
    is_report = classification.coverage is Role.REPORT
    targets = _named_by_most([member.targets for member in members])
    platforms = _named_by_most([member.platforms for member in members])
    own = _own_targets(classification, facts, voted)
    chosen = own or targets if is_report else (*own, *targets)
    unlisted = {*classification.unlisted, *voted.unlisted}
    return GroupedEntry(
        event=number,
        kinds=tuple(kind.value for kind in classification.kinds) if is_sure else voted.kinds,
        platforms=tuple(
            dict.fromkeys([*classification.platforms, *(() if is_report else platforms)])
        ),
        targets=tuple(dict.fromkeys(chosen)),
        unlisted=tuple(name for name in dict.fromkeys(chosen) if name in unlisted),
    )


def _own_targets(
    classification: Classification, facts: ReportFacts, voted: VoteResult
) -> tuple[str, ...]:
    """Return the entry's targets, unless they are unlisted, no other report has them, and the entry
    prints those of its event.
    """
    if set(classification.targets) - set(classification.unlisted) or set(
        classification.targets
    ) & set(voted.targets):
        return classification.targets
    text = f"{facts.title} {facts.summary}"
    printed = tuple(n for n in voted.targets if is_mentioned(n, text, classification.language))
    languages = (classification.language, classification.language)
    # Another spelling of the voted name is not a misreading, so it stays as printed.
    is_spelt_alike = any(
        same_name(name, other, languages) is Likeness.SAME
        for name in classification.targets
        for other in voted.targets
    )
    return classification.targets if is_spelt_alike else printed or classification.targets


def _named_by_most(names: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return what more than half of the reports name, most often named first."""
    counts = Counter(name for of_report in names for name in of_report)
    return tuple(name for name, count in counts.most_common() if 2 * count > len(names))


class _GroupingPass:
    """One pass over the entries: events by number, indexed by platform and by target."""

    def __init__(self) -> None:
        self.events: list[list[ReportFacts]] = []
        self.numbers: list[int] = []
        self._by_key: dict[str, list[int]] = defaultdict(list)

    def add_entry(self, facts: ReportFacts) -> int:
        """Add an entry and return the number of the event it joins or opens."""
        number = choose_event(
            facts, ((n, self.events[n]) for n in self.comparable_events(facts))
        ).event
        if number is None:
            number = len(self.events)
            self.events.append([])
        self.events[number].append(facts)
        # Lists, not sets: the latest NEIGHBOURS of a key are the ones compared.
        for key in group_keys(facts):
            if number not in self._by_key[key]:
                self._by_key[key].append(number)
        self.numbers.append(number)
        return number

    def comparable_events(self, facts: ReportFacts) -> list[int]:
        """Return the events that an entry is compared with, in order of their numbers."""
        keys = {*platforms_searched(facts), *group_keys(facts)}
        # Sorted keys make the result independent of the hash seed.
        return sorted(set().union(*(self._by_key[key][-NEIGHBOURS:] for key in sorted(keys))))


def group_keys(facts: ReportFacts) -> set[str]:
    """Return the keys by which an event is found: platforms, targets, and "" where no platform is
    named.
    """
    return {*(facts.platforms or ("",)), *(f"target {name}" for name in facts.targets)}


def adopt_vote(facts: ReportFacts, voted: VoteResult) -> ReportFacts:
    """Return the entry's facts with its event's vote: the kinds, unless it is surer of its own
    (which may then separate them), and the targets if it names none.
    """
    is_sure = facts.kind_confidence >= voted.kind_confidence
    targets = facts.targets or frozenset(voted.targets)
    return replace(
        facts,
        kinds=facts.kinds if is_sure else voted.kinds,
        targets=targets,
        unlisted=facts.unlisted if facts.targets else voted.unlisted,
    )


def _merge_similar(last: _GroupingPass) -> list[int]:
    """Return the event number of each entry after merging events that are alike on average."""
    into = list(range(len(last.events)))
    for number, reports in enumerate(last.events):
        near = [n for n in _events_near(last, reports) if n < number and into[n] == n]
        scores = {n: mean_likeness(reports, last.events[n]) for n in near}
        best = max(scores, key=lambda n: (scores[n], -n), default=None)
        # A wrong merge costs more than a missed one: an editor can merge easily, but must first
        # notice a wrong merge.
        if best is not None and scores[best] >= ONE_EVENT:
            into[number] = best
            last.events[best].extend(reports)
    return [into[number] for number in last.numbers]


def _events_near(last: _GroupingPass, reports: Iterable[ReportFacts]) -> set[int]:
    return {n for facts in reports for n in last.comparable_events(facts)}
