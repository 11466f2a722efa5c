"""Two models, one score: how likely a text reports an act, and of which kind.

The numbers stand in data/calibration.json, made by `manage.py calibrate` at the rate of acts in
ordinary feeds: a logistic regression over the models' scores and what the gate let the text pass
for. Without the sentence model another row of numbers holds.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from tracker.classify.classification import ModelScore
from tracker.classify.data_files import DATA
from tracker.classify.encoder.run import SentenceScore
from tracker.classify.kinds import Kind
from tracker.classify.model.word_model import WordScore

CALIBRATION = DATA / "calibration.json"
BOTH, WORDS_ALONE = "both", "words"
CERTAIN = 0.99  # nothing is claimed more surely
# Of the kinds' log-probabilities; the rest is the word model's. Of 565 acts of feeds, each read by
# nets that had not seen its months, 0.830 are right with 0.5, 0.839 with 0.6, 0.825 with 0.7.
SENTENCE_SHARE = 0.6
SECOND = 0.5  # a further kind counts when it is this likely next to the main one


class SentenceModel(Protocol):
    """What reads whole sentences: encoder.Encoder, or recorded scores."""

    def read(self, titles_and_summaries: Sequence[tuple[str, str]]) -> list[SentenceScore]:
        """Return one score a text."""
        ...


@dataclass(frozen=True)
class Placement:
    """Where a text names a platform: in the title, only in the summary or body, or nowhere; whether
    a word of the lists says that something was done; and whether what reads like the act of a court
    or regulator names a law about moderation.
    """

    is_named: bool
    is_in_title: bool
    has_act: bool = True
    names_moderation_law: bool = False


@dataclass(frozen=True)
class CombinedScore:
    """Both models' score: `confidence` is the probability of an act at the natural rate; `kinds`
    have their probabilities given an act, the likeliest first.
    """

    confidence: float
    kinds: tuple[tuple[Kind, float], ...]
    model_scores: tuple[ModelScore, ...]


@cache
def load_calibration() -> Mapping[str, Mapping[str, float]]:
    """Load the shipped numbers: of both models, and of the word model alone."""
    content: dict[str, dict[str, float]] = json.loads(CALIBRATION.read_text("utf-8"))["weights"]
    return content


def calibration_inputs(
    word_score: WordScore, sentence_score: SentenceScore | None, placement: Placement
) -> dict[str, float]:
    """Return the inputs of the calibration by name."""
    inputs = {
        "words": word_score.event,
        "unnamed": float(not placement.is_named),
        "not_in_title": float(placement.is_named and not placement.is_in_title),
        "no_act_word": float(not placement.has_act),
        "moderation_law": float(placement.names_moderation_law),
    }
    if sentence_score is not None:
        inputs["sentence"] = sentence_score.event
    return inputs


def combine(
    word_score: WordScore, sentence_score: SentenceScore | None, placement: Placement
) -> CombinedScore:
    """Combine the scores of the word model and, where it read the text, the sentence model."""
    weights = load_calibration()[WORDS_ALONE if sentence_score is None else BOTH]
    score = weights["bias"] + sum(
        weights[name] * value
        for name, value in calibration_inputs(word_score, sentence_score, placement).items()
    )
    # A regression over five signals; eight others were tried and gained nothing (decision of 29
    # November, "`confidence` stays").
    confidence = min(CERTAIN, _sigmoid(score))
    logs = _log_probabilities(word_score)
    return CombinedScore(
        confidence,
        _rank_kinds(logs, sentence_score),
        _model_scores(word_score, logs, sentence_score),
    )


def choose_kinds(kinds: Sequence[tuple[Kind, float]]) -> tuple[Kind, ...]:
    """Return the main kind and at most one more that is nearly as likely."""
    (main, most), *others = kinds
    return (main, *(kind for kind, share in others[:1] if share >= SECOND * most))


def probability_of(main: Kind, kinds: Sequence[tuple[Kind, float]]) -> float:
    """Return how likely the main kind is. Where a rule of the guide put it in the place of the
    likeliest, both mean the same act, so their probabilities add up.
    """
    shares = dict(kinds)
    likeliest, most = kinds[0]
    return most if main is likeliest else most + shares[main]


def _rank_kinds(
    logs: Mapping[Kind, float], sentence_score: SentenceScore | None
) -> tuple[tuple[Kind, float], ...]:
    """Return the kinds and their shares, the likeliest first; `logs` are the word model's."""
    if sentence_score is not None:
        # The two models fail on different texts: the mean of their log-probabilities is right more
        # often than either. A floor under the word model's gained nothing (decisions
        # D43 and D46).
        share = SENTENCE_SHARE
        sentence = dict(zip(Kind, sentence_score.kinds, strict=True))
        logs = {kind: (1 - share) * log + share * sentence[kind] for kind, log in logs.items()}
    total = math.log(sum(map(math.exp, logs.values())))
    ranked = sorted(logs.items(), key=lambda item: -item[1])
    return tuple((kind, math.exp(log - total)) for kind, log in ranked)


def _log_probabilities(word_score: WordScore) -> dict[Kind, float]:
    top = word_score.kinds[0][1]
    total = math.log(sum(math.exp(score - top) for _, score in word_score.kinds))
    return {kind: score - top - total for kind, score in word_score.kinds}


def _model_scores(
    word_score: WordScore, logs: Mapping[Kind, float], sentence_score: SentenceScore | None
) -> tuple[ModelScore, ...]:
    kind, log = max(logs.items(), key=lambda item: item[1])
    words = ModelScore("words", round(word_score.event, 2), kind.value, round(math.exp(log), 2))
    if sentence_score is None:
        return (words,)
    best = max(range(len(sentence_score.kinds)), key=lambda i: sentence_score.kinds[i])
    likely = round(math.exp(sentence_score.kinds[best]), 2)
    name = list(Kind)[best].value
    return words, ModelScore("sentence", round(sentence_score.event, 2), name, likely)


def _sigmoid(score: float) -> float:
    # Clamped, since exp overflows; beyond 30 the answer is 0 or 1.
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
