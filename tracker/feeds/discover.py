"""Find the feeds that a page links to, or that are at the usual addresses of its site."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml import etree

from tracker.feeds.limits import PARSE_SECONDS
from tracker.feeds.network.addresses import completed
from tracker.feeds.network.types import FetchBudget, FetchError, Limits, Request, Response
from tracker.feeds.parsing import pool
from tracker.feeds.parsing.markup import web_link
from tracker.feeds.parsing.types import ParsedFeed
from tracker.feeds.read import fetch
from tracker.redact import Discreet, without_credentials, without_secrets

TYPES = {
    *("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml"),
    *("application/feed+json", "application/json", "text/xml", "text/rss+xml", "text/rss"),
}
FEED_TYPES = {type_ for type_ in TYPES if "rss" in type_ or "atom" in type_ or "feed" in type_}
USUAL = ("feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json")
LINKS = etree.XPath("//link[@href and @rel] | //a[@href and @type]")
BASE = etree.XPath("//base/@href")
LINK_HEADER = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]*))*)")
COMMENTS = re.compile(r"comment|kommentar|coment|replies|/reply", re.I)
FOLDERS = 3  # of a page's path that are tried for feeds, deepest first
PAGE_LIMIT = 500_000  # characters of a page that are searched for links
FETCH_SECONDS = 10.0  # for one address, since a user is waiting
# Limits of one whole search, since the page decides which hosts we contact and how often.
REQUEST_LIMIT = 25  # redirects included
BYTE_LIMIT = 20_000_000  # after decompression
TIME_LIMIT = 20.0  # seconds, reading and classifying included
TOO_MUCH = (
    f"We stopped after {REQUEST_LIMIT} requests, {BYTE_LIMIT // 1_000_000} MB or {TIME_LIMIT:g}"
    " seconds. If something is missing, give the address of the feed itself."
)


@dataclass(frozen=True, repr=False)
class DiscoveredFeed(Discreet):
    """A feed that was read: its address, and the entries that it would bring."""

    url: str
    feed: ParsedFeed

    @property
    def shown_url(self) -> str:
        """The address as a page may show it."""
        return without_secrets(self.url)


def search_budget() -> FetchBudget:
    """Return the budget of one search for feeds, starting now."""
    return FetchBudget(REQUEST_LIMIT, BYTE_LIMIT, TIME_LIMIT)


def discover(url: str, *, now: datetime, budget: FetchBudget | None = None) -> list[DiscoveredFeed]:
    """Return the feeds at `url`: itself, else those that its page links to, else those at the usual
    addresses of its site. Stores nothing. Raises FetchError if the address cannot be fetched.

    The whole search stays within `budget` (by default `search_budget`), which says afterwards
    whether something was left out.
    """
    budget = budget or search_budget()
    (page,) = _fetched([completed(url)], budget)
    if isinstance(page, FetchError):
        raise page
    if itself := list(_read([page], now, budget)):
        return itself
    linked = dict.fromkeys([*header_links(page.link, page.url), *links(page.body, page.url)])
    named = list(_read(_fetched(list(linked), budget), now, budget))
    if named:
        return sorted(named, key=is_of_comments)
    return list(_read(_fetched(usual_places(page.url), budget), now, budget))


def is_of_comments(feed: DiscoveredFeed) -> bool:
    """Return whether a feed has readers' comments rather than articles."""
    return bool(COMMENTS.search(feed.url) or COMMENTS.search(feed.feed.title))


def usual_places(url: str) -> list[str]:
    """Return the usual addresses of a site's feed: next to the page, in the folders above it, at
    the root.
    """
    folder = urlsplit(url).path.rpartition("/")[0]
    folders = [folder]
    while folder and len(folders) < FOLDERS:
        folder = folder.rpartition("/")[0]
        folders.append(folder)
    folders = list(dict.fromkeys([*folders[: FOLDERS - 1], ""]))
    return [urljoin(url, f"{folder}/{name}") for folder in folders for name in USUAL]


def header_links(header: str, url: str) -> list[str]:
    """Return the addresses of feeds in a Link header (RFC 8288)."""
    addresses = []
    for target, parameters in LINK_HEADER.findall(header):
        parameters_by_name = dict(re.findall(r"([\w*]+)\s*=\s*\"?([^\";,]*)", parameters.lower()))
        is_feed = (
            parameters_by_name.get("type", "").strip() in TYPES
            or parameters_by_name.get("rel") == "feed"
        )
        if is_feed and {"alternate", "feed"} & set(parameters_by_name.get("rel", "").split()):
            addresses.append(_feed_link(target, url))
    return [link for link in addresses if link]


def _fetched(urls: list[str], budget: FetchBudget) -> list[Response | FetchError]:
    if len(urls) > budget.requests:
        budget.spent()
    requests = [Request(u) for u in urls[: max(budget.requests, 0)]]
    answers = fetch(requests, Limits(seconds=FETCH_SECONDS, budget=budget))
    return [a.outcome for a in sorted(answers, key=lambda a: a.index)]


def links(page: bytes, url: str) -> list[str]:
    """Return the addresses of feeds that a page links to, in order, each once: by `<link>`, or by
    `<a>` with a feed's type. `<base>` counts.
    """
    try:
        root = etree.HTML(page[:PAGE_LIMIT])
    except (etree.LxmlError, ValueError):
        return []
    if root is None:
        return []
    base = next(iter(BASE(root)), "")
    base = _feed_link(base, url) or url
    addresses = [_feed_link(node.get("href"), base) for node in LINKS(root) if _names_feed(node)]
    return list(dict.fromkeys(filter(None, addresses)))


def _feed_link(target: object, url: str) -> str:
    """Return the address of a feed that a page links to, with the page's user and password on the
    same host, so that protected feeds can be followed.
    """
    link = web_link(target, url)
    login, at, place = urlsplit(url).netloc.rpartition("@")
    parts = urlsplit(link)
    is_behind = bool(at) and parts.netloc == place
    return parts._replace(netloc=f"{login}@{place}").geturl() if is_behind else link


def _names_feed(node: "etree._Element") -> bool:
    type_ = (node.get("type") or "").partition(";")[0].strip().lower()
    if node.tag == "a":
        return type_ in FEED_TYPES
    rel = node.get("rel").lower().split()
    return ("alternate" in rel and type_ in TYPES) or ("feed" in rel and type_ in TYPES | {""})


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
            # Links of entries are resolved against it and shown (fault F10).
            url=without_credentials(answer.url),
            content_type=answer.content_type,
            now=now,
        )
        feed = pool.outcome(job)
        if isinstance(feed, ParsedFeed):
            yield DiscoveredFeed(answer.url, feed)
