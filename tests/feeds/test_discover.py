import threading
import time

import pytest

from tests import make
from tests.conftest import NOW, Answer
from tracker.events.intake.preview import preview_feed
from tracker.feeds.discover import USUAL, discover, header_links, links, usual_places
from tracker.feeds.network.types import FetchBudget, FetchError

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


def named(server, *urls):
    links = "".join(f"<link rel=alternate type=application/rss+xml href='{url}'>" for url in urls)
    server.pages["/"] = Answer(links.encode())


def spent_on(server, budget):
    discover(f"{server.url}/", now=NOW, budget=budget)
    return budget.is_spent


def test_s8_redirects_count_as_requests(server):
    named(server, *(f"/{n}" for n in range(3)))
    for n in range(3):
        server.pages[f"/{n}"] = Answer(status=302, headers={"Location": f"/{n}"})
    assert spent_on(server, FetchBudget(requests=6, size=10_000, seconds=20))
    assert len(server.seen) == 6


def test_s8_the_bytes_of_all_answers_count_together(server):
    named(server, "/a", "/b", "/c")
    for name in ("/a", "/b", "/c"):
        server.pages[name] = Answer(b"x" * 40_000)
    assert spent_on(server, FetchBudget(requests=20, size=100_000, seconds=20))
    assert not any(path == "/feed" for path, _ in server.seen)


def test_s8_slow_answers_end_with_the_time_of_the_whole(server):
    named(server, "/a", "/b", "/c", "/d")
    release = threading.Event()

    def wait(handler):
        release.wait(10)

    for name in ("/a", "/b", "/c", "/d"):
        server.pages[name] = Answer(act=wait)
    start = time.monotonic()
    assert spent_on(server, FetchBudget(requests=20, size=10_000, seconds=0.5))
    assert time.monotonic() - start < 5
    release.set()


def test_s8_a_search_that_fits_is_not_said_to_be_cut(server):
    server.pages["/"] = Answer(make.rss({"title": "a"}))
    assert not spent_on(server, FetchBudget(requests=1, size=10_000, seconds=20))


@pytest.mark.django_db
def test_s8_entries_are_classified_within_the_time_of_the_whole(server):
    server.pages["/"] = Answer(make.rss({"title": "a"}, {"title": "b"}))
    ((feed),) = discover(f"{server.url}/", now=NOW)
    budget = FetchBudget(requests=1, size=1, seconds=0)
    assert preview_feed(feed.feed, budget) == ()
    assert budget.is_spent


FEEDS = {
    "base": '<base href="/sub/"><link rel="alternate" type="application/rss+xml" href="f">',
    "charset": '<link rel="alternate" type="application/rss+xml; charset=UTF-8" href="/sub/f">',
    "text/xml": '<link rel=alternate type=text/xml title=RSS href="/sub/f">',
    "rel=feed": '<link rel="feed" href="/sub/f">',
    "a": '<a type="application/atom+xml" href="sub/f">Atom</a>',
}


@pytest.mark.parametrize("markup", FEEDS.values(), ids=FEEDS)
def test_a_page_names_a_feed_in_every_way_that_readers_know(markup):
    page = f"<html><head>{markup}</head><a href='/other'>x</a></html>".encode()
    assert links(page, "https://a.example/page") == ["https://a.example/sub/f"]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('</f>; rel="alternate"; type="application/rss+xml"', ["https://a.example/f"]),
        ("<f>; type=application/atom+xml; rel=alternate, </x>; rel=next", ["https://a.example/f"]),
        ('</x>; rel="alternate"; hreflang="de"', []),
        ("nonsense", []),
    ],
)
def test_a_link_header_names_feeds(header, found):
    assert header_links(header, "https://a.example/") == found


def test_the_usual_places_lie_beside_the_page_above_it_and_at_the_root():
    places = usual_places("https://a.example/blog/2026/post.html")
    assert places[0] == "https://a.example/blog/2026/feed"
    assert "https://a.example/blog/feed" in places
    assert places[-1] == "https://a.example/feed.json"
    assert usual_places("https://a.example") == [f"https://a.example/{name}" for name in USUAL]


def test_articles_come_before_comments(server, local):
    named = ("comments/feed", "feed")
    server.pages["/"] = Answer(
        "".join(
            f'<link rel="alternate" type="application/rss+xml" href="/{name}">' for name in named
        ).encode()
    )
    for name in named:
        server.pages[f"/{name}"] = Answer(make.rss({"title": name}))
    found = discover(f"{server.url}/", now=NOW)
    assert [one.url for one in found] == [f"{server.url}/feed", f"{server.url}/comments/feed"]


def test_a_page_behind_a_password_names_feeds_behind_it_and_others_without():
    page = b"<link rel=alternate type=application/rss+xml href=/rss>"
    page += b"<link rel=alternate type=application/rss+xml href=https://b.example/rss>"
    found = links(page, "https://user:word@a.example/news")
    assert found == ["https://user:word@a.example/rss", "https://b.example/rss"]
