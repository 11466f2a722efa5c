"""Numbers in the names are rows of the fault list that the project keeps (docs/faults.md)."""

import gzip
import socket
import time

import pytest

from tests.conftest import Answer
from tracker.feeds.fetch import (
    FetchError,
    Limits,
    Request,
    Response,
    check_address,
    check_url,
    fetch_many,
    without_secrets,
)

LOOPBACK = ["127.0.0.1/32"]


def fetch(*urls, allowed=LOOPBACK, limits=None, etag=""):
    requests = [Request(url, etag) for url in urls]
    found = fetch_many(requests, user_agent="test", allowed_networks=allowed, limits=limits)
    return [f.outcome for f in sorted(found, key=lambda f: f.index)]


REFUSED = [
    "127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]


@pytest.mark.parametrize("address", REFUSED)
def test_f1_private_addresses_are_refused(address):
    with pytest.raises(OSError, match="not public"):
        check_address(address, [])


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_public_addresses_are_not(address):
    check_address(address, [])


SPELLINGS = [
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "127.1",
    "localhost",
    "127.0.0.1.",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0",
]


@pytest.mark.parametrize("host", SPELLINGS)
def test_f1_no_spelling_of_loopback_gets_through(server, host):
    port = server.url.rpartition(":")[2]
    (outcome,) = fetch(f"http://{host}:{port}/", allowed=[])
    assert isinstance(outcome, FetchError)
    assert server.seen == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/",
        "gopher://a.example/",
        "data:,x",
        "/etc/passwd",
        "",
        "http://",
        "http://[",
        "http://a:b",
    ],
)
def test_p2_only_http_and_https_are_fetched(url):
    with pytest.raises(FetchError) as error:
        check_url(url, [])
    assert error.value.permanent


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_f2_every_hop_is_checked(server, canary, status):
    server.pages["/"] = Answer(status=status, headers={"Location": f"{canary.url}/"})
    (outcome,) = fetch(f"{server.url}/")
    assert isinstance(outcome, FetchError)
    assert outcome.kind == "address"


def test_f2_a_redirect_to_a_file_is_refused(server):
    server.pages["/"] = Answer(status=302, headers={"Location": "file:///etc/passwd"})
    (outcome,) = fetch(f"{server.url}/")
    assert isinstance(outcome, FetchError)
    assert outcome.kind == "address"


def test_f3_a_name_that_leads_inside_is_refused_at_connect_time(server, monkeypatch):
    port = int(server.url.rpartition(":")[2])
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: inside)
    (outcome,) = fetch(f"http://rebound.example:{port}/", allowed=[])
    assert isinstance(outcome, FetchError)
    assert outcome.kind == "address"
    assert server.seen == []


def test_f3_one_private_answer_among_public_ones_is_enough(monkeypatch):
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80))
        for ip in ("93.184.216.34", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: answers)
    (outcome,) = fetch("http://mixed.example/", allowed=[])
    assert isinstance(outcome, FetchError)
    assert outcome.kind == "address"


def test_f4_a_redirect_loop_ends(server):
    server.pages["/"] = Answer(status=302, headers={"Location": "/"})
    (outcome,) = fetch(f"{server.url}/")
    assert isinstance(outcome, FetchError)
    assert "redirects" in outcome.reason
    assert len(server.seen) == 6


def test_f5_the_time_limit_is_for_the_whole_fetch(server):
    def trickle(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(200):
            try:
                handler.wfile.write(b" ")
                handler.wfile.flush()
            except OSError:
                return
            time.sleep(0.02)

    server.pages["/"] = Answer(act=trickle)
    (outcome,) = fetch(f"{server.url}/", limits=Limits(seconds=0.3))
    assert isinstance(outcome, FetchError)
    assert outcome.kind == "time"


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_f6_f7_the_size_is_counted_after_decompression(server, packed):
    body = b"\0" * 300_000
    headers = {"Content-Encoding": "gzip"} if packed else {}
    server.pages["/"] = Answer(gzip.compress(body) if packed else body, headers=headers)
    (outcome,) = fetch(f"{server.url}/", limits=Limits(size=100_000))
    assert isinstance(outcome, FetchError)
    assert outcome.kind == "size"


def test_f8_a_connection_cut_in_the_body_is_an_error(server):
    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"<rss>")
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)

    server.pages["/"] = Answer(act=cut)
    (outcome,) = fetch(f"{server.url}/")
    assert isinstance(outcome, FetchError)


def test_h1_validators_are_sent_and_304_has_no_body(server):
    server.pages["/"] = Answer(b"<rss/>", headers={"ETag": '"1"'})
    (first,) = fetch(f"{server.url}/")
    assert isinstance(first, Response)
    (second,) = fetch(f"{server.url}/", etag=first.etag)
    assert isinstance(second, Response)
    assert (second.status, second.body) == (304, b"")


def test_one_slow_host_holds_up_nobody(server):
    server.pages["/"] = Answer(b"<rss/>")
    slow = Answer(act=lambda handler: time.sleep(1.0))
    server.pages["/slow"] = slow
    requests = [
        Request(f"{server.url}/slow".replace("127.0.0.1", "localhost")),
        Request(f"{server.url}/"),
    ]
    found = fetch_many(
        requests,
        user_agent="t",
        allowed_networks=[*LOOPBACK, "::1/128"],
        limits=Limits(seconds=0.5),
    )
    assert [f.index for f in found] == [1, 0]


@pytest.mark.parametrize("status", [404, 403, 410, 429, 500, 503])
def test_an_error_says_its_status(server, status):
    server.pages["/"] = Answer(status=status, headers={"Retry-After": "60"})
    (outcome,) = fetch(f"{server.url}/")
    assert isinstance(outcome, FetchError)
    assert (outcome.status, outcome.retry_after, outcome.permanent) == (status, "60", status == 410)


def test_f10_secrets_of_an_address_are_not_shown():
    assert without_secrets("https://user:word@news.example/rss") == "https://news.example/rss"
