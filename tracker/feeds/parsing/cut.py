"""What feedparser need not see is taken out of a body before it reads it; pure.

Known entries are cut: an entry's mark is a hash of its element as it was served, so the same mark
means the same entry with the same words. Long texts of new entries are set aside and put back after
feedparser, which gives them on as they are, but handles them in pieces from one entity to the next.
"""

import hashlib
import re
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
LONG = 200  # characters of a text that is set aside
TEXTS = {"title", "description", "summary", "content", "encoded"}  # elements, without namespace
SIMPLE = {None, "", "text", "html", "text/plain", "text/html"}  # types whose text is taken as it is
# Between private-use characters, a place in Cut.texts.
TOKEN = re.compile("\ue000(\\d{1,9})\ue001")
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)


@dataclass(frozen=True)
class Cut:
    """`body` holds the `left` entries that are not known, of `total`, at most ENTRY_LIMIT; `marks`
    are those of these and of the known, which `known` names. `texts` are what was set aside.
    `is_whole` says that `body` is what was served.
    """

    body: bytes
    marks: bytes
    total: int
    left: int
    texts: tuple[str, ...]
    is_whole: bool
    known: tuple[Names, ...] = ()

    def text(self, value: str) -> str:
        """What stood at the place of `value`: a text that was set aside, or `value` itself."""
        token = TOKEN.fullmatch(value)
        place = int(token[1]) if token else len(self.texts)
        return self.texts[place] if place < len(self.texts) else value


def cut(body: bytes, content_type: str, known: bytes) -> Cut | None:
    """`body` without the entries whose marks are in `known` (the marks of an earlier body) and
    without long texts; None where it is not well-formed, or declares a document type whose entities
    may be in the text.
    """
    root = _root_of(body, content_type)
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        return None
    elements = list(root.iter(*ENTRIES))
    if not elements or elements[0] is root:  # RFC 4287 allows a document that is one entry
        return None
    # What stands around an entry gives its links and language.
    around = repr([sorted(e.attrib.items()) for e in (root, elements[0].getparent())]).encode()
    old = {known[i : i + MARK] for i in range(0, len(known), MARK)}
    marks: list[bytes] = []
    texts: list[str] = []
    names: list[Names] = []
    left = removed = 0
    for element in elements:
        mark = _mark(element, around)
        is_left = mark not in old and left < ENTRY_LIMIT
        left += is_left
        if is_left:
            removed += _remove_captions(element)
            _set_aside(element, texts)
        else:
            names.append(_names(element))
            element.getparent().remove(element)
        if is_left or mark in old:  # what is over the limit comes with the next poll
            marks.append(mark)
    is_whole = left == len(elements) and not texts and not removed
    return Cut(
        body=body if is_whole else etree.tostring(root, encoding="utf-8", xml_declaration=True),
        marks=b"".join(marks),
        total=len(elements),
        left=left,
        texts=tuple(texts),
        is_whole=is_whole,
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
    """Takes out what Media RSS says about pictures, which feedparser takes for the article's words;
    a description of the entry itself stays where it has no other.
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


def _set_aside(entry: "etree._Element", texts: list[str]) -> None:
    for child in entry:
        text = child.text or ""
        if len(child) or len(text) <= LONG or not isinstance(child.tag, str):
            continue
        is_simple = child.get("type") in SIMPLE and child.get("mode") is None
        if is_simple and child.tag.rpartition("}")[2] in TEXTS:
            child.text = f"\ue000{len(texts)}\ue001"
            texts.append(text.strip())


def _names(element: "etree._Element") -> Names:
    """What an item is named by, as much as is needed to see whether others have the same."""
    told = dict.fromkeys(("guid", "id", "link", "title", "description"), "")
    for child in element:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if name in told and not told[name]:
            told[name] = child.text or child.get("href") or ""
    guid, link = clean_text(told["guid"] or told["id"], URL_LIMIT), told["link"].strip()
    return Names(guid, link, told["title"], told["description"])


def _mark(element: "etree._Element", around: bytes) -> bytes:
    text = etree.tostring(element, encoding="utf-8", with_tail=False)
    # No secret: whoever forges a mark hides an entry of its own.
    return hashlib.blake2b(text, digest_size=MARK, key=hashlib.sha256(around).digest()).digest()
