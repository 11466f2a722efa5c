"""What publishers' systems break in XML so often that its meaning is clear, mended before a parser
guesses; pure.
"""

import re
from html.entities import html5

XML_NAMES = {"amp", "lt", "gt", "quot", "apos"}
# CDATA sections and comments stay as they are. Names need not be known: an unknown one is a word.
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
    """A document that is not well-formed, with what is plainly meant: an ampersand that begins no
    reference is one, "&eacute;" is the letter, a control character is nothing, and letters of one
    byte are not UTF-16, whatever the first line says.
    """
    if b"\0" in body[:200]:  # truly UTF-16
        return body
    body = CONTROL.sub(b"", DECLARED_WIDE.sub(rb"\1", body))
    if b"<!DOCTYPE" in body[:2_000]:  # which may declare names of its own
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
