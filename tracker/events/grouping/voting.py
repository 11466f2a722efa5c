"""Vote on the facts of an act, by the weight of the reports that state them; pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tracker.classify import Role
from tracker.events.grouping.spellings import Likeness, is_mentioned, parse_name, same_name
from tracker.partial_date import PartialDate, month_text

# A reaction names the act in passing, an analysis several acts.
ROLES = {Role.REPORT.value: 1.0, Role.REACTION.value: 0.5, Role.ANALYSIS.value: 0.5}
ZONES = {"title": 1.0, "summary": 0.8, "body": 0.5}  # what the words of a fact are worth there
UNSAID = 0.8  # of a fact without words of its own
KIND_UNKNOWN = 0.5  # how sure of the kind a report is that does not say
FURTHER_KIND = 0.5  # share of the main kind's reports that must name a kind beside it
NAMED_BY = 0.45  # share of the reports that name somebody; a half, give or take their weights
T = TypeVar("T", bound=Hashable)
TWICE = 2  # reports that name one target: then it is one, whatever the others say


@dataclass(frozen=True)
class Ballot:
    """What one report says, as in Classification.

    `weight` is its confidence divided by the number of its reprints; `zones` says where the words
    of a (field, value) stand; `text` is its title and summary, searched for the names of other
    reports.
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
    coverage: str = Role.REPORT.value
    language: str = ""
    kind_confidence: float = 0.0
    weight: float = 1.0
    zones: Mapping[tuple[str, str], str] = field(default_factory=dict)
    text: str = ""

    def worth(self, name: str, value: str) -> float:
        """Return the weight of one of its facts, by the report, its role and the place of the
        words.
        """
        zone = self.zones.get((name, value), "")
        return self.weight * ROLES.get(self.coverage, 0.5) * ZONES.get(zone, UNSAID)


@dataclass(frozen=True)
class VoteResult:
    """What the reports of an act say together.

    `unlisted` are those of `targets` that no list knows; `spellings` are (target, other spelling,
    language) of those; `amount` has its currency, `affected` what
    is counted, `authority` its type.
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
    spellings: tuple[tuple[str, str, str], ...] = ()


def ballot_of(
    classification: Any, zones: Mapping[tuple[str, str], str], weight: float, text: str = ""
) -> Ballot:
    """Return the ballot of a classified entry.

    `classification` is as the classifier returns it or as stored, which have the same fields;
    `zones`, `weight` and `text` are as in Ballot.
    """
    return Ballot(
        kinds=tuple(map(str, classification.kinds)),
        targets=tuple(classification.targets),
        unlisted=frozenset(classification.unlisted),
        countries=tuple(classification.countries),
        occurred=classification.occurred,
        occurred_source=classification.occurred_source,
        grounds="".join(classification.grounds[:1]),
        extent=classification.extent,
        effective_on=classification.effective_on,
        amount=(classification.amount, classification.currency),
        affected=(classification.affected, classification.affected_what),
        authority=(classification.authority, classification.authority_type),
        coverage=str(classification.coverage),
        language=classification.language,
        kind_confidence=classification.kind_confidence,
        weight=weight,
        zones=zones,
        text=text,
    )


def zones_of(places: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    """Return (field, value) -> the zone of its first words, from (field, value, zone)."""
    zones: dict[tuple[str, str], str] = {}
    for field_name, value, zone in places:
        zones.setdefault((field_name, value), zone)
    return zones


def vote(ballots: Sequence[Ballot]) -> VoteResult:
    """Return the facts of an act from its reports, at least one; of equals the first report's."""
    kinds, confidence = _kinds(ballots)
    targets, unlisted, spellings = _targets(ballots)
    occurred, source = _day(ballots)
    return VoteResult(
        kinds=kinds,
        kind_confidence=confidence,
        targets=targets,
        unlisted=unlisted,
        spellings=spellings,
        countries=_countries(ballots),
        occurred=occurred,
        occurred_source=source,
        grounds=_weightiest(ballots, "grounds", lambda ballot: ballot.grounds) or "",
        extent=_weightiest(ballots, "extent", lambda ballot: ballot.extent) or "",
        effective_on=_weightiest(ballots, "effective_on", lambda ballot: ballot.effective_on) or "",
        amount=_weightiest(ballots, "amount", lambda ballot: ballot.amount) or (0, ""),
        affected=_weightiest(ballots, "affected", lambda ballot: ballot.affected) or (0, ""),
        authority=_weightiest(ballots, "authority", lambda ballot: ballot.authority) or ("", ""),
    )


def _kinds(ballots: Sequence[Ballot]) -> tuple[tuple[str, ...], float]:
    """Return the main kind by summed confidence, then those that half of its reports name; and the
    share of the main one.
    """
    sums: dict[str, float] = defaultdict(float)
    worths = [ballot.worth("kinds", ballot.kinds[0]) for ballot in ballots]
    for ballot, worth in zip(ballots, worths, strict=True):
        sums[ballot.kinds[0]] += worth * (ballot.kind_confidence or KIND_UNKNOWN)
    main = max(sums, key=lambda kind: sums[kind])
    # What was outvoted is no further kind: only a report that names the main one knows of others.
    beside: dict[str, float] = defaultdict(float)
    for ballot, worth in zip(ballots, worths, strict=True):
        for kind in ballot.kinds if main in ballot.kinds else ():
            beside[kind] += worth
    others = [k for k in beside if k != main and beside[k] >= FURTHER_KIND * beside[main]]
    others.sort(key=lambda kind: -beside[kind])
    total = sum(worths)
    return (main, *others), round(sums[main] / total, 2) if total else 0.0


@dataclass
class _Candidate:
    """A target with its spellings: the weight of each, and which reports name it."""

    spellings: dict[str, float]
    listed: set[str]
    reports: set[int]
    languages: dict[str, str]

    @property
    def weight(self) -> float:
        return sum(self.spellings.values())

    @property
    def name(self) -> str:
        """Return the spelling of the lists, else a Latin one, the likeliest, the fullest."""

        def rank(name: str) -> tuple[bool, bool, float, int]:
            is_latin = parse_name(name).script == "latin"
            return name in self.listed, is_latin, round(self.spellings[name], 6), len(name)

        return max(self.spellings, key=rank)


def _targets(
    ballots: Sequence[Ballot],
) -> tuple[tuple[str, ...], frozenset[str], tuple[tuple[str, str, str], ...]]:
    """Return the targets that two reports name, or about half of those that name any; else the
    likeliest. Then those that no list knows, and how else reports spell these.
    """
    # Filling in every name raised recall by one point and cost four of precision, hence the two
    # filters.
    candidates = _without_misread(_candidates(ballots), ballots)
    naming = sum(
        max(candidate.worth("targets", name) for name in candidate.targets)
        for candidate in ballots
        if candidate.targets
    )
    chosen = [c for c in candidates if len(c.reports) >= TWICE or c.weight >= NAMED_BY * naming]
    if candidates and not chosen:
        chosen = [max(candidates, key=lambda c: (bool(c.listed), c.weight))]
    chosen.sort(key=lambda c: -c.weight)
    distinct: list[_Candidate] = []
    spelt: list[tuple[_Candidate, _Candidate]] = []
    for candidate in chosen:
        same = next((other for other in distinct if _is_other_script(candidate, other)), None)
        spelt.append((same or candidate, candidate))
        if same is None:
            distinct.append(candidate)
    spellings = tuple(
        (target.name, name, candidate.languages[name])
        for target, candidate in spelt
        for name in candidate.spellings
        if name != target.name and not target.listed
    )
    names = tuple(c.name for c in distinct)
    return names, frozenset(c.name for c in distinct if not c.listed), spellings


def _candidates(ballots: Sequence[Ballot]) -> list[_Candidate]:
    """Return the targets that reports name, each with its spellings."""
    candidates: list[_Candidate] = []
    for number, ballot in enumerate(ballots):
        for name in ballot.targets:
            is_listed = name not in ballot.unlisted
            match = next(
                (c for c in candidates if _is_spelt(c, name, ballot.language, is_listed)), None
            )
            if match is None:
                match = _Candidate({}, set(), set(), {})
                candidates.append(match)
            weight = match.spellings.get(name, 0.0)
            match.spellings[name] = weight + ballot.worth("targets", name)
            match.reports.add(number)
            match.languages.setdefault(name, ballot.language)
            if is_listed:
                match.listed.add(name)
    return candidates


def _without_misread(
    candidates: Sequence[_Candidate], ballots: Sequence[Ballot]
) -> list[_Candidate]:
    """Leave out unlisted names of reports that all print a name which at least as many other
    reports give as the target: those reports only mention it in an unusual place.
    """
    return [
        candidate
        for candidate in candidates
        if candidate.listed
        or not any(
            len(other.reports - candidate.reports) >= len(candidate.reports)
            and all(_prints(ballots[number], other) for number in candidate.reports)
            and not any(_prints(ballots[number], candidate) for number in other.reports)
            for other in candidates
            if other is not candidate
        )
    ]


def _prints(ballot: Ballot, candidate: _Candidate) -> bool:
    return any(is_mentioned(name, ballot.text, ballot.language) for name in candidate.spellings)


def _is_spelt(candidate: _Candidate, name: str, language: str, is_listed: bool) -> bool:
    """Return whether a name is one of a candidate's; two listed names are two."""
    if name in candidate.spellings:
        return True
    if is_listed and candidate.listed:
        return False
    return any(
        same_name(name, other, (language, candidate.languages[other])) is Likeness.SAME
        for other in candidate.spellings
    )


def _is_other_script(candidate: _Candidate, other: _Candidate) -> bool:
    """Return whether the first may be the second in another script: no report names both."""
    if candidate.reports & other.reports or (candidate.listed and other.listed):
        return False
    return parse_name(candidate.name).script != parse_name(other.name).script


def _countries(ballots: Sequence[Ballot]) -> tuple[str, ...]:
    """Return the countries that two reports name, or about half of those that name any; the one
    most named first comes first.
    """
    sums: dict[str, float] = defaultdict(float)
    named: dict[str, set[int]] = defaultdict(set)
    weights: dict[str, float] = defaultdict(float)
    for number, ballot in enumerate(ballots):
        for place, code in enumerate(ballot.countries):
            worth = ballot.worth("countries", code)
            sums[code] += worth * (1.0 if place == 0 else 0.5)
            weights[code] += worth
            named[code].add(number)
    naming = sum(
        max(ballot.worth("countries", c) for c in ballot.countries)
        for ballot in ballots
        if ballot.countries
    )
    chosen = [c for c in sums if len(named[c]) >= TWICE or weights[c] >= NAMED_BY * naming]
    return tuple(sorted(chosen, key=lambda code: -sums[code]))


def _day(ballots: Sequence[Ballot]) -> tuple[str, str]:
    """Return the day stated by texts, reports' before others'; else the first on which a report
    appeared.
    """
    stated = [ballot for ballot in ballots if ballot.occurred_source == "text" and ballot.occurred]
    reports = [ballot for ballot in stated if ballot.coverage == Role.REPORT]
    if days := reports or stated:
        return _weightiest_day(days), "text"
    # A stated day is evidence; the day of an article only bounds it, so the earliest is nearest.
    dated = [ballot for ballot in ballots if ballot.occurred]
    first = [ballot for ballot in dated if ballot.coverage == Role.REPORT] or dated
    if not first:
        return "", ""
    earliest = min(first, key=lambda ballot: PartialDate.parse(ballot.occurred).closing_key)
    return earliest.occurred, earliest.occurred_source


def _weightiest_day(ballots: Sequence[Ballot]) -> str:
    """Return the day or month with most weight; a month counts for its days, which are more
    precise.
    """
    sums: dict[str, float] = defaultdict(float)
    for ballot in ballots:
        sums[ballot.occurred] += ballot.worth("occurred", ballot.occurred)
    for month in [m for m in sums if PartialDate.parse(m).precision == "month"]:
        days = [day for day in sums if day != month and month_text(day) == month]
        if days:
            # Of several days in the month the month says nothing; it strengthens the likeliest.
            sums[max(days, key=lambda day: sums[day])] += sums.pop(month)
    return max(sums, key=lambda day: sums[day])


def _weightiest(ballots: Iterable[Ballot], name: str, value_of: Callable[[Ballot], T]) -> T | None:
    """Return the value with most weight, of the reports that state any."""
    sums: dict[T, float] = defaultdict(float)
    for ballot in ballots:
        value = value_of(ballot)
        first = value[0] if isinstance(value, tuple) else value
        if first:
            sums[value] += ballot.worth(name, str(first))
    return max(sums, key=lambda value: sums[value]) if sums else None
