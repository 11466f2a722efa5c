import pytest

from tracker.classify.facts.counts import find_affected
from tracker.classify.words.lexicon import lexicon

COUNTS = {
    "en": ("en", "Facebook removes 25,000 accounts", 25_000, "accounts"),
    "en million": ("en", "YouTube deleted 2.3 million videos in a quarter", 2_300_000, "videos"),
    "en adjectives": ("en", "Meta took down 200 fake Facebook pages", 200, "pages"),
    "en more than": ("en", "Google pulls more than 70 apps from its store", 70, "apps"),
    "en word": ("en", "YouTube suspends three channels", 3, "channels"),
    "en of": (
        "en",
        "X suspends millions; 1.5 million of the accounts removed came back",
        1_500_000,
        "accounts",
    ),
    "en lakh": ("en", "WhatsApp banned 85 lakh accounts in India", 8_500_000, "accounts"),
    "en lakh grouping": (
        "en", "WhatsApp banned 71,11,000 accounts in India", 7_111_000, "accounts",
    ),
    "de": ("de", "Facebook sperrt 1,2 Mio. Konten", 1_200_000, "accounts"),
    "fr": ("fr", "TikTok a supprimé deux millions de vidéos", 2_000_000, "videos"),
    "es": ("es", "Twitter suspende 4.000 cuentas", 4000, "accounts"),
    "pt": ("pt", "WhatsApp bane 400 mil contas", 400_000, "accounts"),
    "it": ("it", "TikTok ha rimosso 2 milioni di video", 2_000_000, "videos"),
    "nl": ("nl", "Facebook verwijdert 500 nepaccounts en 300 accounts", 300, "accounts"),
    "pl": ("pl", "Facebook usunął 120 tys. kont", 120_000, "accounts"),
    "ru": ("ru", "WhatsApp заблокировал 2,3 млн аккаунтов", 2_300_000, "accounts"),
    "uk": ("uk", "YouTube заблокував 80 каналів", 80, "channels"),
    "tr": ("tr", "X'te 25.000 hesap kapatıldı", 25_000, "accounts"),
    "tr more than": ("tr", "70'ten fazla uygulama engellendi", 70, "apps"),
    "id": ("id", "Facebook hapus 30 ribu akun", 30_000, "accounts"),
    "vi": ("vi", "Facebook xóa 1,5 triệu tài khoản", 1_500_000, "accounts"),
    "ar": ("ar", "فيسبوك يحذف 25 ألف حساب", 25_000, "accounts"),
    "fa": ("fa", "فیسبوک ۲۵ هزار حساب را حذف کرد", 25_000, "accounts"),
    "he": ("he", "פייסבוק הסירה 200 חשבונות", 200, "accounts"),
    "hi": ("hi", "व्हाट्सएप ने 2.3 लाख से अधिक अकाउंट बंद किए", 230_000, "accounts"),
    "ja": ("ja", "ツイッター、7万のアカウントを凍結", 70_000, "accounts"),
    "ja noun first": ("ja", "アカウント2万件を削除", 20_000, "accounts"),
    "ko": ("ko", "페이스북, 가짜 계정 3천만 개 삭제", 30_000_000, "accounts"),
    "zh": ("zh", "抖音封禁89万个账号", 890_000, "accounts"),
    "zh spaced": ("zh", "封禁超 2000 万个仿冒账号", 20_000_000, "accounts"),
}  # fmt: skip


@pytest.mark.parametrize(("language", "title", "number", "what"), COUNTS.values(), ids=COUNTS)
def test_the_number_of_what_an_act_affects_is_read(language, title, number, what):
    zones = {"title": title, "summary": "", "body": ""}
    mentions = {zone: lexicon().find(words, language) for zone, words in zones.items()}
    count = find_affected(zones, mentions, language)
    assert count is not None
    assert (count.number, count.what, count.zone) == (number, what, "title")


NO_COUNTS = {
    "a limit": ("en", "Twitter blocks reading more than 600 posts per day"),
    "a year": ("en", "Facebook removed 2025 posts of the party"),
    "an age": ("en", "Instagram bans under 16 accounts"),
    "followers": ("en", "Account with 3 million followers suspended"),
    "a rank": ("en", "Top 10 apps removed"),
    "other clause": ("en", "The ban hits 200 users on Facebook pages"),
    "no act": ("en", "The site has 25,000 accounts"),
    "his posts": ("en", "The man, who had posted 500 videos, was banned"),
}


@pytest.mark.parametrize(("language", "title"), NO_COUNTS.values(), ids=NO_COUNTS)
def test_other_numbers_are_left_out(language, title):
    zones = {"title": title}
    mentions = {"title": lexicon().find(title, language)}
    assert find_affected(zones, mentions, language) is None


HOSTILE = [
    "9" * 6000,
    "1,1" * 2000,
    "$ " * 3000,
    "1 000 " * 1000,
    "removed 1 million posts " * 250,
    "万1" * 3000,
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", ["en", "fr", "ja", "ar", "xx"])
def test_hostile_text_raises_nothing(text, language):
    zones = {"title": text[:600], "summary": text[:3000], "body": text}
    mentions = {zone: lexicon().find(words, language) for zone, words in zones.items()}
    find_affected(zones, mentions, language)
