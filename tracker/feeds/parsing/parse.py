"""Parse bytes to a ParsedFeed: plain feeds with lxml alone, all others with feedparser; pure."""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from time import struct_time
from typing import Any
from xml.sax import SAXException

from tracker.feeds.dates.parse import Published, publication_dates
from tracker.feeds.identity.transports import article_link
from tracker.feeds.limits import (
    AUTHOR_LIMIT,
    BODY_LIMIT,
    ENTRY_LIMIT,
    NAME_LIMIT,
    SUMMARY_LIMIT,
    TITLE_LIMIT,
)
from tracker.feeds.parsing import jsonfeed, plain
from tracker.feeds.parsing.cut import Cut, cut, put_back, set_aside
from tracker.feeds.parsing.markup import link_hash, text_of, title_of, web_link, without_name
from tracker.feeds.parsing.notices import check_for_notice, page_error
from tracker.feeds.parsing.repair import repaired
from tracker.feeds.parsing.types import (
    Names,
    ParsedEntry,
    ParsedFeed,
    ParseError,
    entry_of,
    language_tag,
    told_apart,
)

# A reference that neither feedparser nor HTML could resolve.
UNRESOLVED = re.compile(r"&[A-Za-z_:][\w.:-]*;")
PERIODS = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}


def parse(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    known: bytes = b"",
    language: str = "",
    now: datetime,
) -> ParsedFeed:
    """Read RSS, RDF, Atom and JSON Feed from bytes in memory. Raises ParseError for anything else;
    a feed without entries is valid.

    `url` is the address after redirects, which relative links are resolved against; `known` are the
    marks of the last body; `language` is used for dates if the body declares none.
    """
    if not body.strip():
        raise ParseError("the answer was empty", "empty", "empty_answer")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return jsonfeed.parse(body, url, now, language)
    body, rest = _cut(body, content_type, known)
    if rest is not None and not rest.left:
        return ParsedFeed("", "", (), skipped=0, total=rest.total, marks=rest.marks)
    result, texts = _result(body, rest, content_type)
    channel, raws = result["feed"], result["entries"][:ENTRY_LIMIT]
    declared = language_tag(channel.get("language"))
    channel_dates = [text for text, _ in _dates(channel)]
    dates = publication_dates(map(_dates, raws), channel_dates, declared or language, now)
    is_atom = result["version"] == "atom10"
    set_back = partial(put_back, texts) if texts else str
    parsed = (
        _entry(raw, url, published, set_back, is_atom=is_atom)
        for raw, published in zip(raws, dates, strict=True)
    )
    if rest is None and _declares_entities(body):
        parsed = (entry for entry in parsed if entry and not _has_unresolved(entry))
    known_items = rest.known if rest else ()
    with_words = [entry for entry in parsed if entry is not None]
    entries = told_apart(with_words, _of_same_name(known_items, with_words, url))
    if not known_items:
        check_for_notice(entries)
    return ParsedFeed(
        title=text_of(channel.get("title"), TITLE_LIMIT),
        language=declared,
        entries=entries,
        skipped=len(result["entries"]) - len(entries),
        total=rest.total if rest else len(result["entries"]),
        marks=rest.marks if rest else b"",
        ttl=_ttl(channel),
        site=_site(channel, url),
        repeated=len(with_words) - len(entries),
        known_names=frozenset(_known_name(item, url) for item in known_items),
    )


def _cut(body: bytes, content_type: str, known: bytes) -> tuple[bytes, Cut | None]:
    """Return a body, repaired if necessary, and what remains of it without known entries."""
    remaining = cut(body, content_type, known)
    if remaining is None and (mended := repaired(body)) != body:
        return mended, cut(mended, content_type, known)
    return body, remaining


def _result(body: bytes, document: Cut | None, content_type: str) -> tuple[Any, Sequence[str]]:
    """Return the contents of a body in feedparser's form, and the texts set aside."""
    if document is not None and (result := plain.read(document, body, content_type)):
        return result, ()
    shortened, texts = set_aside(document) if document else (None, ())
    if shortened is not None:
        body, content_type = shortened, "application/xml; charset=utf-8"
    # Without the address, which feedparser would join to guids that are not addresses ("4711").
    result = _feedparser(body, {"content-type": content_type})
    if not result.get("version") or (_is_cut_short(result) and not result.entries):
        raise page_error(body)
    return result, texts


def _is_cut_short(result: Any) -> bool:
    """Return whether feedparser had to guess at what it read."""
    return isinstance(result.get("bozo_exception"), SAXException)


def _of_same_name(
    items: Iterable[Names], entries: Sequence[ParsedEntry], url: str
) -> Iterator[Names]:
    """Return, cleaned, the known items that share a name with a new one."""
    guids, links = {e.guid for e in entries}, {e.link for e in entries}
    for item in items:
        link = web_link(item.link, url) if item.guid in guids or not item.guid else ""
        if item.guid in guids if item.guid else link in links:
            title, summary = text_of(item.title, TITLE_LIMIT), text_of(item.summary, SUMMARY_LIMIT)
            yield Names(item.guid, link, title, summary)


def _known_name(item: Names, url: str) -> str:
    """See ParsedFeed.known_names."""
    return item.guid or link_hash(web_link(item.link, url))


def _feedparser(body: bytes, headers: dict[str, str]) -> Any:
    """feedparser's own result. BytesIO only: given a string, feedparser would open a local file or
    fetch an address that the body names.
    """
    # Imported only when needed: most feeds are plain, and every parsing process would load it.
    import feedparser  # noqa: PLC0415

    try:
        return feedparser.parse(
            io.BytesIO(body),
            response_headers=headers,
            # No HTML is stored, so none needs sanitising; web_link resolves the links.
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    # feedparser may raise any error, depending on the body (decision D13).
    except Exception as error:
        reason = f"not readable: {type(error).__name__}"
        raise ParseError(reason, "not_a_feed", "broken_feed") from error


def _declares_entities(body: bytes) -> bool:
    """Return whether the document declares entities of its own, in UTF-16 too."""
    return b"<!ENTITY" in body.replace(b"\0", b"")


def _has_unresolved(entry: ParsedEntry) -> bool:
    """Return whether the entry's words are a reference to an entity that we do not expand, and so
    not the publisher's words.
    """
    return any(UNRESOLVED.search(text) for text in (entry.title, entry.summary, entry.body))


def _ttl(feed: Mapping[str, Any]) -> int | None:
    """Return RSS `<ttl>`, else RSS 1.0's sy:updatePeriod over sy:updateFrequency, in minutes."""
    try:
        if feed.get("ttl"):
            return max(0, int(str(feed["ttl"])[:9]))
        period = PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
        return period // max(1, int(str(feed.get("sy_updatefrequency") or 1))) if period else None
    except ValueError:
        return None


def _dates(raw: Mapping[str, Any]) -> list[tuple[str, struct_time | None]]:
    """Return the dates of an entry or a channel, the best first, with feedparser's reading
    of each.
    """
    # feedparser substitutes one date for another that is missing, with a warning; `in` does not.
    names = [name for name in ("published", "updated", "created") if name in raw]
    return [(str(raw[name]), _guess(raw, name)) for name in names]


def _guess(raw: Mapping[str, Any], name: str) -> struct_time | None:
    if f"{name}_parsed" in raw:
        guess: struct_time | None = raw[f"{name}_parsed"]
        return guess
    from feedparser.datetimes import _parse_date  # noqa: PLC0415 - see _feedparser

    return _parse_date(str(raw[name]))  # type: ignore[no-any-return]


def _site(feed: Mapping[str, Any], url: str) -> str:
    """Return the page that a channel belongs to."""
    return web_link(feed.get("link"), url)


def _entry(
    raw: Any, url: str, published: Published, set_back: Callable[[str], str], *, is_atom: bool
) -> ParsedEntry | None:
    content = " ".join(set_back(part.get("value") or "") for part in raw.get("content", ()))
    summary = set_back(raw.get("summary") or "")
    source = raw.get("source") or {}
    source_name = text_of(source.get("title"), NAME_LIMIT)
    # feedparser takes the guid for a missing link; only an address is one, or a path.
    is_guid = raw.get("link") == raw.get("id") and not str(raw.get("id")).startswith("/")
    link = web_link(raw.get("link"), "" if is_guid else url)
    original = web_link(raw.get("feedburner_origlink"), url)
    article = article_link(link, original=original, text=content or summary)
    return entry_of(
        guid=raw.get("id"),
        link=link if article == link else web_link(article, url),
        title=without_name(
            title_of(
                set_back(raw.get("title") or ""),
                TITLE_LIMIT,
                is_text=is_atom and _is_text(raw.get("title_detail")),
            ),
            source_name,
        ),
        summary=_text(summary, raw.get("summary_detail"), SUMMARY_LIMIT, is_atom=is_atom),
        body=text_of(content, BODY_LIMIT),
        author=text_of(raw.get("author"), AUTHOR_LIMIT),
        published=published,
        source_url=web_link(source.get("href") or source.get("link"), url),
        source_name=source_name,
    )


def _is_text(detail: Mapping[str, Any] | None) -> bool:
    return bool(detail) and (detail or {}).get("type") == "text/plain"


def _text(value: str, detail: Mapping[str, Any] | None, limit: int, *, is_atom: bool) -> str:
    """Return the words of a summary: parsed as markup if it says so, as a headline if it gives no
    type.
    """
    if not _is_text(detail):
        return text_of(value, limit)
    return title_of(value, limit, is_text=is_atom and detail is not None)
