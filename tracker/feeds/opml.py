"""OPML 2.0 to a list of outlines and back; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from lxml import etree

from tracker.redact import Discreet
from tracker.text import clean_text

BYTE_LIMIT = 2_000_000
FEED_LIMIT = 2_000


class OpmlError(Exception):
    """A file that is no OPML that we read; the text says what and where."""


@dataclass(frozen=True, repr=False)
class Outline(Discreet):
    """One feed of an OPML file: its line there, address, title, the group above it, language tag
    and site ("" if untold); whether it brings articles of others (our own attribute `aggregator`).
    """

    line: int
    url: str
    title: str
    group: str
    language: str
    site: str
    is_aggregator: bool = False


def read(data: bytes) -> list[Outline]:
    """The feeds of an OPML file, in its order. Raises OpmlError for what is too large, unreadable
    or names no feed.
    """
    if len(data) > BYTE_LIMIT:
        raise OpmlError(f"the file has {len(data):,} bytes; at most {BYTE_LIMIT:,} are read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise OpmlError(f"not XML: {error}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise OpmlError("the file declares a document type; OPML has none")
    if root.tag != "opml":
        raise OpmlError(f"not OPML: the first element is <{root.tag}>, not <opml>")
    found = [_outline(node) for node in root.iter("outline") if node.get("xmlUrl")]
    if not found:
        raise OpmlError("no <outline> has an xmlUrl, so there is no feed in it")
    if len(found) > FEED_LIMIT:
        raise OpmlError(f"{len(found):,} feeds; at most {FEED_LIMIT:,} are read from one file")
    return found


def _outline(node: "etree._Element") -> Outline:
    parent = node.getparent()
    above = parent is not None and parent.tag == "outline"
    return Outline(
        line=int(node.sourceline or 0),
        url=clean_text(node.get("xmlUrl")),
        title=clean_text(node.get("title") or node.get("text")),
        group=clean_text(parent.get("text") or parent.get("title"))
        if above and parent is not None
        else "",
        language=clean_text(node.get("language")),
        site=clean_text(node.get("htmlUrl")),
        is_aggregator=clean_text(node.get("aggregator")).lower() == "true",
    )


def write(title: str, outlines: Iterable[Outline]) -> bytes:
    """An OPML 2.0 file of these feeds, by group in the order of their names; `read` reads it back
    (the lines apart).
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = clean_text(title)
    body = etree.SubElement(root, "body")
    for group, feeds in groupby(sorted(outlines, key=lambda o: o.group), key=lambda o: o.group):
        parent = etree.SubElement(body, "outline", text=clean_text(group)) if group else body
        for feed in feeds:
            told = {"xmlUrl": feed.url, "htmlUrl": feed.site, "language": feed.language}
            told["aggregator"] = "true" if feed.is_aggregator else ""
            given = {name: clean_text(value) for name, value in told.items() if value}
            etree.SubElement(
                parent, "outline", type="rss", text=clean_text(feed.title), attrib=given
            )
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))
