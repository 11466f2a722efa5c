"""Take out of a body what feedparser need not parse; pure. Known entries are cut: an entry's mark
is a hash of its element as served, so the same mark means the same entry with the same words. Long
texts of new entries are set aside and put back afterwards: feedparser returns them unchanged, but
slowly, piece by piece between entities.
"""

import hashlib
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from tracker.feeds.limits import ENTRY_LIMIT, URL_LIMIT
from tracker.feeds.parsing.types import Names
from tracker.text import clean_text

MARK = 8  # bytes of a mark
ENTRIES = (
    "item",
    "{http://purl.org/rss/1.0/}item",
    "{http://my.netscape.com/rdf/simple/0.9/}item",
    "{http://www.w3.org/2005/Atom}entry",
    "{http://purl.org/atom/ns#}entry",
)
MEDIA = "{http://search.yahoo.com/mrss/}"
LONG = 200  # minimum characters of a text that is set aside
TEXTS = {"title", "description", "summary", "content", "encoded"}  # elements, without namespace
# types whose text is returned unchanged
SIMPLE = {None, "", "text", "html", "text/plain", "text/html"}
# A placeholder for a text that was set aside, with its index. Nobody can write it into a feed.
STAND_IN = f"\ue000{secrets.token_hex(8)}-{{}}\ue001"
STANDS_IN = re.compile(STAND_IN.format("(\\d{1,9})"))
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)


@dataclass(frozen=True)
class Cut:
    """`root` contains the `left` unknown entries, of `total`, at most ENTRY_LIMIT; `marks` are
    those of all entries; `known` names the known ones. `is_uncut` says that nothing was removed.
    """

    root: "etree._Element"
    marks: bytes
    total: int
    left: int
    is_uncut: bool
    known: tuple[Names, ...] = ()


def put_back(texts: Sequence[str], value: str) -> str:
    """Return the original of `value`: one of the `texts` set aside, or `value` itself."""
    stand_in = STANDS_IN.fullmatch(value)
    place = int(stand_in[1]) if stand_in else len(texts)
    return texts[place] if place < len(texts) else value


def cut(body: bytes, content_type: str, known: bytes) -> Cut | None:
    """`body` without the entries whose marks are in `known` (the marks of an earlier body); None if
    it is not well-formed, or declares a document type whose entities may be used.
    """
    root = _root_of(body, content_type)
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        return None
    elements = list(root.iter(*ENTRIES))
    if not elements or elements[0] is root:  # RFC 4287 allows a document that consists of one entry
        return None
    # The elements around an entry determine its links and language.
    around = repr([sorted(e.attrib.items()) for e in (root, elements[0].getparent())]).encode()
    old = {known[i : i + MARK] for i in range(0, len(known), MARK)}
    marks: list[bytes] = []
    names: list[Names] = []
    has_media = next(root.iter(f"{MEDIA}*"), None) is not None
    left = removed = 0
    for element in elements:
        mark = _mark(element, around)
        is_left = mark not in old and left < ENTRY_LIMIT
        left += is_left
        if is_left:
            removed += _remove_captions(element) if has_media else 0
        else:
            names.append(_names(element))
            element.getparent().remove(element)
        if is_left or mark in old:  # entries over the limit come with the next poll
            marks.append(mark)
    return Cut(
        root=root,
        marks=b"".join(marks),
        total=len(elements),
        left=left,
        is_uncut=left == len(elements) and not removed,
        known=tuple(names),
    )


def _root_of(body: bytes, content_type: str) -> "etree._Element | None":
    charset = CHARSET.search(content_type)
    try:
        parser = etree.XMLParser(
            encoding=charset[1] if charset else None,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        )
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError):
        return None


def _remove_captions(entry: "etree._Element") -> int:
    """Remove Media RSS captions, which feedparser takes for the article's words; a description of
    the entry itself stays if it is the only one.
    """
    has_words = any(
        isinstance(child.tag, str) and child.tag.rpartition("}")[2] in TEXTS - {"title"}
        for child in entry
        if not str(child.tag).startswith(MEDIA)
    )
    captions = [
        node
        for node in entry.iter(f"{MEDIA}description", f"{MEDIA}text", f"{MEDIA}title")
        if has_words or node.getparent().tag in {f"{MEDIA}content", f"{MEDIA}thumbnail"}
    ]
    for node in captions:
        node.getparent().remove(node)
    return len(captions)


def set_aside(document: Cut) -> tuple[bytes | None, tuple[str, ...]]:
    """Return the document for feedparser, as UTF-8, and the long texts set aside; None if the
    document is unchanged.
    """
    nodes = _long_texts(document.root)
    long = [node for node in nodes if not is_encoded_twice(node.text or "")]
    texts = tuple((node.text or "").strip() for node in long)
    if document.is_uncut and not texts:
        return None, ()
    for place, node in enumerate(long):
        node.text = STAND_IN.format(place)
    return etree.tostring(document.root, encoding="utf-8", xml_declaration=True), texts


def is_encoded_twice(text: str) -> bool:
    """Return whether feedparser would repair a text ("Ã©" for "é"), so it must see the text."""
    if text.isascii():
        return False
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return False
    return True


def has_long_texts(document: Cut) -> bool:
    """Return whether there is a text to set aside."""
    return any(not is_encoded_twice(node.text or "") for node in _long_texts(document.root))


def _long_texts(root: "etree._Element") -> "Iterator[etree._Element]":
    for entry in root.iter(*ENTRIES):
        for child in entry:
            if len(child) or len(child.text or "") <= LONG or not isinstance(child.tag, str):
                continue
            is_simple = child.get("type") in SIMPLE and child.get("mode") is None
            if is_simple and child.tag.rpartition("}")[2] in TEXTS:
                yield child


def _names(element: "etree._Element") -> Names:
    """Return an item's names, as far as needed to see whether others have the same."""
    names = dict.fromkeys(("guid", "id", "link", "title", "description"), "")
    for child in element:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if name in names and not names[name]:
            names[name] = child.text or child.get("href") or ""
    guid, link = clean_text(names["guid"] or names["id"], URL_LIMIT), names["link"].strip()
    return Names(guid, link, names["title"], names["description"])


def _mark(element: "etree._Element", around: bytes) -> bytes:
    text = etree.tostring(element, encoding="utf-8", with_tail=False)
    # Not a secret: a publisher who forges a mark only hides its own entry.
    return hashlib.blake2b(text, digest_size=MARK, key=hashlib.sha256(around).digest()).digest()
