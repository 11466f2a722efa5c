"""Days, moments and amounts as each language writes them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from tracker.classify import Kind
from tracker.events.wording.headline import HeadlineFacts, write_headline
from tracker.events.wording.names import format_day, spell_moment
from tracker.events.wording.quantities import round_affected, round_money

DAYS = {
    "ar": ("26 أكتوبر 2017", "أكتوبر 2017"),
    "de": ("26. Oktober 2017", "Oktober 2017"),
    "en": ("26 October 2017", "October 2017"),
    "es": ("26 de octubre de 2017", "octubre de 2017"),
    "fr": ("26 octobre 2017", "octobre 2017"),
}


@pytest.mark.parametrize("language", DAYS)
def test_a_day_is_written_as_the_language_does(language):
    with translation.override(language):
        assert (format_day("2017-10-26"), format_day("2017-10")) == DAYS[language]
        assert spell_moment(date(2017, 10, 26)) == DAYS[language][0]
        moment = datetime(2017, 10, 26, 14, 5, tzinfo=UTC)
        comma = "،" if language == "ar" else ","
        assert spell_moment(moment, "H:i") == f"{DAYS[language][0]}{comma} 14:05"
        assert spell_moment(None) == ""


@pytest.mark.parametrize(
    ("language", "money", "accounts"),
    [
        ("ar", "320 مليون يورو", "6.8 مليون حساب"),
        ("de", "320 Millionen Euro", "6,8 Millionen Konten"),
        ("en", "€320 million", "6.8 million accounts"),
        ("es", "320 millones de euros", "6,8 millones de cuentas"),
        ("fr", "320 millions d’euros", "6,8 millions de comptes"),
    ],
)
def test_millions_are_written_as_the_language_does(language, money, accounts):
    with translation.override(language):
        assert round_money(320_000_000, "EUR").replace("\u00a0", " ") == money
        assert round_affected(6_800_000, "accounts").replace("\u00a0", " ") == accounts


@pytest.mark.parametrize(
    ("language", "country", "expected"),
    [
        ("de", "Niederlande", "Niederlande sperren X"),
        ("de", "Russland", "Russland sperrt X"),
        ("es", "Países Bajos", "Países Bajos bloquea X"),
        ("ar", "روسيا", "روسيا: حجب X"),
    ],
)
def test_a_headline_agrees_with_its_country(language, country, expected):
    facts = HeadlineFacts([Kind.PLATFORM_BLOCK], ["X"], [], [country])
    with translation.override(language):
        assert write_headline(facts) == expected
