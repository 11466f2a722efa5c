"""Parse JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), which feedparser does not read; pure."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker.feeds.dates.parse import Published, publication_dates
from tracker.feeds.identity.transports import article_link
from tracker.feeds.limits import AUTHOR_LIMIT, BODY_LIMIT, ENTRY_LIMIT, SUMMARY_LIMIT, TITLE_LIMIT
from tracker.feeds.parsing.markup import text_of, web_link
from tracker.feeds.parsing.types import (
    ParsedEntry,
    ParsedFeed,
    ParseError,
    entry_of,
    language_tag,
    told_apart,
)
from tracker.text import clean_text

VERSION = re.compile(r"(https?://(www\.)?jsonfeed\.org/version/)?v?\d(\.\d)?", re.I)


def parse(body: bytes, url: str, now: datetime, language: str = "") -> ParsedFeed:
    """Return the feed in a body that begins like a JSON object; `language` is used for dates if it
    declares none. Raises ParseError.
    """
    try:
        feed = json.loads(body, strict=False)  # raw line breaks in texts are harmless
    except (ValueError, RecursionError) as error:
        raise ParseError(
            f"not a feed: JSON that cannot be read: {error}"[:300], "not_a_feed", "broken_feed"
        ) from None
    if not isinstance(feed, dict) or not VERSION.match(str(feed.get("version"))):
        raise ParseError("not a feed: JSON, but no JSON Feed", "not_a_feed", "json_other")
    items = feed.get("items")
    if not isinstance(items, list):
        raise ParseError("not a feed: JSON without a list of items", "not_a_feed", "json_other")
    valid_items = [item for item in items[:ENTRY_LIMIT] if isinstance(item, dict)]
    declared = language_tag(feed.get("language"))
    dates = publication_dates(map(_dates, valid_items), (), declared or language, now)
    entries = told_apart(
        _entry(item, url, published) for item, published in zip(valid_items, dates, strict=True)
    )
    return ParsedFeed(
        title=clean_text(feed.get("title"), TITLE_LIMIT),
        language=declared,
        entries=entries,
        skipped=len(items) - len(entries),
        total=len(items),
        site=web_link(feed.get("home_page_url"), url),
    )


def _dates(item: Mapping[str, Any]) -> list[tuple[str, None]]:
    raw_dates = [item.get("date_published"), item.get("date_modified")]
    return [(str(date), None) for date in raw_dates if isinstance(date, str | int | float)]


def _entry(item: Mapping[str, Any], url: str, published: Published) -> ParsedEntry | None:
    text = clean_text(item.get("content_text"), BODY_LIMIT)
    authors = item.get("authors")
    # Version 1.1 has `authors`, 1.0 `author`.
    author = authors[0] if isinstance(authors, list) and authors else item.get("author")
    guid = item.get("id")
    return entry_of(
        # JSON Feed 1.1: an id that is a number is taken as its text.
        guid=str(guid) if isinstance(guid, int | float) else guid,
        link=article_link(web_link(item.get("url") or item.get("external_url"), url)),
        title=clean_text(item.get("title"), TITLE_LIMIT),
        summary=clean_text(item.get("summary"), SUMMARY_LIMIT),
        body=text or text_of(item.get("content_html"), BODY_LIMIT),
        author=clean_text(author.get("name"), AUTHOR_LIMIT) if isinstance(author, dict) else "",
        published=published,
    )
