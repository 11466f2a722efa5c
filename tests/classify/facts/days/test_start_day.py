from datetime import date

import pytest

from tracker.classify.facts.days.act_day import act_day_in, find_act_day
from tracker.classify.facts.days.start_day import find_start_day, start_day_in
from tracker.classify.words.lexicon import lexicon

MONDAY = date(2026, 11, 23)
# An announced start in each language: what the text says, and from when the measure holds.
STARTS = {
    "en takes effect": (
        "en", "Pinterest says its new ad rules take effect on 1 December.", "2026-12-01",
    ),
    "en from": ("en", "Clipshare will ban political ads from January 1.", "2027-01-01"),
    "en starting": ("en", "Starting Dec. 15, teens need a parent's consent.", "2026-12-15"),
    "en month": ("en", "The law comes into force in March 2027.", "2027-03"),
    "en next Monday": ("en", "Comments will be off from next Monday.", "2026-11-30"),
    "en tomorrow": ("en", "The ban applies from tomorrow.", "2026-11-24"),
    "en next month": ("en", "Crypto ads are barred from next month.", "2026-12"),
    "en next year": ("en", "The rules apply from February next year.", "2027-02"),
    "de ab dem": (
        "de", "Ab dem 1. Dezember verbietet Pinterest Werbung für Diätpillen.", "2026-12-01",
    ),
    "de tritt in Kraft": ("de", "Das Gesetz tritt am 1. Januar in Kraft.", "2027-01-01"),
    "de ab Monat": ("de", "Ab Januar sperrt Clipshare Konten ohne Altersnachweis.", "2027-01"),
    "fr à partir du": (
        "fr", "À partir du 1er janvier, les pubs politiques sont interdites.", "2027-01-01",
    ),
    "fr entrera en vigueur": (
        "fr", "La règle entrera en vigueur le 15 décembre 2026.", "2026-12-15",
    ),
    "es a partir del": (
        "es", "A partir del 1 de diciembre, la red vetará esos anuncios.", "2026-12-01",
    ),
    "es entra en vigor": ("es", "La norma entrará en vigor el 10 de enero de 2027.", "2027-01-10"),
    "pt a partir de": (
        "pt", "A partir de 1º de janeiro, a rede proíbe anúncios políticos.", "2027-01-01",
    ),
    "it dal": ("it", "Dal 1° dicembre saranno vietati gli annunci politici.", "2026-12-01"),
    "it entrerà": ("it", "Il divieto entrerà in vigore il 10 gennaio 2027.", "2027-01-10"),
    "nl vanaf": ("nl", "Vanaf 1 december zijn politieke advertenties verboden.", "2026-12-01"),
    "nl gaat in": ("nl", "De regel gaat in op 1 januari.", "2027-01-01"),
    "pl od": ("pl", "Od 1 grudnia Pinterest zakaże takich reklam.", "2026-12-01"),
    "pl wejdzie w życie": ("pl", "Ustawa wejdzie w życie 1 stycznia.", "2027-01-01"),
    "ru с": ("ru", "С 1 января соцсеть запретит политическую рекламу.", "2027-01-01"),
    "ru вступит в силу": ("ru", "Закон вступит в силу 1 марта 2027 года.", "2027-03-01"),
    "uk з": ("uk", "З 1 грудня мережа заборонить таку рекламу.", "2026-12-01"),
    "tr itibaren": ("tr", "1 Aralık'tan itibaren siyasi reklamlar yasaklanacak.", "2026-12-01"),
    "tr yürürlüğe": ("tr", "Yasa 1 Ocak 2027'de yürürlüğe girecek.", "2027-01-01"),
    "id mulai": ("id", "Mulai 1 Desember, iklan politik dilarang.", "2026-12-01"),
    "vi từ ngày": ("vi", "Từ ngày 1/12, mạng xã hội này cấm quảng cáo chính trị.", "2026-12-01"),
    "ar اعتبارا من": ("ar", "ستحظر المنصة الإعلانات السياسية اعتبارا من 1 ديسمبر.", "2026-12-01"),
    "ar digits": ("ar", "يدخل القرار حيز التنفيذ في ١ يناير ٢٠٢٧.", "2027-01-01"),
    "fa از": ("fa", "این شبکه از ۱۰ دسامبر تبلیغات سیاسی را ممنوع می‌کند.", "2026-12-10"),
    "fa Solar Hijri": ("fa", "این قانون از ۱ دی اجرا می‌شود.", "2026-12-22"),
    "he החל מ": ("he", "החל מ-1 בדצמבר ייאסרו מודעות פוליטיות.", "2026-12-01"),
    "hi से": ("hi", "1 दिसंबर से राजनीतिक विज्ञापन बंद होंगे।", "2026-12-01"),
    "ja から": ("ja", "12月1日から政治広告を禁止すると発表した。", "2026-12-01"),
    "ja 来月": ("ja", "来月から政治広告を禁止する。", "2026-12"),
    "ko 부터": ("ko", "12월 1일부터 정치 광고를 금지한다.", "2026-12-01"),
    "zh 起": ("zh", "该平台12月1日起禁止政治广告。", "2026-12-01"),
    "zh 明年": ("zh", "平台自明年1月起禁止政治广告。", "2027-01"),
}  # fmt: skip


@pytest.mark.parametrize(("language", "text", "day"), STARTS.values(), ids=STARTS)
def test_an_announced_start_is_when_it_takes_effect_and_not_the_day_of_the_act(language, text, day):
    mentions = lexicon().find(text, language)
    start = start_day_in(text, language, MONDAY, mentions)
    assert start is not None
    assert start.value == day
    assert act_day_in(text, language, MONDAY, mentions) is None


NO_START = {
    "the day of the act": ("en", "Clipshare banned the channel on 20 November."),
    "until": ("en", "The app is blocked until 1 December."),
    "a deadline": ("de", "Bis zum 1. Dezember muss die Plattform antworten."),
    "since": ("en", "The channel has been dark since 1 March."),
    "begun, or next year's": ("ru", "Петицию с 16 октября подписали тысячи человек."),
    "last Monday or the next": ("ru", "Канал недоступен с четверга."),
}


@pytest.mark.parametrize(("language", "text"), NO_START.values(), ids=NO_START)
def test_other_days_are_no_start(language, text):
    assert start_day_in(text, language, MONDAY, lexicon().find(text, language)) is None


def test_a_start_that_has_passed_is_told_as_such():
    start = start_day_in("The law came into force on 10 October.", "en", MONDAY)
    assert start is not None
    assert start.value == "2026-10-10"


def test_a_start_without_year_and_publication_is_not_guessed():
    assert start_day_in("From 1 December ads are barred.", "en", None) is None


NOT_THE_ACT = {
    "a riot": ("en", "The account, suspended after the riot of 6 January 2021, is back."),
    "founded": ("en", "The network, founded in March 2017, lost its app."),
    "after an election": ("en", "Posts from before the election of November 3, 2020 stay."),
    "a caption": (
        "en",
        "The logo at its office on Nov. 2, 2026. (Jane Doe/AP Photo) The app fell.",
    ),
    "German riot": ("de", "Nach dem Sturm auf das Kapitol am 6. Januar 2021 gesperrt."),
    "Polish riot": ("pl", "Konto zawieszono po zamieszkach 6 stycznia 2021 r."),
    "Japanese riot": ("ja", "2021年1月6日の議事堂襲撃を受けて停止された。"),
    "far, without its year": ("en", "The order is dated February 3."),
    "until": ("en", "Telegram is blocked until November 30."),
    "Chinese deadline": ("zh", "要求11月30日前整改。"),
    "April last year": ("en", "The complaint was lodged in April last year."),
}


@pytest.mark.parametrize(("language", "text"), NOT_THE_ACT.values(), ids=NOT_THE_ACT)
def test_the_day_of_another_happening_is_not_that_of_the_act(language, text):
    assert act_day_in(text, language, MONDAY, lexicon().find(text, language)) is None


NEARER = {
    "weekday before a far day": (
        "en", "X said on Friday that it lifts the ban of 8 January 2021.", "2026-11-20",
    ),
    "near before far": (
        "en", "Banned on March 3, 2024, the singer is back since 19 November.", "2026-11-19",
    ),
    "the act, not the start": (
        "en",
        "Pinterest announced on 20 November that the rule takes effect on 1 December.",
        "2026-11-20",
    ),
    "not the dateline": ("zh", "11月23日消息，该平台11月20日发布公告。", "2026-11-20"),
    "Arabic digits": ("ar", "أعلنت الشركة في ٢٠ نوفمبر ٢٠٢٦ حذف القناة.", "2026-11-20"),
    "Devanagari digits": ("hi", "कंपनी ने २० नवंबर को चैनल हटाया।", "2026-11-20"),
    "Solar Hijri": ("fa", "این کانال در ۲۹ آبان ۱۴۰۵ مسدود شد.", "2026-11-20"),
    "Hebrew prefix": ("he", "הערוץ נחסם ב-20 בנובמבר.", "2026-11-20"),
    "Russian weekday with its day": (
        "ru", "В пятницу, 20 ноября, суд заблокировал сайт.", "2026-11-20",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("language", "text", "day"), NEARER.values(), ids=NEARER)
def test_the_day_near_the_report_is_that_of_the_act(language, text, day):
    mention = act_day_in(text, language, MONDAY, lexicon().find(text, language))
    assert mention is not None
    assert mention.value == day


def test_a_far_day_of_the_title_gives_way_to_a_near_one_below():
    zones = {
        "title": "Singer back after ban of 3 March 2024",
        "summary": "Clipshare restored the account on Friday. New rules apply from 1 December.",
        "body": "",
    }
    mentions = {zone: lexicon().find(words, "en") for zone, words in zones.items()}
    day = find_act_day(zones, mentions, "en", MONDAY)
    start = find_start_day(zones, mentions, "en", MONDAY)
    assert day is not None
    assert (day[0], day[1].value) == ("summary", "2026-11-20")
    assert start is not None
    assert (start[0], start[1].value) == ("summary", "2026-12-01")


def test_the_words_are_those_of_the_text():
    text = "Dès le 1er décembre 2026, interdit."
    start = start_day_in(text, "fr", MONDAY)
    assert start is not None
    assert text[start.start : start.end] == "1er décembre 2026"


@pytest.mark.parametrize(
    "text", ["1 Dec " * 1700, "from " * 2000, "12月1日" * 2000, "9" * 10_000, "(" * 10_000]
)
@pytest.mark.parametrize("language", ["en", "zh", "tr", "xx"])
def test_hostile_text_raises_nothing(text, language):
    act_day_in(text[:6000], language, MONDAY)
    start_day_in(text[:6000], language, MONDAY)
