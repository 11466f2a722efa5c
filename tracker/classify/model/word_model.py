"""Score named features with two heads: is it an event, and which kind. A sum of weights, so that
each contribution is exact.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tracker.classify.data_files import DATA
from tracker.classify.kinds import Kind
from tracker.classify.model.features import Feature

WEIGHTS = DATA / "weights.json"
ZONES = {"title": 1.0, "summary": 0.6, "body": 0.3}  # weight of a feature by zone
KINDS = tuple(Kind)
ZoneFeatures = Mapping[str, Mapping[str, Feature]]  # zone -> name -> feature


@dataclass(frozen=True)
class Contribution:
    """The contribution of one feature in one zone to the winning kind."""

    zone: str
    feature: Feature
    weight: float


@dataclass(frozen=True)
class WordScore:
    """The word model's score: `event` of the first head (above 0: an event), `kinds` of the second,
    best first.
    """

    event: float
    kinds: tuple[tuple[Kind, float], ...]
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True)
class Weights:
    """The weight of each feature for the first head, and for each kind in the order of `Kind`."""

    version: str
    event_bias: float
    event: Mapping[str, float]
    kinds_bias: tuple[float, ...]
    kinds: Mapping[str, tuple[float, ...]]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Weights":
        """Build weights from the shape of data/weights.json: version, event (feature -> weight) and
        kinds (feature -> kind -> weight), each with a "bias". Raises KeyError for another shape.
        """
        kinds = {
            name: tuple(float(row.get(kind, 0.0)) for kind in Kind)
            for name, row in content["kinds"].items()
        }
        event = {name: float(weight) for name, weight in content["event"].items()}
        return cls(str(content["version"]), event.pop("bias"), event, kinds.pop("bias"), kinds)


@cache
def shipped_weights() -> Weights:
    """Load the weights that are shipped."""
    return Weights.of(json.loads(WEIGHTS.read_text("utf-8")))


def strongest_features(zones: ZoneFeatures) -> dict[str, tuple[str, Feature, float]]:
    """Return each feature once: the zone where it is strongest, itself there, and how strong."""
    best: dict[str, tuple[str, Feature, float]] = {}
    for zone, features in zones.items():
        for name, feature in features.items():
            strength = ZONES[zone] * feature.share
            if name not in best or best[name][2] < strength:
                best[name] = (zone, feature, strength)
    return best


def feature_strengths(zones: ZoneFeatures) -> dict[str, float]:
    """Return each feature's strength in its strongest zone only, so that long texts do not win by
    length.
    """
    return {name: strength for name, (_, _, strength) in strongest_features(zones).items()}


def score_features(zones: ZoneFeatures, weights: Weights | None = None) -> WordScore:
    """Score the features of each zone, with the shipped weights or others."""
    weights = weights or shipped_weights()
    event, scores = weights.event_bias, list(weights.kinds_bias)
    # A feature counts once, where it is strongest, or long texts would win by length.
    best = strongest_features(zones)
    for name, (_, _, strength) in best.items():
        event += weights.event.get(name, 0.0) * strength
        if row := weights.kinds.get(name):
            scores = [score + weight * strength for score, weight in zip(scores, row, strict=True)]
    ranked = sorted(enumerate(scores), key=lambda item: -item[1])
    winner = ranked[0][0]
    given = [
        Contribution(zone, feature, weight)
        for name, (zone, feature, strength) in best.items()
        # Evidence against the kind does not help to explain it.
        if name in weights.kinds and (weight := weights.kinds[name][winner] * strength) > 0
    ]
    given.sort(key=lambda c: -c.weight)
    return WordScore(event, tuple((KINDS[i], score) for i, score in ranked), tuple(given))
