"""A page's address to the feeds that it names, or that lie at the usual places."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from lxml import etree

from tracker.feeds import pool
from tracker.feeds.entry import ParsedFeed
from tracker.feeds.fetch import FetchError, Limits, Request, Response
from tracker.feeds.read import fetch
from tracker.feeds.text import web_link

TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"}
USUAL = ("feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json")
LINKS = etree.XPath("//link[@href and @rel and @type]")
PAGE_LIMIT = 500_000  # characters of a page in which its links are looked for
LIMITS = Limits(seconds=10)  # somebody waits


@dataclass(frozen=True)
class Found:
    """A feed that was read: its address and what would be taken from it."""

    url: str
    feed: ParsedFeed


def discover(url: str, *, now: datetime) -> list[Found]:
    """The feeds at `url`: itself, else those that its page names, else those at the usual places of
    its site. Stores nothing. Raises FetchError if the address cannot be fetched.
    """
    (page,) = _fetched([url])
    if isinstance(page, FetchError):
        raise page
    if itself := list(_read([page], now)):
        return itself
    named = list(_read(_fetched(links(page.body, page.url)), now))
    return named or list(_read(_fetched([urljoin(page.url, f"/{name}") for name in USUAL]), now))


def _fetched(urls: list[str]) -> list[Response | FetchError]:
    answers = fetch([Request(u) for u in urls], LIMITS)
    return [a.outcome for a in sorted(answers, key=lambda a: a.index)]


def links(page: bytes, url: str) -> list[str]:
    """The addresses of `<link rel="alternate">` to feeds, in the order of the page, each once."""
    try:
        root = etree.HTML(page[:PAGE_LIMIT])
    except (etree.LxmlError, ValueError):
        return []
    nodes = LINKS(root) if root is not None else []
    found = [
        web_link(node.get("href"), url)
        for node in nodes
        if "alternate" in node.get("rel").lower().split()
        and node.get("type").strip().lower() in TYPES
    ]
    return list(dict.fromkeys(filter(None, found)))


def _read(answers: list[Response | FetchError], now: datetime) -> Iterator[Found]:
    for answer in answers:
        if isinstance(answer, FetchError):
            continue
        job = pool.submit(
            body=answer.body, url=answer.url, content_type=answer.content_type, now=now
        )
        feed = pool.outcome(job)
        if isinstance(feed, ParsedFeed):
            yield Found(answer.url, feed)
