"""Read one article by its address and store it as an entry, for articles in no feed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from urllib.parse import urlsplit

from django.db import transaction
from lxml import etree

from tracker.feeds.dates.parse import read_date
from tracker.feeds.editing.changes import record_change
from tracker.feeds.entries import tally
from tracker.feeds.identity.publisher import publisher_of
from tracker.feeds.limits import LANGUAGE_LIMIT, NAME_LIMIT, SUMMARY_LIMIT, TITLE_LIMIT
from tracker.feeds.models import Entry, Feed, FeedChange, Source
from tracker.feeds.network.addresses import completed
from tracker.feeds.network.types import FetchBudget, FetchError, Limits, Request, Response
from tracker.feeds.parsing.markup import link_hash, web_link
from tracker.feeds.parsing.types import digest, is_language_tag, language_tag
from tracker.feeds.read import fetch
from tracker.locks import lock
from tracker.redact import Discreet, without_credentials
from tracker.text import clean_text

FETCH_SECONDS = 10.0  # since a user is waiting
REQUEST_LIMIT = 6  # redirects included
BYTE_LIMIT = 5_000_000  # after decompression
PAGE_LIMIT = 500_000  # bytes of a page that are searched for its title and description
NEWS = timedelta(days=1)  # older articles are no longer news (decision D29)
# The feed of these entries: a row that is never polled.
BY_HAND = "https://added-by-hand.invalid/"
# Words at any depth: `//text()[ancestor::p]` traverses a page once, while `//p//text()` would start
# again at each of thousands of nested elements.
HEADLINES = (
    "//meta[@property='og:title']/@content",
    "//meta[@name='twitter:title']/@content",
    "//text()[ancestor::h1]",
    "//title/text()",
)
DESCRIPTIONS = (
    "//meta[@property='og:description']/@content",
    "//meta[@name='description']/@content",
    "//text()[ancestor::p][ancestor::article]",
)
DATES = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@name='date' or @name='pubdate' or @itemprop='datePublished']/@content",
    "//time/@datetime",
)
NAMES = ("//meta[@property='og:site_name']/@content",)
LINKS = ("//link[@rel='canonical']/@href",)
LANGUAGES = ("/html/@lang", "//meta[@property='og:locale']/@content")
Root = etree._Element


@dataclass(frozen=True, repr=False)
class Article(Discreet):
    """An article as described by its page; "" and None for missing data."""

    url: str
    title: str
    summary: str
    language: str
    publisher: str
    published_at: datetime | None


def fetch_article(url: str, now: datetime) -> Article:
    """Fetch a page within the usual limits, and read its article; nothing is stored.

    Raises FetchError for an address that cannot be fetched, or a page without a headline.
    """
    budget = FetchBudget(REQUEST_LIMIT, BYTE_LIMIT, FETCH_SECONDS)
    (answer,) = fetch([Request(completed(url))], Limits(seconds=FETCH_SECONDS, budget=budget))
    if not isinstance(answer.outcome, Response):
        raise answer.outcome
    return read_article(answer.outcome, now)


def read_article(response: Response, now: datetime) -> Article:
    """Return the article described by a fetched page. Raises FetchError if it has no headline."""
    root = _parse_page(response)
    title = _text(root, HEADLINES, TITLE_LIMIT) if root is not None else ""
    if root is None or not title:
        raise FetchError("the page has no headline", code="http", permanent=True)
    language = language_tag(_text(root, LANGUAGES, LANGUAGE_LIMIT).replace("_", "-"))
    dated = (_value(root, path) for path in DATES)
    written = next((text for text in dated if text), "")
    return Article(
        url=_own_address(root, response.url),
        title=title,
        summary=_text(root, DESCRIPTIONS, SUMMARY_LIMIT),
        language=language if is_language_tag(language) else "",
        publisher=_text(root, NAMES, NAME_LIMIT),
        published_at=read_date(written, language, now) if written else None,
    )


def _parse_page(response: Response) -> "etree._Element | None":
    header = Message()
    header["Content-Type"] = response.content_type or "text/html"
    try:
        parser = etree.HTMLParser(encoding=header.get_content_charset(), no_network=True)
        return etree.fromstring(response.body[:PAGE_LIMIT], parser)
    except (etree.LxmlError, LookupError, ValueError):
        return None


def _own_address(root: "etree._Element", url: str) -> str:
    """Return the page's canonical address if it is on the same site, else the fetched one without
    secrets.
    """
    own = web_link(_value(root, LINKS[0]), url)
    # A page speaks only for its own site, or it could pass itself off as a newsroom.
    is_of_site = bool(own) and urlsplit(own).hostname == urlsplit(url).hostname
    return own if is_of_site else without_credentials(url)


def _text(root: "etree._Element", paths: tuple[str, ...], limit: int) -> str:
    texts = (clean_text(_value(root, path), limit) for path in paths)
    return next((text for text in texts if text), "")


def _value(root: "etree._Element", path: str) -> str:
    """Return the words of the first match; words in several elements are joined."""
    matches = root.xpath(path)
    words = [str(item) for item in matches] if isinstance(matches, list) else []
    return " ".join(words) if path.startswith("//text()") else "".join(words[:1])


def store_article(article: Article, *, by: str, now: datetime) -> tuple[Entry, bool]:
    """Store an article as an entry that waits for classification; return it, and whether it is new.

    If a feed already brought the article, that entry is returned.
    """
    mark = link_hash(article.url)
    with transaction.atomic():
        lock(f"article {mark}")
        known = Entry.objects.filter(link_hash=mark).order_by("pk").first()
        if known is not None:
            return known, False
        feed = _feed_by_hand(now)
        host = publisher_of(article.url)
        source, _is_new = Source.objects.get_or_create(
            host=host, defaults={"name": article.publisher or host}
        )
        is_recent = article.published_at is not None and now - article.published_at < NEWS
        entry = Entry.objects.create(
            feed=feed,
            source=source,
            key=digest("link", article.url),
            content_hash=digest(article.title, article.summary, ""),
            link=article.url,
            link_hash=mark,
            title=article.title,
            summary=article.summary,
            language=article.language,
            published_at=article.published_at,
            first_seen_at=now,
            changed_at=now,
            is_news=is_recent,
            process_at=now,
        )
        tally([(feed.pk, 1, int(is_recent))], now)
        record_change(feed.pk, FeedChange.Verb.ADDED, "", article.url, by=by, now=now)
    return entry, True


def _feed_by_hand(now: datetime) -> Feed:
    source, _is_new = Source.objects.get_or_create(
        host="added-by-hand.invalid", defaults={"name": "Added by hand"}
    )
    defaults = {
        "source": source,
        "domain": "added-by-hand.invalid",
        "title": "Added by hand",
        "is_active": False,
        "removed_at": now,
        "next_poll_at": now,
        "created_at": now,
    }
    return Feed.objects.get_or_create(url=BY_HAND, defaults=defaults)[0]
