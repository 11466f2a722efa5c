"""Every way into the feeds package, with the worst that a server, a feed or a file may send."""

import json
from contextlib import suppress
from dataclasses import fields

import pytest

from tests import make
from tests.conftest import NOW, Answer
from tests.intake import LONG, MIXED, as_bytes, assert_clean, names_read
from tests.make import rss
from tracker.feeds import opml
from tracker.feeds.limits import URL_LIMIT
from tracker.feeds.models import Entry, Feed, Poll
from tracker.feeds.network.fetch import redirect_target
from tracker.feeds.network.types import FetchError
from tracker.feeds.parsing.parse import parse
from tracker.feeds.parsing.types import ParsedEntry, ParsedFeed, language_tag
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.polling.polls import poll
from tracker.feeds.services import add_feed, export_opml, import_opml

WORST = {"all odd characters": MIXED} | LONG
READ = {
    "ETag",
    "Last-Modified",
    "Content-Type",
    "Cache-Control",
    "Expires",
    "Retry-After",
    "Age",
    "Link",
}
HEADERS = ("status", "reason", "Location", *sorted(READ))


def polled(server, answer):
    """The feed after one poll of what the server answers with these bytes."""

    def act(handler):
        handler.wfile.write(answer)

    server.pages["/rss"] = Answer(act=act)
    feed = make.feed(f"{server.url}/rss", next_poll_at=NOW)
    list(poll(claim_due(NOW)))
    feed.refresh_from_db()
    assert (feed.attempts, feed.claim) == (0, None)
    assert Poll.objects.get().state == feed.state
    return feed


def answer_with(name, value):
    head = {"status": "200 OK", "Content-Length": str(len(rss({"title": "x"})))}
    if name == "reason":
        head |= {"status": f"404 {value}", "Content-Length": "0"}
    elif name == "Location":
        head |= {"status": "301 Moved", "Location": f"/{value}", "Content-Length": "0"}
    elif name == "Retry-After":
        head |= {"status": "503 Busy", name: value, "Content-Length": "0"}
    elif name != "status":
        head[name] = value
    lines = [f"HTTP/1.1 {head.pop('status')}", *(f"{k}: {v}" for k, v in head.items())]
    body = b"" if head["Content-Length"] == "0" else rss({"title": "x"})
    return as_bytes("\r\n".join(lines)) + b"\r\nConnection: close\r\n\r\n" + body


def test_every_header_that_is_read_has_a_row():
    found = names_read("feeds/network/fetch.py", "answer.headers")
    assert found | READ <= set(HEADERS)


@pytest.mark.parametrize("poison", [MIXED.replace("\0", ""), "x" * 7_000, "É\udce9" * 300])
@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.django_db
def test_s6_a_header_in_any_letters_costs_no_poll(server, local, name, poison):
    feed = polled(server, answer_with(name, poison.replace("\r", "").replace("\n", "")))
    assert feed.state in {"working", "failing", "not_allowed"}
    assert_clean()


@pytest.mark.django_db
def test_s6_a_reason_in_latin_1_is_shown_and_its_feed_is_tried_again(server, local):
    feed = polled(server, b"HTTP/1.1 404 Non trouv\xe9\r\nContent-Length: 0\r\n\r\n")
    assert (feed.state, feed.error) == ("failing", "HTTP 404 Non trouv")


@pytest.mark.django_db
def test_a_validator_that_cannot_be_sent_back_is_not_kept(server, local):
    assert polled(server, answer_with("ETag", '"caf\udce9"')).etag == ""


@pytest.mark.django_db
def test_a_validator_in_utf_8_is(server, local):
    assert polled(server, answer_with("ETag", '"café"')).etag == '"café"'


@pytest.mark.django_db
def test_a_redirect_to_raw_bytes_is_followed_as_browsers_do(server, local):
    server.pages["/caf%E9"] = Answer(rss({"title": "x"}))
    assert polled(server, answer_with("Location", "caf\udce9")).state == "working"


@pytest.mark.django_db
def test_a_permanent_address_that_is_too_long_is_followed_and_not_kept(server, local):
    long = "a" * URL_LIMIT
    server.pages[f"/{long}"] = Answer(rss({"title": "x"}))
    feed = polled(server, answer_with("Location", long))
    assert (feed.state, feed.moved_to) == ("working", "")


TARGETS = {
    " /a\t": "/a",
    "/a b": "/a%20b",
    "/é": "/é",
    "/\udce9": "/%E9",
    "/a\x1b\x9b\u202e": "/a%1B%C2%9B%E2%80%AE",
}


@pytest.mark.parametrize(("told", "target"), TARGETS.items(), ids=map(ascii, TARGETS))
def test_a_location_is_an_address(told, target):
    assert redirect_target(told) == target


def test_a_reason_is_clean_and_short_whoever_gives_it():
    assert FetchError(MIXED + "x" * 9_000).reason == FetchError(MIXED + "x" * 500).reason[:500]


# --- bodies

ENTRY = {"key", "content_hash", "guid", "link", "title", "summary", "body", "author"}
ENTRY |= {"published_at", "published_raw", "source_url", "source_name", "is_ahead", "is_shared"}
FEED = {
    "title",
    "language",
    "entries",
    "skipped",
    "total",
    "marks",
    "ttl",
    "known_names",
    "site",
    "repeated",
}


def test_every_field_of_an_entry_and_a_feed_has_a_row():
    assert {field.name for field in fields(ParsedEntry)} == ENTRY
    assert {field.name for field in fields(ParsedFeed)} == FEED


@pytest.mark.parametrize("poison", WORST.values(), ids=WORST)
@pytest.mark.django_db
def test_no_field_of_a_feed_is_stored_as_it_comes(server, local, poison):
    item = dict.fromkeys(("id", "title", "summary", "content_text", "date_published"), poison)
    item |= {"url": f"/{poison}", "authors": [{"name": poison}], "title": f"Act {poison}"}
    told = {"version": "https://jsonfeed.org/version/1.1", "items": [item]}
    told |= {"title": poison, "language": poison}
    source = f'<source url="http://{"h" * 250}.example/">{"n" * 300}</source>'
    xml = rss({"title": "Act"}).replace(b"</item>", source.encode() + b"</item>")
    server.pages |= {"/jf": Answer(json.dumps(told).encode()), "/rss": Answer(xml)}
    for path in ("/jf", "/rss"):
        make.feed(f"{server.url}{path}", next_poll_at=NOW, title="news.example")
    states = [one.state for one in poll(claim_due(NOW))]
    assert states == ["working", "working"]
    assert Entry.objects.count() == 2
    assert_clean()


def test_a_language_is_counted_after_it_is_in_lower_case():
    assert language_tag("FR-CA") == "fr-ca"
    assert len(language_tag("İ" * 20)) <= 10


# --- N3

DECLARED = """<!DOCTYPE r [
<!ENTITY a "b">
<!ENTITY a8 "&a;&a;">
<!ENTITY x SYSTEM "file:///etc/passwd">
]>"""


def document(title, declared=DECLARED):
    text = f'<rss version="2.0"><channel><title>t</title><item><title>{title}</title></item>'
    return f"{declared}{text}<item><title>plain</title></item></channel></rss>".encode()


@pytest.mark.parametrize("title", ["&a8;", "a&x;", "&a8; &amp; more", "&nowhere;"])
def test_n3_an_entity_that_is_not_expanded_stores_nothing(title):
    feed = parse(document(title), url="http://x.example/", now=NOW)
    assert [entry.title for entry in feed.entries] == ["plain"]


@pytest.mark.parametrize("title", ["&a;", "caf&eacute;", "AT&amp;T"])
def test_n3_one_that_is_expanded_is_text(title):
    feed = parse(document(title), url="http://x.example/", now=NOW)
    assert len(feed.entries) == 2
    assert "&" not in feed.entries[0].title.replace("AT&T", "")


def test_n3_without_a_declaration_the_words_stay():
    feed = parse(document("Q&A; more", declared=""), url="http://x.example/", now=NOW)
    assert len(feed.entries) == 2


# --- files and forms

ATTRIBUTES = {"xmlUrl", "htmlUrl", "title", "text", "language", "aggregator", "publisher"}
ATTRIBUTES |= {"category", "type", "url", "country"}


def test_every_attribute_of_an_opml_file_has_a_row():
    assert names_read("feeds/opml.py", "attributes") == {name.lower() for name in ATTRIBUTES}


@pytest.mark.django_db
def test_an_opml_file_is_stored_clean_and_written_again():
    odd = "a\x9b\u061c\ufdd0&#x85;\U000e0041b" + "İ" * 600
    values = dict.fromkeys(sorted(ATTRIBUTES), odd)
    values |= {"xmlUrl": f"https://a.example/{odd[:40]}", "htmlUrl": f"https://{'h' * 300}.example"}
    text = " ".join(f'{name}="{value}"' for name, value in values.items())
    bad = '<outline xmlUrl="https://b.example/" htmlUrl="http://[x" title="b"/>'
    file = f'<opml><body><outline text="{odd}"><outline {text}/>{bad}</outline></body></opml>'
    done = import_opml(file.encode(), now=NOW)
    assert (done.added, done.refused) == (2, ())
    assert_clean()
    Feed.objects.update(title="a\x01b", group="\x1b")
    assert len(opml.read(export_opml(Feed.objects.all())).outlines) == 2


@pytest.mark.parametrize("poison", WORST.values(), ids=WORST)
@pytest.mark.django_db
def test_a_feed_is_added_with_clean_words_or_refused(poison):
    told = {"title": poison, "group": poison, "language": poison, "site": f"http://{poison}/"}
    add_feed(url="https://a.example/rss", now=NOW, **told)
    with suppress(FetchError):
        add_feed(url=f"https://a.example/{poison}", now=NOW)
    with suppress(FetchError):
        add_feed(url=f"https://{poison[:1_500].strip()}.example/rss", now=NOW)
    assert_clean()
