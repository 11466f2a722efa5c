from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tracker.feeds.identity.recognise import StoredEntries, StoredEntry
from tracker.feeds.network.types import FetchError, Response
from tracker.feeds.parsing.types import ParsedEntry, ParsedFeed, ParseError
from tracker.feeds.plan import (
    CEILING,
    FLOOR,
    INTERVAL,
    JITTER,
    LATER,
    RARELY,
    Known,
    plan,
    retry_after,
    rhythm,
)

OK = Response("https://a.example/", 200, b"", "", "", "")


def entry(key, content="1", *, link="", title="t", published=None):
    return ParsedEntry(key, content, "", link, title, "", "", "", published, "")


def stored(key, content="1", *, link="", title="t"):
    return StoredEntry(key, "", link, title, hashes=frozenset({content}))


def news(*entries, total=None, **known):
    """Keys of the entries that may be mailed."""
    decided = planned(OK, *entries, total=total, **known)
    return [e.key for e in decided.new if decided.is_news(e)]


def planned(outcome, *entries, total=None, rows=(), **known):
    known["stored"] = StoredEntries(rows)
    parsed = ParsedFeed("", "", entries, 0, total or len(entries)) if entries else None
    old = Known("https://a.example/", succeeded_at=NOW - INTERVAL)
    return plan(outcome, parsed, replace(old, **known), NOW)


def test_entries_are_new_changed_or_as_they_were():
    decided = planned(OK, entry("a"), entry("b", "2"), entry("c"), rows=[stored("b"), stored("c")])
    assert [e.key for e in decided.new] == ["a"]
    assert [e.key for e in decided.changed] == ["b"]
    assert decided.state == "working"


def test_h1_an_unchanged_feed_waits_one_interval():
    decided = planned(OK)
    assert decided.state == "unchanged"
    assert INTERVAL <= decided.next_poll_at - NOW <= INTERVAL * LATER * (1 + JITTER)


RECENTLY = NOW - timedelta(hours=2)
UNDATED = [entry(str(n)) for n in range(6)]


@pytest.mark.parametrize("number", [1, 3, 6])
def test_e9_of_a_first_poll_nothing_is_mailed_whose_day_is_not_known(number):
    dated = entry("dated", published=RECENTLY)
    ahead = replace(entry("ahead", published=NOW), is_ahead=True)
    assert news(dated, ahead, *UNDATED[:number], succeeded_at=None) == ["dated"]


def test_e9_later_what_has_no_date_is_news_as_it_came_since_the_last_poll():
    assert news(entry("a"), replace(entry("b", published=NOW), is_ahead=True), total=9) == [
        "a",
        "b",
    ]


def test_e9_after_a_gap_what_has_no_date_is_news_unless_it_fills_most_of_the_feed():
    gap = NOW - timedelta(days=3)
    assert news(entry("a"), total=9, succeeded_at=gap) == ["a"]
    assert news(*UNDATED, total=9, succeeded_at=gap) == []


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (FetchError("x", code="address", cause="address_private"), "not_allowed"),
        (FetchError("x", code="address", cause="address_scheme"), "failing"),
        (FetchError("x", status=202, cause="challenge"), "refused"),
        (FetchError("x", status=403), "refused"),
        (FetchError("x", status=429), "refused"),
        (FetchError("x", status=404), "failing"),
        (FetchError("x", code="time"), "failing"),
        (FetchError("x", status=410, permanent=True), "gone"),
        (ParseError("x", "not_a_feed"), "not_a_feed"),
        (ParseError("x", "empty"), "empty"),
    ],
    ids=["private", "scheme", "202", "403", "429", "404", "time", "410", "html", "empty"],
)
def test_each_error_has_its_state(error, state):
    assert planned(error).state == state


def test_h6_failures_wait_longer_each_time_and_are_never_given_up():
    waits = [planned(FetchError("x"), failures=n).next_poll_at - NOW for n in range(99)]
    assert waits == sorted(waits)
    assert waits[19] <= CEILING * (1 + JITTER)
    assert RARELY <= waits[-1] <= RARELY * (1 + JITTER)


def test_h5_gone_is_asked_again_once_a_month():
    decided = planned(FetchError("x", status=410, permanent=True))
    assert RARELY <= decided.next_poll_at - NOW <= RARELY * (1 + JITTER)


@pytest.mark.parametrize(
    ("had_entries", "state", "is_failure"), [(False, "no_entries", False), (True, "empty", True)]
)
def test_a_feed_without_entries_waits_for_its_first_as_long_as_any(had_entries, state, is_failure):
    decided = plan(
        OK,
        ParsedFeed("", "", (), 0, 0),
        Known("https://a.example/", succeeded_at=NOW - INTERVAL, had_entries=had_entries),
        NOW,
    )
    assert (decided.state, decided.is_failure) == (state, is_failure)
    assert decided.next_poll_at - NOW <= INTERVAL * LATER * (1 + JITTER)


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


def test_e4_an_entry_under_a_new_key_with_its_old_link_is_the_same():
    link = "https://a.example/p/1"
    decided = planned(OK, entry("new", link=link), rows=[stored("old", link=link)])
    assert (decided.new, decided.changed, decided.renamed[0][0]) == ((), (), "old")


def test_e5_more_than_half_new_is_stored_and_waits_for_an_owner():
    many = [entry(str(n)) for n in range(6)]
    assert planned(OK, *many, total=10).is_flood
    assert not planned(OK, *many, total=20).is_flood


def test_e9_of_a_first_poll_the_last_day_is_news():
    many = [entry(str(n)) for n in range(6)]
    first = planned(OK, *many, succeeded_at=None)
    assert first.news_since == NOW - timedelta(hours=24)
    assert len(first.new) == 6


def test_after_a_day_without_polls_the_last_day_is_news_and_there_is_no_flood():
    many = [entry(str(n)) for n in range(6)]
    late = planned(OK, *many, succeeded_at=NOW - timedelta(days=3))
    assert late.news_since == NOW - timedelta(hours=24)


def test_a_feed_finds_its_rhythm_at_about_ten_polls_an_entry():
    interval = INTERVAL
    for poll in range(2_000):
        interval = rhythm(interval, has_news=poll % 10 == 0)
    assert FLOOR < interval < CEILING
    for _ in range(200):
        interval = rhythm(interval, has_news=False)
    assert interval == CEILING
    for _ in range(20):
        interval = rhythm(interval, has_news=True)
    assert interval == FLOOR


FRESH = {
    "nothing": ({}, INTERVAL),
    "ttl": ({"ttl": timedelta(hours=2)}, timedelta(hours=2)),
    "max-age": ({"cache_control": "public, max-age=7200"}, timedelta(hours=2)),
    "max-age of a year": ({"cache_control": "max-age=31536000"}, CEILING),
    "Expires": ({"expires": "Tue, 24 Nov 2026 14:00:00 GMT"}, timedelta(hours=2)),
    "Expires 0": ({"expires": "0"}, INTERVAL),
    "max-age before Expires": (
        {"cache_control": "max-age=3600", "expires": "Tue, 24 Nov 2026 23:00:00 GMT"},
        timedelta(hours=1),
    ),
    "s-maxage is for shared caches": ({"cache_control": "s-maxage=31536000"}, INTERVAL),
    "s-maxage before max-age": (
        {"cache_control": "s-maxage=31536000, max-age=7200"},
        timedelta(hours=2),
    ),
    "max-age before s-maxage": ({"cache_control": "max-age=0,s-maxage=999999"}, INTERVAL),
    "Age counts": ({"cache_control": "max-age=36000", "age": "28800"}, timedelta(hours=2)),
    "Age of all": ({"cache_control": "max-age=36000", "age": "99999"}, INTERVAL),
    "no-cache": ({"cache_control": "no-cache, max-age=86400"}, INTERVAL),
    "no-store": ({"cache_control": "max-age=86400, No-Store"}, INTERVAL),
    "nonsense": ({"cache_control": "max-age=soon", "expires": "never"}, INTERVAL),
}


@pytest.mark.parametrize(("told", "wait"), FRESH.values(), ids=FRESH)
def test_the_feeds_own_wish_lengthens_the_wait(told, wait):
    answer = replace(OK, **{k: v for k, v in told.items() if k != "ttl"})
    decided = planned(answer, ttl=told.get("ttl", timedelta(0)))
    assert wait <= decided.next_poll_at - NOW <= wait * LATER * (1 + JITTER)


NEW_PLACE = "https://b.example/feed"


def test_h3_a_permanent_redirect_is_stored_after_a_week_of_the_same_target():
    there = replace(OK, moved_to=NEW_PLACE)
    first = planned(there)
    assert (first.url, first.moved_to, first.moved_since) == ("", NEW_PLACE, NOW)
    week = NOW - timedelta(days=7)
    assert planned(there, moved_to=NEW_PLACE, moved_since=week).url == NEW_PLACE
    other = planned(there, moved_to="https://c.example/", moved_since=week)
    assert (other.url, other.moved_since) == ("", NOW)
    assert planned(OK, moved_to=NEW_PLACE, moved_since=week).moved_to == ""


def test_h3_from_http_to_https_at_once():
    there = replace(OK, moved_to="https://a.example/rss")
    assert planned(there, url="http://a.example/rss").url == "https://a.example/rss"


def test_h4_a_redirect_to_what_is_no_feed_changes_nothing():
    decided = planned(ParseError("x", "not_a_feed"), moved_to=NEW_PLACE, moved_since=NOW)
    assert (decided.url, decided.moved_to) == ("", NEW_PLACE)


def test_h7_busy_holds_the_domain_back():
    decided = planned(FetchError("x", status=503, retry_after="7200"))
    assert decided.held_until == NOW + timedelta(hours=2)
    assert planned(FetchError("x", status=500)).held_until is None


def test_h7_a_feed_that_was_held_back_has_not_failed():
    decided = planned(FetchError("x", code="held", status=429, retry_after="7200"))
    assert (decided.is_failure, decided.held_until) == (False, None)
    assert decided.next_poll_at - NOW >= timedelta(hours=2)


def test_q4_a_body_that_costs_too_much_is_quarantined_after_three():
    costly = ParseError("x", "costly")
    assert planned(costly, failures=1).state == "costly"
    third = planned(costly, failures=2)
    assert third.state == "quarantined"
    assert third.next_poll_at - NOW >= CEILING
