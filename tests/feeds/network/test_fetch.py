"""F and H in the names stand for the kinds of faults that docs/faults.md lists."""

import gzip
import socket
import ssl
import subprocess
import sys
import time
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Answer, Server
from tracker.feeds.network.addresses import check_address
from tracker.feeds.network.client import check_url
from tracker.feeds.network.domains import registrable_domain
from tracker.feeds.network.fetch import fetch_many
from tracker.feeds.network.headers import NAME, HeadMender, HeadTooLargeError
from tracker.feeds.network.types import FetchError, Limits, Request, Response
from tracker.redact import without_secrets

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

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
    assert outcome.code == "address"


def test_f2_a_redirect_to_a_file_is_refused(server):
    server.pages["/"] = Answer(status=302, headers={"Location": "file:///etc/passwd"})
    (outcome,) = fetch(f"{server.url}/")
    assert isinstance(outcome, FetchError)
    assert outcome.code == "address"


def test_f3_a_name_that_leads_inside_is_refused_at_connect_time(server, monkeypatch):
    port = int(server.url.rpartition(":")[2])
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: inside)
    (outcome,) = fetch(f"http://rebound.example:{port}/", allowed=[])
    assert isinstance(outcome, FetchError)
    assert outcome.code == "address"
    assert server.seen == []


def test_f3_one_private_answer_among_public_ones_is_enough(monkeypatch):
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80))
        for ip in ("93.184.216.34", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: answers)
    (outcome,) = fetch("http://mixed.example/", allowed=[])
    assert isinstance(outcome, FetchError)
    assert outcome.code == "address"


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
    assert outcome.code == "time"


@pytest.mark.parametrize(
    "line",
    [b"HTTP/1.1 102 Processing\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"],
    ids=["102", "103"],
)
def test_f13_endless_informational_answers_are_cut(server, line):
    def endless(handler):
        try:
            for _ in range(2_000):
                handler.wfile.write(line * 1_000)
        except OSError:
            return

    server.pages["/"] = Answer(act=endless)
    start = time.process_time()
    (outcome,) = fetch(f"{server.url}/")
    assert isinstance(outcome, FetchError)
    assert "informational" in outcome.reason
    assert time.process_time() - start < 2


def test_f13_a_few_informational_answers_are_passed_over_on_each_request(server):
    def early(handler):
        handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" * 5)
        handler.send_response(200)
        handler.send_header("Content-Length", "6")
        handler.end_headers()
        handler.wfile.write(b"<rss/>")

    server.pages |= {f"/{n}": Answer(act=early) for n in range(6)}
    outcomes = fetch(*(f"{server.url}/{n}" for n in range(6)))
    assert [isinstance(o, Response) and o.body for o in outcomes] == [b"<rss/>"] * 6


GZIP_HEADER = gzip.compress(b"")[:10]
WASTEFUL = {
    "a byte a chunk": ("identity", b"", b"1\r\na\r\n"),
    # Blocks of a gzip stream (RFC 1951 3.2.4) in which nothing is.
    "chunks without a byte": (
        "gzip",
        b"a\r\n" + GZIP_HEADER + b"\r\n",
        b"5\r\n\x00\x00\x00\xff\xff\r\n",
    ),
}


@pytest.mark.parametrize(("coding", "first", "then"), WASTEFUL.values(), ids=WASTEFUL)
def test_f7_a_body_that_takes_many_times_its_size_to_send_is_cut(server, coding, first, then):
    def waste(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.send_header("Content-Encoding", coding)
        handler.end_headers()
        handler.wfile.write(first)
        try:
            for _ in range(100):
                handler.wfile.write(then * 50_000)
        except OSError:
            return

    server.pages |= {"/": Answer(act=waste), "/fair": Answer(b"<rss/>")}
    cut, fair = fetch(f"{server.url}/", f"{server.url}/fair")
    assert isinstance(cut, FetchError)
    assert (cut.code, "as sent" in cut.reason) == ("size", True)
    assert isinstance(fair, Response)


CODINGS = {
    "identity": lambda body: body,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize(("coding", "packed"), CODINGS.items(), ids=CODINGS)
def test_every_content_coding_is_read(server, coding, packed):
    server.pages["/"] = Answer(packed(b"<rss/>"), headers={"Content-Encoding": coding})
    (outcome,) = fetch(f"{server.url}/")
    assert isinstance(outcome, Response)
    assert outcome.body == b"<rss/>"
    assert {"gzip", "deflate", "br", "zstd"} <= set(
        server.seen[0][1]["accept-encoding"].replace(" ", "").split(",")
    )


@pytest.mark.parametrize(("coding", "packed"), CODINGS.items(), ids=CODINGS)
def test_f6_f7_the_size_is_counted_after_decompression(server, coding, packed):
    server.pages["/"] = Answer(packed(b"\0" * 300_000), headers={"Content-Encoding": coding})
    (outcome,) = fetch(f"{server.url}/", limits=Limits(size=100_000))
    assert isinstance(outcome, FetchError)
    assert outcome.code == "size"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "nonsense"])
def test_f8_a_coding_that_is_cut_or_a_lie_is_an_error_or_no_feed(server, coding):
    server.pages["/"] = Answer(b"\x1f\x8b\x08garbage", headers={"Content-Encoding": coding})
    (outcome,) = fetch(f"{server.url}/")
    assert isinstance(outcome, FetchError) or outcome.body.startswith(b"\x1f")


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


def test_f8_a_server_that_goes_while_a_piece_is_unpacked_is_no_fault_of_ours(server, monkeypatch):
    async def fail(reader, name):
        raise RuntimeError("Connection closed.")  # as aiohttp does then

    def begin(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()

    server.pages["/"] = Answer(act=begin)
    monkeypatch.setattr("aiohttp.streams.StreamReader._wait", fail)
    (outcome,) = fetch(f"{server.url}/")
    assert (outcome.code, outcome.cause) == ("network", "broken_off")


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


def test_h3_only_permanent_redirects_say_where_the_feed_moved(server):
    server.pages["/a"] = Answer(status=301, headers={"Location": "/b"})
    server.pages["/b"] = Answer(status=308, headers={"Location": "/c"})
    server.pages["/c"] = Answer(status=302, headers={"Location": "/d"})
    server.pages["/d"] = Answer(b"<rss/>")
    permanent, passing = fetch(f"{server.url}/a", f"{server.url}/c")
    assert isinstance(permanent, Response)
    assert (permanent.url, permanent.moved_to) == (f"{server.url}/d", f"{server.url}/c")
    assert isinstance(passing, Response)
    assert passing.moved_to == ""


@pytest.mark.parametrize("status", [429, 503])
def test_h7_after_a_busy_answer_the_domain_is_not_asked_again(server, status):
    server.pages["/a"] = Answer(status=status, headers={"Retry-After": "60"})
    _, held = fetch(f"{server.url}/a", f"{server.url}/b")
    assert isinstance(held, FetchError)
    assert (held.code, held.retry_after) == ("held", "60")
    assert [path for path, _ in server.seen] == ["/a"]


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.bbc.co.uk/rss", "bbc.co.uk"),
        ("https://one.tumblr.com/rss", "tumblr.com"),
        ("http://user:word@127.0.0.1:8000/", "127.0.0.1:8000"),
        ("http://[::1]/", "[::1]"),
        ("http://localhost:81/", "localhost:81"),
        ("http://co.uk/", "co.uk"),
        ("https://пример.рф/", "пример.рф"),
    ],
)
def test_h7_the_registrable_domain(url, domain):
    assert registrable_domain(url) == domain


def test_f9_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    names = ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *names], check=True, capture_output=True)
    secure = Server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    secure.http.socket = context.wrap_socket(secure.http.socket, server_side=True)
    secure.http.handle_error = lambda *_: None  # type: ignore[method-assign]
    (outcome,) = fetch(secure.url.replace("http://", "https://"))
    secure.close()
    assert isinstance(outcome, FetchError)
    assert outcome.reason == "the certificate of 127.0.0.1 is not accepted"
    assert outcome.cause == "certificate_unknown"


def test_f12_a_cookie_goes_to_its_server_while_it_sends_us_on_and_nowhere_else(server):
    other = Server("127.0.0.3")
    there = {"Location": "/b", "Set-Cookie": "a=b; Path=/"}
    server.pages["/a"] = Answer(status=302, headers=there)
    server.pages["/b"] = Answer(status=302, headers={"Location": f"{other.url}/"})
    for _ in range(2):
        fetch(f"{server.url}/a", allowed=["127.0.0.0/8"])
    other.close()
    assert [headers.get("cookie") for _, headers in server.seen] == [None, "a=b"] * 2
    assert all("cookie" not in headers for _, headers in other.seen)


def test_f12_credentials_do_not_follow_a_redirect_to_another_host(server):
    other = Server("127.0.0.3")
    server.pages["/a"] = Answer(status=302, headers={"Location": f"{other.url}/"})
    fetch(f"{server.url}/a".replace("://", "://user:hunter2@"), allowed=["127.0.0.0/8"])
    other.close()
    assert "authorization" in server.seen[0][1]
    assert "authorization" not in other.seen[0][1]


def test_a_loop_that_cannot_start_is_raised_and_nobody_waits_for_ever(monkeypatch):
    monkeypatch.setattr("aiohttp.TCPConnector", None)
    with pytest.raises(TypeError):
        fetch("http://127.0.0.1:1/")


@pytest.fixture
def proxy():
    """A server on a private address that answers for every site."""
    it = Server("127.0.0.3")
    it.pages["http://public.example/rss"] = Answer(b"by proxy")
    it.pages["http://moved.example/"] = Answer(
        status=302, headers={"Location": "http://inside.example/"}
    )
    yield it
    it.close()


def test_f11_a_proxy_may_be_private_and_targets_are_still_checked(proxy, monkeypatch):
    names = {"public.example": "93.184.216.34", "moved.example": "93.184.216.34"}
    names["inside.example"] = "10.0.0.1"
    look_up = socket.getaddrinfo

    def stubbed(host, port, *args, **kwargs):
        return look_up(names.get(host, host), port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", stubbed)
    urls = ["http://public.example/rss", "http://inside.example/", "http://moved.example/"]
    found = fetch_many([Request(u) for u in urls], user_agent="test", proxy=proxy.url)
    public, inside, moved = (f.outcome for f in sorted(found, key=lambda f: f.index))
    assert isinstance(public, Response)
    assert public.body == b"by proxy"
    assert [e.code for e in (inside, moved) if isinstance(e, FetchError)] == ["address"] * 2
    assert sorted(path for path, _ in proxy.seen) == ["http://moved.example/", urls[0]]


FEED = b"<rss/>" * 9


def raw(server, head, body=FEED):
    """The outcome of a fetch of what is answered with these bytes."""
    told = b"HTTP/1.1 200 OK\r\nConnection: close\r\n" if not head.startswith(b"HTTP") else b""

    def act(handler):
        handler.wfile.write(told + head + body)

    server.pages["/"] = Answer(act=act)
    (outcome,) = fetch(f"{server.url}/")
    return outcome


LENGTH = b"Content-Length: %d\r\n" % len(FEED)
MENDED = {
    "a long header": LENGTH + b"Content-Security-Policy: " + b"x" * 40_000 + b"\r\n",
    "many headers": LENGTH + b"".join(b"X-%d: y\r\n" % n for n in range(400)),
    "one length twice": LENGTH * 2,
    "a blank before the colon": LENGTH + b"X-Frame-Options : DENY\r\n",
    "a blank in a name": LENGTH + b"X Powered By: PHP\r\n",
    "no colon": LENGTH + b"Vary\r\n",
    "a header that goes on": LENGTH + b"X-A: b\r\n c: d\r\n",
    "a length twice in one": LENGTH.replace(b"\r", b", %d\r" % len(FEED)),
    "a coding that is none": b"Transfer-Encoding: identity\r\n" + LENGTH,
    "bare line feeds": LENGTH.replace(b"\r", b"") + b"X-A: b\n",
}


@pytest.mark.parametrize("lines", MENDED.values(), ids=MENDED)
def test_harmless_faults_of_a_head_cost_no_feed(server, lines):
    assert raw(server, lines + b"\r\n").body == FEED


def test_chunks_count_more_than_a_length(server):
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(FEED), FEED)
    head = b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert raw(server, head, chunks).body == FEED


@pytest.mark.parametrize("surplus", [b"\n", b"<!-- 0.2 s -->", b"HTTP/1.1 200 OK\r\n\r\n<evil/>"])
def test_what_follows_a_body_is_none_of_it_nor_the_next_answer(server, surplus):
    assert raw(server, LENGTH + b"\r\n", FEED + surplus).body == FEED
    mender = HeadMender()
    head = b"HTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n"
    assert mender.feed(head + FEED) == head + FEED
    assert not mender.has_surplus
    assert mender.feed(surplus) == b""
    assert mender.has_surplus


def test_lengths_that_differ_are_refused_in_our_words(server):
    outcome = raw(server, b"Content-Length: 5\r\n" + LENGTH + b"\r\n")
    assert (outcome.cause, "Content-Length" in outcome.reason) == ("broken_answer", False)


@pytest.mark.parametrize("head", [b"Content-Encoding: x-gzip\r\n", b"Content-Type: text/xml\r\n"])
def test_a_body_that_is_compressed_is_read_whatever_that_is_called(server, head):
    body = gzip.compress(FEED)
    assert raw(server, head + b"Content-Length: %d\r\n\r\n" % len(body), body).body == FEED


@pytest.mark.parametrize("status", [203, 206])
def test_a_body_that_was_changed_on_the_way_is_read(server, status):
    head = b"HTTP/1.1 %d Ok\r\nConnection: close\r\n" % status
    assert raw(server, head + LENGTH + b"\r\n").body == FEED


def test_a_first_304_is_asked_again_and_is_a_fault_of_the_server(server):
    server.pages["/"] = Answer(status=304)
    (outcome,) = fetch(f"{server.url}/")
    assert (outcome.cause, len(server.seen)) == ("unasked_304", 2)
    assert server.seen[1][1]["cache-control"] == "no-cache"


def test_a_head_that_comes_byte_by_byte_costs_little_and_ends():
    mender, start = HeadMender(), time.process_time()
    head = b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 50_000
    with pytest.raises(HeadTooLargeError):
        list(map(mender.feed, (bytes([byte]) for byte in head)))
    assert time.process_time() - start < 3


@given(st.lists(st.binary(max_size=80), max_size=6), st.integers(1, 60))
def test_a_head_is_mended_alike_in_whatever_pieces_it_comes(lines, size):
    data = b"HTTP/1.1 200 OK\r\n" + b"\r\n".join(lines) + b"\r\n\r\nbody"
    whole, mender = HeadMender().feed(data), HeadMender()
    pieces = [mender.feed(data[n : n + size]) for n in range(0, len(data), size)]
    assert b"".join(pieces) == whole
    for line in whole.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        assert NAME.match(line.partition(b":")[0])
