from datetime import date

import pytest

from tracker.classify.facts.days.act_day import act_day_in
from tracker.classify.words.lexicon import lexicon

THURSDAY = date(2017, 10, 26)
TOLD = {
    "day and month": ("Il l'a fait ce 26 octobre.", "fr", "2017-10-26"),
    "with year": ("Le 26 octobre 2017, tout change.", "fr", "2017-10-26"),
    "American order": ("It was announced on October 5, 2016.", "en", "2016-10-05"),
    "weekday": ("The site said on Tuesday that it was over.", "en", "2017-10-24"),
    "weekday, inflected": ("Об этом сообщили в среду.", "ru", "2017-10-25"),
    "Japanese": ("10月26日に発表した", "ja", "2017-10-26"),
    "Chinese with year": ("2016年8月1日起封禁", "zh", "2016-08-01"),
    "month only": ("The ban of March 2017 still holds.", "en", "2017-03"),
    "Korean, the day alone": ("페이스북은 30일(현지시간) 발표했다.", "ko", "2017-09-30"),
    "Japanese, the day alone": ("同社は25日に発表した。", "ja", "2017-10-25"),
    "Chinese weekday, short": ("公司在周三宣布。", "zh", "2017-10-25"),
    "Chinese weekday, traditional": ("公司週三宣布。", "zh", "2017-10-25"),
    "ISO": ("Recorded 2017-10-25 by the agency.", "en", "2017-10-25"),
}


@pytest.mark.parametrize(("text", "language", "day"), TOLD.values(), ids=TOLD)
def test_the_text_tells_the_day(text, language, day):
    found = act_day_in(text, language, THURSDAY)
    assert found is not None
    assert found.value == day


NOT_TOLD = {
    "a span of days in Korean": ("계정을 12일간 정지했다.", "ko", THURSDAY),
    "a span of days in Japanese": ("3日間の停止", "ja", THURSDAY),
    "a day of last year, without its year": ("Am 3. Dezember wurde gesperrt.", "de", THURSDAY),
    "nothing": ("Twitter bans ads.", "en", THURSDAY),
    "no year and no publication": ("Le 26 octobre, tout change.", "fr", None),
    "no such day": ("On 31 February nothing happened.", "en", THURSDAY),
    "after publication": ("The rule applies from 1 December 2017.", "en", THURSDAY),
    "weekday without publication": ("It said so on Tuesday.", "en", None),
}


@pytest.mark.parametrize(("text", "language", "published"), NOT_TOLD.values(), ids=NOT_TOLD)
def test_what_is_not_told_is_not_guessed(text, language, published):
    assert act_day_in(text, language, published) is None


DAY_WORDS = {
    "today": ("Twitter said today that it bans them.", "en", "2017-10-26"),
    "yesterday": ("YouTube a fermé hier la chaîne.", "fr", "2017-10-25"),
    "a name": ("Twitter bans ads from Russia Today.", "en", None),
}


@pytest.mark.parametrize(("text", "language", "day"), DAY_WORDS.values(), ids=DAY_WORDS)
def test_today_and_yesterday_count_unless_they_are_part_of_a_name(text, language, day):
    found = act_day_in(text, language, THURSDAY, lexicon().find(text, language))
    assert (found.value if found else None) == day


@pytest.mark.parametrize(
    ("published", "month"), [(date(2022, 11, 22), "2022-11"), (date(2021, 1, 7), "")]
)
def test_a_week_tells_its_month_if_it_lies_in_one(published, month):
    text = "The channel was closed this week."
    told = act_day_in(text, "en", published, lexicon().find(text, "en"))
    assert (told.value if told else "") == month
