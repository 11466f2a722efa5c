"""Two readers make one verdict; without the second the first's own calibration holds."""

import math
from dataclasses import replace

import pytest

from tracker.classify import Kind
from tracker.classify.encoder import SentenceScore
from tracker.classify.model.combine import Placement, choose_kinds, combine, probability_of
from tracker.classify.model.word_model import WordScore

IN_TITLE, IN_SUMMARY, NOWHERE = (
    Placement(True, True),
    Placement(True, False),
    Placement(False, False),
)


def word_score(event, main=Kind.AD_BAN, lead=4.0):
    scores = [(main, lead), *((kind, 0.0) for kind in Kind if kind is not main)]
    return WordScore(event, tuple(scores), ())


def sentence_score(event, main=Kind.AD_BAN, lead=4.0):
    scores = [lead if kind is main else 0.0 for kind in Kind]
    total = math.log(sum(map(math.exp, scores)))
    return SentenceScore(event, tuple(score - total for score in scores))


def test_confidence_rises_with_either_reader():
    low = combine(word_score(0), sentence_score(0), IN_TITLE).confidence
    assert combine(word_score(3), sentence_score(0), IN_TITLE).confidence > low
    assert combine(word_score(0), sentence_score(3), IN_TITLE).confidence > low


def test_a_platform_that_stands_only_in_the_summary_counts_less():
    title = combine(word_score(3), sentence_score(3), IN_TITLE).confidence
    assert combine(word_score(3), sentence_score(3), IN_SUMMARY).confidence < title


def test_a_law_about_moderation_makes_a_legal_act_likelier_with_either_calibration():
    on_law = replace(IN_TITLE, names_moderation_law=True)
    for second in (sentence_score(0, Kind.LEGAL_ACTION), None):
        first = word_score(1, Kind.LEGAL_ACTION)
        likelier = combine(first, second, on_law).confidence
        assert likelier > combine(first, second, IN_TITLE).confidence


def test_nothing_is_certain_and_nothing_overflows():
    assert combine(word_score(1e6), sentence_score(1e6), IN_TITLE).confidence == 0.99
    assert combine(word_score(-1e6), sentence_score(-1e6), NOWHERE).confidence >= 0
    assert combine(word_score(1e6), None, IN_TITLE).confidence <= 0.99


def test_the_kind_is_the_mean_of_both_readers_log_probabilities():
    combined = combine(
        word_score(5, Kind.AD_BAN, 2.0), sentence_score(5, Kind.DEMONETIZATION, 3.0), IN_TITLE
    )
    assert combined.kinds[0][0] is Kind.DEMONETIZATION
    assert sum(share for _, share in combined.kinds) == pytest.approx(1)
    alone = combine(word_score(5, Kind.AD_BAN, 2.0), None, IN_TITLE)
    assert alone.kinds[0][0] is Kind.AD_BAN


def test_each_reader_is_named_with_what_it_thinks():
    words, sentence = combine(
        word_score(1.234, Kind.AD_BAN), sentence_score(5.678, Kind.DEMONETIZATION), IN_TITLE
    ).model_scores
    assert (words.reader, words.event, words.kind) == ("words", 1.23, "ad_ban")
    assert (sentence.reader, sentence.event, sentence.kind) == ("sentence", 5.68, "demonetization")
    assert [one.reader for one in combine(word_score(1), None, IN_TITLE).model_scores] == ["words"]


def test_a_second_kind_counts_when_it_is_half_as_likely():
    near = ((Kind.AD_BAN, 0.5), (Kind.POLICY_CHANGE, 0.3), (Kind.LEGAL_ACTION, 0.2))
    far = ((Kind.AD_BAN, 0.7), (Kind.POLICY_CHANGE, 0.3))
    assert choose_kinds(near) == (Kind.AD_BAN, Kind.POLICY_CHANGE)
    assert choose_kinds(far) == (Kind.AD_BAN,)


def test_a_kind_that_a_rule_puts_first_has_the_share_of_what_it_replaces_too():
    kinds = ((Kind.PLATFORM_BLOCK, 0.5), (Kind.AD_BAN, 0.3), (Kind.REACH_RESTRICTION, 0.2))
    assert probability_of(Kind.PLATFORM_BLOCK, kinds) == 0.5
    assert probability_of(Kind.REACH_RESTRICTION, kinds) == pytest.approx(0.7)
