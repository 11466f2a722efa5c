"""Training examples, the weights out of them, and how right they are."""

import json
from collections import Counter

import pytest

from tracker.classify import Coverage, Kind, Text, Weights, classify, shipped_weights
from tracker.classify.letters.language import LANGUAGES
from tracker.classify.measure.rates import (
    Label,
    confidence_bins,
    coverage_share,
    days_share,
    kind_accuracy,
    kind_f1,
    names_rate,
    relevance,
    review_load,
)
from tracker.classify.model.word_model import score_features
from tracker.classify.training.examples import (
    TrainingError,
    data_version,
    read_examples,
    with_summaries,
)
from tracker.classify.training.fit import fit


@pytest.fixture(scope="module")
def given():
    return read_examples()


def test_every_language_has_eight_wordings_of_every_kind_and_hard_negatives(given):
    counts = Counter((one.text.language, kind) for one in given for kind in one.kinds)
    assert {(language, kind): n for (language, kind), n in counts.items() if n < 8} == {}
    assert set(counts) == {(language, kind) for language in LANGUAGES for kind in Kind}
    negatives = Counter(one.text.language for one in given if not one.kinds)
    # Fewer say that a merge lost the heading "[none]" above a block of them.
    assert min(negatives[language] for language in LANGUAGES) >= 115
    assert len({(one.text.language, one.text.title) for one in given}) > 3_000


def test_the_shipped_weights_were_made_from_the_data_that_stands_beside_them():
    assert shipped_weights().version == data_version()


def test_a_heading_names_kinds_and_coverage(tmp_path):
    (tmp_path / "en.txt").write_text(
        "[ad_ban, policy_change]\nA bans ads | From June.\n\n[ad_ban] reaction\nB protests\n"
        "[none]\nRain\n"
    )
    first, second, third = read_examples(tmp_path)
    assert first.kinds == (Kind.AD_BAN, Kind.POLICY_CHANGE)
    assert first.text == Text("A bans ads", "From June.", language="en")
    assert (first.coverage, second.coverage) == (Coverage.REPORT, Coverage.REACTION)
    assert (third.kinds, third.coverage, third.label) == ((), Coverage.NONE, "")


BAD = {
    "no heading": ("A bans ads", "en.txt, line 1: no heading"),
    "no kind": ("[none]\nRain\n[add_ban]\nA bans ads", "en.txt, line 3: 'add_ban'"),
    "no coverage": ("[ad_ban] rumour\nA bans ads", "en.txt, line 1: 'rumour'"),
}


@pytest.mark.parametrize(("text", "words"), BAD.values(), ids=BAD)
def test_a_bad_file_is_named_with_its_line(tmp_path, text, words):
    (tmp_path / "en.txt").write_text(text)
    with pytest.raises(TrainingError, match=words):
        read_examples(tmp_path)


def test_each_headline_is_seen_with_another_of_its_kind_as_summary(given):
    some = [one for one in given if one.text.language == "en" and one.label == "ad_ban"][:3]
    doubled = with_summaries(some)
    assert len(doubled) == 6
    assert doubled[3].text.summary == some[1].text.title
    assert doubled[3].kinds == some[0].kinds


def test_the_same_examples_give_the_same_bytes_and_learn_what_they_say(given):
    some = [one for one in given if one.text.language == "en"]
    first, second = (json.dumps(fit(some, "v1"), sort_keys=True) for _ in range(2))
    assert first == second
    learned = Weights.of(json.loads(first))
    assert learned.version == "v1"
    from tracker.classify import read_text  # noqa: PLC0415

    word_score = score_features(read_text(Text("Twitter bans ads from RT")).features, learned)
    assert word_score.event > 0
    assert word_score.kinds[0][0] is Kind.AD_BAN


def label(*kinds, platforms=("twitter",), targets=(), occurred="", told="report"):
    told = told if kinds else ""
    return Label("en", kinds, frozenset(platforms), frozenset(targets), occurred, told)


@pytest.fixture
def pairs():
    ban = classify(Text("Twitter bans ads from RT"))
    rain = classify(Text("Rain in the north"))
    return [
        (label("ad_ban", targets=["rt"]), ban),
        (label("content_removal", "ad_ban", targets=["Sputnik"], told="reaction"), ban),
        (label(), ban),
        (label("reinstatement"), rain),
        (label(), rain),
    ]


def test_figures_count_what_they_say(pairs):
    found = relevance(pairs)
    assert (found.precision, found.recall) == (2 / 3, 2 / 3)
    assert kind_accuracy(pairs) == (1.0, 2 / 3)
    assert kind_f1(pairs)["ad_ban"] == pytest.approx(0.8)
    assert kind_f1(pairs)["reinstatement"] == 0.0
    assert names_rate(pairs, lambda one: one.platforms).recall == 2 / 3
    assert names_rate(pairs, lambda one: one.targets).precision == 1 / 2
    assert coverage_share(pairs) == 1 / 2
    assert days_share([(label("ad_ban", occurred="2017-10-26"), pairs[0][1])]) == 0.0


def test_confidence_is_held_against_what_was_right(pairs):
    ((low, high, count, right),) = confidence_bins(pairs)
    assert low <= pairs[0][1].confidence < high
    assert (count, right) == (3, 2 / 3)
    assert review_load(pairs[:2], 0.95) == 0.0
    assert review_load([pairs[2]], 0.95) is None


def test_without_entries_every_figure_is_nought():
    assert relevance([]).f1 == 0.0
    assert kind_accuracy([]) == (0.0, 0.0)
    assert confidence_bins([]) == []
    assert review_load([], 0.9) is None
