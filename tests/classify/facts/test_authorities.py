import pytest

from tracker.classify.facts.authorities import find_authority
from tracker.classify.words.countries import find_countries
from tracker.classify.words.lexicon import lexicon


def who(title, language):
    zones = {"title": title, "summary": "", "body": ""}
    mentions = {
        zone: lexicon().find(words, language) + find_countries(words, language)
        for zone, words in zones.items()
    }
    return find_authority(zones, mentions, language)


LISTED = {
    "en court": (
        "en",
        "Delhi High Court orders Chirp to remove posts",
        "Delhi High Court",
        "court",
        "IN",
    ),
    "en by": ("en", "Clipshare fined by FTC", "Federal Trade Commission", "regulator", "US"),
    "en request": (
        "en",
        "Store pulls app at the request of Roskomnadzor",
        "Roskomnadzor",
        "regulator",
        "RU",
    ),
    "en board": ("en", "Oversight Board overturns Meta's removal", "Oversight Board", "board", ""),
    "de": (
        "de",
        "EU-Kommission verhängt Strafe gegen Clipshare",
        "European Commission",
        "regulator",
        "EU",
    ),
    "fr": ("fr", "La Cnil inflige une amende à Clipshare", "CNIL", "regulator", "FR"),
    "es": ("es", "La AEPD multa a Clipshare", "AEPD", "regulator", "ES"),
    "pt": ("pt", "STF determina bloqueio do Chirp", "Supremo Tribunal Federal", "court", "BR"),
    "it": ("it", "Multa dell'Agcom: l'Agcom sanziona Clipshare", "AGCOM", "regulator", "IT"),
    "nl": (
        "nl",
        "Autoriteit Persoonsgegevens beboet Clipshare",
        "Autoriteit Persoonsgegevens",
        "regulator",
        "NL",
    ),
    "pl": ("pl", "UOKiK ukarał Clipshare", "UOKiK", "regulator", "PL"),
    "ru": ("ru", "Роскомнадзор заблокировал сайт", "Roskomnadzor", "regulator", "RU"),
    "ru request": (
        "ru",
        "Магазин удалил приложение по требованию Роскомнадзора",
        "Roskomnadzor",
        "regulator",
        "RU",
    ),
    "uk": (
        "uk",
        "Верховна Рада ухвалила закон про соцмережі",
        "Verkhovna Rada",
        "parliament",
        "UA",
    ),
    "tr": ("tr", "BTK siteye erişimi engelledi", "BTK", "regulator", "TR"),
    "id": ("id", "Komdigi blokir 8 aplikasi", "Komdigi", "government", "ID"),
    "vi": (
        "vi",
        "Bộ Công an yêu cầu gỡ video",
        "Ministry of Public Security (Vietnam)",
        "police",
        "VN",
    ),
    "hi": ("hi", "दिल्ली हाईकोर्ट ने वीडियो हटाने का आदेश दिया", "Delhi High Court", "court", "IN"),
    "ja": ("ja", "東京地裁、投稿の削除を命じる", "Tokyo District Court", "court", "JP"),
    "ko": (
        "ko",
        "방통위, 업체에 과징금 부과",
        "Korea Communications Commission",
        "regulator",
        "KR",
    ),
    "zh": ("zh", "国家网信办约谈该平台", "Cyberspace Administration of China", "regulator", "CN"),
    "ar": ("ar", "المفوضية الأوروبية تغرم الشركة", "European Commission", "regulator", "EU"),
}


@pytest.mark.parametrize(
    ("language", "title", "name", "of", "country"), LISTED.values(), ids=LISTED
)
def test_a_listed_authority_that_acts_is_named_in_english(language, title, name, of, country):
    acting = who(title, language)
    assert acting is not None
    assert (acting.name, acting.type, acting.country) == (name, of, country)


UNLISTED = {
    "en": ("en", "Clipshare fined by a Russian court", "Russian court", "court", "RU"),
    "en title case": (
        "en",
        "Nairobi High Court Orders Clipshare To Restore Channel",
        "Nairobi High Court",
        "court",
        "KE",
    ),
    "en ministry": (
        "en",
        "Ministry of Culture blocks Chirp",
        "Ministry of Culture",
        "government",
        "",
    ),
    "de": ("de", "Landgericht Hamburg verbietet Löschung", "Landgericht Hamburg", "court", ""),
    "fr": ("fr", "Le tribunal de Nanterre ordonne le retrait", "tribunal de Nanterre", "court", ""),
    "es": ("es", "Un juez ordena bloquear la aplicación", "juez", "court", ""),
    "nl": ("nl", "Rechtbank Amsterdam verbiedt schorsing", "Rechtbank Amsterdam", "court", ""),
    "ru": ("ru", "Московский суд оштрафовал Clipshare", "Московский суд", "court", ""),
    "ko": ("ko", "서울중앙지법, 채널 삭제 명령", "서울중앙지법", "court", ""),
    "zh": ("zh", "杭州互联网法院判决平台恢复账号", "杭州互联网法院", "court", ""),
}


@pytest.mark.parametrize(
    ("language", "title", "name", "of", "country"), UNLISTED.values(), ids=UNLISTED
)
def test_another_one_is_named_as_printed(language, title, name, of, country):
    acting = who(title, language)
    assert acting is not None
    assert (acting.name, acting.type, acting.country) == (name, of, country)


NO_PART = {
    "sued": ("en", "Clipshare sues FTC over order"),
    "asked": ("en", "Singer asks Supreme Court to restore channel"),
    "in court": ("en", "Chirp defends itself in court"),
    "a challenge": ("en", "Chirp launches High Court challenge to ban"),
    "against": ("fr", "Clipshare dépose un recours contre la Cnil"),
    "none": ("en", "Clipshare removes 300 channels"),
}


@pytest.mark.parametrize(("language", "title"), NO_PART.values(), ids=NO_PART)
def test_one_that_is_only_asked_or_sued_has_no_part(language, title):
    assert who(title, language) is None


def test_an_order_is_told_from_an_own_act():
    assert who("Store pulls app at the request of Roskomnadzor", "en").is_order
    assert not who("Roskomnadzor blocks the app", "en").is_order


def test_a_name_that_many_countries_have_is_that_of_the_named_one_or_as_printed():
    assert who("대법원, 삭제 명령", "ko").name == "Supreme Court of Korea"
    assert who("인도 대법원, 삭제 명령", "ko").name != "Supreme Court of Korea"


@pytest.mark.parametrize(
    "text", ["a" * 6000, "Court " * 1000, "Суд " * 1500, "法院" * 3000, "Ab " * 2000]
)
@pytest.mark.parametrize("language", ["en", "de", "ru", "zh", "vi", "xx"])
def test_hostile_text_raises_nothing(text, language):
    zones = {"title": text[:600], "summary": text[:3000], "body": text}
    find_authority(zones, {zone: [] for zone in zones}, language)
