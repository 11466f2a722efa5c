"""Pack several texts into one ZIP file while it is being sent."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from io import RawIOBase
from typing import IO, cast

CHUNK = 64 * 1024  # bytes that are sent at once


class SentBytes(RawIOBase):
    """A write-only, non-seekable buffer of the bytes not yet taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(cast("bytes", data))
        self._parts.append(part)
        self.size += len(part)
        return len(part)

    def take(self) -> bytes:
        """Return the written bytes and empty the buffer."""
        data = b"".join(self._parts)
        self._parts.clear()
        self.size = 0
        return data


def zip_files(files: Mapping[str, Iterable[str]], at: datetime) -> Iterator[bytes]:
    """Yield a ZIP file that holds each text, UTF-8, under its name, dated `at`."""
    # A non-seekable buffer, so that a million rows are never in memory together.
    sent = SentBytes()
    with zipfile.ZipFile(cast("IO[bytes]", sent), "w", zipfile.ZIP_DEFLATED) as packed:
        for name, lines in files.items():
            info = zipfile.ZipInfo(name, at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            with packed.open(info, "w", force_zip64=True) as entry:
                for line in lines:
                    entry.write(line.encode())
                    if sent.size >= CHUNK:
                        yield sent.take()
    yield sent.take()
