"""Read lists of feeds that other programs write, and write OPML 2.0; pure. Reads the OPML variants
that feed readers export, bookmarks (Netscape format), and plain lists of addresses. A fault loses
its own line, not the file.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from tracker.feeds.parsing.repair import repaired
from tracker.redact import Discreet
from tracker.text import clean_text

BYTE_LIMIT = 2_000_000
FEED_LIMIT = 2_000
STEP = " / "  # separates the groups of a path
LEVELS = 16  # groups of a path that are read
NOT_READ = re.compile(r"xpath|dotnotation|css|selector|^(?:include|link|html)$", re.I)
BOOKMARKS = re.compile(rb"<!doctype\s+netscape-bookmark|<(?:html|dl)[\s>]", re.I)
FEED_LIKE = re.compile(r"feed|rss|atom|\.xml|\.rdf", re.I)
DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*>", re.I)
ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,60}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
# Finds outlines in a file whose faults hide them from the XML parser. An address without quotes is
# read once: one that tries each length takes a second for 100 kB of "xmlurl=".
ADDRESS = re.compile(
    r"\bxmlurl\s*=\s*(?:([\"'])(.{1,2000}?)\1|([^\s\"'<>]{1,2000}+)(?=\s|(>)))", re.I
)
LISTED = re.compile(r"(?:[a-z]+://|feed:|[\w-]+(?:\.[\w-]+)+(?:[:/]|$))", re.I)


class OpmlError(Exception):
    """Not a readable list of feeds; the message says what is wrong and where."""


@dataclass(frozen=True, repr=False)
class Outline(Discreet):
    """One feed of a list: its line, address, title, its group (a path joined by STEP), language
    tag, site and publisher's name ("" if missing), and whether it brings articles of others.
    `publisher`, `aggregator` and `country` are attributes of our own.
    """

    line: int
    url: str
    title: str
    group: str
    language: str
    site: str
    is_aggregator: bool = False
    publisher: str = ""
    country: str = ""


@dataclass(frozen=True)
class FeedList:
    """The feeds of a file in order, and what was skipped or faulty, with its line."""

    outlines: list[Outline] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(data: bytes) -> FeedList:
    """Return the feeds of a file. Raises OpmlError if it is too large, not a list, or contains no
    feed.
    """
    if len(data) > BYTE_LIMIT:
        raise OpmlError(f"the file has {len(data):,} bytes; at most {BYTE_LIMIT:,} are read")
    if not data.strip():
        raise OpmlError("the file is empty")
    if BOOKMARKS.search(data[:2_000]):
        listed = FeedList(list(_bookmarks(data)))
    elif b"<" not in data.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1]:
        listed = _listed(data)
    else:
        listed = _opml(data)
    if not listed.outlines and not listed.notes:
        raise OpmlError("there is no feed in the file: no line has the address of one (xmlUrl)")
    if len(listed.outlines) > FEED_LIMIT:
        raise OpmlError(
            f"{len(listed.outlines):,} feeds; at most {FEED_LIMIT:,} are read from one file"
        )
    return listed


def _opml(data: bytes) -> FeedList:
    # A document type without entities is harmless, and some programs write one.
    data = DOCTYPE.sub(b"", data, count=1)
    # Entities may be bombs, or refer to files (faults P5 and P6).
    if b"<!DOCTYPE" in data.replace(b"\0", b""):
        raise OpmlError("the file declares a document type with entities; OPML has none")
    root, is_whole = _root(data)
    name = _local(root.tag) if root is not None else ""
    if root is None or name != "opml":
        problem = f"the first element is <{name}>" if name else "it is no XML"
        hint = "; it is a feed itself, so add its address" if name in {"rss", "feed", "rdf"} else ""
        raise OpmlError(f"not OPML: {problem}{hint}")
    listed = FeedList()
    for node, path in _walk(root):
        _take(node, STEP.join(path), listed)
    if not is_whole:
        _take_hidden(data, listed)
    return listed


def _root(data: bytes) -> "tuple[etree._Element | None, bool]":
    """Return the first element, and whether the file is well-formed."""
    strict = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, strict), True
    except etree.XMLSyntaxError:
        lenient = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=True
        )
    try:
        return etree.fromstring(repaired(_text(data).encode()), lenient), False
    except etree.XMLSyntaxError:
        return None, False


def _text(data: bytes) -> str:
    """Return the decoded text of a file, whatever encoding its first line declares, without that
    line.
    """
    declared = ENCODING.match(data)
    names = [declared[1].decode()] if declared else []
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        names = ["utf-16"]
    for name in (*names, "utf-8", "cp1252"):
        try:
            text = data.decode(name)
        except (UnicodeError, LookupError):
            continue
        return re.sub(r"<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1)
    return data.decode("utf-8", "replace")


def _local(name: object) -> str:
    """Return the name of an element or attribute without its namespace or prefix, in lower case; ""
    for that of a comment.
    """
    return re.split("[}:]", name)[-1].lower() if isinstance(name, str) else ""


def _walk(root: "etree._Element") -> "Iterator[tuple[etree._Element, tuple[str, ...]]]":
    """Return the outlines in order, each with the names of those around it, the outermost first.
    One pass: asking each for its ancestors took hours for a deep file.
    """
    paths: list[tuple[str, ...]] = [()]
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if _local(node.tag) != "outline":
            continue
        if event == "end":
            paths.pop()
            continue
        yield node, paths[-1]
        attributes = _attributes(node)
        is_group = "xmlurl" not in attributes
        name = attributes.get("text") or attributes.get("title") if is_group else ""
        paths.append(_below(paths[-1], name or ""))


def _below(path: tuple[str, ...], name: str) -> tuple[str, ...]:
    return (*path, name) if name and len(path) < LEVELS else path


def _attributes(node: "etree._Element") -> dict[str, str]:
    return {_local(name): clean_text(value) for name, value in node.attrib.items()}


def _take(node: "etree._Element", group: str, listed: FeedList) -> None:
    attributes = _attributes(node)
    url, type_ = attributes.get("xmlurl", ""), attributes.get("type", "")
    line = int(node.sourceline or 0)
    if NOT_READ.search(type_):
        shown = attributes.get("text") or attributes.get("title") or url
        listed.notes.append(
            f"line {line}: {shown[:100]}: outlines of type {type_[:30]} are not read"
        )
        return
    url = url or (attributes.get("url", "") if type_.lower() in {"", "rss", "atom", "feed"} else "")
    if url:
        listed.outlines.append(
            Outline(
                line=line,
                url=url,
                title=attributes.get("title") or attributes.get("text", ""),
                group=group or _category(attributes.get("category", "")),
                language=attributes.get("language", ""),
                site=attributes.get("htmlurl", ""),
                is_aggregator=attributes.get("aggregator", "").lower() == "true",
                publisher=attributes.get("publisher", ""),
                country=attributes.get("country", ""),
            )
        )


def _category(text: str) -> str:
    """Return the first category of an outline (OPML 2.0: "/Boston/Weather,/Harvard")."""
    return STEP.join([part for part in text.partition(",")[0].split("/") if part][:LEVELS])


def _take_hidden(data: bytes, listed: FeedList) -> None:
    """Add the feeds that the parser missed in a faulty file, and record their lines."""
    known = {clean_text(outline.url) for outline in listed.outlines}
    for number, line in enumerate(_text(data).splitlines(), 1):
        for match in ADDRESS.finditer(line):
            bare = match[3].removesuffix("/") if match[4] else match[3]
            url = clean_text((match[2] or bare).replace("&amp;", "&"))
            if url and url not in known:
                known.add(url)
                listed.outlines.append(Outline(number, url, "", "", "", ""))
                listed.notes.append(f"line {number}: faulty; only the address was read")


def _bookmarks(data: bytes) -> Iterator[Outline]:
    """Read the bookmarks of feeds; if none says that it is one, those that look like feeds."""
    root = etree.HTML(_text(data))
    links = list(_links(root)) if root is not None else []
    named = [link for link in links if link[0].get("feedurl")]
    for a, path in named or [link for link in links if FEED_LIKE.search(link[0].get("href", ""))]:
        yield Outline(
            line=int(a.sourceline or 0),
            url=clean_text(a.get("feedurl") or a.get("href")),
            title=clean_text("".join(a.itertext())),
            group=STEP.join(path),
            language="",
            site=clean_text(a.get("href")) if a.get("feedurl") else "",
        )


def _links(root: "etree._Element") -> "Iterator[tuple[etree._Element, tuple[str, ...]]]":
    """Return the links of bookmarks in order, each with the headings of the lists around it."""
    paths: list[tuple[str, ...]] = [()]
    headings = [""]  # for each open element, the last heading in it
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            if node.tag == "a":
                yield node, paths[-1]
            elif node.tag == "dl":
                paths.append(_below(paths[-1], headings[-1]))
            headings.append("")
            continue
        heading = headings.pop()
        if node.tag == "dl":
            paths.pop()
        elif node.tag == "h3":
            headings[-1] = clean_text("".join(node.itertext()))
        elif node.tag == "dt":  # a parser ends it before the list that its heading names
            headings[-1] = heading or headings[-1]


def _listed(data: bytes) -> FeedList:
    """Read a list with one address per line, perhaps followed by tags, as in newsboat's "urls"."""
    listed = FeedList()
    for number, line in enumerate(map(clean_text, _text(data).splitlines()), 1):
        url, _, rest = line.partition(" ")
        if LISTED.match(url):
            tags = re.findall(r'"([^"]*)"|(\S+)', rest)
            names = [quoted or plain for quoted, plain in tags]
            title = next((name[1:] for name in names if name.startswith("~")), "")
            group = next((name for name in names if name[:1] not in {"~", "!"}), "")
            listed.outlines.append(Outline(number, url, title, group, "", ""))
        elif line and not line.startswith("#"):
            listed.notes.append(f"line {number}: {line[:100]}: no address")
    # Without any address it is some other text, so no faults are reported by line.
    return listed if listed.outlines else FeedList()


def write(title: str, outlines: Iterable[Outline]) -> bytes:
    """Return an OPML 2.0 file of these feeds, by group in the order of their names; `read` returns
    the same feeds, apart from the lines.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = clean_text(title)
    body = etree.SubElement(root, "body")
    groups = {"": body}
    for feed in sorted(outlines, key=lambda outline: outline.group):
        parent = _written_group(clean_text(feed.group), groups)
        attributes = {"xmlUrl": feed.url, "htmlUrl": feed.site, "language": feed.language}
        attributes |= {
            "publisher": feed.publisher,
            "aggregator": "true" if feed.is_aggregator else "",
        }
        attributes |= {"country": feed.country}
        cleaned = {name: clean_text(value) for name, value in attributes.items() if value}
        etree.SubElement(parent, "outline", type="rss", text=clean_text(feed.title), attrib=cleaned)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _written_group(path: str, groups: "dict[str, etree._Element]") -> "etree._Element":
    """Return the outline of a group, creating it and its parents when first needed."""
    if path not in groups:
        above, _, name = path.rpartition(STEP)
        groups[path] = etree.SubElement(_written_group(above, groups), "outline", text=name)
    return groups[path]
