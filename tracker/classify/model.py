"""Two heads over named features: is it an event, and which kind. A sum of weights, so that each
contribution is exact.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tracker.classify.features import Feature
from tracker.classify.kinds import Kind

WEIGHTS = Path(__file__).parent / "data" / "weights.json"
CERTAIN = 0.99  # hand-set weights earn no higher claim
SECOND = 0.85  # a further kind counts when it scores this share of the main one


@dataclass(frozen=True)
class Contribution:
    """What one feature of one zone gave to the kind that won."""

    zone: str
    feature: Feature
    weight: float


@dataclass(frozen=True)
class Verdict:
    """`event` is the score of the first head (above 0: an event); `kinds` the scores of the second,
    best first.
    """

    event: float
    kinds: tuple[tuple[Kind, float], ...]
    contributions: tuple[Contribution, ...]

    @property
    def confidence(self) -> float:
        """The logistic of the first head, for whichever answer it gives; never certain."""
        return min(CERTAIN, 1 / (1 + math.exp(-min(30.0, abs(self.event)))))


@cache
def weights() -> dict[str, Any]:
    """data/weights.json: version, zones, kinds (feature -> kind -> weight), event (feature ->
    weight; "bias", "kind").
    """
    loaded: dict[str, Any] = json.loads(WEIGHTS.read_text("utf-8"))
    return loaded


def judge(zones: Mapping[str, Mapping[str, Feature]]) -> Verdict:
    """Scores the features of each zone; a feature counts in its strongest zone only, so that long
    texts do not win by length.
    """
    w = weights()
    best: dict[str, tuple[str, Feature, float]] = {}
    for zone, found in zones.items():
        for name, feature in found.items():
            strength = w["zones"][zone] * feature.share
            if name not in best or best[name][2] < strength:
                best[name] = (zone, feature, strength)
    scores = dict.fromkeys(Kind, 0.0)
    given: dict[Kind, list[Contribution]] = {kind: [] for kind in Kind}
    for name, (zone, feature, strength) in best.items():
        for kind, weight in w["kinds"].get(name, {}).items():
            scores[Kind(kind)] += weight * strength
            given[Kind(kind)].append(Contribution(zone, feature, weight * strength))
    ranked = tuple(sorted(scores.items(), key=lambda item: -item[1]))
    event = w["event"]["bias"] + w["event"]["kind"] * ranked[0][1]
    event += sum(w["event"].get(name, 0.0) * strength for name, (_, _, strength) in best.items())
    contributions = sorted(given[ranked[0][0]], key=lambda c: -c.weight)
    return Verdict(event, ranked, tuple(contributions))


def chosen(verdict: Verdict) -> tuple[Kind, ...]:
    """The main kind and at most one more that scores nearly as high; for scores that cleared the
    first head.
    """
    (main, top), *rest = verdict.kinds
    return (main, *(kind for kind, score in rest[:1] if score >= SECOND * top))
