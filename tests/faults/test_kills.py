"""Q14: `kill -9` of every kind of process of the embedded form, idle and busy; KILLS says how many
times (8, in a whole run 50).
"""

import http.client
import itertools
import json
import os
import signal
import sqlite3
import threading
import time
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import pytest

from tests import make
from tests.processes import free_port, parent, wait_for, web_server

pytestmark = pytest.mark.services
KILLS = int(os.environ.get("KILLS", "8"))
KINDS = (
    *("idle parser", "busy parser", "worker", "busy worker"),
    *("clock", "web", "web worker", "busy web worker"),
)
FEEDS = 12
# A second or two of reading, by feedparser, since two titles are odd.
SLOW = f"<title>x</title><author>a@{'a.' * 8_000}!</author></item>".encode()


@pytest.fixture
def feeds():
    """A server whose feeds have a new entry each time; `slow` has the first take seconds."""

    class It:
        slow = False
        port = free_port()

    numbers = itertools.count()

    def body(path):
        number = next(numbers)
        found = make.rss({"title": f"Rain {number}", "guid": str(number)})
        if It.slow and path == "/1":
            return found.replace(b"</item>", SLOW, 1)
        return found

    http = web_server(body, It.port)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield It
    http.shutdown()
    http.server_close()


def words(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return []


def of_kind(tracker, kind):
    """The process of this kind: a part that `up` started, one that parses for the worker, or one
    that answers for the web server.
    """
    mine = {pid: words(pid) for pid in tracker.processes()}
    parts = {pid: w for pid, w in mine.items() if parent(pid) == tracker.process.pid}
    sign = "gunicorn" if "web" in kind else "beat" if kind == "clock" else "worker"
    (part,) = [pid for pid, w in parts.items() if sign in w]
    children = [pid for pid in mine if parent(pid) == part]
    parsers = [pid for pid in children if "spawn_main" in " ".join(mine[pid])]
    if kind in {"web", "clock", "worker"}:
        return part
    if "web" in kind:
        return children[0]
    if kind == "idle parser":
        return parsers[0]
    busy = busy_one(tracker, parsers)
    return part if busy and kind == "busy worker" else busy


def busy_one(tracker, parsers):
    make_due(tracker)
    end = time.monotonic() + 15  # more than a tick of the clock, and the reading of a slow body
    while time.monotonic() < end:
        for pid in parsers:
            if is_busy(pid):
                return pid
    return None


def orphans(tracker):
    """Processes that go on though what started them was killed."""
    mine = tracker.processes()
    return [pid for pid in mine if parent(pid) not in {*mine, os.getpid()}]


@contextmanager
def readers(tracker, count=4):
    """So many readers who ask for one page after the other."""
    is_over = threading.Event()

    def read():
        while not is_over.is_set():
            with suppress(OSError, http.client.HTTPException):
                tracker.get("/")

    threads = [threading.Thread(target=read) for _ in range(count)]
    for thread in threads:
        thread.start()
    yield
    is_over.set()
    for thread in threads:
        thread.join()


def is_busy(pid):
    def seconds():
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])

    before = seconds()
    time.sleep(0.2)
    return seconds() - before >= 3  # hundredths: an idle one takes none


def ask(tracker, sql, *values):
    with sqlite3.connect(tracker.var / "tracker.sqlite3", timeout=30) as db:
        return db.execute(sql, values).fetchall()


def make_due(tracker, *, with_claims=False):
    """All feeds; with those of a worker that was killed, whose leases end now."""
    where = "" if with_claims else "WHERE claim IS NULL"
    ask(tracker, f"UPDATE feeds_feed SET next_poll_at = '2020-01-01 00:00:00' {where}")


def read_since(tracker, at):
    found = ask(
        tracker,
        "SELECT count(DISTINCT feed_id) FROM feeds_poll WHERE at > ? AND state = 'working'",
        at,
    )
    return found[0][0]


def now():
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())


def test_q14_what_is_killed_is_replaced_and_no_feed_is_blamed(started, feeds, say):
    tracker = started(ALLOWED_NETWORKS="127.0.0.0/8")
    assert tracker.manage("migrate").returncode == 0
    lines = "".join(
        f'<outline xmlUrl="http://127.0.4.{n}:{feeds.port}/{n}"/>' for n in range(1, FEEDS + 1)
    )
    opml = tracker.var / "feeds.opml"
    opml.write_text(f'<opml version="2.0"><body>{lines}</body></opml>')
    assert tracker.manage("importopml", str(opml)).returncode == 0
    tracker.start()
    wait_for(lambda: read_since(tracker, "") == FEEDS)
    for kind in itertools.islice(itertools.cycle(KINDS), KILLS):
        feeds.slow = kind in {"busy parser", "busy worker"}
        with readers(tracker) if kind == "busy web worker" else nullcontext():
            killed = wait_for(lambda kind=kind: found(tracker, kind))
            os.kill(killed, signal.SIGKILL)
        feeds.slow = False
        at, start = now(), time.monotonic()
        make_due(tracker, with_claims=True)  # the leases of a worker that was killed
        wait_for(lambda at=at: goes_on(tracker, at))
        say(f"{kind} {time.monotonic() - start:.0f} s")
        wait_for(lambda: b"<html" in tracker.get("/about").encode())
    wait_for(lambda: not orphans(tracker))
    blamed = ask(tracker, "SELECT url, state, error FROM feeds_feed WHERE state <> 'working'")
    assert blamed == []
    assert ask(tracker, "SELECT count(*) FROM feeds_feed WHERE failures OR faults")[0][0] == 0
    assert ask(tracker, "SELECT count(*) - count(DISTINCT guid) FROM feeds_entry")[0][0] == 0
    assert json.loads(tracker.get("/health"))["parts"]["polls"]["well"]


def found(tracker, kind):
    """Its process, or None while there is none (yet)."""
    try:
        return of_kind(tracker, kind)
    except (ValueError, IndexError):
        return None


def goes_on(tracker, at):
    """Whether every feed was read since; makes due what is not claimed."""
    if read_since(tracker, at) == FEEDS:
        return True
    make_due(tracker)
    end = time.monotonic() + 3  # what was made due must be read before it is made due again
    while time.monotonic() < end and read_since(tracker, at) < FEEDS:
        time.sleep(0.2)
    return read_since(tracker, at) == FEEDS
