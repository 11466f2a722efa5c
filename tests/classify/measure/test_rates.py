"""How right classifications are, against labels."""

import pytest

from tracker.classify import Text, classify
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


def label(*kinds, platforms=("twitter",), targets=(), occurred="", coverage="report"):
    coverage = coverage if kinds else ""
    return Label("en", kinds, frozenset(platforms), frozenset(targets), occurred, coverage)


@pytest.fixture
def pairs():
    ban = classify(Text("Twitter bans ads from RT"))
    rain = classify(Text("Rain in the north"))
    return [
        (label("ad_ban", targets=["rt"]), ban),
        (label("content_removal", "ad_ban", targets=["Sputnik"], coverage="reaction"), ban),
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
