import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.classify.facts.days.yearless import days_between, named_days

TEXTS = {
    "English": ("en", "The page was closed on March 4 by order.", {(3, 4)}),
    "French": ("fr", "Le site a fermé la chaîne mercredi 19 décembre.", {(12, 19)}),
    "Japanese, the day alone": ("ja", "同社は24日、利用を停止したと発表した。", {(0, 24)}),
    "Japanese": ("ja", "8月27日、同社はアカウントを凍結した。", {(8, 27)}),
    "an end is not the act's": ("en", "The app is blocked until March 4.", set()),
    "a month is no day": ("en", "The page was closed in March.", set()),
    "none": ("en", "The page was closed.", set()),
}
DAYS = st.one_of(
    st.tuples(st.integers(1, 12), st.integers(1, 28)), st.tuples(st.just(0), st.integers(1, 31))
)


@pytest.mark.parametrize(("language", "text", "days"), TEXTS.values(), ids=TEXTS)
def test_days_are_named_without_their_year(language, text, days):
    assert named_days(text, language) == days


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        ((3, 4), (3, 11), 7),
        ((12, 30), (1, 2), 3),
        ((0, 30), (0, 1), 2),
        ((0, 24), (8, 27), 3),
        ((2, 29), (3, 1), 1),
    ],
)
def test_days_are_compared_whatever_their_years(first, second, days):
    assert days_between(first, second) == days


@given(DAYS, DAYS)
def test_the_distance_of_two_days_is_one_both_ways(first, second):
    assert days_between(first, first) == 0
    assert days_between(first, second) == days_between(second, first) <= 183


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    assert all(1 <= day <= 99 and month <= 12 for month, day in named_days(text, "en"))
