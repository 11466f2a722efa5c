from time import thread_time

import pytest

from tracker.classify.data_files import LexiconError
from tracker.classify.words.lexicon import lexicon
from tracker.classify.words.lists import parse_words
from tracker.classify.words.matching import Lexicon
from tracker.classify.words.overlaps import drop_nested


def found(text, patterns, language="en"):
    made = Lexicon(list(parse_words("concept", "it", language, patterns)))
    return [text[h.start : h.end] for h in made.find(text, language)]


CASES = {
    "whole word": ("a ban, no banana", "ban", ["ban"]),
    "stem takes its ending": ("suspended twice", "suspend*", ["suspended"]),
    "any beginning": ("die Netzsperre kommt", "*sperre", ["sperre"]),
    "several words": ("payday loans for all", "payday loan*", ["payday loans"]),
    "stem within": ("political video ads", "politic* ads", []),
    "stems of several words": (
        "политическая реклама",
        "политическ* реклам*",
        ["политическая реклама"],
    ),
    "exact letters": ("RT and rt and Rt", "=RT", ["RT"]),
    "accents do not matter": ("Interdît", "interdit", ["Interdît"]),
    "glued scripts": ("والحظر", "حظر*", []),
    "scripts without spaces": ("アカウントを凍結した", "凍結", ["凍結"]),
    "Latin name within Japanese": ("Twitterが凍結", "twitter", ["Twitter"]),
}


@pytest.mark.parametrize(("text", "patterns", "mentions"), CASES.values(), ids=CASES)
def test_patterns_match_as_the_data_files_say(text, patterns, mentions):
    language = "ru" if "политическ" in patterns else "en"
    assert found(text, patterns, language) == mentions


def test_a_word_counts_in_its_own_language_only():
    made = Lexicon(list(parse_words("concept", "it", "vi", "ban")))
    assert made.find("ban", "en") == []


@pytest.mark.parametrize("pattern", ["*", "=*", "a, *, b"])
def test_a_word_that_would_match_anything_is_refused(pattern):
    with pytest.raises(LexiconError, match="match anything"):
        list(parse_words("concept", "it", "en", pattern))


def test_of_names_within_each_other_the_longest_counts():
    mentions = [
        h.value
        for h in lexicon().find("Removed from Google Play today", "en")
        if h.table == "platform"
    ]
    assert mentions == ["google_play"]


@pytest.mark.parametrize(
    ("text", "platforms"),
    [
        ("Police clear protest in Times Square", []),
        ("Fire spreads in Amazonia; Amazon sends drones", ["Amazon"]),
        ("德国铺设输油管线", []),
        ("油管删除频道", ["油管"]),
        ("khoá X bổ sung Hiến pháp, X khóa tài khoản", ["X"]),
        ("Apple pie, says Apple", ["Apple"]),
    ],
)
def test_what_holds_a_name_and_is_another_thing_is_no_hit(text, platforms):
    mentions = lexicon().find(text, "")
    assert [text[h.start : h.end] for h in mentions if h.table == "platform"] == platforms


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Meta hebt die Sperre auf", ["hebt die Sperre auf"]),
        ("Meta hebt etwas. Auf dem Tisch", []),
        ("Meta hebt Sperre aufs Neue", []),
        ("hebt " + "x " * 40 + "auf", []),
    ],
)
def test_two_words_of_a_sentence_may_stand_apart(text, mentions):
    assert found(text, "hebt … auf", "de") == mentions


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("Facebook removes New York Post", "en", ["facebook", "remove", "New York Post"]),
        ("Court: YouTube must restore UK Column", "en", ["youtube", "restore", "UK Column"]),
        ("Twitter bans ads from Prime Video", "en", ["twitter", "ban", "ads", "prime_video"]),
        ("Apple removes VPN apps", "en", ["apple", "remove", "VPN apps", "service", "service"]),
        ("Das Twitterkonto ist gesperrt", "de", ["twitter", "account", "suspend"]),
    ],
)
def test_a_name_is_read_before_the_words_within_it(text, language, values):
    mentions = drop_nested(lexicon().find(text, language), text)
    read = [mention.value for mention in mentions if mention.value not in {"law", "modality"}]
    assert read == values


@pytest.mark.parametrize("word", ["аккаунт", "аккаунт ", "بوتين", "ארדואן"])
def test_a_stem_again_and_again_takes_no_long_time(word):
    text = word * (6_000 // len(word))
    lexicon().find(text[:60], "ru")
    begun = thread_time()
    lexicon().find(text, "ru")
    assert thread_time() - begun < 0.5  # a hundred times as long before endings had a limit


@pytest.mark.parametrize("name", ["بي بي سي", "بي.بي.سي", "«بي.بي.سي»"])
def test_letters_spoken_in_arabic_are_a_name_with_dots_too(name):
    mentions = lexicon().find(f"يوتيوب يغلق قناة {name} في السودان", "ar")
    assert "BBC" in {mention.value for mention in mentions}
