"""Q5, Q6: the broker is stopped, flushed, full, or would drop messages."""

import signal
import subprocess
import time

import psycopg
import pytest
import redis

from tests import make
from tests.conftest import Answer
from tests.faults.production import REDIS, Production
from tests.processes import wait_for

pytestmark = pytest.mark.services


def rss(*titles):
    return Answer(make.rss(*({"title": title, "guid": title} for title in titles)))


def titles(database):
    with psycopg.connect(database.url) as db:
        return {title for (title,) in db.execute("SELECT title FROM feeds_entry")}


@pytest.fixture
def production(postgres, tmp_path, server):
    if REDIS is None:
        pytest.skip("redis-server is not installed")
    database = postgres()
    it = Production(
        tmp_path,
        workers=1,
        webs=1,
        DATABASE_URL=database.url,
        EMAIL_URL="smtp://127.0.0.1:1",
        LOG_LEVEL="WARNING",
    )
    it.manage("migrate", "--verbosity", "0")
    server.pages["/rss"] = rss("Rain")
    it.manage("addfeed", f"{server.url}/rss")
    it.start()
    wait_for(lambda: titles(database) == {"Rain"})
    yield it, database
    it.stop()


def test_a_broker_that_fails_costs_two_minutes_at_most(production, server, say):
    it, database = production
    broker = redis.Redis(port=it.redis_port)
    told = ["Rain"]

    def after(what, seconds, break_it, mend_it):
        """Breaks the broker for some seconds while news comes; how long until it is read."""
        break_it()
        told.append(f"Rain, {what}")
        server.pages["/rss"] = rss(*told)
        with psycopg.connect(database.url) as db:
            db.execute("UPDATE feeds_feed SET next_poll_at = now()")
        time.sleep(seconds)
        mend_it()
        start = time.monotonic()
        wait_for(lambda: told[-1] in titles(database), patience=120)
        say(f"broker {what}: polls after {time.monotonic() - start:.1f} s")

    def stop():
        it.down.add("redis")
        it.parts["redis"].end()

    after("stopped for 10 s", 10, stop, it.down.clear)
    wait_for(broker.ping)
    after("flushed", 0, broker.flushall, lambda: None)
    after(
        "full for 8 s",
        8,
        lambda: broker.config_set("maxmemory", 1),
        lambda: broker.config_set("maxmemory", "64mb"),
    )


def test_q6_a_worker_refuses_a_broker_that_drops_messages(production):
    it, _ = production
    redis.Redis(port=it.redis_port).config_set("maxmemory-policy", "allkeys-lru")
    it.down.add("worker1")
    it.parts["worker1"].end(signal.SIGTERM)
    done = subprocess.run(
        it.python(it.worker(9)), env=it.env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert "maxmemory-policy allkeys-lru" in done.stderr
