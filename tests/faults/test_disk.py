"""Q8: the disk is full."""

import os
import sqlite3
import subprocess
import time
from contextlib import suppress

import pytest

from tests import make
from tests.conftest import Answer
from tests.processes import Tracker, free_port, wait_for

pytestmark = pytest.mark.services
SIZE = 96  # MB


@pytest.fixture
def small(tmp_path):
    """A file system of its own, so small that a test can fill it."""
    place = tmp_path / "small"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(words, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a file system")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=False)


def titles(var):
    with sqlite3.connect(f"file:{var / 'tracker.sqlite3'}?mode=ro", uri=True, timeout=5) as db:
        return {title for (title,) in db.execute("SELECT title FROM feeds_entry")}


def rss(*names):
    return Answer(make.rss(*({"title": name, "guid": name} for name in names)))


def test_q8_a_full_disk_corrupts_nothing_and_ends_by_itself(small, tmp_path, server, say):
    tracker = Tracker(small, free_port())
    tracker.out = tmp_path / "out"  # a log elsewhere, as a journal is
    server.pages["/rss"] = rss("Rain before")
    tracker.manage("migrate")
    tracker.manage("addfeed", f"{server.url}/rss")
    tracker.start()
    try:
        wait_for(lambda: "Rain before" in titles(small))
        with suppress(OSError), (small / "filler").open("wb") as filler:
            while True:
                filler.write(b"\0" * 65_536)
                filler.flush()
        server.pages["/rss"] = rss("Rain before", *(f"Rain {n} " + "x" * 2_000 for n in range(50)))
        with suppress(sqlite3.Error), sqlite3.connect(small / "tracker.sqlite3", timeout=5) as db:
            db.execute("UPDATE feeds_feed SET next_poll_at = '2020-01-01 00:00:00'")
        time.sleep(15)  # more than a tick of the clock
        assert not any(name.startswith("Rain 49") for name in titles(small))
        assert tracker.get("/about"), tracker.said()
        (small / "filler").unlink()
        start = time.monotonic()
        with sqlite3.connect(small / "tracker.sqlite3", timeout=20) as db:
            db.execute("UPDATE feeds_feed SET next_poll_at = '2020-01-01 00:00:00', claim = NULL")
        wait_for(lambda: any(name.startswith("Rain 49") for name in titles(small)))
        say(f"room again: polls after {time.monotonic() - start:.1f} s")
        with sqlite3.connect(small / "tracker.sqlite3", timeout=20) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        tracker.stop()
