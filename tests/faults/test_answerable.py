"""Q16: the embedded form goes on answering while its database is locked, and to honest readers
while others hold connections.
"""

import socket
import sqlite3
import threading
import time
import urllib.error
import urllib.request

import pytest

pytestmark = pytest.mark.services
CONNECTIONS = 60
HELD = {
    "idle": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-a: ",
    "half a body": b"POST /suggest HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\na=",
    "half a chunk": b"POST /suggest HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n5\r\na=",
    "kept alive": b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "files that nobody reads": b"GET /events.jsonl HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "half of a second": b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /health HTTP/1.1\r\n",
}


@pytest.fixture
def running(started):
    tracker = started(ALLOWED_NETWORKS="")
    assert tracker.manage("migrate").returncode == 0
    # One feed that nobody serves, so that the catalogue is not loaded: no other work.
    assert tracker.manage("addfeed", "http://127.0.0.1:1/rss").returncode == 0
    tracker.start()
    tracker.get("/about")
    return tracker


def seconds_of(tracker, path="/about", data=None):
    """(status, seconds) of one request."""
    start = time.monotonic()
    try:
        with urllib.request.urlopen(tracker.url + path, data, timeout=60) as answer:
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    return status, time.monotonic() - start


def test_q16_readers_are_answered_beside_connections_that_send_nothing(running, say):
    for kind, sent in HELD.items():
        held = []
        for _ in range(CONNECTIONS):
            held.append(socket.create_connection(("127.0.0.1", running.port)))
            held[-1].sendall(sent)
        status, seconds = seconds_of(running)
        say(f"{CONNECTIONS} connections, {kind}: {status} after {seconds:.1f} s")
        for connection in held:
            connection.close()
        assert status == 200
        assert seconds < 5


def test_q16_readers_are_answered_while_the_database_is_locked(running, say):
    token = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = token.open(running.url + "/alerts/new?kind=ad_ban", timeout=30).read().decode()
    csrf = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    found: list[tuple[int, float]] = []

    def sign_up(number):
        body = f"csrfmiddlewaretoken={csrf}&rate=daily&zone=UTC&address=r{number}@example.org"
        start = time.monotonic()
        try:
            status = token.open(running.url + "/alerts/new?kind=ad_ban", body.encode(), 60).status
        except urllib.error.HTTPError as error:
            status = error.code
        found.append((status, time.monotonic() - start))

    with sqlite3.connect(running.var / "tracker.sqlite3", isolation_level=None, timeout=30) as db:
        db.execute("BEGIN IMMEDIATE")
        writers = [threading.Thread(target=sign_up, args=(n,)) for n in range(20)]
        for writer in writers:
            writer.start()
        pages = [seconds_of(running, path) for path in ("/about", "/sources", "/health", "/")]
        for writer in writers:
            writer.join()
        db.execute("ROLLBACK")
    slowest = max(seconds for _, seconds in [*pages, *found])
    say(f"locked: the slowest of {len(pages)} pages and {len(found)} sign-ups took {slowest:.1f} s")
    assert [status for status, _ in pages] == [200] * 4
    assert {status for status, _ in found} == {503}
    assert slowest < 5
