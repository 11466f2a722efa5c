import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tracker
from tracker.partial_date import UNKNOWN, PartialDate, month_text

ROOT = Path(tracker.__file__).parent
DAYS = st.dates(date(1000, 1, 1), date(9998, 12, 31))


def texts_of(day):
    return [f"{day:%Y-%m-%d}", f"{day:%Y-%m}", f"{day:%Y}"]


TEXTS = st.one_of(st.just(""), DAYS.flatmap(lambda day: st.sampled_from(texts_of(day))))


@given(TEXTS)
def test_a_text_is_read_and_written_alike(text):
    assert str(PartialDate.parse(text)) == text


@given(st.lists(TEXTS))
def test_dates_sort_as_their_texts_in_the_database(texts):
    assert [str(day) for day in sorted(map(PartialDate.parse, texts))] == sorted(texts)


@given(DAYS)
def test_a_day_lies_in_the_span_of_its_month_and_year(day):
    for text in texts_of(day):
        span = PartialDate.parse(text).span
        assert span is not None
        first, last = span
        assert first <= day <= last


@given(DAYS)
def test_the_span_of_a_month_ends_where_the_next_one_begins(day):
    span = PartialDate.parse(f"{day:%Y-%m}").span
    assert span is not None
    assert (span[0].day, (span[1] + timedelta(days=1)).day) == (1, 1)


@given(DAYS, st.integers(0, 2))
def test_what_may_be_that_day_lies_between_the_least_and_the_greatest_text(day, precision):
    limit = PartialDate.parse(texts_of(day)[precision])
    for text in texts_of(day)[precision:2]:
        assert text <= limit.highest_text
    assert limit.lowest_text <= f"{day:%Y-%m-%d}" <= limit.highest_text
    if day.day == 1:
        assert limit.lowest_text <= f"{day:%Y-%m}"


@given(st.lists(TEXTS, min_size=1))
def test_the_earliest_by_its_last_day_is_the_most_precise_one(texts):
    ranked = sorted(map(PartialDate.parse, texts), key=lambda day: day.closing_key)
    spans = [day.span[1] if day.span else date.max for day in ranked]
    assert spans == sorted(spans)


@pytest.mark.parametrize(
    ("text", "precision"),
    [("2017-10-26", "day"), ("2017-10", "month"), ("2017", "year"), ("", "unknown")],
)
def test_precision(text, precision):
    day = PartialDate.parse(text)
    assert day.precision == precision
    assert bool(day) == (text != "")
    assert (day.whole is not None) == (precision == "day")


@pytest.mark.parametrize(
    "text",
    [
        *("2017-13", "2017-00", "2017-10-00", "2017-10-32", "2017-1", "2017-10-1", "20171026"),
        *("0000", "0000-01-01", "-2017", "2017-10-26T12:00", " 2017", "2017\n", "२०१७", "unknown"),
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="is not a date"):
        PartialDate.parse(text)


def test_the_thirty_first_of_a_short_month_is_its_last_day_and_in_no_calendar():
    day = PartialDate.parse("2024-02-31")
    assert (day.span, day.is_in_calendar) == ((date(2024, 2, 29), date(2024, 2, 29)), False)
    assert str(day) == "2024-02-31"


def test_days_between_are_known_for_whole_days_only():
    first, second = PartialDate.parse("2017-10-26"), PartialDate.parse("2017-11-01")
    assert first.days_until(second) == 6
    assert second.days_until(first) == -6
    assert first.days_until(PartialDate.parse("2017-11")) is None
    assert UNKNOWN.days_until(second) is None


def test_the_month_of_a_text():
    assert [month_text(text) for text in ("2017-10-26", "2017-10", "")] == [
        "2017-10",
        "2017-10",
        "",
    ]


def test_nobody_else_cuts_the_text_of_a_date():
    """Classify finds days in texts and has a type of its own for that."""
    cut = re.compile(
        r"\b(occurred|around|day|month|since|until|date_text|ended)\w*(\[(:4|:7|:10|5:7|8:)\]|\.ljust)"
        r"|len\([\w.]*(occurred|day|around|ended)\) (==|!=|<|>|in)"
    )
    cutting = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in ROOT.rglob("*.py")
        if "classify" not in path.parts and "migrations" not in path.parts
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if cut.search(line)
    ]
    assert cutting == []
