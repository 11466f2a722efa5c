"""What several reports of one act together say of it: kinds, targets, day and the other facts, each
decided by the weight of the reports that say so; pure.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tracker.classify import Coverage
from tracker.events.grouping.spellings import Likeness, is_mentioned, read_name, same_name

# A reaction names the act in passing, an analysis several acts.
ROLES = {Coverage.REPORT.value: 1.0, Coverage.REACTION.value: 0.5, Coverage.ANALYSIS.value: 0.5}
ZONES = {"title": 1.0, "summary": 0.8, "body": 0.5}  # what the words of a fact are worth there
UNSAID = 0.8  # of a fact without words of its own
KIND_UNKNOWN = 0.5  # how sure of the kind a report is that does not say
FURTHER_KIND = 0.5  # share of the main kind's reports that must name a kind beside it
NAMED_BY = 0.45  # share of the reports that name somebody; a half, give or take their weights
T = TypeVar("T", bound=Hashable)
TWICE = 2  # reports that name one target: then it is one, whatever the others say


@dataclass(frozen=True)
class Ballot:
    """What one report says, as in Classification. `weight` is its confidence, divided by the number
    of reports that repeat it; `zones` says where the words of a (field, value) stand; `text` is its
    title and summary, in which the names of other reports are looked for.
    """

    kinds: tuple[str, ...]
    targets: tuple[str, ...] = ()
    unlisted: frozenset[str] = frozenset()
    countries: tuple[str, ...] = ()
    occurred: str = ""
    occurred_source: str = ""
    grounds: str = ""
    extent: str = ""
    effective_on: str = ""
    amount: tuple[int, str] = (0, "")
    affected: tuple[int, str] = (0, "")
    authority: tuple[str, str] = ("", "")
    coverage: str = Coverage.REPORT.value
    language: str = ""
    kind_confidence: float = 0.0
    weight: float = 1.0
    zones: Mapping[tuple[str, str], str] = field(default_factory=dict)
    text: str = ""

    def worth(self, name: str, value: str) -> float:
        """The weight of one of its facts: of the report, its role and the words' place."""
        zone = self.zones.get((name, value), "")
        return self.weight * ROLES.get(self.coverage, 0.5) * ZONES.get(zone, UNSAID)


@dataclass(frozen=True)
class Voted:
    """What the reports of an act say together. `unlisted` are those of `targets` that no list
    knows; `amount` is with its currency, `affected` with what is counted, `authority` with its
    type.
    """

    kinds: tuple[str, ...]
    kind_confidence: float
    targets: tuple[str, ...] = ()
    unlisted: frozenset[str] = frozenset()
    countries: tuple[str, ...] = ()
    occurred: str = ""
    occurred_source: str = ""
    grounds: str = ""
    extent: str = ""
    effective_on: str = ""
    amount: tuple[int, str] = (0, "")
    affected: tuple[int, str] = (0, "")
    authority: tuple[str, str] = ("", "")


def ballot_of(
    found: Any, zones: Mapping[tuple[str, str], str], weight: float, text: str = ""
) -> Ballot:
    """What a classified entry says: `found` is a Classification as the classifier gives it or as it
    is stored, which have the same fields; `zones`, `weight` and `text` as in Ballot.
    """
    return Ballot(
        kinds=tuple(map(str, found.kinds)),
        targets=tuple(found.targets),
        unlisted=frozenset(found.unlisted),
        countries=tuple(found.countries),
        occurred=found.occurred,
        occurred_source=found.occurred_source,
        grounds="".join(found.grounds[:1]),
        extent=found.extent,
        effective_on=found.effective_on,
        amount=(found.amount, found.currency),
        affected=(found.affected, found.affected_what),
        authority=(found.authority, found.authority_type),
        coverage=str(found.coverage),
        language=found.language,
        kind_confidence=found.kind_confidence,
        weight=weight,
        zones=zones,
        text=text,
    )


def zones_of(places: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    """(field, value) -> the zone where its first words stand, out of (field, value, zone)."""
    zones: dict[tuple[str, str], str] = {}
    for field_name, value, zone in places:
        zones.setdefault((field_name, value), zone)
    return zones


def vote(ballots: Sequence[Ballot]) -> Voted:
    """The facts of an act out of those of its reports, at least one; of equals the first report's.
    What one report alone says, it says.
    """
    kinds, confidence = _kinds(ballots)
    targets, unlisted = _targets(ballots)
    occurred, source = _day(ballots)
    return Voted(
        kinds=kinds,
        kind_confidence=confidence,
        targets=targets,
        unlisted=unlisted,
        countries=_countries(ballots),
        occurred=occurred,
        occurred_source=source,
        grounds=_most(ballots, "grounds", lambda one: one.grounds) or "",
        extent=_most(ballots, "extent", lambda one: one.extent) or "",
        effective_on=_most(ballots, "effective_on", lambda one: one.effective_on) or "",
        amount=_most(ballots, "amount", lambda one: one.amount) or (0, ""),
        affected=_most(ballots, "affected", lambda one: one.affected) or (0, ""),
        authority=_most(ballots, "authority", lambda one: one.authority) or ("", ""),
    )


def _kinds(ballots: Sequence[Ballot]) -> tuple[tuple[str, ...], float]:
    """The main kind by summed confidence, then those that half of its reports name; and the share
    of the main one.
    """
    sums: dict[str, float] = defaultdict(float)
    worths = [one.worth("kinds", one.kinds[0]) for one in ballots]
    for one, worth in zip(ballots, worths, strict=True):
        sums[one.kinds[0]] += worth * (one.kind_confidence or KIND_UNKNOWN)
    main = max(sums, key=lambda kind: sums[kind])
    # What was outvoted is no further kind: only a report that names the main one knows of others.
    beside: dict[str, float] = defaultdict(float)
    for one, worth in zip(ballots, worths, strict=True):
        for kind in one.kinds if main in one.kinds else ():
            beside[kind] += worth
    others = [k for k in beside if k != main and beside[k] >= FURTHER_KIND * beside[main]]
    others.sort(key=lambda kind: -beside[kind])
    total = sum(worths)
    return (main, *others), round(sums[main] / total, 2) if total else 0.0


@dataclass
class _Candidate:
    """A target with its spellings: what each weighs, which reports name it."""

    spellings: dict[str, float]
    listed: set[str]
    reports: set[int]
    languages: dict[str, str]

    @property
    def weight(self) -> float:
        return sum(self.spellings.values())

    @property
    def name(self) -> str:
        """The spelling of the lists, else a Latin one, the likeliest, the fullest."""

        def rank(name: str) -> tuple[bool, bool, float, int]:
            is_latin = read_name(name).script == "latin"
            return name in self.listed, is_latin, round(self.spellings[name], 6), len(name)

        return max(self.spellings, key=rank)


def _targets(ballots: Sequence[Ballot]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Those that two reports name, or about half of those that name any; else the likeliest."""
    found = _without_misread(_candidates(ballots), ballots)
    naming = sum(
        max(one.worth("targets", name) for name in one.targets) for one in ballots if one.targets
    )
    chosen = [c for c in found if len(c.reports) >= TWICE or c.weight >= NAMED_BY * naming]
    if found and not chosen:
        chosen = [max(found, key=lambda c: (bool(c.listed), c.weight))]
    chosen.sort(key=lambda c: -c.weight)
    kept: list[_Candidate] = []
    for one in chosen:
        if not any(_is_other_script(one, other) for other in kept):
            kept.append(one)
    return tuple(c.name for c in kept), frozenset(c.name for c in kept if not c.listed)


def _candidates(ballots: Sequence[Ballot]) -> list[_Candidate]:
    """The targets that reports name, each with its spellings."""
    found: list[_Candidate] = []
    for number, one in enumerate(ballots):
        for name in one.targets:
            is_listed = name not in one.unlisted
            match = next((c for c in found if _is_spelt(c, name, one.language, is_listed)), None)
            if match is None:
                match = _Candidate({}, set(), set(), {})
                found.append(match)
            weight = match.spellings.get(name, 0.0)
            match.spellings[name] = weight + one.worth("targets", name)
            match.reports.add(number)
            match.languages.setdefault(name, one.language)
            if is_listed:
                match.listed.add(name)
    return found


def _without_misread(found: Sequence[_Candidate], ballots: Sequence[Ballot]) -> list[_Candidate]:
    """Without the unlisted names of reports that all print a name which at least as many other
    reports give as the target: those reports only name it elsewhere than one looks for it.
    """
    return [
        one
        for one in found
        if one.listed
        or not any(
            len(other.reports - one.reports) >= len(one.reports)
            and all(_prints(ballots[number], other) for number in one.reports)
            and not any(_prints(ballots[number], one) for number in other.reports)
            for other in found
            if other is not one
        )
    ]


def _prints(ballot: Ballot, candidate: _Candidate) -> bool:
    return any(is_mentioned(name, ballot.text, ballot.language) for name in candidate.spellings)


def _is_spelt(candidate: _Candidate, name: str, language: str, is_listed: bool) -> bool:
    """Whether a name is one of a candidate's; two listed names are two."""
    if name in candidate.spellings:
        return True
    if is_listed and candidate.listed:
        return False
    return any(
        same_name(name, other, (language, candidate.languages[other])) is Likeness.SAME
        for other in candidate.spellings
    )


def _is_other_script(one: _Candidate, other: _Candidate) -> bool:
    """Whether the first may be the second in another script: no report names both."""
    if one.reports & other.reports or (one.listed and other.listed):
        return False
    return read_name(one.name).script != read_name(other.name).script


def _countries(ballots: Sequence[Ballot]) -> tuple[str, ...]:
    """Those that two reports name, or about half of those that name any; the one that most name
    first stands first.
    """
    sums: dict[str, float] = defaultdict(float)
    named: dict[str, set[int]] = defaultdict(set)
    weights: dict[str, float] = defaultdict(float)
    for number, one in enumerate(ballots):
        for place, code in enumerate(one.countries):
            worth = one.worth("countries", code)
            sums[code] += worth * (1.0 if place == 0 else 0.5)
            weights[code] += worth
            named[code].add(number)
    naming = sum(
        max(one.worth("countries", c) for c in one.countries) for one in ballots if one.countries
    )
    chosen = [c for c in sums if len(named[c]) >= TWICE or weights[c] >= NAMED_BY * naming]
    return tuple(sorted(chosen, key=lambda code: -sums[code]))


def _day(ballots: Sequence[Ballot]) -> tuple[str, str]:
    """The day that texts tell, reports' before others'; else the first on which one appeared."""
    told = [one for one in ballots if one.occurred_source == "text" and one.occurred]
    reports = [one for one in told if one.coverage == Coverage.REPORT]
    if days := reports or told:
        return _told_day(days), "text"
    dated = [one for one in ballots if one.occurred]
    first = [one for one in dated if one.coverage == Coverage.REPORT] or dated
    if not first:
        return "", ""
    earliest = min(first, key=lambda one: one.occurred.ljust(10, "~"))
    return earliest.occurred, earliest.occurred_source


def _told_day(ballots: Sequence[Ballot]) -> str:
    """The day or month with most weight; a month counts for its days, which are more precise."""
    sums: dict[str, float] = defaultdict(float)
    for one in ballots:
        sums[one.occurred] += one.worth("occurred", one.occurred)
    for month in [m for m in sums if len(m) == 7]:
        days = [day for day in sums if len(day) > 7 and day.startswith(month)]
        if days:
            sums[max(days, key=lambda day: sums[day])] += sums.pop(month)
    return max(sums, key=lambda day: sums[day])


def _most(ballots: Iterable[Ballot], name: str, value_of: Callable[[Ballot], T]) -> T | None:
    """What most weight says, of those that say anything."""
    sums: dict[T, float] = defaultdict(float)
    for one in ballots:
        value = value_of(one)
        first = value[0] if isinstance(value, tuple) else value
        if first:
            sums[value] += one.worth(name, str(first))
    return max(sums, key=lambda value: sums[value]) if sums else None
