"""Which facts of a headline that reports several acts belong to one of them: those whose words are
in its part. Pure.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracker.events.grouping.voting import Ballot, VoteResult

Span = tuple[int, int]
SINGLE = (  # facts with one value per report, by the name of their evidence
    *("grounds", "extent", "effective_on", "amount", "affected", "authority", "law"),
    *("appeal", "territory", "degree", "ordered_by"),
)


@dataclass(frozen=True)
class ActPart:
    """The part of a headline that reports one act: the words in `own`, or, for the act of the
    remaining words, those in none of `others`. `kinds` are those of the act, () if not known.
    """

    kinds: tuple[str, ...]
    own: Span | None = None
    others: tuple[Span, ...] = ()

    def holds(self, start: int) -> bool:
        """Return whether a word that starts there belongs to the act."""
        if self.own:
            return self.own[0] <= start < self.own[1]
        return not any(begin <= start < end for begin, end in self.others)


def span_of(words: str, title: str) -> Span | None:
    """Return the position of a part's words in a title; None if the title has changed."""
    start = title.find(words) if words else -1
    return None if start < 0 else (start, start + len(words))


def told_elsewhere(
    evidence: Iterable[Mapping[str, Any]], part: ActPart
) -> frozenset[tuple[str, str]]:
    """Return (field, value) of the facts that the headline states only in other parts. Facts of the
    summary alone may belong to any act and are left out.
    """
    own, others = _sorted_evidence(evidence, part)
    return frozenset(others - own)


def fields_elsewhere(evidence: Iterable[Mapping[str, Any]], part: ActPart) -> frozenset[str]:
    """Return the fields that have values only in other parts of the headline."""
    own, others = _sorted_evidence(evidence, part)
    return frozenset({name for name, _ in others} - {name for name, _ in own})


def fields_within(evidence: Iterable[Mapping[str, Any]], part: ActPart) -> frozenset[str]:
    """Return the fields that have a value in the part."""
    return frozenset(name for name, _ in _sorted_evidence(evidence, part)[0])


def _sorted_evidence(
    evidence: Iterable[Mapping[str, Any]], part: ActPart
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    own: set[tuple[str, str]] = set()
    others: set[tuple[str, str]] = set()
    for piece in evidence:
        if piece["zone"] == "title":
            place = own if part.holds(piece["start"]) else others
            place.add((piece["field"], str(piece["value"])))
    return own, others


def left_of(
    field: str, values: Sequence[str], gone: Collection[tuple[str, str]]
) -> tuple[str, ...]:
    """Return the values of a field that are not among those gone."""
    return tuple(value for value in values if (field, value) not in gone)


def cut_ballot(ballot: Ballot, evidence: Sequence[Mapping[str, Any]], part: ActPart) -> Ballot:
    """Return a report's vote on one of its acts."""
    gone, fields = told_elsewhere(evidence, part), fields_elsewhere(evidence, part)
    targets = left_of("targets", ballot.targets, gone)
    # The value of a vote on which no report has a say.
    single: dict[str, Any] = {name: getattr(VoteResult, name) for name in SINGLE if name in fields}
    if "occurred" in fields:
        single |= {"occurred": "", "occurred_source": ""}
    return replace(
        ballot,
        kinds=part.kinds or ballot.kinds,
        targets=targets,
        unlisted=ballot.unlisted.intersection(targets),
        countries=left_of("countries", ballot.countries, gone),
        **single,
    )
