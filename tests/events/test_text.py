import pytest

from tracker.events.text import build_search_text, holds, senses, tokens

TEXT = build_search_text(
    [
        "Twitter bars RT from advertising; U.S. reacts",
        "推特禁止RT投放广告",
        "ट्विटर ने विज्ञापन पर प्रतिबंध लगाया",
        "트위터가 계정을 정지했다",
        "Sperrung für Übeltäter",
    ]
)


@pytest.mark.parametrize(
    "word",
    [
        "twitter",
        "ADVERTISING",
        "advertis",
        "rt",
        "bars RT",
        "u.s.",
        "推特",
        "广告",
        "投放广告",
        "告",
        "प्रतिबंध",
        "प्रति",
        "트위터",
        "fur ubeltater",
        "für Übel",
        "ＲＴ",
    ],
)
def test_a_word_is_found_by_itself_its_beginning_or_as_part_of_a_run(word):
    assert holds(TEXT, word)


@pytest.mark.parametrize(
    "word", ["dvertising", "r", "ad", "RT bars", "禁广", "特止", "बंध", "", "…", "-", "bar RT"]
)
def test_a_word_is_not_found_inside_another_nor_in_another_order(word):
    assert not holds(TEXT, word)


def test_a_text_that_is_held_already_adds_nothing():
    assert build_search_text(["Twitter bars RT", "bars RT"]) == "twitter bars rt"
    assert build_search_text(["bars RTS", "bars RT"]) == "bars rts bars rt"


def test_words_are_cut_and_have_no_empty_one():
    assert list(tokens("a" * 100 + " \u0000 b")) == ["a" * 60, "b"]


@pytest.mark.parametrize("name", ["Навальный", "Navalny", "Nawalny", "Навального"])
def test_a_name_is_known_in_every_script(name):
    assert senses(name) == (("target", "Alexei Navalny"),)


def test_a_word_that_only_begins_with_a_name_has_no_other_meaning():
    assert senses("Twitter bars") == ()
    assert senses("") == ()
