"""Repair harmless faults in the head of an answer before the strict HTTP parser sees it; pure.
Browsers and curl accept all of these.
"""

import re

LINE_LIMIT = 65_536  # bytes of one header; a longer one is left out
HEAD_LIMIT = 300_000  # bytes of one head, as in curl
FIELDS = 500  # header lines of one head
NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 5.6.2
END = re.compile(rb"\r?\n\r?\n")
ENCODINGS = {b"x-gzip": b"gzip", b"x-deflate": b"deflate"}  # RFC 9110 8.4.1.3
NOTHING_DONE = {(b"transfer-encoding", b"identity")}  # RFC 2616 3.6
# Repeated with the same value they count once; with different values the end of the body is
# unknown.
ONCE = {b"content-length"}
LENGTH = re.compile(rb"^content-length: (\d{1,15})\r$", re.I | re.M)
CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:[ \t]*chunked[ \t]*\r?$", re.I | re.M)
CODED = re.compile(rb"^transfer-encoding:", re.I | re.M)
INFORMATIONAL = re.compile(rb"HTTP/1\.[01] 1\d\d")


class HeadTooLargeError(Exception):
    """A head longer than HEAD_LIMIT."""


class HeadMender:
    """Passes on the bytes of one answer with a repaired head, without any bytes after its body:
    `has_surplus` says that there were some, so the connection cannot be trusted.
    """

    def __init__(self) -> None:
        self.pending = bytearray()
        self.searched = 0  # bytes of it without an end of the head
        self.is_over = False
        self.has_surplus = False
        self.left: int | None = None  # remaining bytes of the body, if the head gives a length

    def feed(self, data: bytes) -> bytes:
        """Return the bytes that can be parsed so far; none until the head is complete. Raises
        HeadTooLargeError.
        """
        if self.is_over:
            return self._of_body(data)
        self.pending += data
        ready = bytearray()
        while not self.is_over:
            # The parser refuses what is not an answer.
            if not b"HTTP/".startswith(bytes(self.pending[:5])):
                self.is_over = True
                break
            end = END.search(self.pending, self.searched)
            if end is None:
                if len(self.pending) > HEAD_LIMIT:
                    raise HeadTooLargeError
                # Only new bytes are examined, since they may arrive one by one.
                self.searched = max(0, len(self.pending) - 3)
                return bytes(ready)
            head = bytes(self.pending[: end.start()])
            del self.pending[: end.end()]
            self.searched = 0
            whole = mended(head)
            ready += whole
            self.is_over = not INFORMATIONAL.match(head)
            length = LENGTH.findall(whole) if self.is_over and not CODED.search(whole) else []
            self.left = int(length[0]) if len(length) == 1 else None
        ready += self._of_body(bytes(self.pending))
        self.pending.clear()
        return bytes(ready)

    def _of_body(self, data: bytes) -> bytes:
        if self.left is None:
            return data
        own = data[: self.left]
        self.left -= len(own)
        self.has_surplus = self.has_surplus or len(own) < len(data)
        return own


def mended(head: bytes) -> bytes:
    """Return a head without lines that are not headers, blanks before colons, repeated lengths, and
    a length next to chunked encoding, which defines the end (RFC 9112 6.3); with standard names of
    encodings; closed by an empty line.
    """
    first, *lines = re.split(rb"\r?\n", head)
    is_chunked = bool(CHUNKED.search(head))
    lines_kept = [first]
    values_seen: dict[bytes, bytes] = {}
    for line in lines[:FIELDS]:
        if line[:1] in {b" ", b"\t"}:  # a header that goes on in the next line (RFC 9112 5.2)
            if len(lines_kept) > 1:
                lines_kept[-1] += b" " + line.strip()
            continue
        name, _, value = line.partition(b":")
        name, value = name.rstrip(), _mended_value(name, value.strip())
        lower = name.lower()
        if b":" not in line or not NAME.fullmatch(name) or len(line) > LINE_LIMIT:
            continue
        if (lower, value.lower()) in NOTHING_DONE or (is_chunked and lower in ONCE):
            continue
        if lower in ONCE:
            if values_seen.get(lower) == value:
                continue
            # A different length stays, so that the parser refuses it: the end of the body is
            # unknown (decision D17).
            values_seen.setdefault(lower, value)
        lines_kept.append(name + b": " + value)
    return b"\r\n".join(lines_kept) + b"\r\n\r\n"


def _mended_value(name: bytes, value: bytes) -> bytes:
    lower = name.strip().lower()
    if lower == b"content-encoding":
        return ENCODINGS.get(value.lower(), value)
    if lower in ONCE:  # "42, 42" is 42 (RFC 9110 8.6)
        parts = {part.strip() for part in value.split(b",")}
        return parts.pop() if len(parts) == 1 else value
    return value
