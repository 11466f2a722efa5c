"""What parsing gives: ParsedFeed and ParsedEntry, whatever the format was; pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.feeds.dates.parse import Published
from tracker.feeds.limits import LANGUAGE_LIMIT, REASON_LIMIT, SUMMARY_LIMIT, URL_LIMIT
from tracker.redact import without_secrets
from tracker.text import clean_text


class ParseError(Exception):
    """A body that is no feed; `state` is one of Feed.State: "not_a_feed", "empty", or "costly" for
    a body that took too much time or memory.
    """

    def __init__(self, reason: str, state: str) -> None:
        # It repeats pieces of the body, and addresses.
        self.reason = clean_text(without_secrets(reason), REASON_LIMIT)
        super().__init__(self.reason, state)
        self.state = state

    def __str__(self) -> str:
        return self.reason


class OwnFaultError(Exception):
    """A fault of ours while a feed was read or stored, which says nothing of the feed; `trace` is
    the traceback of another process.
    """

    def __init__(self, reason: str, trace: str = "") -> None:
        super().__init__(reason, trace)
        self.reason = reason
        self.trace = trace

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class ParsedEntry:
    """One entry as plain text. `key` names it within its feed, `content_hash` changes when its
    words do. `is_ahead`: the feed dates it more than a day ahead, so that `published_at` is when it
    was read; times are UTC. `source_url` and `source_name` tell the publisher of an entry that the
    feed took from elsewhere (RSS `<source>`).
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
    source_url: str = ""
    source_name: str = ""
    is_ahead: bool = False


@dataclass(frozen=True)
class ParsedFeed:
    """A feed's own title and language tag ("" if untold); the entries that were not known by their
    marks; how many entries the body had and how many of those could not be told apart or had no
    words; the marks for the next time (see cut.py). `ttl` is how long the feed asks to be left
    alone, in minutes; None if untold, or not read because every entry was known.
    """

    title: str
    language: str
    entries: tuple[ParsedEntry, ...]
    skipped: int
    total: int = 0
    marks: bytes = b""
    ttl: int | None = None

    @property
    def is_all_new(self) -> bool:
        """Whether no entry of the body was known as it stands."""
        return len(self.entries) + self.skipped >= self.total


def language_tag(value: object) -> str:
    """A language tag in lower case, cut to what is stored: lower() can make letters of one."""
    return clean_text(clean_text(value, LANGUAGE_LIMIT).lower(), LANGUAGE_LIMIT)


def told_apart(entries: Iterable[ParsedEntry | None]) -> tuple[ParsedEntry, ...]:
    """The entries that have words, each key once."""
    found: dict[str, ParsedEntry] = {}
    for entry in entries:
        if entry is not None:
            found.setdefault(entry.key, entry)
    return tuple(found.values())


def entry_of(
    *,
    guid: object,
    link: str,
    title: str,
    summary: str,
    body: str,
    published: Published,
    **more: Any,
) -> ParsedEntry | None:
    """An entry of cleaned texts, with its key; None for one without words."""
    if body.startswith(summary):  # the content repeated as summary, where there is none
        summary = summary or body[:SUMMARY_LIMIT]
        body = "" if body == summary else body
    if not (title or summary):
        return None
    guid = clean_text(guid, URL_LIMIT)
    if guid:
        # guid with link, because some feeds repeat one guid on every entry (FreshRSS #1610)
        key = digest("guid", guid, link)
    else:
        key = digest("link", link) if link else digest("text", title, summary)
    return ParsedEntry(
        key=key,
        content_hash=digest(title, summary, body),
        guid=guid,
        link=link,
        title=title,
        summary=summary,
        body=body,
        published_at=published.at,
        published_raw=clean_text(published.raw, 100),
        is_ahead=published.is_ahead,
        **more,
    )


def digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()
