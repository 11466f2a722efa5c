import pytest

from tracker.events.search.rows import ReportRow
from tracker.events.wording.names import language_name
from tracker.web.templatetags.tracker import (
    day_note,
    day_of_month,
    days_until,
    marked,
    path_of,
)


@pytest.mark.parametrize(
    ("occurred", "heading", "note"),
    [
        ("2017-10-26", "26 October", "2017"),
        ("2017-10", "October", "2017, exact day unknown"),
        ("", "Day unknown", "no report states it"),
    ],
)
def test_a_heading_says_how_precisely_the_day_is_known(occurred, heading, note):
    assert (day_of_month(occurred), day_note(occurred)) == (heading, note)


@pytest.mark.parametrize(
    ("code", "name"),
    [("fr", "French"), ("zh-hant", "Chinese"), ("pt_BR", "pt_BR"), ("", ""), ("x", "x")],
)
def test_a_language_is_named_or_shown_as_it_came(code, name):
    assert language_name(code) == name


def test_marked_words_are_escaped_and_odd_marks_are_passed_over():
    report = ReportRow(
        "", "", "", "", "<b> bans ads", None, "", ((4, 8), (6, 12), (9, 99)), (), (), ""
    )
    assert marked(report) == "&lt;b&gt; <mark>bans</mark> ads"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("2021-01-08", "2022-11-19", "680 days"),
        ("2021-01-08", "2021-01-09", "1 day"),
        ("2021-01", "2021-02-01", ""),
        ("2021-01-09", "2021-01-08", ""),
    ],
)
def test_the_span_between_two_days(first, second, words):
    assert days_until(first, second) == words


def test_a_page_without_title_is_named_by_its_path():
    assert path_of("https://a.example/2017/x?y=1") == "2017/x?y=1"
    assert path_of("https://a.example/") == "a.example"
