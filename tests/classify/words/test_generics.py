import pytest

from tracker.classify.text import Text
from tracker.classify.words.generics import find_generics, generic_scopes, says_generic

SOCIAL = {
    "ar": "حظر وسائل التواصل الاجتماعي على من هم دون الخامسة عشرة",
    "de": "Gesetz verbietet soziale Netzwerke für Kinder",
    "en": "Under-16s banned from social media by new law",
    "es": "Prohíben las redes sociales a menores de quince años",
    "fa": "مجلس طرح محدودیت شبکه‌های اجتماعی را تصویب کرد",
    "fr": "Les réseaux sociaux interdits aux moins de quinze ans",
    "he": "חוק חדש אוסר על רשתות חברתיות לילדים",
    "hi": "बच्चों के लिए सोशल मीडिया पर रोक",
    "id": "Anak di bawah 16 tahun dilarang memakai media sosial",
    "it": "Vietati i social network ai minori di quindici anni",
    "ja": "未成年のSNS利用を禁止する法律が成立",
    "ko": "청소년 소셜미디어 이용 금지법 통과",
    "nl": "Verbod op sociale media voor kinderen",
    "pl": "Zakaz mediów społecznościowych dla dzieci",
    "pt": "Lei proíbe redes sociais para menores",
    "ru": "Детям запретят соцсети и мессенджеры",
    "tr": "Çocuklara sosyal medya yasağı",
    "uk": "Дітям заборонять соцмережі",
    "vi": "Cấm trẻ em dùng mạng xã hội",
    "zh": "未成年人禁用社交媒体的法律通过",
}
GENERIC = {
    "ar": "حذف حسابات معارضين",
    "de": "Kanal einer Zeitung gesperrt",
    "en": "Dating app removes users over sixty",
    "es": "Cierran el canal de una periodista",
    "fa": "کانال یک روزنامه مسدود شد",
    "fr": "Un site web bloqué par un tribunal",
    "he": "החשבון של העיתונאי נחסם",
    "hi": "पत्रकार का अकाउंट बंद",
    "id": "Akun seorang jurnalis ditangguhkan",
    "it": "Chiuso il canale di una giornalista",
    "ja": "記者のアカウントが凍結",
    "ko": "기자의 계정 정지",
    "nl": "Zoekmachine verwijdert krant",
    "pl": "Konto dziennikarza zablokowane",
    "pt": "Canal de jornalista é derrubado",
    "ru": "Аккаунт журналиста заблокирован",
    "tr": "Gazetecinin hesabı kapatıldı",
    "uk": "Акаунт журналіста заблокували",
    "vi": "Tài khoản của nhà báo bị khóa",
    "zh": "记者的账号被封",
}
OTHER = {
    "accounts": "Auditors take into account the bank account of a mill",
    "channel": "Storm closes the English Channel and the Panama Canal",
    "platform": "Train platform closed after a storm",
    "app in a word": "Happy appetites at the fair",
    "implementation": "تطبيق القانون الجديد",
    "red wine": "La red wine y la blanca",
}


@pytest.mark.parametrize("title", SOCIAL.values(), ids=SOCIAL)
def test_social_media_are_a_scope(title):
    assert "social_media" in generic_scopes(Text(title))


@pytest.mark.parametrize("title", GENERIC.values(), ids=GENERIC)
def test_an_unnamed_platform_is_generic(title):
    assert generic_scopes(Text("", title)) == {"generic"}
    assert says_generic(Text(title))


@pytest.mark.parametrize("title", OTHER.values(), ids=OTHER)
def test_other_things_are_neither(title):
    assert generic_scopes(Text(title)) == set()
    assert not says_generic(Text(title))


def test_the_words_keep_their_places():
    words = "Ban on so\u00adcial media"
    (mention,) = find_generics(words)
    assert words[mention.start : mention.end] == "so\u00adcial media"
