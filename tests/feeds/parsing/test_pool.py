import os
import signal
import subprocess
import sys
import time

import pytest

from tests import make
from tests.conftest import NOW
from tests.feeds.parsing import pool_jobs
from tests.processes import wait_for
from tracker.feeds.parsing import pool
from tracker.feeds.parsing.types import OwnFaultError, ParsedFeed, ParseError


def read(body, seconds=10.0):
    job = {"body": body, "url": "https://a.example/", "content_type": "", "known": b"", "now": NOW}
    return pool.outcome(pool.submit(seconds, **job))


def run(function, *, seconds=10.0, **job):
    return pool.outcome(pool.run(function, job, seconds))


def processes():
    """The living processes that parse for this one, by Parser."""
    started = pool._parsers[0].parsers if pool._parsers else []
    pools = [parser.pool for parser in started if parser.pool is not None]
    return [pid for it in pools for pid in it._pool_manager.worker_manager.workers]


def test_a_feed_comes_back_parsed():
    found = read(make.rss({"title": "a"}))
    assert isinstance(found, ParsedFeed)
    assert found.entries[0].title == "a"


def test_a_process_that_parses_starts_with_little():
    code = "import sys, tracker.feeds.parsing.pool; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"celery", "django", "redis", "feedparser"} & set(ran.stdout.split())


def test_what_is_no_feed_comes_back_as_its_error():
    found = read(b"<html></html>")
    assert isinstance(found, ParseError)
    assert (found.state, str(found)) == ("not_a_feed", "not a feed: an HTML page")


def test_p13_errors_that_cannot_be_raised_fill_no_log(capfd):
    pool.stop()  # a fresh process, with this test's own output
    assert isinstance(run(pool_jobs.stammer), ParsedFeed)
    pool.stop()
    told = capfd.readouterr().err
    assert told.count("Exception ignored") == 1
    assert told.count("MemoryError") <= 4


AUTHOR = (
    "<rss version='2.0'><channel><item><title>x</title><title>only feedparser reads two</title>"
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
    found = run(pool_jobs.hog)
    assert isinstance(found, ParseError)
    assert (found.state, found.reason) == ("costly", "took more than 256 MB to read")
    assert isinstance(read(make.rss({"title": "b"})), ParsedFeed)


def test_a_fault_of_ours_in_a_process_is_no_word_of_the_body_and_is_logged(caplog):
    found = run(pool_jobs.fail)
    assert isinstance(found, OwnFaultError)
    assert found.reason.startswith("could not be read: ValueError")
    (record,) = caplog.records
    assert "ValueError" in record.error
    assert "Traceback" in record.trace


@pytest.mark.parametrize(
    "pause",
    [pytest.param(0.0, id="at once"), pytest.param(1.0, id="noticed", marks=pytest.mark.services)],
)
def test_q14_an_idle_process_that_is_killed_is_replaced(pause):
    assert isinstance(read(make.rss({"title": "a"})), ParsedFeed)
    for pid in processes():
        os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + pause
    wait_for(lambda: time.monotonic() >= end)
    for title in "bcd":
        found = read(make.rss({"title": title}))
        assert isinstance(found, ParsedFeed)
        assert found.entries[0].title == title


@pytest.mark.services
def test_q14_a_busy_process_that_is_killed_costs_its_body_nothing(tmp_path):
    future = pool.run(pool_jobs.slow_once, {"mark": str(tmp_path / "mark")}, 30.0)
    pid = int(wait_for(lambda: (tmp_path / "mark").exists() and (tmp_path / "mark").read_text()))
    os.kill(pid, signal.SIGKILL)
    assert isinstance(pool.outcome(future), ParsedFeed)


@pytest.mark.services
def test_q14_a_body_that_kills_each_process_that_reads_it_alone_is_costly_and_no_other_is():
    deadly = pool.run(pool_jobs.die, {}, 10.0)
    beside = [read(make.rss({"title": title})) for title in "abc"]
    found = pool.outcome(deadly)
    assert isinstance(found, ParseError)
    assert (found.state, found.reason) == ("costly", "ended its reader (exit code -9)")
    assert all(isinstance(it, ParsedFeed) for it in beside)


def test_q14_a_process_that_cannot_start_is_our_fault_and_is_tried_again_later(monkeypatch):
    pool.stop()

    def full(*args, **kwargs):
        raise OSError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr("pebble.pool.process.launch_process", full)
        found = read(make.rss({"title": "a"}))
        assert isinstance(found, OwnFaultError)
        assert "no process to parse in" in found.reason
    assert isinstance(read(make.rss({"title": "a"})), ParsedFeed)


@pytest.mark.services
def test_q14_what_a_process_half_wrote_is_not_read_by_the_next(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(pool, "GRACE", 5.0)
        # Its death or the half answer is noticed first, whichever thread of pebble is quicker.
        assert isinstance(run(pool_jobs.half_answer, seconds=5.0), ParseError | OwnFaultError)
    assert isinstance(read(make.rss({"title": "a"})), ParsedFeed)


@pytest.mark.services
def test_q14_a_process_that_hangs_is_given_up(monkeypatch):
    pool.stop()
    monkeypatch.setattr(pool, "WORKERS", 1)  # so that the stopped process has to take what comes
    try:
        assert isinstance(read(make.rss({"title": "a"})), ParsedFeed)
        (pid,) = processes()
        with monkeypatch.context() as patch:
            patch.setattr(pool, "GRACE", 1.0)
            patch.setattr(pool, "TRIES", 1)
            os.kill(pid, signal.SIGSTOP)
            assert isinstance(read(make.rss({"title": "a"}), seconds=0.5), OwnFaultError)
        assert isinstance(read(make.rss({"title": "b"})), ParsedFeed)
    finally:
        pool.stop()
