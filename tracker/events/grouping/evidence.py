"""How sure several reports together make it that an act happened, and which of them are
independent; pure.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.events.grouping.reprints import Text, copies

# The rate of acts among entries that pass the gate: what a report is worth is how far it is above.
PRIOR = 0.05
# Papers that write of one matter in like words err together: a further one counts half.
FURTHER = 0.5
CAP = 0.99  # nothing is claimed more surely
FLOOR = 0.001


@dataclass(frozen=True)
class Witness:
    """A report as evidence: its newsroom (publishers.family), its text, and how likely it alone
    makes the act.
    """

    newsroom: str
    text: Text
    probability: float


def combined_confidence(probabilities: Sequence[float]) -> float:
    """How likely an act is that independent publishers report, from what each report alone makes
    of it; in any order. A single report says what it says.
    """
    ranked = sorted(probabilities, reverse=True)
    if len(ranked) < 2:
        return ranked[0] if ranked else 0.0
    gained = sum(max(0.0, _logit(p) - _logit(PRIOR)) for p in ranked[1:])
    joint = 1 / (1 + math.exp(-(_logit(ranked[0]) + FURTHER * gained)))
    return max(ranked[0], min(CAP, joint))


def _logit(probability: float) -> float:
    held = min(1 - FLOOR, max(FLOOR, probability))
    return math.log(held / (1 - held))


def independent(witnesses: Sequence[Witness]) -> list[list[int]]:
    """The places of `witnesses` in groups of one newsroom or one text, in the order of each group's
    first.
    """
    head = list(range(len(witnesses)))
    by_newsroom: dict[str, int] = {}
    for i, one in enumerate(witnesses):
        _join(head, by_newsroom.setdefault(one.newsroom, i), i)
    for first, *others in copies([one.text for one in witnesses]):
        for other in others:
            _join(head, first, other)
    groups: dict[int, list[int]] = {}
    for i in range(len(witnesses)):
        groups.setdefault(_head(head, i), []).append(i)
    return list(groups.values())


def confidence_of(witnesses: Sequence[Witness]) -> float:
    """How likely the act is by all of them: of each newsroom and text the surest report."""
    groups = independent(witnesses)
    return combined_confidence([max(witnesses[i].probability for i in group) for group in groups])


def _head(head: list[int], i: int) -> int:
    while head[i] != i:
        i = head[i]
    return i


def _join(head: list[int], a: int, b: int) -> None:
    first, second = sorted((_head(head, a), _head(head, b)))
    head[second] = first
