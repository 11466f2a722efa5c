"""F1 to F3: no way of writing an inner address leads inside, by any of the ways in."""

import ipaddress
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import make
from tests.conftest import NOW, Answer, Server
from tests.spellings import folded, spellings
from tests.thorough import examples
from tracker.alerts import subscribing
from tracker.alerts.delivery.webhooks import (
    HookCall,
    HookError,
    check_hook_url,
    create_secret,
    make_calls,
)
from tracker.feeds.discover import discover
from tracker.feeds.limits import URL_LIMIT
from tracker.feeds.models import Feed
from tracker.feeds.network.addresses import (
    AddressError,
    AddressRefusedError,
    check_address,
    checked_sockets,
    is_public,
    parse,
)
from tracker.feeds.network.client import check_url
from tracker.feeds.network.fetch import fetch_many
from tracker.feeds.network.types import FetchBudget, FetchError, Limits, Request
from tracker.feeds.services import add_feed
from tracker.web.forms.alerts import HookForm

QUICK = Limits(seconds=5)
MANY = examples(2_000, 2_500)


# --- one form


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("HTTP://News.Example:80", "http://news.example/"),
        (" https://news.example./rss#top ", "https://news.example/rss"),
        ("https://bücher.example/ü?q=ü", "https://xn--bcher-kva.example/%C3%BC?q=%C3%BC"),
        ("https://ＮＥＷＳ。example/", "https://news.example/"),
        ("http://news.example/a b/%7Ec/../d", "http://news.example/a%20b/d"),
        ("http://①②⑦.0.0.1/", "http://127.0.0.1/"),
        ("http://[0:0::0:1]:８０/", "http://[::1]/"),
        ("http://user:p@ss@news.example/", "http://user:p%40ss@news.example/"),
        ("http://news.example/caf\udce9", "http://news.example/caf%E9"),
    ],
)
def test_an_address_has_one_form(text, canonical):
    assert str(parse(text)) == canonical
    assert str(parse(canonical)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        *("http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://0177.0.0.1/"),
        *("http://news.example\\@127.0.0.1/", "http://127.0.0.1%2f/", "http://127%2e0.0.1/"),
        *("http://[fe80::1%25lo]/", "http://[::1]x/", "http://a..example/", "http://.example/"),
        *("http://news.example/\x00", "http://news.example/\ud800", "http://news\n.example/"),
        *("http://news\u00ad.example/", "http://news.example:99999/", "//news.example/"),
        *("http://" + "a" * 64 + ".example/", "http://" + "a." * 130 + "example/"),
        "http://news.example/" + "ü" * (URL_LIMIT // 5),  # too long only in its canonical form
    ],
)
def test_what_two_programs_may_read_differently_is_no_address(text):
    with pytest.raises(AddressError) as error:
        parse(text)
    assert "news" not in str(error.value).replace("news.example", "")


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=30), st.text(alphabet="abc.:/@%[]①。\\ ?#\t０", max_size=20))
@example("", "user:word@a")
def test_the_form_of_a_form_is_the_same(text, host):
    for address in (text, f"http://{host}", f"http://{host}/{text}"):
        try:
            once = str(parse(address))
        except AddressError:
            continue
        assert str(parse(once)) == once


def test_every_character_that_folds_to_a_digit_or_a_dot_is_judged_by_what_it_means():
    for plain, characters in folded().items():
        if not set(plain) <= set("0127."):
            continue
        for character in characters:
            url = f"http://{'127.0.0.1'.replace(plain, character)}/"
            try:
                address = check_url(url, [])
            except FetchError:
                continue
            assert "xn--" in address.host, url  # a name that no name server has


def test_the_same_feed_is_added_once_however_it_is_written(db):
    first, _ = add_feed(url="https://bücher.example/rss", now=NOW)
    for text in ("HTTPS://xn--bcher-kva.example:443/rss", "https://BÜCHER.example./rss#x"):
        assert add_feed(url=text, now=NOW) == (first, False)
    old = make.feed("https://old.example")  # as a former version stored it
    assert add_feed(url="https://old.example", now=NOW) == (old, False)


# --- whom it leads to

NOT_PUBLIC = [
    *("fec0::1", "64:ff9b:1::7f00:1", "::127.0.0.1", "::ffff:0:127.0.0.1", "3fff::1", "5f00::1"),
    *("192.88.99.1", "::ffff:10.0.0.1", "2001:20::1", "2001:db8::1", "4000::1", "100::1"),
    *("198.18.0.1", "240.0.0.1", "168.63.129.16", "192.0.0.8", "64:ff9b::808:808", "::8.8.8.8"),
]


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_n2_special_ranges_are_not_public(ip):
    with pytest.raises(AddressRefusedError):
        check_address(ip, [])


@pytest.mark.parametrize("ip", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "2a00:1450::1"])
def test_public_addresses_are(ip):
    check_address(ip, [])


@settings(max_examples=20, deadline=None)
@given(st.ip_addresses(v=4))
def test_what_wraps_an_address_is_never_more_public_than_it(ip):
    number = int(ip)
    for prefix in ("::", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::"):
        wrapped = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + number)
        assert not is_public(wrapped)


def test_an_allowed_network_is_allowed_also_where_it_is_mapped():
    allowed = [ipaddress.ip_network("10.0.0.0/8")]
    check_address("::ffff:10.0.0.1", allowed)
    check_address("10.0.0.1", allowed)


@pytest.mark.parametrize("text", ["localhost", "127.1", "①", "", "2130706433"])
def test_a_socket_takes_no_name(text):
    with (
        checked_sockets([])((socket.AF_INET, socket.SOCK_STREAM, 0, "", None)) as it,
        pytest.raises(AddressRefusedError),
    ):
        it.connect((text, 80))


def test_f3_the_socket_refuses_whatever_was_missed_before(inside, monkeypatch):
    monkeypatch.setattr("tracker.feeds.network.client.check_address", lambda *_: None)
    urls = [f"http://127.0.0.1:{inside.port}/", f"http://localhost:{inside.port}/"]
    urls.append(f"http://[::1]:{inside.port}/")
    found = fetch_many([Request(url) for url in urls], user_agent="test", limits=QUICK)
    assert {f.outcome.code for f in found if isinstance(f.outcome, FetchError)} == {"address"}
    calls = {n: HookCall(url, create_secret(), "id", b"{}") for n, url in enumerate(urls)}
    assert all("not public" in outcome.error for outcome in make_calls(calls, NOW).values())
    assert inside.hits == []


# --- five ways in, and an inner server that nobody may reach by them


class Inside(ThreadingHTTPServer):
    """A server on every address of this machine; `hits` are the connections to it."""

    address_family = socket.AF_INET6
    daemon_threads = True

    def __init__(self):
        self.hits: list[object] = []
        super().__init__(("::", 0), _Quiet)
        self.port = self.server_address[1]

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def verify_request(self, request, client_address):
        self.hits.append(client_address)
        return True


class _Quiet(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    do_POST = do_GET  # noqa: N815

    def log_message(self, *args):
        pass


@pytest.fixture
def inside(monkeypatch):
    look_up = socket.getaddrinfo

    def local(host, *args, **kwargs):
        # No question leaves this machine: what the system reads as a number, and its own names.
        text = (host.decode() if isinstance(host, bytes) else str(host)).lower()
        if text.endswith(".outside.example"):
            return look_up("127.0.0.3", *args, **kwargs)
        if ":" in text or "localhost" in text or set(text) <= set("0123456789abcdefx."):
            return look_up(host, *args, **kwargs)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", local)
    it = Inside()
    thread = threading.Thread(target=it.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield it
    it.shutdown()
    it.server_close()
    thread.join()


@pytest.fixture
def outside(settings):
    """A server that stands for a public one."""
    settings.ALLOWED_NETWORKS = ["127.0.0.3/32"]
    it = Server("127.0.0.3")
    yield it
    it.close()


def as_feed(urls, outside):
    found = fetch_many([Request(url) for url in urls], user_agent="test", limits=QUICK)
    return [f.outcome for f in found]


def as_redirect(urls, outside):
    for number, url in enumerate(urls):
        # Headers are sent as Latin-1: so the bytes are those of UTF-8.
        location = {"Location": url.encode().decode("latin-1")}
        outside.pages[f"/{number}"] = Answer(status=302, headers=location)
    # One name each, since a host is asked one thing at a time.
    port = outside.url.rpartition(":")[2]
    pages = [f"http://n{number}.outside.example:{port}/{number}" for number in range(len(urls))]
    allowed = ["127.0.0.3/32"]
    limits = Limits(seconds=30)
    requests = [Request(page) for page in pages]
    found = fetch_many(requests, user_agent="test", allowed_networks=allowed, limits=limits)
    outcomes = [f.outcome for f in found]
    assert len(outside.seen) >= len(urls), outcomes
    return outcomes


def as_discovery(urls, outside):
    for at in range(0, len(urls), 200):
        links = "".join(
            f'<link rel="alternate" type="application/rss+xml" href="{url}">'
            for url in urls[at : at + 200]
        )
        outside.pages["/page"] = Answer(f"<meta charset=utf-8>{links}".encode())
        budget = FetchBudget(requests=10_000, size=10**9, seconds=300)
        assert discover(f"{outside.url}/page", now=NOW, budget=budget) == []
    for url in urls[: len(urls) // 20]:
        with pytest.raises(FetchError):
            discover(url, now=NOW)
    return []


def as_hook(urls, outside):
    alert = make.alert(rate="off")
    for url in urls:
        form = HookForm({"url": url})
        try:
            if form.is_valid():
                subscribing.set_hook(alert, form.cleaned_data["url"])
            canonical = check_hook_url(url)
        except HookError:
            continue
        assert parse(canonical).ip is None, url
    return []


def as_call(urls, outside):
    calls = {n: HookCall(url, create_secret(), "id", b"{}") for n, url in enumerate(urls)}
    return list(make_calls(calls, NOW).values())


WAYS = [as_feed, as_redirect, as_discovery, as_hook, as_call]


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_f1_no_spelling_leads_inside(way, inside, outside):
    way(list(spellings(40, inside.port)), outside)
    assert inside.hits == []


@pytest.mark.services
@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_f1_none_of_thousands_of_spellings_leads_inside(way, inside, outside):
    seed = WAYS.index(way) + 1
    urls = list(spellings(MANY, inside.port, seed))
    assert len(urls) == MANY
    for at in range(0, MANY, 1_000):
        way(urls[at : at + 1_000], outside)
    assert inside.hits == []


def test_f1_nor_through_a_proxy(inside, outside):
    urls = list(spellings(80, inside.port))
    list(fetch_many([Request(url) for url in urls], user_agent="test", proxy=outside.url))
    assert (inside.hits, outside.seen) == ([], [])


def test_the_inner_server_is_reached_by_whom_it_is_open_to(inside):
    allowed = ["127.0.0.0/8"]
    urls = [f"http://①②⑦.0.0.1:{inside.port}/", f"http://127.0.0.1:{inside.port}/"]
    list(fetch_many([Request(url) for url in urls], user_agent="test", allowed_networks=allowed))
    assert len(inside.hits) == 2


def test_a_feed_is_stored_as_it_is_judged(db):
    add_feed(url="http://①②⑦.0.0.1/rss", now=NOW)
    feed = Feed.objects.get()
    assert (feed.url, feed.state) == ("http://127.0.0.1/rss", "not_allowed")
