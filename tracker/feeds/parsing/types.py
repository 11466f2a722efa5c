"""Define the results of parsing, ParsedFeed and ParsedEntry, for all formats; pure."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tracker.feeds.dates.parse import Published
from tracker.feeds.limits import LANGUAGE_LIMIT, REASON_LIMIT, SUMMARY_LIMIT, URL_LIMIT
from tracker.redact import without_secrets
from tracker.text import clean_text

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


class ParseError(Exception):
    """A body that is not a feed; `state` is one of Feed.State: "not_a_feed", "empty", "refused" if
    a page or item says so, or "costly" if the body took too much time or memory; `cause` is one of
    causes.py.
    """

    def __init__(self, reason: str, state: str, cause: str = "broken_feed") -> None:
        # It repeats parts of the body, and addresses.
        self.reason = clean_text(without_secrets(reason), REASON_LIMIT)
        super().__init__(self.reason, state, cause)
        self.state = state
        self.cause = cause

    def __str__(self) -> str:
        return self.reason


class OwnFaultError(Exception):
    """A fault of ours while a feed was read or stored, which says nothing about the feed; `trace`
    is the traceback of another process.
    """

    def __init__(self, reason: str, trace: str = "") -> None:
        super().__init__(reason, trace)
        self.reason = reason
        self.trace = trace

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class ParsedEntry:
    """One entry as plain text. `key` identifies it within its feed, `content_hash` changes when its
    words do. `is_ahead`: the feed dates it more than a day in the future, so `published_at` is when
    it was read; times are UTC. `source_url` and `source_name` give the publisher of an entry that
    the feed took from elsewhere (RSS `<source>`). `is_shared`: the entry's guid, or else its link,
    also occurs on other articles of the body.
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
    is_shared: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys under which the entry may be stored, the usual one first; the next two are for
        an article whose usual key another one has, the last is the one of older versions.
        """
        return (
            self.key,
            digest("text", self.guid, self.link, self.title),
            digest("words", self.guid, self.link, self.title, self.summary),
            digest("guid", self.guid, self.link) if self.guid else self.key,
        )


@dataclass(frozen=True)
class ParsedFeed:
    """A feed's own title and language tag ("" if missing); the entries not known by their marks;
    how many entries the body had, and how many of those were duplicates or had no words; the marks
    for the next poll (see cut.py). `ttl` is the feed's requested polling interval in minutes; None
    if missing, or not read because every entry was known. `known_names` are guids, or else link
    hashes, of the entries that were known by their marks. `site` is the page that the channel
    belongs to; `repeated` how many of the skipped entries repeated an article.
    """

    title: str
    language: str
    entries: tuple[ParsedEntry, ...]
    skipped: int
    total: int = 0
    marks: bytes = b""
    ttl: int | None = None
    known_names: frozenset[str] = frozenset()
    site: str = ""
    repeated: int = 0

    @property
    def is_all_new(self) -> bool:
        """Whether the body had no known, unchanged entry."""
        return len(self.entries) + self.skipped >= self.total


def language_tag(value: object) -> str:
    """Return a language tag in lower case, cut to the stored length, since lower() can
    lengthen it.
    """
    return clean_text(clean_text(value, LANGUAGE_LIMIT).lower(), LANGUAGE_LIMIT)


def is_language_tag(text: str) -> bool:
    """Return whether a text is a language tag that can be stored, as in "pt-BR"."""
    return len(text) <= LANGUAGE_LIMIT and bool(LANGUAGE_TAG.fullmatch(text))


@dataclass(frozen=True)
class Names:
    """The names of one item of a body, as served: guid, link, title, summary."""

    guid: str
    link: str
    title: str
    summary: str = ""

    def levels(self) -> tuple[tuple[str, ...], ...]:
        """Return what may name it, the shortest first."""
        usual = (self.guid,) if self.guid else ("", self.link)
        words = (self.guid, self.link, self.title)
        return usual, (self.guid, self.link), words, (*words, self.summary)


def shared_names(items: Iterable[Names]) -> frozenset[tuple[str, ...]]:
    """Return the names that occur on more than one article of a body: a page of press releases, a
    feed whose guids are all "N/A". A repeated item is one article.
    """
    articles: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    for item in items:
        words = (item.title, item.summary)
        usual, *deeper = item.levels()
        # With the same guid, a different summary is an edit; a link alone proves less.
        articles.setdefault(usual, set()).add((words[0] or words[1], "") if item.guid else words)
        for name in deeper:
            articles.setdefault(name, set()).add(words)
    return frozenset(name for name, words in articles.items() if any(name) and len(words) > 1)


def told_apart(
    entries: Iterable[ParsedEntry | None], known: Iterable[Names] = ()
) -> tuple[ParsedEntry, ...]:
    """Return the entries that have words, each article once, under a key of its own; `known` names
    the items of the body that are not parsed again.
    """
    named_entries = [
        (e, Names(e.guid, e.link, e.title, e.summary)) for e in entries if e is not None
    ]
    shared = shared_names([*(names for _, names in named_entries), *known])
    days: dict[Names, set[str]] = {}
    for entry, names in named_entries:
        days.setdefault(names, set()).add(entry.published_raw)
    by_key: dict[str, ParsedEntry] = {}
    for entry, names in named_entries:
        usual, by_link, by_title, _ = names.levels()
        if usual in shared:
            key = _shared_key(entry, by_link in shared or not all(by_link), by_title in shared)
            entry = replace(entry, is_shared=True, key=key)  # noqa: PLW2901
        if len(days[names]) > 1 and not entry.guid:  # releases that differ only by their day
            key = digest("dated", entry.key, entry.published_raw)
            entry = replace(entry, is_shared=True, key=key)  # noqa: PLW2901
        by_key.setdefault(entry.key, entry)
    return tuple(by_key.values())


def _shared_key(entry: ParsedEntry, is_link_shared: bool, is_title_shared: bool) -> str:
    """Return a key for an entry whose usual name others also have."""
    _, by_title, by_words, by_link = entry.keys
    if not is_link_shared:
        return by_link
    return by_words if is_title_shared else by_title


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
    """Return an entry of cleaned texts, with its key; None for one without words."""
    if body.startswith(summary):  # feedparser repeats the content as a missing summary
        summary = summary or body[:SUMMARY_LIMIT]
        body = "" if body == summary else body
    if not (title or summary):
        return None
    guid = clean_text(guid, URL_LIMIT)
    if guid:
        # Without the link, which publishers change under the same guid (decision D32).
        key = digest("guid", guid)
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
