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
ZONES = {"title": 1.0, "summary": 0.6, "body": 0.3}  # what a feature weighs, by where it stands
CERTAIN = 0.99  # nothing is claimed more surely
SECOND = 0.5  # a further kind counts when it is this likely beside the main one

Found = Mapping[str, Mapping[str, Feature]]  # zone -> name -> feature


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
    """data/weights.json: version, event (feature -> weight) and kinds (feature -> kind -> weight),
    each with a "bias".
    """
    loaded: dict[str, Any] = json.loads(WEIGHTS.read_text("utf-8"))
    return loaded


def _best(zones: Found) -> dict[str, tuple[str, Feature, float]]:
    best: dict[str, tuple[str, Feature, float]] = {}
    for zone, found in zones.items():
        for name, feature in found.items():
            strength = ZONES[zone] * feature.share
            if name not in best or best[name][2] < strength:
                best[name] = (zone, feature, strength)
    return best


def values(zones: Found) -> dict[str, float]:
    """Each feature's strength in its strongest zone only, so that long texts do not win by
    length.
    """
    return {name: strength for name, (_, _, strength) in _best(zones).items()}


def judge(zones: Found, w: Mapping[str, Any] | None = None) -> Verdict:
    """Scores the features of each zone, with the shipped weights or with `w`."""
    w = w or weights()
    scores = {kind: w["kinds"]["bias"].get(kind, 0.0) for kind in Kind}
    event = w["event"]["bias"]
    given: dict[Kind, list[Contribution]] = {kind: [] for kind in Kind}
    for name, (zone, feature, strength) in _best(zones).items():
        event += w["event"].get(name, 0.0) * strength
        for key, weight in w["kinds"].get(name, {}).items():
            kind = Kind(key)
            scores[kind] += weight * strength
            given[kind].append(Contribution(zone, feature, weight * strength))
    ranked = tuple(sorted(scores.items(), key=lambda item: -item[1]))
    contributions = sorted(given[ranked[0][0]], key=lambda c: -c.weight)
    return Verdict(event, ranked, tuple(contributions))


def chosen(verdict: Verdict) -> tuple[Kind, ...]:
    """The main kind and at most one more that is nearly as likely; for scores that cleared the
    first head.
    """
    (main, top), *rest = verdict.kinds
    return (main, *(kind for kind, score in rest[:1] if math.exp(score - top) >= SECOND))
