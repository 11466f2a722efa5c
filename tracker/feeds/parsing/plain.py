"""Read plain RSS 2.0 and Atom from the tree that `cut` made; pure.

feedparser takes two thirds of the time of a first poll. Most feeds use a dozen elements in the
usual way; those are read here, with the same result as feedparser's. Anything not on the lists
below or not in its usual place is left to feedparser: an element, an attribute, a second title,
unescaped markup, a doubtful charset. A test compares both readers on feedparser's own test files
and on generated feeds.
"""

import re
from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lxml.etree import XPath

from tracker.feeds.dates.parse import is_standard
from tracker.feeds.parsing.cut import (
    CHARSET,
    ENTRIES,
    LONG,
    TEXTS,
    Cut,
    has_long_texts,
    is_encoded_twice,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
FEEDBURNER = "http://rssnamespace.org/feedburner/ext/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
SY = "http://purl.org/rss/1.0/modules/syndication/"
THREAD = "http://purl.org/syndication/thread/1.0"
SLASH = "http://purl.org/rss/1.0/modules/slash/"
WFW = "http://wellformedweb.org/CommentAPI/"
# Prefixes that feedparser recognises, even if bound to another namespace.
PREFIXES = {
    "content": CONTENT,
    "dc": DC,
    "feedburner": FEEDBURNER,
    "media": MEDIA,
    "slash": SLASH,
    "sy": SY,
    "thr": THREAD,
    "wfw": WFW,
}
STRANGE_PREFIXES = {
    *("admin", "cc", "creativecommons", "dcterms", "geo", "georss", "gml", "itunes", "psc"),
    *("rdf", "xhtml"),
}
# Their mere presence means another format.
RSS_1 = {"http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"}
# Of elements without data that is read here.
IDLE_SPACES = {
    *(SLASH, THREAD, WFW, "http://a9.com/-/spec/opensearch/1.1/", "http://www.w3.org/2007/app"),
    *("http://webfeeds.org/rss/1.0", "http://www.smartnews.com/snf"),
    "http://www.nytimes.com/namespaces/rss/2.0",
}
IDLE_MEDIA = {f"{{{MEDIA}}}{name}" for name in ("content", "credit", "keywords", "thumbnail")}
IDLE_IN_CHANNEL = {
    *("category", "cloud", "copyright", "description", "docs", "generator", "managingEditor"),
    "webMaster",
}
IDLE_IN_ITEM = {"category", "comments", "enclosure", f"{{{DC}}}subject", *IDLE_MEDIA}
IDLE_IN_FEED = {
    f"{{{ATOM}}}{name}" for name in ("category", "generator", "icon", "logo", "rights", "subtitle")
}
IDLE_IN_ENTRY = {f"{{{ATOM}}}category", f"{{{ATOM}}}rights", *IDLE_MEDIA}
IN_IMAGE = {"url", "title", "link", "width", "height", "description"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PLAIN, HTML = "text/plain", "text/html"
TYPES = {None: PLAIN, "text": PLAIN, PLAIN: PLAIN, "html": HTML, HTML: HTML}
LINK_ATTRIBUTES = {"href", "rel", "type", "title", "hreflang", "length"}
HTML_TYPES = {HTML, "html", "xhtml", "application/xhtml+xml"}
REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,80}?\sencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
C1 = re.compile("[\x80-\x9f]")  # which feedparser takes for Windows-1252
BASES = XPath("count(//@*[translate(local-name(), 'BASE', 'base') = 'base'])")

Values = dict[str, Any]
Reader = Callable[["_Element", Values], None]
Readers = Mapping[str, Reader]


class OddError(Exception):
    """Something that only feedparser should read."""


def read(document: Cut, body: bytes, content_type: str) -> Values | None:
    """Return what feedparser would return for a plain feed ("version", "feed" and "entries", as far
    as used); None for any other.
    """
    root = document.root
    try:
        _check_around(document, body, content_type)
        if root.tag == "rss":
            return _rss(root, document.left)
        if root.tag == f"{{{ATOM}}}feed":
            return _atom(root, document.left)
    except OddError:
        pass
    return None


def _check_around(document: Cut, body: bytes, content_type: str) -> None:
    """Check what concerns the whole document: namespaces, base addresses, charset."""
    root = document.root
    # Each prefix has one meaning throughout: the usual one.
    _require(body.count(b"xmlns") == len(root.nsmap))
    for prefix, space in root.nsmap.items():
        name = (prefix or "").lower()
        _require(PREFIXES.get(name, space) == space and name not in STRANGE_PREFIXES)
        _require(space not in RSS_1)
    _require(not BASES(root) and b"\0" not in body[:200])
    declared, header = DECLARED.match(body), CHARSET.search(content_type)
    charset = header[1] if header else declared[1].decode() if declared else ""
    # feedparser gets cut documents as UTF-8, so it only guesses the charset of others.
    _require(
        charset.lower() == "utf-8"
        or body.isascii()
        or not document.is_uncut
        or has_long_texts(document)
    )


def _rss(root: "_Element", left: int) -> Values:
    _require(len(root) == 1 and root[0].tag == "channel" and not root[0].attrib)
    _require(set(root.attrib) <= {"version"})
    feed: Values = {}
    entries: list[Values] = []
    for node in root[0]:
        if node.tag == "item":
            entries.append(_entry(node, IN_ITEM, IDLE_IN_ITEM))
        elif node.tag == "image":
            _require(all(n.tag in IN_IMAGE and not len(n) and not n.attrib for n in node))
        else:
            _read_one(node, feed, IN_CHANNEL, IDLE_IN_CHANNEL)
    _require(len(entries) == left)
    return {"version": "rss20", "feed": feed, "entries": entries}


def _atom(root: "_Element", left: int) -> Values:
    _require(set(root.attrib) <= {XML_LANG})
    language = root.get(XML_LANG)
    feed: Values = {"language": language.replace("_", "-")} if language else {}
    entries: list[Values] = []
    for node in root:
        if node.tag == f"{{{ATOM}}}entry":
            entries.append(_entry(node, IN_ENTRY, IDLE_IN_ENTRY))
        else:
            _read_one(node, feed, IN_FEED, IDLE_IN_FEED)
    _link_by_id(feed)
    _require(len(entries) == left)
    return {"version": "atom10", "feed": feed, "entries": entries}


def _entry(node: "_Element", readers: Readers, idle: Set[str]) -> Values:
    _require(not node.attrib)
    values: Values = {}
    for child in node:
        _read_one(child, values, readers, idle)
    _link_by_id(values)
    if "content" in values:
        values.setdefault("summary", values["content"][0]["value"])
    return values


def _read_one(node: "_Element", values: Values, readers: Readers, idle: Set[str]) -> None:
    tag = node.tag
    if not isinstance(tag, str):  # a comment
        return
    if reader := readers.get(tag):
        reader(node, values)
    elif len(node) or (tag not in idle and tag[1:].partition("}")[0] not in IDLE_SPACES):
        raise OddError


def _link_by_id(values: Values) -> None:
    """Use the id as the link of an entry without one, unless it says that it is not a link."""
    if values.pop("is_id_link", False) and "link" not in values:
        values["link"] = values["id"]


def _require(is_plain: bool) -> None:
    if not is_plain:
        raise OddError


def _text(node: "_Element") -> str:
    """Return the text of an element without children, as feedparser returns it: characters encoded
    twice are repaired, except in long texts, which it does not see (see cut.py).
    """
    _require(not len(node))
    served: str = node.text or ""
    text = served.strip()
    if text.isascii():
        return text
    is_seen = is_encoded_twice(served) or not (len(served) > LONG and _is_set_aside(node))
    if is_seen:
        with suppress(UnicodeError):
            text = text.encode("iso-8859-1").decode("utf-8")
        _require(not C1.search(text))
    return text


def _is_set_aside(node: "_Element") -> bool:
    entry = node.getparent()
    return entry is not None and entry.tag in ENTRIES and node.tag.rpartition("}")[2] in TEXTS


def _put(values: Values, name: str, value: object) -> None:
    _require(name not in values)
    values[name] = value


def _bare(name: str) -> Reader:
    """Return a reader of an element without attributes that occurs once."""

    def read_bare(node: "_Element", values: Values) -> None:
        _require(not node.attrib)
        _put(values, name, _text(node))

    return read_bare


def _date(name: str) -> Reader:
    def read_date(node: "_Element", values: Values) -> None:
        _require(not node.attrib)
        text = _text(node)
        _put(values, name, text)
        if is_standard(text):
            values[f"{name}_parsed"] = None  # no guess needed

    return read_date


def _typed(name: str) -> Reader:
    """Return a reader of an Atom text with a type."""

    def read_typed(node: "_Element", values: Values) -> None:
        kind = node.get("type")
        _require(set(node.attrib) <= {"type", XML_LANG} and kind in TYPES)
        _put(values, name, _text(node))
        values[f"{name}_detail"] = {"type": TYPES[kind]}

    return read_typed


def _rss_link(node: "_Element", values: Values) -> None:
    _require(not node.attrib)
    link = _address(node)
    _put(values, "link", REFERENCE.sub(r"&\1", link.replace("&amp;", "&")))


def _channel_link(node: "_Element", values: Values) -> None:
    _require(not node.attrib)
    _put(values, "link", REFERENCE.sub(r"&\1", _address(node)))


def _address(node: "_Element") -> str:
    text = _text(node)
    _require(":///" not in text)  # which feedparser repairs
    return text


def _guid(node: "_Element", values: Values) -> None:
    _require(set(node.attrib) <= {"isPermaLink"})
    values["is_id_link"] = node.get("isPermaLink", "true") == "true"
    _put(values, "id", _address(node))


def _content(node: "_Element", values: Values) -> None:
    _require(not node.attrib)
    _put(values, "content", [{"value": _text(node)}])


def _atom_content(node: "_Element", values: Values) -> None:
    _require(set(node.attrib) <= {"type", XML_LANG} and node.get("type") in TYPES)
    _put(values, "content", [{"value": _text(node)}])


def _rss_author(node: "_Element", values: Values) -> None:
    _require(not node.attrib)
    values["author"] = _text(node)  # the last of several


def _atom_author(node: "_Element", values: Values) -> None:
    parts: dict[str, str] = {}
    for child in node:
        name = str(child.tag).removeprefix(f"{{{ATOM}}}")
        _require(name in {"name", "uri", "email"} and name not in parts)
        _require(not child.attrib and not len(child))
        parts[name] = (child.text or "").strip()
    name, email = parts.get("name", ""), parts.get("email", "")
    _require(not node.attrib and bool(name or email))
    # feedparser gives an author the address of the one before, or the name.
    _require("author" not in values or not (email or "@" in values["author"]))
    values["author"] = f"{name} ({email})" if name and email else name or email


def _source(node: "_Element", values: Values) -> None:
    _require(set(node.attrib) <= {"url"})
    text, url = _text(node), node.get("url")
    source = {"href": url} if url is not None else {}
    _put(values, "source", source | ({"title": text} if text else {}))


def _atom_link(node: "_Element", values: Values) -> None:
    """Read a link of Atom; the last one that leads to the page itself counts."""
    href, rel = node.get("href"), node.get("rel", "alternate").lower()
    names = {str(name) for name in node.attrib if not str(name).startswith("{")}
    _require(bool(href) and not len(node) and names <= LINK_ATTRIBUTES)
    _require(":///" not in (href or ""))
    if rel == "alternate" and node.get("type", HTML).lower() in HTML_TYPES:
        values["link"] = href


def _foreign_link(node: "_Element", _: Values) -> None:
    """Read a link of Atom in RSS, which gives the address of the feed itself."""
    _require(node.get("rel", "alternate").lower() != "alternate" and not len(node))
    _require(bool(node.get("href")))


IN_CHANNEL: Readers = {
    "title": _bare("title"),
    "link": _channel_link,
    "language": _bare("language"),
    "ttl": _bare("ttl"),
    "pubDate": _date("published"),
    "lastBuildDate": _date("updated"),
    f"{{{SY}}}updatePeriod": _bare("sy_updateperiod"),
    f"{{{SY}}}updateFrequency": _bare("sy_updatefrequency"),
    f"{{{ATOM}}}link": _foreign_link,
}
IN_ITEM: Readers = {
    "title": _bare("title"),
    "link": _rss_link,
    "guid": _guid,
    "description": _bare("summary"),
    f"{{{CONTENT}}}encoded": _content,
    "pubDate": _date("published"),
    f"{{{DC}}}date": _date("updated"),
    f"{{{ATOM}}}updated": _date("updated"),
    "author": _rss_author,
    f"{{{DC}}}creator": _rss_author,
    "source": _source,
    f"{{{FEEDBURNER}}}origLink": _bare("feedburner_origlink"),
    f"{{{ATOM}}}link": _foreign_link,
}
IN_FEED: dict[str, Reader] = {
    f"{{{ATOM}}}title": _typed("title"),
    f"{{{ATOM}}}id": _guid,
    f"{{{ATOM}}}link": _atom_link,
    f"{{{ATOM}}}updated": _date("updated"),
    f"{{{ATOM}}}published": _date("published"),
    f"{{{ATOM}}}author": _atom_author,
}
IN_ENTRY: Readers = IN_FEED | {
    f"{{{ATOM}}}summary": _typed("summary"),
    f"{{{ATOM}}}content": _atom_content,
    f"{{{FEEDBURNER}}}origLink": _bare("feedburner_origlink"),
}
