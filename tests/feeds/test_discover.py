import pytest

from tests import make
from tests.conftest import NOW, Answer
from tracker.feeds.discover import discover, links
from tracker.feeds.fetch import FetchError

pytestmark = pytest.mark.usefixtures("local")
PAGE = """<html><head>
<link rel="alternate" type="application/rss+xml" href="/rss">
<link REL="stylesheet alternate" TYPE="application/atom+xml" HREF="//b.example/atom">
<link rel="alternate" type="application/rss+xml" href="/rss">
<link rel="alternate" type="text/html" hreflang="fr" href="/fr">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="stylesheet" type="text/css" href="/css">
</head><body>"""


def found(url):
    return [(f.url, f.feed.total) for f in discover(url, now=NOW)]


def test_a_page_names_its_feeds_each_once():
    assert links(PAGE.encode(), "https://a.example/news") == [
        "https://a.example/rss",
        "https://b.example/atom",
    ]


@pytest.mark.parametrize("page", [b"", b"\x00\xff", b"<link rel=alternate>", b"<" * 100_000])
def test_a_page_that_names_none_has_none(page):
    assert links(page, "https://a.example/") == []


def test_a_feeds_own_address_is_what_is_found(server):
    server.pages["/x"] = Answer(make.rss({"title": "a"}))
    assert found(f"{server.url}/x") == [(f"{server.url}/x", 1)]


def test_what_the_page_names_is_read_before_it_is_told(server):
    server.pages["/"] = Answer(PAGE.replace("//b.example/atom", "/missing").encode())
    server.pages["/rss"] = Answer(make.rss({"title": "a"}, {"title": "b"}))
    assert found(f"{server.url}/") == [(f"{server.url}/rss", 2)]


def test_else_the_usual_places_are_tried(server):
    server.pages["/news"] = Answer(b"<html></html>")
    server.pages["/feed.xml"] = Answer(make.rss({"title": "a"}))
    assert found(f"{server.url}/news") == [(f"{server.url}/feed.xml", 1)]


def test_an_address_that_cannot_be_fetched_is_an_error(server):
    with pytest.raises(FetchError, match="404"):
        found(f"{server.url}/nowhere")
