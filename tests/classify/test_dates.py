from datetime import date

import pytest

from tracker.classify.dates import occurred

THURSDAY = date(2017, 10, 26)
TOLD = {
    "day and month": ("Il l'a fait ce 26 octobre.", "fr", "2017-10-26"),
    "with year": ("Le 26 octobre 2017, tout change.", "fr", "2017-10-26"),
    "American order": ("It was announced on October 5, 2016.", "en", "2016-10-05"),
    "last year, when it lies ahead": ("Am 3. Dezember wurde gesperrt.", "de", "2016-12-03"),
    "weekday": ("The site said on Tuesday that it was over.", "en", "2017-10-24"),
    "weekday, inflected": ("Об этом сообщили в среду.", "ru", "2017-10-25"),
    "Japanese": ("10月26日に発表した", "ja", "2017-10-26"),
    "Chinese with year": ("2016年8月1日起封禁", "zh", "2016-08-01"),
    "month only": ("The ban of March 2017 still holds.", "en", "2017-03"),
    "ISO": ("Recorded 2017-10-25 by the agency.", "en", "2017-10-25"),
}


@pytest.mark.parametrize(("text", "language", "day"), TOLD.values(), ids=TOLD)
def test_the_text_tells_the_day(text, language, day):
    found = occurred(text, language, THURSDAY)
    assert found is not None
    assert found.value == day


NOT_TOLD = {
    "nothing": ("Twitter bans ads.", "en", THURSDAY),
    "no year and no publication": ("Le 26 octobre, tout change.", "fr", None),
    "no such day": ("On 31 February nothing happened.", "en", THURSDAY),
    "after publication": ("The rule applies from 1 December 2017.", "en", THURSDAY),
    "weekday without publication": ("It said so on Tuesday.", "en", None),
}


@pytest.mark.parametrize(("text", "language", "published"), NOT_TOLD.values(), ids=NOT_TOLD)
def test_what_is_not_told_is_not_guessed(text, language, published):
    assert occurred(text, language, published) is None
