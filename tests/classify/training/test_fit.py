"""Weights out of examples."""

import json

from tracker.classify import Kind, Text, Weights, read_text
from tracker.classify.model.word_model import score_features
from tracker.classify.training.examples import read_examples
from tracker.classify.training.fit import fit


def test_the_same_examples_give_the_same_bytes_and_learn_what_they_say():
    english = [one for one in read_examples() if one.text.language == "en"]
    first, second = (json.dumps(fit(english, "v1"), sort_keys=True) for _ in range(2))
    assert first == second
    learned = Weights.of(json.loads(first))
    assert learned.version == "v1"
    word_score = score_features(read_text(Text("Twitter bans ads from RT")).features, learned)
    assert word_score.event > 0
    assert word_score.kinds[0][0] is Kind.AD_BAN
