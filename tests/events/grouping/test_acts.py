"""A headline that tells two acts, in several languages; and those that tell one."""

import pytest

from tracker.classify import Text, classify
from tracker.events.grouping.acts import other_acts, told_acts

TWO = {
    "en;": ("en", "X suspends account of Mira Kovac; YouTube removes video of Tucker Carlson",
            [("twitter", "Mira Kovac"), ("youtube", "Tucker Carlson")]),
    "en and": ("en", "Twitter suspends RT and YouTube demonetizes Alex Jones",
               [("twitter", "RT"), ("youtube", "Alex Jones")]),
    "en countries": ("en", "India bans TikTok, Russia fines Google",
                     [("tiktok", ""), ("google", "")]),
    "en one platform": (
        "en",
        "YouTube removes channel of Alex Jones and restores channel of Tucker Carlson",
        [("youtube", "Alex Jones"), ("youtube", "Tucker Carlson")],
    ),
    "de": ("de", "Facebook sperrt Konto von Björn Höcke, YouTube löscht Kanal von Ken Jebsen",
           [("facebook", "Björn Höcke"), ("youtube", "Ken Jebsen")]),
    "fr": ("fr",
           "Twitter suspend le compte de Dieudonné et YouTube supprime la chaîne d'Alain Soral",
           [("twitter", "Dieudonné"), ("youtube", "Alain Soral")]),
    "es": ("es", "Twitter suspende la cuenta de Vox; YouTube elimina el canal de RT",
           [("twitter", "Vox"), ("youtube", "RT")]),
    "pt": ("pt", "Twitter suspende conta de Trump e YouTube remove canal de Bolsonaro",
           [("twitter", "Donald Trump"), ("youtube", "Jair Bolsonaro")]),
    "tr": ("tr", "Twitter Trump'ın hesabını askıya aldı, YouTube RT kanalını kapattı",
           [("twitter", "Donald Trump"), ("youtube", "RT")]),
    "ru": ("ru", "YouTube удалил канал «Дума ТВ», а Twitter заблокировал аккаунт RT",
           [("youtube", "Duma TV"), ("twitter", "RT")]),
    "ar": ("ar", "تويتر يعلق حساب دونالد ترامب ويوتيوب يحذف قناة روسيا اليوم",
           [("twitter", "Donald Trump"), ("youtube", "RT")]),
    "zh": ("zh", "推特封禁特朗普账号；YouTube删除RT频道",
           [("twitter", "Donald Trump"), ("youtube", "RT")]),
    "ja": ("ja", "ツイッターがトランプ氏のアカウントを凍結、ユーチューブはRTのチャンネルを削除",
           [("twitter", "Donald Trump"), ("youtube", "RT")]),
}  # fmt: skip
ONE = [
    ("en", "Twitter bans ads from RT and Sputnik"),
    ("en", "YouTube terminates channels of Russia Today, Sputnik and RT France"),
    ("en", "X restores account of Alex Jones, suspended in 2018 for abuse"),
    ("en", "Facebook and Twitter suspend Trump, YouTube follows"),
    ("en", "Twitter suspends Donald Trump; Facebook extends ban on Donald Trump"),
    ("en", "After Twitter suspends Trump, Facebook weighs its own ban"),
    ("en", "Kenya lifts its block of Telegram, users say"),
    ("en", "Donald Trump blocked from Facebook, Instagram, says Mark Zuckerberg"),
    ("en", "Brazil blocks X and fines Starlink users"),
    ("de", "TikTok sperrt AfD-Politiker, die Partei klagt"),
    ("fr", "Twitter suspend Trump, la Maison Blanche proteste"),
    ("fr", "Instagram supprime la page de Génération identitaire, et Facebook fait de même"),
    ("ru", "В Казахстане заблокировали TikTok, власти объяснили причину"),
    ("en", ""),
    ("en", "; ; ,, and and ;" * 60),
]


def acts_of(language, title):
    text = Text(title, language=language)
    whole = classify(text)
    return told_acts(text, whole, classify)


@pytest.mark.parametrize(("language", "title", "expected"), TWO.values(), ids=TWO)
def test_a_headline_of_two_acts_tells_both(language, title, expected):
    acts = acts_of(language, title)
    found = [(act.facts.platforms[0], "".join(act.facts.targets[:1])) for act in acts]
    assert found == expected
    # One of them is the event that the article stands in already.
    (other,) = other_acts(acts, acts[1].facts.kinds[0].value, acts[1].facts.targets)
    assert other is acts[0] or expected[0][1] == ""


@pytest.mark.parametrize(("language", "title"), ONE, ids=[title[:40] for _, title in ONE])
def test_a_headline_of_one_act_tells_one(language, title):
    assert acts_of(language, title) == ()
