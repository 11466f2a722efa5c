"""Weights out of examples: the only place that needs scikit-learn.

Two heads of logistic regression over the features that `classify` sees: is it an event, and, of
events, which kind, the kinds balanced. What a person would expect of a feature (data/prior.json)
goes in as ten more features, one a kind, and is folded back into the weights of the features: the
examples say how far the expectation is to be trusted. The same examples give the same bytes.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tracker.classify.data_files import DATA
from tracker.classify.kinds import Kind
from tracker.classify.model.word_model import feature_strengths
from tracker.classify.reading import read_text
from tracker.classify.training.examples import Example

PRIOR = DATA / "prior.json"
EVENT_C, KIND_C = 0.1, 0.1  # inverse strength of the pull towards zero
# Half of the examples are no events. An act that is missed costs a subscriber more than a false one
# costs the editor who refuses it, so the first head leans towards events.
LEANING = 1.5
LEAST_EXAMPLES = 2  # examples that a feature must be in
DIGITS = 3


def fit(examples: Sequence[Example], version: str) -> dict[str, Any]:
    """Fit weights as data/weights.json holds them. Raises ImportError without scikit-learn."""
    from sklearn.feature_extraction import DictVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    prior: dict[str, dict[str, float]] = json.loads(PRIOR.read_text("utf-8"))["kinds"]
    rows = [feature_strengths(read_text(example.text).features) for example in examples]
    counts = Counter(name for row in rows for name in row)
    table_of = DictVectorizer()
    table = table_of.fit_transform(
        # A feature of a single example would be memorised.
        {name: v for name, v in row.items() if counts[name] >= LEAST_EXAMPLES}
        | _prior_sums(row, prior)
        for row in rows
    )
    names = table_of.get_feature_names_out()
    # Both heads learn from headlines and the prior: 0.81 of the kinds right, with the prior alone
    # 0.727, with the headlines alone 0.78 (decision of 25 November).
    event = LogisticRegression(C=EVENT_C, max_iter=5000, class_weight="balanced")
    event.fit(table, [bool(example.kinds) for example in examples])
    chosen = [i for i, example in enumerate(examples) if example.kinds]
    kind = LogisticRegression(C=KIND_C, max_iter=5000, class_weight="balanced")
    kind.fit(table[chosen], [examples[i].label for i in chosen])
    of_event = _fold_prior_in(dict(zip(names, event.coef_[0], strict=True)), prior)
    of_event["bias"] = event.intercept_[0] + LEANING
    of_kinds: dict[str, dict[str, float]] = {"bias": {}}
    for label, coefficients, bias in zip(kind.classes_, kind.coef_, kind.intercept_, strict=True):
        of_kinds["bias"][label] = bias
        for name, weight in _fold_prior_in(
            dict(zip(names, coefficients, strict=True)), prior
        ).items():
            of_kinds.setdefault(name, {})[label] = weight
    return {
        "version": version,
        "event": _rounded(of_event),
        "kinds": {name: _rounded(of_kinds[name]) for name in sorted(of_kinds)},
    }


def _prior_sums(
    row: Mapping[str, float], prior: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Return what the prior says of each kind, under names that no feature has."""
    sums = dict.fromkeys((f"={kind}" for kind in Kind), 0.0)
    for name, value in row.items():
        for kind, weight in prior.get(name, {}).items():
            sums[f"={kind}"] += weight * value
    return sums


def _fold_prior_in(
    weights: dict[str, float], prior: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Return the weights of the features alone: each gets its share of what the prior's
    were given.
    """
    trust = {kind: weights.pop(f"={kind}", 0.0) for kind in Kind}
    for name, expected in prior.items():
        share = sum(trust[Kind(kind)] * weight for kind, weight in expected.items())
        weights[name] = weights.get(name, 0.0) + share
    return weights


def _rounded(weights: Mapping[str, float]) -> dict[str, float]:
    rounded = {name: round(float(weight), DIGITS) for name, weight in weights.items()}
    return {str(name): weight for name, weight in sorted(rounded.items()) if weight}
