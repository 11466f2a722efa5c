from datetime import timedelta

import pytest

from tracker.classify.facts.durations import stated_length

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("language", "title", "length"),
    [
        ("en", "Judge orders Signal blocked for 72 hours", 3 * DAY),
        ("en", "Facebook blocks the page of a mayor for a day", DAY),
        ("en", "X hands a reporter a ten-day ban", 10 * DAY),
        ("en", "Twitch gives a streamer a 2-week suspension", 14 * DAY),
        ("en", "Country shuts down Viber for up to three weeks", 21 * DAY),
        ("fr", "Un juge fait bloquer Signal pour 72 heures", 3 * DAY),
        ("fr", "Suspension de sept jours pour la chaîne", 7 * DAY),
        ("de", "X sperrt eine Abgeordnete für zwölf Stunden", DAY / 2),
        ("de", "Nach Streit: 7-tägige Sperre auf Twitch", 7 * DAY),
        ("es", "Instagram suspende la cuenta por 30 días", 30 * DAY),
        ("pt", "Justiça bloqueia Telegram por dois dias", 2 * DAY),
        ("it", "YouTube blocca il canale per due settimane", 14 * DAY),
        ("nl", "YouTube blokkeert zender voor 24 uur", DAY),
        ("pl", "Facebook zablokował profil na 30 dni", 30 * DAY),
        ("pl", "Facebook zablokował profil na tydzień", 7 * DAY),
        ("ru", "Twitch заблокировал стримера на 14 дней", 14 * DAY),
        ("ru", "Суд заблокировал сервис на сутки", DAY),
        ("uk", "Facebook заблокував сторінку на тиждень", 7 * DAY),
        ("tr", "Bir kanala 72 saat boyunca erişim engeli", 3 * DAY),
        ("ar", "حظر التطبيق لمدة 10 أيام", 10 * DAY),
        ("id", "Instagram diblokir selama 3 hari", 3 * DAY),
        ("ja", "アカウントを7日間停止", 7 * DAY),
        ("zh", "平台封禁30天", 30 * DAY),
        ("ko", "계정 30일간 정지", 30 * DAY),
    ],
)
def test_a_title_states_a_length(language, title, length):
    assert stated_length(title, language) == length


@pytest.mark.parametrize(
    "title",
    [
        "Signal blocked for three days now",
        "Court lifts the block after two days",
        "Viber is back 48 hours after the vote",
        "App blocked for 12 days and counting",
        "X suspends accounts for inciting hatred",
        "YouTube bans 10-year-old channel",
        "Telegram fined for 3 million euros",
        "Ban for 7 days, then for 30 days",
        "TikTok blocked for the first time in five years",
    ],
)
def test_what_is_no_length_of_the_measure(title):
    assert stated_length(title, "en") is None


def test_a_language_without_a_list_has_none():
    assert stated_length("Blokovano na 3 dana", "hr") is None
