"""Bytes to a ParsedFeed, with feedparser; pure."""

import calendar
import hashlib
import html
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import lxml.html

from tracker.feeds.models import BODY_LIMIT, SUMMARY_LIMIT, TITLE_LIMIT, URL_LIMIT

ENTRY_LIMIT = 2_000  # entries taken of one body
MARKUP_LIMIT = 200_000  # characters of HTML that are turned into text
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
UNWANTED = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
FUTURE_LIMIT = timedelta(days=1)


class ParseError(Exception):
    """A body that is no feed; `state` is "not_a_feed" or "empty"."""

    def __init__(self, reason: str, state: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.state = state


@dataclass(frozen=True)
class ParsedEntry:
    """One entry as plain text. `key` names it within its feed, `content_hash` changes when its
    words do; times are UTC.
    """

    key: str
    content_hash: str
    guid: str
    link: str
    title: str
    summary: str
    body: str
    author: str
    published_at: datetime | None
    published_raw: str


@dataclass(frozen=True)
class ParsedFeed:
    """A feed's own title and language tag ("" if untold), its entries, and how many could not be
    told apart or had no words.
    """

    title: str
    language: str
    entries: tuple[ParsedEntry, ...]
    skipped: int


def clean(text: object, limit: int) -> str:
    """Text on one line, NFC, without control characters, unpaired surrogates, noncharacters and
    marks that turn the direction of what follows; cut at `limit` characters.
    """
    if not isinstance(text, str):
        return ""
    kept = UNWANTED.sub("", CONTROL.sub(" ", text[: limit * 4]))
    return " ".join(unicodedata.normalize("NFC", kept).split())[:limit]


def text_of(markup: object, limit: int) -> str:
    """The words of an HTML fragment, without scripts, styles and comments."""
    if not isinstance(markup, str):
        return ""
    if "<" not in markup:
        return clean(html.unescape(markup[: limit * 4]), limit)
    try:
        root = lxml.html.fragment_fromstring(markup[:MARKUP_LIMIT], create_parent="div")
    except (lxml.etree.LxmlError, ValueError):
        return clean(html.unescape(re.sub(r"<[^>]*>", " ", markup[:MARKUP_LIMIT])), limit)
    for node in root.xpath("//script|//style|//comment()"):
        node.drop_tree()
    words = [part for part in root.itertext() if isinstance(part, str)]
    return clean(" ".join(words), limit)


def web_link(link: object, base: str) -> str:
    """An absolute http(s) address, or "" for anything else (javascript:, data:, too long,
    unreadable).
    """
    if not isinstance(link, str) or not link.strip():
        return ""
    try:
        url = urljoin(base, clean(link, URL_LIMIT + 1))
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(url) > URL_LIMIT:
        return ""
    return url


def moment(parsed: object, now: datetime) -> datetime | None:
    """feedparser's UTC struct_time as a datetime; None outside [1995, now + 1 day], as publishers'
    clocks are wrong.
    """
    try:
        at = datetime.fromtimestamp(calendar.timegm(parsed), UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return at if EARLIEST <= at <= now + FUTURE_LIMIT else None


def digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()


def parse(body: bytes, *, url: str, content_type: str = "", now: datetime) -> ParsedFeed:
    """Reads RSS, RDF and Atom from bytes in memory; raises ParseError for what is no feed or has no
    entry.

    `url` is the address after redirects, which relative links are resolved against.
    """
    if not body.strip():
        raise ParseError("the answer was empty", "empty")
    result = _feedparser(body, {"content-type": content_type, "content-location": url})
    if not result.get("version"):
        trouble = "an HTML page" if _is_html(body) else result.get("bozo_exception")
        raise ParseError(f"not a feed: {trouble or 'no RSS or Atom'}"[:300], "not_a_feed")
    found = result.entries[:ENTRY_LIMIT]
    entries: dict[str, ParsedEntry] = {}
    for raw in found:
        entry = _entry(raw, url, now)
        if entry is not None:
            entries.setdefault(entry.key, entry)
    if not found:
        raise ParseError("the feed has no entry", "empty")
    return ParsedFeed(
        title=text_of(result.feed.get("title"), TITLE_LIMIT),
        language=clean(result.feed.get("language"), 10).lower(),
        entries=tuple(entries.values()),
        skipped=len(result.entries) - len(entries),
    )


def _feedparser(body: bytes, headers: dict[str, str]) -> Any:
    """feedparser's own result. BytesIO only: given a string, feedparser would open a local file or
    fetch an address that the body names.
    """
    try:
        return feedparser.parse(
            io.BytesIO(body),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:
        raise ParseError(
            f"not readable: {type(error).__name__}: {error}"[:300], "not_a_feed"
        ) from error


def _is_html(body: bytes) -> bool:
    head = body[:2_000].lower()
    return b"<html" in head or b"<!doctype html" in head


def _entry(raw: Any, url: str, now: datetime) -> ParsedEntry | None:
    guid = clean(raw.get("id"), URL_LIMIT)
    # feedparser takes the guid for a missing link; only a whole address is one.
    link = web_link(raw.get("link"), "" if raw.get("link") == raw.get("id") else url)
    title = text_of(raw.get("title"), TITLE_LIMIT)
    body = text_of(" ".join(part.get("value", "") for part in raw.get("content", ())), BODY_LIMIT)
    summary = text_of(raw.get("summary"), SUMMARY_LIMIT)
    if body.startswith(summary):  # feedparser repeats the content as summary where there is none
        summary = summary or body[:SUMMARY_LIMIT]
        body = "" if body == summary else body
    if not (title or summary):
        return None
    return ParsedEntry(
        # guid with link, because some feeds repeat one guid on every entry (FreshRSS #1610)
        key=digest("guid", guid, link)
        if guid
        else digest("link", link)
        if link
        else digest("text", title, summary),
        content_hash=digest(title, summary, body),
        guid=guid,
        link=link,
        title=title,
        summary=summary,
        body=body,
        author=text_of(raw.get("author"), 200),
        published_at=moment(raw.get("published_parsed") or raw.get("updated_parsed"), now),
        published_raw=clean(raw.get("published") or raw.get("updated"), 100),
    )
