"""Vote on the facts of an act, weighted by the reports that state them; pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from tracker.classify import Role
from tracker.classify.facts.authority_mentions import listed_authorities
from tracker.classify.facts.terms.circumstances import APPEALS
from tracker.events.grouping.spellings.comparison import Likeness, same_name
from tracker.events.grouping.spellings.mentions import is_mentioned
from tracker.events.grouping.spellings.parsing import parse_name
from tracker.partial_date import PartialDate, month_text

# A reaction mentions the act in passing, an analysis covers several acts.
ROLES = {Role.REPORT.value: 1.0, Role.REACTION.value: 0.5, Role.ANALYSIS.value: 0.5}
ZONES = {"title": 1.0, "summary": 0.8, "body": 0.5}  # weight of a fact's words by zone
UNSAID = 0.8  # for a fact without words of its own
KIND_UNKNOWN = 0.5  # assumed confidence in the kind if a report states none
FURTHER_KIND = 0.5  # share of the main kind's reports that must name an additional kind
NAMED_BY = 0.45  # share of the reports that name somebody; about half, allowing for weights
T = TypeVar("T", bound=Hashable)
TWICE = 2  # so many reports naming a target establish it, whatever the others say


@dataclass(frozen=True)
class Ballot:
    """One report's facts, as in Classification.

    `weight` is its confidence divided by the number of its reprints; `zones` gives the zone of the
    words of each (field, value); `text` is its title and summary, searched for the names of other
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
    law: tuple[str, str] = ("", "")
    appeal: str = ""
    territory: tuple[str, str] = ("", "")
    degree: str = ""
    ordered_by: tuple[str, str] = ("", "")
    coverage: str = Role.REPORT.value
    language: str = ""
    kind_confidence: float = 0.0
    weight: float = 1.0
    zones: Mapping[tuple[str, str], str] = field(default_factory=dict)
    text: str = ""

    def worth(self, name: str, value: str) -> float:
        """Return the weight of one of its facts, by the report, its role and the zone of
        the words.
        """
        zone = self.zones.get((name, value), "")
        return self.weight * ROLES.get(self.coverage, 0.5) * ZONES.get(zone, UNSAID)


@dataclass(frozen=True)
class VoteResult:
    """The combined facts of an act's reports. `unlisted` are the `targets` in no word list;
    `spellings` are (target, other spelling, language) of those; `amount` has its currency,
    `affected` what is counted, `authority` its type, `law` its article, `territory` the name of a
    region.
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
    law: tuple[str, str] = ("", "")
    appeal: str = ""
    territory: tuple[str, str] = ("", "")
    degree: str = ""
    ordered_by: tuple[str, str] = ("", "")
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
        law=(classification.law, classification.law_article),
        appeal=classification.appeal,
        territory=(classification.territory, classification.region),
        degree=classification.degree,
        ordered_by=(classification.ordered_by, classification.ordered_by_type),
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
    """Return the facts of an act from its reports (at least one); on a tie the first report's."""
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
        authority=_authority(ballots, "authority"),
        law=_law(ballots),
        appeal=_appeal(ballots),
        territory=_territory(ballots),
        degree=_weightiest(ballots, "degree", lambda ballot: ballot.degree) or "",
        ordered_by=_authority(ballots, "ordered_by"),
    )


def _authority(ballots: Sequence[Ballot], name: str) -> tuple[str, str]:
    """Return the authority with most weight: listed names before others, names before "the court",
    Latin script before others.
    """

    def rank(ballot: Ballot) -> tuple[bool, bool, bool]:
        printed: str = getattr(ballot, name)[0]
        return (
            printed in _listed(),
            parse_name(printed).script == "latin",
            " " in printed,
        )

    naming = [ballot for ballot in ballots if getattr(ballot, name)[0]]
    best = max(map(rank, naming), default=None)
    chosen = [ballot for ballot in naming if rank(ballot) == best]
    return _weightiest(chosen, name, lambda ballot: getattr(ballot, name)) or ("", "")


@cache
def _listed() -> frozenset[str]:
    return frozenset(listed_authorities())


def _territory(ballots: Sequence[Ballot]) -> tuple[str, str]:
    """Return the territory with most weight; a region by its name in Latin letters if any report
    has one.
    """
    value = _weightiest(ballots, "territory", lambda ballot: ballot.territory[0]) or ""
    naming = [ballot for ballot in ballots if ballot.territory[0] == value and value]
    latin = [b for b in naming if parse_name(b.territory[1]).script == "latin"]
    return _weightiest(latin or naming, "territory", lambda ballot: ballot.territory) or ("", "")


def _law(ballots: Sequence[Ballot]) -> tuple[str, str]:
    """Return the law with most weight, and the article of it that has most; reports that name none
    do not count against it.
    """
    law = _weightiest(ballots, "law", lambda ballot: ballot.law[0]) or ""
    naming = [ballot for ballot in ballots if ballot.law[0] == law]
    article = _weightiest(naming, "law_article", lambda ballot: ballot.law[1]) if law else ""
    return law, article or ""


def _appeal(ballots: Sequence[Ballot]) -> str:
    """Return the last step of an appeal in the reports: an announcement comes before a rejection,
    however many reports mention it.
    """
    known = {ballot.appeal for ballot in ballots if ballot.coverage != Role.ANALYSIS}
    decided = [ballot for ballot in ballots if ballot.appeal in {"rejected", "granted"}]
    if decided:
        return _weightiest(decided, "appeal", lambda ballot: ballot.appeal) or ""
    return next((step for step in APPEALS if step in known), "")


def _kinds(ballots: Sequence[Ballot]) -> tuple[tuple[str, ...], float]:
    """Return the main kind by summed confidence, then those that half of its reports name; and the
    main one's share.
    """
    sums: dict[str, float] = defaultdict(float)
    worths = [ballot.worth("kinds", ballot.kinds[0]) for ballot in ballots]
    for ballot, worth in zip(ballots, worths, strict=True):
        sums[ballot.kinds[0]] += worth * (ballot.kind_confidence or KIND_UNKNOWN)
    main = max(sums, key=lambda kind: sums[kind])
    # An outvoted kind is not an additional one: only reports that name the main kind can add
    # others.
    additional: dict[str, float] = defaultdict(float)
    for ballot, worth in zip(ballots, worths, strict=True):
        for kind in ballot.kinds if main in ballot.kinds else ():
            additional[kind] += worth
    others = [
        k for k in additional if k != main and additional[k] >= FURTHER_KIND * additional[main]
    ]
    others.sort(key=lambda kind: -additional[kind])
    total = sum(worths)
    return (main, *others), round(sums[main] / total, 2) if total else 0.0


@dataclass
class _Candidate:
    """A candidate target with its spellings: the weight of each, and the reports that name it."""

    spellings: dict[str, float]
    listed: set[str]
    reports: set[int]
    languages: dict[str, str]

    @property
    def weight(self) -> float:
        return sum(self.spellings.values())

    @property
    def name(self) -> str:
        """Return the listed spelling, else prefer a Latin one, then the likeliest, then the
        fullest.
        """

        def rank(name: str) -> tuple[bool, bool, float, int]:
            is_latin = parse_name(name).script == "latin"
            return name in self.listed, is_latin, round(self.spellings[name], 6), len(name)

        return max(self.spellings, key=rank)


def _targets(
    ballots: Sequence[Ballot],
) -> tuple[tuple[str, ...], frozenset[str], tuple[tuple[str, str, str], ...]]:
    """Return the targets that two reports name, or about half of those that name any, else the
    likeliest; then the unlisted ones among them, and their other spellings.
    """
    # Filling in every name gained one point of recall and lost four of precision, hence the two
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
    """Leave out unlisted names if all their reports also contain a name that at least as many other
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
    """Return whether the first may be the second in another script, since no report names both."""
    if candidate.reports & other.reports or (candidate.listed and other.listed):
        return False
    return parse_name(candidate.name).script != parse_name(other.name).script


def _countries(ballots: Sequence[Ballot]) -> tuple[str, ...]:
    """Return the countries that two reports name, or about half of those that name any; the one
    most named first comes first.
    """
    sums: dict[str, float] = defaultdict(float)
    reports_naming: dict[str, set[int]] = defaultdict(set)
    weights: dict[str, float] = defaultdict(float)
    for number, ballot in enumerate(ballots):
        for place, code in enumerate(ballot.countries):
            worth = ballot.worth("countries", code)
            sums[code] += worth * (1.0 if place == 0 else 0.5)
            weights[code] += worth
            reports_naming[code].add(number)
    naming = sum(
        max(ballot.worth("countries", c) for c in ballot.countries)
        for ballot in ballots
        if ballot.countries
    )
    chosen = [c for c in sums if len(reports_naming[c]) >= TWICE or weights[c] >= NAMED_BY * naming]
    return tuple(sorted(chosen, key=lambda code: -sums[code]))


def _day(ballots: Sequence[Ballot]) -> tuple[str, str]:
    """Return the day stated by texts, reports before other roles; else the day of the first
    report.
    """
    stated = [ballot for ballot in ballots if ballot.occurred_source == "text" and ballot.occurred]
    reports = [ballot for ballot in stated if ballot.coverage == Role.REPORT]
    if days := reports or stated:
        return _weightiest_day(days), "text"
    # A stated day is evidence; an article's date is only an upper bound, so the earliest is
    # closest.
    dated = [ballot for ballot in ballots if ballot.occurred]
    first = [ballot for ballot in dated if ballot.coverage == Role.REPORT] or dated
    if not first:
        return "", ""
    earliest = min(first, key=lambda ballot: PartialDate.parse(ballot.occurred).closing_key)
    return earliest.occurred, earliest.occurred_source


def _weightiest_day(ballots: Sequence[Ballot]) -> str:
    """Return the day or month with most weight; a month supports its days, which are more
    precise.
    """
    sums: dict[str, float] = defaultdict(float)
    for ballot in ballots:
        sums[ballot.occurred] += ballot.worth("occurred", ballot.occurred)
    for month in [m for m in sums if PartialDate.parse(m).precision == "month"]:
        days = [day for day in sums if day != month and month_text(day) == month]
        if days:
            # A month does not choose among its days; it strengthens the likeliest.
            sums[max(days, key=lambda day: sums[day])] += sums.pop(month)
    return max(sums, key=lambda day: sums[day])


def _weightiest(ballots: Iterable[Ballot], name: str, value_of: Callable[[Ballot], T]) -> T | None:
    """Return the value with most weight, among the reports that state any."""
    sums: dict[T, float] = defaultdict(float)
    for ballot in ballots:
        value = value_of(ballot)
        first = value[0] if isinstance(value, tuple) else value
        if first:
            sums[value] += ballot.worth(name, str(first))
    return max(sums, key=lambda value: sums[value]) if sums else None
