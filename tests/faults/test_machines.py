"""Three machines, as network namespaces, share one database and one broker."""

import collections
import fcntl
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from tests import make
from tests.conftest import Answer, Server
from tests.faults.production import REDIS, Postgres, Production
from tests.processes import PATIENCE, own_rabbitmq, wait_for

pytestmark = pytest.mark.services
RABBITMQ = os.environ.get("TEST_RABBITMQ_URL", "")
BRIDGE, NET = "tracker-br", "10.77.0"
MACHINES = [f"{NET}.{n}" for n in (2, 3, 4)]
FEEDS = 120  # of one domain, so that a claim takes a few


@pytest.fixture
def machines():
    """The names of three network namespaces, joined by a bridge that has the address NET.1."""
    if os.geteuid() or shutil.which("ip") is None:
        pytest.skip("making machines of network namespaces needs root and iproute2")
    # One at a time on this machine, since they use the same bridge and addresses: pytest-xdist runs
    # both brokers' tests at once, and its groups do nothing with pytest 9.2.
    with (Path(tempfile.gettempdir()) / "tracker-machines.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield from made_machines([f"tracker-m{n}" for n in (1, 2, 3)])


def made_machines(names):
    def ip(*words, check=True):
        return subprocess.run(["ip", *words], check=check, capture_output=True, text=True)

    def clear():
        # A namespace lives on for a moment after its name is gone, and keeps its cable that long.
        for n in range(2, 5):
            ip("link", "del", f"tracker-v{n}", check=False)
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


class Forwarder:
    """Lends a service of loopback to the machines: RabbitMQ's `guest` may come from there only."""

    def __init__(self, address: str, port: int) -> None:
        self.peers: set[str] = set()
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                outer.peers.add(self.client_address[0])
                with socket.create_connection(("127.0.0.1", port)) as inside:
                    back = threading.Thread(target=pump, args=(inside, self.request), daemon=True)
                    back.start()
                    pump(self.request, inside)
                    back.join()

        self.server = socketserver.ThreadingTCPServer((address, 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def pump(source: socket.socket, target: socket.socket) -> None:
    """Copies bytes until one side ends."""
    try:
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@pytest.fixture(params=["redis", "rabbitmq"])
def broker(request, machines):
    """Settings of a broker for all machines (none: the Redis of Production), and a function that
    gives the machines whose worker is there.
    """
    if request.param == "redis":
        if REDIS is None:
            pytest.skip("redis-server is not installed")
        yield {}, lambda it: waiting_workers(it.redis_port)
        return
    if not RABBITMQ:
        pytest.skip("no TEST_RABBITMQ_URL")
    with own_rabbitmq(RABBITMQ) as own:
        url = urlsplit(own)
        forwarder = Forwarder(f"{NET}.1", url.port or 5672)
        place = f"{url.username}:{url.password}@{NET}.1:{forwarder.port}"
        yield (
            {"BROKER_URL": url._replace(netloc=place).geturl()},
            lambda it: forwarder.peers & {*MACHINES},
        )
        forwarder.close()


def test_three_machines_share_the_work_and_each_feed_is_polled_by_one(
    machines, broker, postgres, tmp_path, say
):
    address = f"{NET}.1"
    settings, ready = broker
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
        **settings,
    )
    for number, name in enumerate(machines, 1):
        command = ["ip", "netns", "exec", name, *it.python(it.worker(number))]
        it.add(name, command, VAR_DIR=str(tmp_path / name))
    server = Server(address)
    asked = serve(server)
    try:
        it.manage("migrate", "--verbosity", "0")
        it.start()
        wait_for(lambda: ready(it) == set(MACHINES), patience=3 * PATIENCE)
        start = time.monotonic()
        it.follow(f"{server.url}/{n}" for n in range(FEEDS))
        wait_for(lambda: len(polls(database)) == FEEDS, patience=5 * PATIENCE)
        took = time.monotonic() - start
        by_feed, failed = polls(database), unread(database)
    finally:
        it.stop()
        sys.stdout.write(it.logs())  # shown only if the test fails
        server.close()
    by_machine = collections.Counter(machine for _, machine in asked.elements())
    say(f"{FEEDS} feeds in {took:.0f} s, by machine: {dict(by_machine)}, failed: {failed}")
    assert set(by_machine) == set(MACHINES)
    asks = collections.Counter(path for path, _ in asked.elements())
    assert all(asks[path] <= times for path, times in by_feed.items())
    # On a busy machine a poll may fail, and its feed waits for its next turn.
    assert len(failed) < 0.1 * FEEDS
    assert sum(by_feed.values()) < 1.1 * FEEDS


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


def polls(database):
    """By path of a feed: how many times it was polled, whatever came of it."""
    with psycopg.connect(database.url) as db:
        rows = db.execute(
            "SELECT url, count(*) FROM feeds_poll JOIN feeds_feed f ON f.id = feed_id GROUP BY url"
        ).fetchall()
    return {urlsplit(url).path: times for url, times in rows}


def unread(database):
    """The feeds without an entry: path and why."""
    with psycopg.connect(database.url) as db:
        rows = db.execute(
            "SELECT url, error, fault FROM feeds_feed f"
            " WHERE NOT EXISTS (SELECT 1 FROM feeds_entry e WHERE e.feed_id = f.id)"
        ).fetchall()
    return {urlsplit(url).path: error or fault for url, error, fault in rows}
