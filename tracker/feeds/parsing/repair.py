"""Repair common XML faults of publishers' systems whose meaning is clear, before a parser guesses;
pure.
"""

import re
from html.entities import html5

XML_NAMES = {"amp", "lt", "gt", "quot", "apos"}
# CDATA sections and comments stay unchanged. Unknown entity names are treated as words.
AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->"
    rb"|&(?!\#[0-9]{1,7};|\#[xX][0-9a-fA-F]{1,6};)(?:([A-Za-z][A-Za-z0-9]{1,31});)?",
    re.S,
)
DECLARED_WIDE = re.compile(
    rb"^(\s*<\?xml[^>]{0,60}?)\sencoding\s*=\s*[\"'](?:utf-?16|utf-?32|ucs-?[24])[^\"']{0,4}[\"']",
    re.I,
)
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def repaired(body: bytes) -> bytes:
    """Return a repaired version of a document that is not well-formed: stray ampersands are
    escaped, "&eacute;" becomes the letter, control characters are removed, and single-byte text is
    not UTF-16, whatever the first line declares.
    """
    if b"\0" in body[:200]:  # really UTF-16
        return body
    body = CONTROL.sub(b"", DECLARED_WIDE.sub(rb"\1", body))
    if b"<!DOCTYPE" in body[:2_000]:  # which may declare its own entities
        return body
    return AMPERSAND.sub(_reference, body)


def _reference(match: re.Match[bytes]) -> bytes:
    text = match[0]
    if not text.startswith(b"&"):
        return text
    name = (match[1] or b"").decode()
    if name in XML_NAMES:
        return text
    letters = html5.get(f"{name};", "") if name else ""
    if letters:
        return "".join(f"&#{ord(letter)};" for letter in letters).encode()
    return b"&amp;" + text[1:]
