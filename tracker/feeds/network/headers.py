"""The head of an answer as its server meant it: harmless faults are mended before the HTTP parser,
which is strict, sees them; pure. Browsers and curl read all of these.
"""

import re

LINE_LIMIT = 65_536  # bytes of one header; a longer one is left out
HEAD_LIMIT = 300_000  # bytes of one head, as in curl
FIELDS = 500  # header lines of one head
NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 5.6.2
END = re.compile(rb"\r?\n\r?\n")
ENCODINGS = {b"x-gzip": b"gzip", b"x-deflate": b"deflate"}  # RFC 9110 8.4.1.3
# Several of these with one value are one; with different ones nobody knows where the body ends.
ONCE = {b"content-length"}
INFORMATIONAL = re.compile(rb"HTTP/1\.[01] 1\d\d")


class HeadTooLargeError(Exception):
    """A head longer than HEAD_LIMIT."""


class HeadMender:
    """Passes the bytes of one answer on, its head mended."""

    def __init__(self) -> None:
        self.pending = bytearray()
        self.searched = 0  # bytes of it that hold no end of a head
        self.is_over = False

    def feed(self, data: bytes) -> bytes:
        """What of the bytes so far can be read; nothing until a head is whole. Raises
        HeadTooLargeError.
        """
        if self.is_over:
            return data
        self.pending += data
        ready = bytearray()
        while not self.is_over:
            # What is no answer is the parser's to refuse.
            if not b"HTTP/".startswith(bytes(self.pending[:5])):
                self.is_over = True
                break
            end = END.search(self.pending, self.searched)
            if end is None:
                if len(self.pending) > HEAD_LIMIT:
                    raise HeadTooLargeError
                # Only the new bytes are looked at: they may come one by one.
                self.searched = max(0, len(self.pending) - 3)
                return bytes(ready)
            head = bytes(self.pending[: end.start()])
            del self.pending[: end.end()]
            self.searched = 0
            ready += mended(head)
            self.is_over = not INFORMATIONAL.match(head)
        ready += self.pending
        self.pending.clear()
        return bytes(ready)


def mended(head: bytes) -> bytes:
    """A head without lines that are no header, blanks before a colon, repeated lengths; with the
    usual names of encodings; closed by an empty line.
    """
    first, *lines = re.split(rb"\r?\n", head)
    kept = [first]
    seen: dict[bytes, bytes] = {}
    for line in lines[:FIELDS]:
        if line[:1] in {b" ", b"\t"}:  # a header that goes on in the next line (RFC 9112 5.2)
            if len(kept) > 1:
                kept[-1] += b" " + line.strip()
            continue
        name, colon, value = line.partition(b":")
        name, value = name.rstrip(), value.strip()
        lower = name.lower()
        if not colon or not NAME.fullmatch(name) or len(line) > LINE_LIMIT:
            continue
        if lower == b"content-encoding":
            value = ENCODINGS.get(value.lower(), value)
        if lower in ONCE:
            if seen.get(lower) == value:
                continue
            # Another length stays, for the parser to refuse: nobody knows where the body ends
            # (decision D17).
            seen.setdefault(lower, value)
        kept.append(name + b": " + value)
    return b"\r\n".join(kept) + b"\r\n\r\n"
