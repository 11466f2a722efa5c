"""Find the feeds that a page links to, or that lie at the usual addresses of its site."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from lxml import etree

from tracker.feeds.limits import PARSE_SECONDS
from tracker.feeds.network.fetch import FetchBudget, FetchError, Limits, Request, Response
from tracker.feeds.parsing import pool
from tracker.feeds.parsing.markup import web_link
from tracker.feeds.parsing.types import ParsedFeed
from tracker.feeds.read import fetch
from tracker.redact import Discreet, without_secrets

TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"}
USUAL = ("feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json")
LINKS = etree.XPath("//link[@href and @rel and @type]")
PAGE_LIMIT = 500_000  # characters of a page in which its links are looked for
FETCH_SECONDS = 10.0  # for one address, since somebody waits
# What one search may cost in all, whatever the page says: it decides whom we ask, and how often.
REQUEST_LIMIT = 25  # redirects included
BYTE_LIMIT = 20_000_000  # after decompression
TIME_LIMIT = 20.0  # seconds, reading and classifying included
TOO_MUCH = (
    f"We stopped after {REQUEST_LIMIT} requests, {BYTE_LIMIT // 1_000_000} MB or {TIME_LIMIT:g}"
    " seconds. If something is missing, give the address of the feed itself."
)


@dataclass(frozen=True, repr=False)
class DiscoveredFeed(Discreet):
    """A feed that was read: its address and what would be taken from it."""

    url: str
    feed: ParsedFeed

    @property
    def shown_url(self) -> str:
        """The address as a page may show it."""
        return without_secrets(self.url)


def search_budget() -> FetchBudget:
    """What one search for feeds may cost, from now on."""
    return FetchBudget(REQUEST_LIMIT, BYTE_LIMIT, TIME_LIMIT)


def discover(url: str, *, now: datetime, budget: FetchBudget | None = None) -> list[DiscoveredFeed]:
    """The feeds at `url`: itself, else those that its page names, else those at the usual places of
    its site. Stores nothing. Raises FetchError if the address cannot be fetched.

    All of it together costs no more than `budget` (by default `search_budget`), which says
    afterwards whether something was left out.
    """
    budget = budget or search_budget()
    (page,) = _fetched([url], budget)
    if isinstance(page, FetchError):
        raise page
    if itself := list(_read([page], now, budget)):
        return itself
    named = list(_read(_fetched(links(page.body, page.url), budget), now, budget))
    if named:
        return named
    usual = [urljoin(page.url, f"/{name}") for name in USUAL]
    return list(_read(_fetched(usual, budget), now, budget))


def _fetched(urls: list[str], budget: FetchBudget) -> list[Response | FetchError]:
    if len(urls) > budget.requests:
        budget.spent()
    requests = [Request(u) for u in urls[: max(budget.requests, 0)]]
    answers = fetch(requests, Limits(seconds=FETCH_SECONDS, budget=budget))
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


def _read(
    answers: list[Response | FetchError], now: datetime, budget: FetchBudget
) -> Iterator[DiscoveredFeed]:
    for answer in answers:
        if isinstance(answer, FetchError):
            continue
        if not budget.seconds_left:
            budget.spent()
            return
        job = pool.submit(
            min(PARSE_SECONDS, budget.seconds_left),
            body=answer.body,
            url=without_secrets(answer.url),
            content_type=answer.content_type,
            now=now,
        )
        feed = pool.outcome(job)
        if isinstance(feed, ParsedFeed):
            yield DiscoveredFeed(answer.url, feed)
