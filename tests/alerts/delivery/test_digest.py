from datetime import UTC, datetime
from functools import partial

import pytest

from tracker.alerts.delivery.digest import SHOWN, AlertHitLine, build_digest, format_subject
from tracker.classify import Kind
from tracker.events.search.rows import EventRow, ReportRow
from tracker.feeds.health import SourceCoverage

AT = datetime(2026, 11, 24, tzinfo=UTC)
SEEN = SourceCoverage(640, 612, 9, 19, 0)


REPORT = partial(
    ReportRow,
    url="https://news.example/1",
    host="news.example",
    publisher="Example News",
    language="en",
    published_at=AT,
    role="report",
    marks=(),
    evidence=(),
    reasons=(),
    summary="",
)


def row(pk, occurred="2017-10-26", headline=""):
    return EventRow(
        id=pk,
        kind=Kind.AD_BAN,
        other_kinds=(),
        headline=headline or f"Event {pk}",
        occurred=occurred,
        occurred_source="text",
        state="machine",
        confidence=0.9,
        grounds="",
        recorded_at=AT,
        changed_at=AT,
        platforms=(),
        targets=(),
        countries=(),
        reports=(),
        links=(),
    )


def told(pk, alert=1, **values):
    return AlertHitLine(alert, f"Alert {alert}", row(pk), **values)


def test_at_most_ten_events_of_an_alert_newest_act_first_and_how_many_more():
    hits = [AlertHitLine(1, "A", row(n, f"2017-10-{n:02}")) for n in range(1, 22)]
    (section,) = build_digest(hits, SEEN).sections
    assert [line.row.id for line in section.lines] == list(range(21, 11, -1))
    assert (len(section.lines), section.more) == (SHOWN, 11)


def test_an_event_in_two_alerts_stands_once_under_the_first():
    made = build_digest([told(7, 1), told(7, 2), told(8, 2)], SEEN)
    first, second = made.sections
    assert [(line.row.id, line.also) for line in first.lines] == [(7, ("Alert 2",))]
    assert [line.row.id for line in second.lines] == [8]
    assert made.subject.startswith("2 new: ")


def test_an_alert_all_of_whose_events_stand_elsewhere_has_no_section():
    assert len(build_digest([told(7, 1), told(7, 2)], SEEN).sections) == 1


def test_undone_corrected_and_silent_have_their_own_place():
    hits = [
        told(7),
        told(8, reason="undone", by=row(9, headline="Back")),
        told(8, 2, reason="undone", by=row(9, headline="Back")),
        told(7, reason="changed", changes=(("kind", "Ad ban", "Other"),)),
        told(6, reason="silent", days=180),
    ]
    made = build_digest(hits, SEEN)
    assert [len(part) for part in (made.undone, made.changed, made.silent)] == [1, 1, 1]
    counts, _, first = made.subject.partition(": ")
    assert counts == "1 new, 1 undone, 1 corrected, 1 not undone"
    assert first.startswith("Event 7; Back")
    lines = [line.row.id for section in made.sections for line in section.lines]
    others = [told.row.id for told in (*made.undone, *made.changed, *made.silent)]
    assert (lines, others) == ([7], [8, 7, 6])


def test_new_reports_stand_under_their_event_and_later_acts_with_the_act():
    def line(pk):
        return told(7, reason="report", report=REPORT(id=pk, title=f"Report {pk}"))

    later = told(7, reason="extended", by=row(9, headline="Longer"))
    made = build_digest([line(1), line(2), line(1), later, told(6, reason="ended")], SEEN)
    (event,) = made.followed
    assert (event.row.id, [report.id for report in event.reports]) == (7, [1, 2])
    assert ([one.by and one.by.id for one in made.later], [one.row.id for one in made.ended]) == (
        [9],
        [6],
    )
    assert made.subject == (
        "2 new reports, 1 follow-up, 1 ended: Event 7 (Example News); Longer; Event 6"
    )
    alone = build_digest([line(1)], SEEN)
    assert alone.subject == "New report: Event 7 (Example News)"


SUBJECTS = {
    "one": ([("new", ["A"])], "New: A"),
    "two": ([("new", ["A", "B"])], "2 new: A; B"),
    "many": ([("new", ["x" * 100, "y" * 100])], f"2 new: {'x' * 100}; …"),
    "thousands": ([("new", ["z" * 200] * 3000)], f"3,000 new: {'z' * 200}"),
    "no news": ([("new", []), ("undone", ["A"])], "Undone: A"),
    "line breaks": ([("new", ["A\r\nBcc: x"])], "New: A Bcc: x"),
}


@pytest.mark.parametrize(("parts", "expected"), SUBJECTS.values(), ids=SUBJECTS)
def test_the_subject_counts_and_names_the_first(parts, expected):
    assert format_subject(parts) == expected
