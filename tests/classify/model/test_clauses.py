"""How a headline is built: reasons, topics, where the platform stands."""

import time

import pytest

from tracker.classify import Text, read_text
from tracker.classify.data_files import LexiconError
from tracker.classify.letters.language import LANGUAGES
from tracker.classify.model.clauses import find_signs, reason_spans

REASONS = {
    "en": ("Vimeo bans film club because of its songs, members say", "because of its songs"),
    "de": ("Twitch sperrt Streamer wegen Musik", "wegen Musik"),
    "fr": ("X suspend un compte après une plainte, dit-il", "après une plainte"),
    "ru": ("YouTube удалил канал из-за жалобы", "из-за жалобы"),
    "tr": ("Şikayet nedeniyle X hesabı kapattı", "Şikayet nedeniyle"),
    "ja": ("抗議を受け、ツイッターが凍結", "抗議を受け"),
    "ar": ("يوتيوب يحذف قناة بسبب شكوى", "بسبب شكوى"),
}


@pytest.mark.parametrize("language", REASONS)
def test_words_of_a_reason_are_apart_from_the_act(language):
    text, reason = REASONS[language]
    spans = reason_spans(text, find_signs(text, language))
    assert [text[start:end] for start, end in spans] == [reason]


def test_every_language_has_its_signs():
    for language in LANGUAGES:
        assert {h.value for h in find_signs("", language)} == set()
    found = {code for code in LANGUAGES if find_signs("Facebook iPhone windows 2 iphone", code)}
    assert found == set(LANGUAGES) - {"ar", "fa", "he", "hi", "ko"}


def names(title, summary="", language="en"):
    return set(read_text(Text(title, summary, language=language)).features["title"])


def test_a_word_in_a_reason_is_a_feature_of_its_own_and_weaker_as_another():
    found = read_text(Text("Vimeo bans film club after court ruling")).features["title"]
    assert found["r:law"].share == 1.0
    assert found["law"].share < found["ban"].share == 1.0


def test_where_all_acts_stand_in_a_reason_none_is_set_apart():
    assert not any(name.startswith("r:") for name in names("After ban by YouTube, channel moves"))


SAID = {
    "en": "Bridge is closed, mayor wrote on Facebook",
    "de": "Brücke gesperrt, schrieb der Bürgermeister auf Facebook",
    "es": "Cierran el puente, escribió la alcaldesa en Facebook",
    "ru": "Мост закрыли, написал мэр в Facebook",
    "tr": "Köprü kapatıldı, başkan Facebook'ta duyurdu",
}


@pytest.mark.parametrize("language", SAID)
def test_a_platform_where_something_is_said_does_not_act(language):
    found = names(SAID[language], language=language)
    assert {"platform@place", "platform@said"} <= found
    assert "platform|act" not in found


def test_a_platform_right_before_an_act_acts():
    assert {"platform|act", "platform|suspend", "platform@lead"} <= names(
        "Twitch suspends chess player"
    )


TOPICS = {
    "product": "Google drops price of its phone",
    "market": "Court fines Google in antitrust case",
    "crime": "Man arrested and fined for Facebook post",
    "show": "Netflix removes season two of the series",
}


@pytest.mark.parametrize("topic", TOPICS)
def test_what_the_news_is_about_is_a_feature_alone_and_with_the_act(topic):
    found = names(TOPICS[topic])
    assert f"is:{topic}" in found
    assert any(name.startswith(f"{topic}&") for name in found)


def test_a_text_of_nothing_but_signs_and_names_costs_no_second():
    text = Text(
        "after X bans, price on X " * 25, "because of X ban wrote on X, " * 400, language="en"
    )
    read_text(text)
    start = time.thread_time()
    read_text(text)
    assert time.thread_time() - start < 0.5


def test_a_bad_list_is_named(monkeypatch, tmp_path):
    from tracker.classify.model import clauses  # noqa: PLC0415

    for cached in (clauses._signs, clauses._lists):
        cached.cache_clear()
    (tmp_path / "structure.toml").write_text('[en]\nreasons = "after"\n')
    monkeypatch.setattr(clauses, "DATA", tmp_path)
    with pytest.raises(LexiconError, match=r"structure.toml: \[en\] reasons"):
        find_signs("after", "en")
    clauses._signs.cache_clear()
    clauses._lists.cache_clear()
