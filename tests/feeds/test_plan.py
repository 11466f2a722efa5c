from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tracker.feeds.entry import ParsedEntry, ParsedFeed, ParseError
from tracker.feeds.fetch import FetchError, Response
from tracker.feeds.plan import CEILING, INTERVAL, JITTER, LATER, RARELY, Known, plan, retry_after

OK = Response("https://a.example/", 200, b"", "", "", "")


def entry(key, content="1"):
    return ParsedEntry(key, content, "", "", "t", "", "", "", None, "")


def planned(outcome, *entries, total=None, **known):
    parsed = ParsedFeed("", "", entries, 0, total or len(entries)) if entries else None
    old = Known("https://a.example/", succeeded_at=NOW - INTERVAL)
    return plan(outcome, parsed, replace(old, **known), NOW)


def test_entries_are_new_changed_or_as_they_were():
    decided = planned(OK, entry("a"), entry("b", "2"), entry("c"), entries={"b": "1", "c": "1"})
    assert [e.key for e in decided.new] == ["a"]
    assert [e.key for e in decided.changed] == ["b"]
    assert decided.state == "working"


def test_h1_an_unchanged_feed_waits_one_interval():
    decided = planned(OK)
    assert decided.state == "unchanged"
    assert INTERVAL <= decided.next_poll_at - NOW <= INTERVAL * LATER * (1 + JITTER)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (FetchError("x", kind="address"), "not_allowed"),
        (FetchError("x", status=403), "refused"),
        (FetchError("x", status=429), "refused"),
        (FetchError("x", status=404), "failing"),
        (FetchError("x", kind="time"), "failing"),
        (FetchError("x", status=410, permanent=True), "gone"),
        (ParseError("x", "not_a_feed"), "not_a_feed"),
        (ParseError("x", "empty"), "empty"),
    ],
    ids=["address", "403", "429", "404", "time", "410", "html", "empty"],
)
def test_each_error_has_its_state(error, state):
    assert planned(error).state == state


def test_h6_failures_wait_longer_each_time_and_are_never_given_up():
    waits = [planned(FetchError("x"), failures=n).next_poll_at - NOW for n in range(99)]
    assert waits == sorted(waits)
    assert waits[19] <= CEILING * (1 + JITTER)
    assert RARELY <= waits[-1] <= RARELY * (1 + JITTER)
    assert all(planned(FetchError("x"), failures=n).is_active for n in range(99))


def test_h5_gone_stops_the_polling():
    assert not planned(FetchError("x", status=410, permanent=True)).is_active


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("Tue, 24 Nov 2026 12:10:00 GMT", 600),
        ("Tue, 24 Nov 2020 12:10:00 GMT", None),
    ],
)
def test_h7_retry_after(header, seconds):
    wait = retry_after(header, NOW)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize("header", ["0", "315360000", "9" * 40])
def test_h7_retry_after_keeps_floor_and_ceiling(header):
    wait = planned(FetchError("x", status=429, retry_after=header)).next_poll_at - NOW
    assert timedelta(minutes=5) <= wait <= CEILING * (1 + JITTER)
