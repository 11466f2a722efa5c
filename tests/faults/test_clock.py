"""Q9: the clock of the host is set two hours forward, then four back, under a running tracker."""

import shutil
import sqlite3
import struct
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests import make
from tests.conftest import Answer
from tests.processes import PATIENCE, ROOT, wait_for

pytestmark = pytest.mark.services
HOURS = 3600


def rss(*titles):
    return Answer(make.rss(*({"title": title, "guid": title} for title in titles)))


@pytest.fixture
def jump(tmp_path):
    """(settings of a process whose clock it is, a function that sets it by so many seconds)."""
    if shutil.which("cc") is None:
        pytest.skip("no C compiler on this machine")
    library, file = tmp_path / "clock.so", tmp_path / "jump"
    source = ROOT / "tests" / "faults" / "clock.c"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-o", library, source, "-ldl", "-lpthread"], check=True
    )

    def set_to(seconds):
        with file.open("r+b" if file.exists() else "w+b") as out:
            out.write(struct.pack("q", seconds))

    set_to(0)
    since = f"{time.monotonic_ns()},{time.time_ns()}"
    env = {"LD_PRELOAD": str(library), "CLOCK_SINCE": since, "CLOCK_JUMP": str(file)}
    return env, set_to


def test_q9_a_clock_that_is_set_costs_no_poll_and_brings_no_burst(started, server, jump, say):
    env, set_to = jump
    tracker = started(**env)
    database = tracker.var / "tracker.sqlite3"

    def ask(query):
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10) as db:
            return db.execute(query).fetchall()

    def titles():
        return {title for (title,) in ask("SELECT title FROM feeds_entry")}

    def polls():
        return ask("SELECT count(*) FROM feeds_poll")[0][0]

    server.pages["/rss"] = rss("Rain before")
    assert tracker.manage("migrate").returncode == 0
    assert tracker.manage("addfeed", f"{server.url}/rss").returncode == 0
    tracker.start()
    wait_for(lambda: "Rain before" in titles())
    for _ in range(2):  # the first makes the row, the second notes the clock
        sweep(tracker)
    assert ask("SELECT 1 FROM alerts_progress WHERE seen_at IS NOT NULL")

    server.pages["/rss"] = rss("Rain before", "Rain ahead")
    before, start = polls(), time.monotonic()
    set_to(2 * HOURS)
    wait_for(lambda: "Rain ahead" in titles())
    say(f"clock two hours ahead: polled after {time.monotonic() - start:.1f} s")
    assert polls() - before <= 2
    sweep(tracker)
    assert seen(ask) > datetime.now(UTC) + timedelta(hours=1)

    before, start = polls(), time.monotonic()
    set_to(-2 * HOURS)
    wait_for(lambda: seen(ask) < datetime.now(UTC) - timedelta(hours=1), patience=2 * PATIENCE)
    ((due,),) = ask("SELECT next_poll_at FROM feeds_feed")
    ahead = moment(due) - (datetime.now(UTC) - timedelta(hours=2))
    say(
        f"clock four hours back: followed after {time.monotonic() - start:.1f} s,"
        f" the next poll in {ahead.total_seconds() / 60:.0f} minutes"
    )
    assert ahead < timedelta(minutes=20)  # the feed's own interval, not four hours more
    assert polls() == before


def sweep(tracker):
    told = tracker.manage("shell", "-c", "from tracker.tasks import sweep; sweep()")
    assert told.returncode == 0, told.stderr


def seen(ask):
    ((at,),) = ask("SELECT seen_at FROM alerts_progress")
    return moment(at)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
