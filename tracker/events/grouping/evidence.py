"""Combine the evidence of independent reports into one confidence; pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.events.grouping.reprints import ComparedText, reprint_groups

# The rate of acts among entries that pass the gate; a report counts by how far it exceeds this.
PRIOR = 0.05
# Papers that report a matter in similar words err together, so each further one counts half.
FURTHER = 0.5
CAP = 0.99  # no higher confidence is claimed
FLOOR = 0.001


@dataclass(frozen=True)
class Witness:
    """A report as evidence: its newsroom, its text, and the probability of the act by it alone."""

    newsroom: str
    text: ComparedText
    probability: float


def combined_confidence(probabilities: Sequence[float]) -> float:
    """Return the probability of an act given the probability by each independent report, in any
    order.

    A single report's probability is returned as it is.
    """
    ranked = sorted(probabilities, reverse=True)
    if len(ranked) < 2:
        return ranked[0] if ranked else 0.0
    # Log-odds of independent evidence add up; evidence below the prior must not count against the
    # act.
    gained = sum(max(0.0, _logit(p) - _logit(PRIOR)) for p in ranked[1:])
    joint = 1 / (1 + math.exp(-(_logit(ranked[0]) + FURTHER * gained)))
    return max(ranked[0], min(CAP, joint))


def _logit(probability: float) -> float:
    bounded = min(1 - FLOOR, max(FLOOR, probability))
    return math.log(bounded / (1 - bounded))


def group_independent(witnesses: Sequence[Witness]) -> list[list[int]]:
    """Return the positions of witnesses, grouped by newsroom and text, in the order of each group's
    first.
    """
    # Union-find: shared newsrooms and reprints may chain several reports into one witness.
    head = list(range(len(witnesses)))
    by_newsroom: dict[str, int] = {}
    for i, witness in enumerate(witnesses):
        _join_groups(head, by_newsroom.setdefault(witness.newsroom, i), i)
    for first, *others in reprint_groups([witness.text for witness in witnesses]):
        for other in others:
            _join_groups(head, first, other)
    groups: dict[int, list[int]] = {}
    for i in range(len(witnesses)):
        groups.setdefault(_find_root(head, i), []).append(i)
    return list(groups.values())


def joint_confidence(witnesses: Sequence[Witness]) -> float:
    """Return the probability of the act by all witnesses: the surest report of each newsroom and
    text counts.
    """
    groups = group_independent(witnesses)
    return combined_confidence([max(witnesses[i].probability for i in group) for group in groups])


def _find_root(head: list[int], i: int) -> int:
    while head[i] != i:
        i = head[i]
    return i


def _join_groups(head: list[int], a: int, b: int) -> None:
    first, second = sorted((_find_root(head, a), _find_root(head, b)))
    head[second] = first
