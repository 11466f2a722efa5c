"""Q7: the database stops, is locked, or has no connection left."""

import time
import urllib.error
import urllib.request

import psycopg
import pytest

from tests import make
from tests.conftest import Answer
from tests.processes import wait_for

pytestmark = pytest.mark.services


def rss(*titles):
    return Answer(make.rss(*({"title": title, "guid": title} for title in titles)))


def status(tracker):
    """(HTTP status, seconds) of the front page as nobody has seen it yet."""
    start = time.monotonic()
    try:
        with urllib.request.urlopen(
            f"{tracker.url}/?q=w{time.monotonic_ns()}", timeout=30
        ) as answer:
            code = answer.status
    except urllib.error.HTTPError as error:
        code = error.code
    return code, time.monotonic() - start


def titles(url):
    with psycopg.connect(url) as db:
        return {title for (title,) in db.execute("SELECT title FROM feeds_entry")}


def due(url):
    with psycopg.connect(url) as db:
        db.execute("UPDATE feeds_feed SET next_poll_at = now() WHERE claim IS NULL")


def running(started, server, database):
    tracker = started(DATABASE_URL=database.url)
    server.pages["/rss"] = rss("Rain before")
    assert tracker.manage("migrate").returncode == 0
    assert tracker.manage("addfeed", f"{server.url}/rss").returncode == 0
    tracker.start()
    wait_for(lambda: "Rain before" in titles(database.url))
    return tracker


def test_q7_a_database_that_stops_costs_a_503_and_nothing_else(started, server, postgres, say):
    database = postgres()
    tracker = running(started, server, database)
    assert status(tracker)[0] == 200
    database.stop()
    for _ in range(3):
        code, seconds = status(tracker)
        assert code == 503
        assert seconds < 5
    server.pages["/rss"] = rss("Rain before", "Rain meanwhile")
    time.sleep(20)  # more than a tick of every part without a database
    database.start()
    start = time.monotonic()
    wait_for(lambda: status(tracker)[0] == 200)
    site = time.monotonic() - start
    due(database.url)
    wait_for(lambda: "Rain meanwhile" in titles(database.url))
    say(f"database back: site after {site:.1f} s, polls after {time.monotonic() - start:.1f} s")


def test_q7_a_lock_that_is_held_delays_and_loses_nothing(started, server, postgres, say):
    database = postgres()
    tracker = running(started, server, database)
    server.pages["/rss"] = rss("Rain before", "Rain behind the lock")
    due(database.url)
    with psycopg.connect(database.url) as holder:
        holder.execute("LOCK TABLE feeds_entry IN ACCESS EXCLUSIVE MODE")
        time.sleep(20)
    start = time.monotonic()
    due(database.url)
    wait_for(lambda: "Rain behind the lock" in titles(database.url))
    say(f"lock gone: polls after {time.monotonic() - start:.1f} s")
    assert status(tracker)[0] == 200


def test_q7_without_a_connection_left_pages_are_503_and_come_back(started, server, postgres, say):
    database = postgres(connections=30)
    tracker = running(started, server, database)
    taken = []
    try:
        while True:
            taken.append(psycopg.connect(database.url))
    except psycopg.OperationalError:
        pass
    with psycopg.connect(database.url) if not taken else taken.pop() as admin:
        admin.autocommit = True
        admin.execute(  # the tracker's own, so that it must connect anew
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ''"
            " AND pid <> pg_backend_pid() AND query NOT LIKE 'BEGIN%' AND query <> ''"
        )
        while len(taken) < 40:
            try:
                taken.append(psycopg.connect(database.url))
            except psycopg.OperationalError:
                break
        code, seconds = status(tracker)
        assert code in {200, 503}
        assert seconds < 5
    for connection in taken:
        connection.close()
    start = time.monotonic()
    wait_for(lambda: status(tracker)[0] == 200)
    say(f"connections free: site after {time.monotonic() - start:.1f} s")
