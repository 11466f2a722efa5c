import sys
import time

import pytest

from tests import make
from tests.conftest import NOW
from tracker.feeds import pool
from tracker.feeds.entry import ParsedFeed, ParseError
from tracker.feeds.limits import PARSE_MEMORY


def read(body, seconds=10.0):
    job = {"body": body, "url": "https://a.example/", "content_type": "", "known": b"", "now": NOW}
    return pool.outcome(pool.submit(seconds, **job))


def test_a_feed_comes_back_parsed():
    found = read(make.rss({"title": "a"}))
    assert isinstance(found, ParsedFeed)
    assert found.entries[0].title == "a"


def test_what_is_no_feed_comes_back_as_its_error():
    found = read(b"<html></html>")
    assert isinstance(found, ParseError)
    assert (found.state, str(found)) == ("not_a_feed", "not a feed: an HTML page")


AUTHOR = (
    "<rss version='2.0'><channel><item><title>x</title>"
    f"<author>a@{'a.' * 100_000}!</author></item></channel></rss>"
)


def test_p3_a_body_that_takes_hours_is_stopped_and_the_next_one_is_read():
    start = time.monotonic()
    found = read(AUTHOR.encode(), seconds=1.0)
    assert isinstance(found, ParseError)
    assert found.state == "costly"
    assert time.monotonic() - start < 10
    assert isinstance(read(make.rss({"title": "b"})), ParsedFeed)


@pytest.mark.parametrize("body", [b"<a>" * 3_000_000, b"<rss><channel>" + b"<item/>" * 1_400_000])
def test_p7_p8_ten_megabytes_of_tags_end_in_an_outcome(body):
    found = read(body[:10_000_000], seconds=3.0)
    assert isinstance(found, ParseError)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's data")
def test_what_takes_too_much_memory_is_an_outcome_and_the_next_one_is_read():
    hog = pool._pool().schedule(bytearray, args=[2 * PARSE_MEMORY], timeout=10)
    found = pool.outcome(hog)  # type: ignore[arg-type]
    assert isinstance(found, ParseError)
    assert (found.state, found.reason) == ("costly", "took more than 256 MB to read")
    assert isinstance(read(make.rss({"title": "b"})), ParsedFeed)


def test_a_fault_of_ours_in_a_process_is_an_outcome_too_and_is_logged(caplog):
    found = pool.outcome(pool._pool().schedule(int, args=["x"]))  # type: ignore[arg-type]
    assert isinstance(found, ParseError)
    assert found.reason.startswith("could not be read: ValueError")
    assert "not foreseen" in caplog.text
