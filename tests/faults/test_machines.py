"""Three machines, as network namespaces, share one database and one broker."""

import collections
import os
import shutil
import subprocess
import time

import psycopg
import pytest
import redis

from tests import make
from tests.conftest import Answer, Server
from tests.faults.production import REDIS, Postgres, Production
from tests.processes import wait_for

pytestmark = pytest.mark.services
BRIDGE, NET = "tracker-br", "10.77.0"
MACHINES = [f"{NET}.{n}" for n in (2, 3, 4)]
FEEDS = 120  # of one domain, so that a claim takes a few


@pytest.fixture
def machines():
    """The names of three network namespaces, joined by a bridge that has the address NET.1."""
    if os.geteuid() or shutil.which("ip") is None:
        pytest.skip("making machines of network namespaces needs root and iproute2")
    names = [f"tracker-m{n}" for n in (1, 2, 3)]

    def ip(*words, check=True):
        return subprocess.run(["ip", *words], check=check, capture_output=True, text=True)

    def clear():
        for name in names:
            ip("netns", "del", name, check=False)
        ip("link", "del", BRIDGE, check=False)

    clear()
    if ip("link", "add", BRIDGE, "type", "bridge", check=False).returncode:
        pytest.skip("no bridge can be made here")
    ip("addr", "add", f"{NET}.1/24", "dev", BRIDGE)
    ip("link", "set", BRIDGE, "up")
    for n, name in enumerate(names, 2):
        ip("netns", "add", name)
        ip("link", "add", f"tracker-v{n}", "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("link", "set", f"tracker-v{n}", "master", BRIDGE, "up")
        ip("-n", name, "addr", "add", f"{NET}.{n}/24", "dev", "eth0")
        ip("-n", name, "link", "set", "eth0", "up")
        ip("-n", name, "link", "set", "lo", "up")
    yield names
    clear()


def test_three_machines_share_the_work_and_each_feed_is_polled_by_one(
    machines, postgres, tmp_path, say
):
    if REDIS is None:
        pytest.skip("redis-server is not installed")
    address = f"{NET}.1"
    database: Postgres = postgres(address=address)
    it = Production(
        tmp_path,
        workers=0,
        webs=1,
        address=address,
        DATABASE_URL=database.url.replace("127.0.0.1", address),
        EMAIL_URL="smtp://127.0.0.1:1",
        ALLOWED_NETWORKS=f"{NET}.0/24",
        LOG_LEVEL="WARNING",
    )
    for number, name in enumerate(machines, 1):
        command = ["ip", "netns", "exec", name, *it.python(it.worker(number))]
        it.add(name, command, VAR_DIR=str(tmp_path / name))
    server = Server(address)
    asked = serve(server)
    try:
        it.manage("migrate", "--verbosity", "0")
        it.start()
        wait_for(lambda: waiting_workers(it.redis_port) == set(MACHINES), patience=180)
        start = time.monotonic()
        it.follow(f"{server.url}/{n}" for n in range(FEEDS))
        wait_for(lambda: stored(database) == FEEDS, patience=120)
        took = time.monotonic() - start
    finally:
        it.stop()
        server.close()
    by_machine = collections.Counter(machine for _, machine in asked.elements())
    say(f"{FEEDS} feeds in {took:.0f} s, by machine: {dict(by_machine)}")
    assert set(by_machine) == set(MACHINES)
    by_feed = collections.Counter(path for path, _ in asked.elements())
    assert max(by_feed.values()) == 1


def waiting_workers(port):
    """The machines whose worker is ready and waits for a message."""
    clients = redis.Redis(port=port).client_list()
    return {c["addr"].partition(":")[0] for c in clients if c["cmd"] == "brpop"} & set(MACHINES)


def serve(server):
    """The feeds; counts who asked for each."""
    asked: collections.Counter[tuple[str, str]] = collections.Counter()

    def answer(handler):
        asked[handler.path, handler.client_address[0]] += 1
        time.sleep(0.1)
        body = make.rss({"title": f"Rain {handler.path}", "guid": handler.path})
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    for n in range(FEEDS):
        server.pages[f"/{n}"] = Answer(act=answer)
    return asked


def stored(database):
    with psycopg.connect(database.url) as db:
        return (db.execute("SELECT count(*) FROM feeds_entry").fetchone() or (0,))[0]
