import pytest

from tracker.classify import Kind, Text, classify, read_text
from tracker.classify.explain import break_down_score, mark_evidence, quote_evidence
from tracker.classify.model.word_model import score_features

TEXT = Text("Twitter bans ads from RT", "It barred both channels on Thursday.")


def test_words_are_told_zone_by_zone():
    evidence = classify(TEXT).as_dict()["evidence"]
    assert quote_evidence(evidence, "kinds")[0] == "“bans”, “ads” in the title"


def test_an_account_adds_up_to_the_answer():
    told, word_score = break_down_score(TEXT), score_features(read_text(TEXT).features)
    assert told.kind is Kind.AD_BAN
    assert told.event == pytest.approx(word_score.event)
    kind = told.kind_bias + sum(share.kind for share in told.shares)
    assert kind == pytest.approx(word_score.kinds[0][1])


def test_an_account_in_words_names_words_zone_and_shares():
    lines = break_down_score(TEXT).in_words()
    assert lines[0].startswith("“bans”")
    assert "in the title" in lines[0]
    assert "event +" in lines[0]
    assert lines[-2].startswith("without any word: event ")
    assert lines[-1].startswith("in all: event +")


def test_a_text_of_nothing_has_an_account_too():
    assert break_down_score(Text("", "")).shares == ()


def test_a_marked_text_shows_what_each_word_was_taken_for():
    evidence = [e for e in classify(TEXT).as_dict()["evidence"] if e["zone"] == "title"]
    assert mark_evidence(TEXT.title, evidence) == (
        "[Twitter: platforms] [bans: kinds] [ads: kinds] from [RT: targets]"
    )
    assert mark_evidence("nothing", []) == "nothing"
