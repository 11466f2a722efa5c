"""The embedded form as a user starts it: real processes, a real browser's view of them over HTTP,
and twenty feeds of every sort.
"""

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from contextlib import nullcontext
from http.cookiejar import CookieJar
from pathlib import Path

import psycopg
import pytest

from tests import make
from tests.conftest import Answer, Server
from tests.processes import PATIENCE, Tracker, free_port, own_rabbitmq, parent, wait_for

pytestmark = pytest.mark.services


@pytest.fixture
def started(tmp_path):
    """Makes a tracker with these settings; it is stopped, whatever happens."""
    made = []

    def make_one(**settings):
        made.append(Tracker(tmp_path, free_port(), **settings))
        return made[-1]

    yield make_one
    for it in made:
        if it.process is not None and it.process.poll() is None:
            it.stop()
        assert it.processes() == []


@pytest.fixture
def tracker(started):
    return started()


# Brokers to run with besides the embedded form's own, where .ci/run says that they are there.
BROKERS = {
    name: os.environ[variable]
    for name, variable in {"redis": "TEST_REDIS_URL", "rabbitmq": "TEST_RABBITMQ_URL"}.items()
    if variable in os.environ
}


@pytest.fixture(params=["embedded", *BROKERS])
def any_form(request, started, tmp_path):
    """The embedded form, and each broker with a PostgreSQL database of its own."""
    if request.param == "embedded":
        yield started()
        return
    server = os.environ["TEST_DATABASE_URL"]
    name = f"tracker_up_{request.param}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
    url = BROKERS[request.param]
    with own_rabbitmq(url) if request.param == "rabbitmq" else nullcontext(url) as broker:
        yield started(DATABASE_URL=f"{server.rpartition('/')[0]}/{name}", BROKER_URL=broker)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def hang(handler):
    """Sends its headers and then nothing for half a minute."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(40):
        time.sleep(1)
        try:
            handler.wfile.write(b" ")
        except OSError:
            return


def rss(title, published=make.DAY):
    return Answer(
        make.rss({"title": title, "link": "https://news.example/1", "published": published})
    )


@pytest.fixture
def slow(server):
    """A server of its own, because one host gets one request at a time."""
    it = Server()
    it.pages["/rss"] = Answer(act=hang)
    yield it
    it.close()


@pytest.fixture
def busy(server):
    """Another, because a busy answer holds back all feeds beside it."""
    it = Server()
    it.pages["/429"] = Answer(status=429, headers={"Retry-After": "7200"})
    yield it
    it.close()


ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>urn:a</id><entry>
<id>urn:1</id><title>YouTube removes the channel of Infowars</title>
<updated>2018-08-06T10:00:00Z</updated>
<link href="https://news.example/a"/></entry></feed>"""
OUTCOMES = {  # path: (answer, state on /sources, words of its error)
    "/good": (rss("Twitter bans ads from RT and Sputnik"), "working", ""),
    "/atom": (Answer(ATOM), "working", ""),
    "/weather": (rss("Rain in the north"), "working", ""),
    "/html": (Answer(b"<html><body>Consent</body></html>"), "not a feed", "a web page, not a feed"),
    "/empty": (Answer(b""), "empty", "The answer was empty"),
    "/no-entry": (Answer(make.rss()), "no entries yet", ""),
    "/404": (Answer(status=404), "failing", "nothing at this address any more"),
    "/500": (Answer(status=500), "failing", "an internal error"),
    "/403": (Answer(status=403), "refused us", "refuses to send us the feed"),
    "/410": (Answer(status=410), "gone", "removed the feed for good"),
    "/large": (Answer(b" " * 10_000_001), "failing", "too large to read"),
    "/moved": (Answer(status=301, headers={"Location": "/good"}), "working", ""),
    "/loop": (
        Answer(status=302, headers={"Location": "/loop"}),
        "failing",
        "from one address to the next",
    ),
    "/inside": (
        Answer(status=302, headers={"Location": "http://127.0.0.2:1/"}),
        "address not allowed",
        "belongs to a private network",
    ),
    "/file": (
        Answer(status=302, headers={"Location": "file:///etc/passwd"}),
        "failing",
        "an address that cannot be used",
    ),
    "/bomb": (
        Answer(b'<!DOCTYPE r [<!ENTITY a "b">]><rss version="2.0"><channel>&a;</channel></rss>'),
        "not a feed",
        "faults that make it unreadable",
    ),
    "/broken": (
        Answer(b'<?xml version="1.0"?><rss'),
        "not a feed",
        "faults that make it unreadable",
    ),
}


def test_twenty_feeds_have_their_outcomes_and_none_stops_another(
    tracker, server, slow, busy, canary
):
    for path, (answer, _, _) in OUTCOMES.items():
        server.pages[path] = answer
    addresses = [server.url + path for path in OUTCOMES]
    addresses += [f"{canary.url}/private", f"{slow.url}/rss", f"{busy.url}/429"]
    outlines = "".join(f'<outline xmlUrl="{url}" title="{url}"/>' for url in addresses)
    catalogue = tracker.var / "feeds.opml"
    catalogue.write_text(f"<opml><body>{outlines}</body></opml>")
    assert tracker.manage("migrate").returncode == 0
    assert "Feeds added: 20" in tracker.manage("importopml", str(catalogue)).stdout
    tracker.start()
    wait_for(lambda: "The server did not answer in time" in tracker.get("/sources"))

    rows = dict(re.findall(r'dir="auto">(http\S+?)</a>(.*?)</tr>', tracker.get("/sources"), re.S))
    assert len(rows) == 20
    for path, (_, state, error) in OUTCOMES.items():
        assert f"</span>{state}" in rows[server.url + path], path
        assert error in rows[server.url + path], path
    assert "address not allowed" in rows[f"{canary.url}/private"]
    assert "failing" in rows[f"{slow.url}/rss"]
    assert "refused us" in rows[f"{busy.url}/429"]
    for day, title in {
        "2017-10-27": "bans ads from RT and Sputnik",
        "2018-08-06": "removes the channel of Infowars",
    }.items():
        address = f"/?since={day[:7]}&until={day[:7]}"
        # Read is not yet classified.
        wait_for(lambda: title in re.sub("</?mark>", "", tracker.get(address)))  # noqa: B023


def mails(tracker):
    folder = tracker.var / "mail"
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


def test_a_reader_signs_up_and_is_mailed_of_an_event_that_comes_later(any_form, server):
    tracker = any_form
    server.pages["/rss"] = Answer(make.rss({"title": "Rain in the north", "guid": "1"}))
    tracker.manage("migrate")
    tracker.manage("addfeed", f"{server.url}/rss")
    tracker.start()
    assert "History loaded: 692 known events" in tracker.said()

    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def post(path, **form):
        page = browser.open(tracker.url + path, timeout=PATIENCE).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token is not None
        data = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": token[1]}).encode()
        return browser.open(tracker.url + path, data, timeout=PATIENCE).read().decode()

    said = post(
        "/alerts/new?platform=twitter", address="reader@example.org", rate="instant", zone="UTC"
    )
    assert "Check your email" in said
    (confirming,) = wait_for(lambda: mails(tracker))
    text = confirming.get_body(("plain",)).get_content()
    link = re.search(rf"{tracker.url}(/alerts/confirm/\S+)", text)
    assert link is not None
    assert "Your alert is on" in post(link[1])

    server.pages["/rss"] = rss("Twitter bans ads from RT and Sputnik")
    assert tracker.manage("poll").returncode == 0
    _, news = wait_for(lambda: len(mails(tracker)) == 2 and mails(tracker))
    assert "RT" in news["Subject"]
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "mail written to a file to=reader@example.org" in tracker.said()
    stop = news["List-Unsubscribe"].strip(" <>")
    data = b"List-Unsubscribe=One-Click"
    assert urllib.request.urlopen(stop, data, timeout=PATIENCE).status == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=str)
def test_it_stops_within_ten_seconds_and_leaves_no_process(tracker, number):
    tracker.start()
    assert len(tracker.processes()) >= 4
    assert tracker.stop(number) < 10
    assert tracker.processes() == []
    assert "Stopped." in tracker.said()


def test_a_port_that_is_taken_is_named_with_the_way_out(tracker):
    with socket.socket() as other:
        other.bind(("127.0.0.1", tracker.port))
        other.listen()
        ended = tracker.manage("up", "--port", str(tracker.port))
    assert ended.returncode != 0
    assert f"Cannot listen on 127.0.0.1:{tracker.port}" in ended.stderr
    assert "--port" in ended.stderr


def clocks(tracker):
    return processes_of(tracker, b"beat")


def processes_of(tracker, word):
    return [
        pid
        for pid in tracker.processes()
        if word in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    ]


def test_a_part_that_ends_by_itself_is_started_again_and_said(tracker):
    tracker.start()
    (killed,) = clocks(tracker)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: clocks(tracker) not in ([], [killed]))
    assert "The clock ended by itself (exit code -9); it is started again" in tracker.said()
    assert tracker.get("/about")


def test_q14_however_often_a_part_is_killed_it_is_started_again_alone(tracker):
    tracker.start()
    for _ in range(6):
        (killed,) = wait_for(lambda: clocks(tracker))
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda killed=killed: clocks(tracker) not in ([], [killed]))
    web = set(processes_of(tracker, b"gunicorn"))
    (first,) = [pid for pid in web if parent(pid) == tracker.process.pid]
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: not web & set(processes_of(tracker, b"gunicorn")))
    wait_for(lambda: "<html" in tracker.get("/about"))
    assert "in use" not in tracker.said()


def test_a_part_that_cannot_run_ends_the_others_and_says_which(started):
    tracker = started(BROKER_URL="nonsense://localhost")
    tracker.start()
    assert tracker.process is not None
    assert tracker.process.wait(2 * PATIENCE) != 0
    assert "ended by itself (exit code" in tracker.said()
    assert "5 times" in tracker.said()
    assert tracker.processes() == []


class Redis:
    """A Redis of our own that can be stopped, and comes back empty."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        wait_for(self.answers)

    def answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), 1):
            return True

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def redis():
    it = Redis()
    yield it
    it.stop()


@pytest.mark.skipif("TEST_REDIS_URL" not in os.environ, reason="no Redis on this machine")
def test_q5_a_broker_that_stops_and_comes_back_empty_loses_no_poll(started, redis, server):
    def follow(path):
        server.pages[path] = rss(f"Rain {path}")
        assert it.manage("addfeed", f"{server.url}{path}").returncode == 0
        return lambda: path in [seen for seen, _ in server.seen]

    redis.start()
    it = started(BROKER_URL=redis.url)
    it.manage("migrate")
    is_polled = follow("/before")
    it.start()
    wait_for(is_polled)
    redis.stop()
    is_polled = follow("/during")
    time.sleep(12)  # more than a tick of the clock without a broker
    assert "Rain" in it.get("/sources/1")
    assert not is_polled()
    redis.start()
    wait_for(is_polled)
