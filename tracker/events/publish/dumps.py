"""The whole record as files: events-2026-11-26.csv.gz and .jsonl.gz with their checksums, and the
newest ones under the name "latest", for whoever fetches them by a program.
"""

import gzip
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import file_digest
from io import TextIOWrapper
from pathlib import Path

from django.conf import settings

from tracker.events.publish.export import COLUMNS, About, as_dict, cells
from tracker.events.publish.provenance import about
from tracker.events.search import find
from tracker.events.search.query import Query
from tracker.events.search.rows import EventRow
from tracker.events.tables import line
from tracker.text import json_text

FORMS = ("csv", "jsonl")
NAME = re.compile(r"(latest|events-(\d{4}-\d{2}-\d{2}))\.(csv|jsonl)\.gz(\.sha256)?")


@dataclass(frozen=True)
class File:
    """A file of the record: its name, bytes, checksum (SHA-256) and day."""

    name: str
    size: int
    sha256: str
    day: date


def write(now: datetime) -> list[Path]:
    """Writes today's files if there are none yet, and forgets the oldest ones beyond
    settings.DATA_KEPT days. A file appears whole or not at all; "latest" is the same file under
    another name. Gives the files that were written.
    """
    folder = settings.DATA_DIR
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for form in FORMS:
        path = folder / f"events-{now:%Y-%m-%d}.{form}.gz"
        if not path.exists():
            _write(path, LINES[form](about(Query(), now, now, f"{settings.SITE_URL}/data")))
            made.append(path)
    _forget(folder, now.date())
    return made


def files() -> list[File]:
    """The dated files that stand, the newest first."""
    found = []
    for path in sorted(settings.DATA_DIR.glob("events-*.gz"), reverse=True):
        match = NAME.fullmatch(path.name)
        if match and match[2]:
            told = path.with_name(f"{path.name}.sha256").read_text("ascii").split()[0]
            day = date.fromisoformat(match[2])
            found.append(File(path.name, path.stat().st_size, told, day))
    return found


def path_of(name: str) -> Path | None:
    """The file of that name; None for none, whatever the name tries."""
    path = settings.DATA_DIR / name
    return path if NAME.fullmatch(name) and path.is_file() else None


def _address(row: EventRow) -> str:
    return f"{settings.SITE_URL}/events/{row.id}"


def _csv(told: About) -> Iterator[str]:
    yield from (f"{comment}\r\n" for comment in told.comments())
    yield line(COLUMNS)
    for row in find.every(Query()):
        yield line(cells(row, _address(row)))


def _jsonl(told: About) -> Iterator[str]:
    yield json_text({"type": "about", **told.as_dict()}) + "\n"
    for row in find.every(Query()):
        event = {"type": "event", **as_dict(row, _address(row))}
        yield json_text(event) + "\n"


LINES: dict[str, Callable[[About], Iterator[str]]] = {"csv": _csv, "jsonl": _jsonl}


def _write(path: Path, lines: Iterator[str]) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # Without a name and a time inside, the same record gives the same bytes.
        with (
            part.open("wb") as raw,
            gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
            TextIOWrapper(packed, "utf-8", newline="") as text,
        ):
            text.writelines(lines)
        with part.open("rb") as told:
            digest = file_digest(told, "sha256").hexdigest()
        latest = path.with_name(f"latest.{path.name.split('.', 1)[1]}")
        for name in (path.name, latest.name):
            _place(path.with_name(f"{name}.sha256"), f"{digest}  {name}\n")
        os.link(part, link := part.with_name(f"{part.name}.latest"))
        link.replace(latest)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _place(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, "ascii")
    part.replace(path)


def _forget(folder: Path, today: date) -> None:
    oldest = today - timedelta(days=settings.DATA_KEPT)
    for path in folder.glob("events-*"):
        match = NAME.fullmatch(path.name)
        if match and date.fromisoformat(match[2]) < oldest:
            path.unlink(missing_ok=True)
