import time

import pytest

from tracker.classify import names_platform
from tracker.classify.letters.sounds import skeleton
from tracker.classify.text import Text
from tracker.classify.words.lexicon import lexicon, lexicon_of

SPELLINGS = {
    "سنابشات": "snapchat",
    "دسكورد": "discord",
    "تويتير": "twitter",
    "یوتوب": "youtube",
    "انستكرام": "instagram",
    "والفايسبوك": "facebook",
    "تيلغرام": "telegram",
    "वॉट्सऐप": "whatsapp",
    "इन्स्टाग्राम": "instagram",
    "टिकटोक": "tiktok",
    "टिक टोक": "tiktok",
    "यु ट्यूब": "youtube",
    "टेलिग्राम": "telegram",
    "טיק טוק": "tiktok",
    "יו טיוב": "youtube",
    "ווצאפ": "whatsapp",
    "בפיסבוק": "facebook",
    "Фэйсбук": "facebook",
    "Фэйсбуке": "facebook",
    "Инстаграмм": "instagram",
    "Тик-Ток": "tiktok",
    "Кикстартер": "kickstarter",
    "フェースブック": "facebook",
    "ツィッター": "twitter",
    "스냅쳇": "snapchat",
    "인스타그렘에서": "instagram",
}


@pytest.mark.parametrize(("word", "slug"), SPELLINGS.items(), ids=SPELLINGS)
def test_a_name_is_known_in_spellings_that_no_list_has(word, slug):
    text = f"12 {word}, 3"
    mentions = [h for h in lexicon_of("platform").find(text, "") if h.table == "platform"]
    assert [(h.value, text[h.start : h.end].endswith(word[-2:])) for h in mentions] == [
        (slug, True)
    ]
    assert names_platform(Text(text))


@pytest.mark.parametrize(
    "text",
    [
        "توتر في الأسواق وتواتر الأحداث",
        "بهترین بازیکن تیم و تاکتیک مربی",
        "در پاستور چه گذشت",
        "ट्रेन के टिकट को रद्द किया",
        "유튜버가 방송에서 은퇴 선언",
        "네이비 색상과 웨이브 헤어",
        "노래방에서 소란을 피웠다",
        "Фасад Тактик Батискаф и блогер",
        "スナック菓子とファッション",
        "בגזרת הצפון נמשך המתח",
    ],
)
def test_everyday_words_are_no_names(text):
    assert [h.value for h in lexicon_of("platform").find(text, "")] == []


def test_one_skeleton_in_all_scripts():
    words = ["فيسبوك", "פייסבוק", "фейсбук", "फेसबुक", "フェイスブック", "페이스북"]
    assert {skeleton(word) for word in words} == {"bsbk"}


@pytest.mark.parametrize("piece", ["فيسبوق ", "тикт", "ツ", "가나다라마 ", "ा", "टि "])
def test_hostile_text_is_read_at_once(piece):
    words = (piece * 10_000)[:6_000]
    lexicon().find("warm up", "en")
    start = time.thread_time()
    lexicon().find(words, "en")
    assert time.thread_time() - start < 0.5
