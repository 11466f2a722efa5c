"""Write the whole record as daily files with checksums, and keep the newest as "latest"."""

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

from tracker.events.publish.export import COLUMNS, Provenance, csv_cells, event_as_dict
from tracker.events.publish.provenance import provenance_of
from tracker.events.search import find
from tracker.events.search.query import Query
from tracker.events.search.rows import EventRow
from tracker.events.tables import csv_line
from tracker.text import json_text

FORMS = ("csv", "jsonl")
NAME = re.compile(r"(latest|events-(\d{4}-\d{2}-\d{2}))\.(csv|jsonl)\.gz(\.sha256)?")


@dataclass(frozen=True)
class DumpFile:
    """A file of the record: its name, size in bytes, checksum (SHA-256) and day."""

    name: str
    size: int
    sha256: str
    day: date


def write_dumps(now: datetime) -> list[Path]:
    """Write today's files unless they exist, delete those older than settings.DATA_KEPT days, and
    return what was written.

    A file appears whole or not at all; "latest" is a second name of the same file.
    """
    folder = settings.DATA_DIR
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for form in FORMS:
        path = folder / f"events-{now:%Y-%m-%d}.{form}.gz"
        # A day's file stays as it was first written: somebody may hold its checksum.
        if not path.exists():
            _write_dump(
                path, LINES[form](provenance_of(Query(), now, now, f"{settings.SITE_URL}/data"))
            )
            written.append(path)
    _delete_old(folder, now.date())
    return written


def dump_files() -> list[DumpFile]:
    """Return the dated files, newest first."""
    dated = []
    for path in sorted(settings.DATA_DIR.glob("events-*.gz"), reverse=True):
        match = NAME.fullmatch(path.name)
        if match and match[2]:
            checksum = path.with_name(f"{path.name}.sha256").read_text("ascii").split()[0]
            day = date.fromisoformat(match[2])
            dated.append(DumpFile(path.name, path.stat().st_size, checksum, day))
    return dated


def dump_path(name: str) -> Path | None:
    """Return the file of that name, or None, whatever the name tries."""
    path = settings.DATA_DIR / name
    return path if NAME.fullmatch(name) and path.is_file() else None


def _address(row: EventRow) -> str:
    return f"{settings.SITE_URL}/events/{row.id}"


def _csv_lines(provenance: Provenance) -> Iterator[str]:
    yield from (f"{comment}\r\n" for comment in provenance.comments())
    yield csv_line(COLUMNS)
    for row in find.all_events(Query()):
        yield csv_line(csv_cells(row, _address(row)))


def _jsonl_lines(provenance: Provenance) -> Iterator[str]:
    yield json_text({"type": "about", **provenance.as_dict()}) + "\n"
    for row in find.all_events(Query()):
        event = {"type": "event", **event_as_dict(row, _address(row))}
        yield json_text(event) + "\n"


LINES: dict[str, Callable[[Provenance], Iterator[str]]] = {"csv": _csv_lines, "jsonl": _jsonl_lines}


def _write_dump(path: Path, lines: Iterator[str]) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # Without a name and a time inside, the same record gives the same bytes.
        with (
            part.open("wb") as raw,
            gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
            TextIOWrapper(packed, "utf-8", newline="") as text,
        ):
            text.writelines(lines)
        with part.open("rb") as written:
            digest = file_digest(written, "sha256").hexdigest()
        latest = path.with_name(f"latest.{path.name.split('.', 1)[1]}")
        for name in (path.name, latest.name):
            _replace_file(path.with_name(f"{name}.sha256"), f"{digest}  {name}\n")
        # A hard link, then a rename: readers of "latest" get the old file or the new one, never
        # half of one.
        os.link(part, link := part.with_name(f"{part.name}.latest"))
        link.replace(latest)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _replace_file(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, "ascii")
    part.replace(path)


def _delete_old(folder: Path, today: date) -> None:
    oldest = today - timedelta(days=settings.DATA_KEPT)
    for path in folder.glob("events-*"):
        match = NAME.fullmatch(path.name)
        if match and date.fromisoformat(match[2]) < oldest:
            path.unlink(missing_ok=True)
