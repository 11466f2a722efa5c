"""An article that an editor adds: what is read of its page, and how it is stored."""

import time
from datetime import UTC, datetime

import pytest

from tests.conftest import NOW, Answer
from tracker.feeds.editing.articles import fetch_article, read_article, store_article
from tracker.feeds.models import Entry, Feed, FeedChange
from tracker.feeds.network.types import FetchError, Response

PAGE = """<!doctype html><html lang="de"><head><title>Konto gesperrt | Blatt</title>
<meta property="og:title" content="Plattform sperrt\u202e Konto">
<meta property="og:site_name" content="Das Blatt">
<meta property="og:description" content="Das Konto wurde am Montag gesperrt.">
<meta property="article:published_time" content="2026-11-23T08:00:00+01:00">
<link rel="canonical" href="CANONICAL"></head><body><p>Text</p></body></html>"""


@pytest.fixture
def page(server, local):
    """A function that serves a page and returns its address."""

    def serve(text, path="/story"):
        headers = {"Content-Type": "text/html; charset=utf-8"}
        server.pages[path] = Answer(text.encode(), headers=headers)
        return f"{server.url}{path}"

    return serve


def test_the_page_says_what_its_article_is(page):
    article = fetch_article(page(PAGE), NOW)
    assert (article.title, article.summary, article.language, article.publisher) == (
        "Plattform sperrt Konto",
        "Das Konto wurde am Montag gesperrt.",
        "de",
        "Das Blatt",
    )
    assert article.published_at == datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_a_page_speaks_for_its_own_site_alone(page):
    own = page(PAGE.replace("CANONICAL", "/story?id=1"))
    assert fetch_article(own, NOW).url.endswith("/story?id=1")
    other = page(PAGE.replace("CANONICAL", "https://www.bbc.com/news"))
    assert fetch_article(other, NOW).url == other


@pytest.mark.parametrize("text", ["", "<p>no headline", "\x00\x01"])
def test_a_page_without_a_headline_is_no_article(page, text):
    with pytest.raises(FetchError, match="no headline"):
        fetch_article(page(text), NOW)


def test_a_private_address_is_not_fetched(canary):
    with pytest.raises(FetchError):
        fetch_article(f"{canary.url}/story", NOW)


@pytest.mark.django_db
def test_an_article_is_stored_once_for_the_queue_with_who_added_it(page):
    article = fetch_article(page(PAGE), NOW)
    entry, is_new = store_article(article, by="ed", now=NOW)
    assert store_article(article, by="ann", now=NOW) == (entry, False)
    assert is_new
    assert (entry.process_at, entry.language, entry.source.name) == (NOW, "de", "Das Blatt")
    assert list(Feed.objects.due(NOW)) == []
    assert list(FeedChange.objects.values_list("by", "after")) == [("ed", article.url)]
    assert Entry.objects.count() == 1


def test_words_of_nested_elements_are_read_in_one_pass():
    nested = b"<h1>" * 100 + b"<i>x</i>" * 5_000 + b"<article>" * 100 + b"<p>y</p>" * 5_000
    began = time.process_time()
    article = read_article(Response("https://site.example/", 200, nested, "", "", "text/html"), NOW)
    assert time.process_time() - began < 2
    assert (article.title[:3], article.summary[:3]) == ("x x", "y y")
