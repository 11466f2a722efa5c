"""Write the whole record as daily files with checksums, and keep the newest as "latest"."""

import gzip
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import file_digest
from io import TextIOWrapper
from pathlib import Path

from django.conf import settings

from tracker.events.publish.dictionary.columns import EVENT_COLUMNS, REPORT_COLUMNS, names
from tracker.events.publish.export import event_as_dict, event_cells, report_cells
from tracker.events.publish.parquet import parquet_file
from tracker.events.publish.provenance import provenance_of
from tracker.events.search import find
from tracker.events.search.query import Query
from tracker.events.search.rows import EventRow
from tracker.events.tables import csv_line
from tracker.text import json_text

NAME = re.compile(
    r"(?:(?P<table>events|reports)-(?P<day>\d{4}-\d{2}-\d{2})|latest(?:-reports)?)"
    r"\.(?P<form>csv\.gz|jsonl\.gz|json\.gz|parquet)(?P<sum>\.sha256)?"
)
WHOLE = "latest.json"  # sent unpacked: opens in a browser
FILES = (  # of each day: table and format
    *(("events", form) for form in ("csv.gz", "jsonl.gz", "json.gz", "parquet")),
    *(("reports", form) for form in ("csv.gz", "parquet")),
)
Pieces = Callable[[EventRow], Iterable[str]]  # the part of an event in a file
Write = Callable[[EventRow], None]


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

    Files appear complete or not at all; "latest" is a second name of the same file.
    """
    folder = settings.DATA_DIR
    folder.mkdir(parents=True, exist_ok=True)
    paths = {(table, form): folder / f"{table}-{now:%Y-%m-%d}.{form}" for table, form in FILES}
    # A day's file stays as first written: somebody may have its checksum.
    missing = {key: path for key, path in paths.items() if not path.exists()}
    if missing:
        _write(missing, now)
    _delete_old(folder, now.date())
    return list(missing.values())


def _write(files: dict[tuple[str, str], Path], now: datetime) -> None:
    """Write the files in one pass over the record: loading a million events takes minutes."""
    parts = {key: path.with_name(f".{path.name}.{os.getpid()}") for key, path in files.items()}
    try:
        with ExitStack() as stack:
            writers = [stack.enter_context(_writer(*k, p, now)) for k, p in parts.items()]
            for row in find.all_events(Query()):
                for write in writers:
                    write(row)
        for key, path in files.items():
            _publish(parts[key], path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


@contextmanager
def _writer(table: str, form: str, part: Path, now: datetime) -> Iterator[Write]:
    if form == "parquet":
        columns = EVENT_COLUMNS if table == "events" else REPORT_COLUMNS
        with parquet_file(part, columns) as put:
            yield lambda row: put(_cells(table, row))
        return
    head, pieces, end = _text_form(table, form, now)
    # Without an embedded name and time, the same record gives the same bytes.
    with (
        part.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        TextIOWrapper(packed, "utf-8", newline="") as text,
    ):
        text.write(head)
        yield lambda row: text.writelines(pieces(row))
        text.write(end)


def _text_form(table: str, form: str, now: datetime) -> tuple[str, Pieces, str]:
    """Return the beginning of the file, the function for each event, and the end of the file."""
    if form == "csv.gz":
        columns = EVENT_COLUMNS if table == "events" else REPORT_COLUMNS
        return csv_line(names(columns)), lambda row: map(csv_line, _cells(table, row)), ""
    if form == "jsonl.gz":
        return "", _json_line, ""  # events alone, one a line
    about = provenance_of(Query(), now, now, f"{settings.SITE_URL}/data").as_dict()
    commas = iter(_separators())
    head = f'{{"about": {json_text(about)},\n"events": ['
    return head, lambda row: [f"{next(commas)}{json_text(_event(row))}"], "\n]}\n"


def _separators() -> Iterator[str]:
    yield "\n"
    while True:
        yield ",\n"


def _json_line(row: EventRow) -> list[str]:
    return [json_text({"type": "event", **_event(row)}) + "\n"]


def _event(row: EventRow) -> dict[str, object]:
    return {**event_as_dict(row, _address(row))}


def _cells(table: str, row: EventRow) -> Iterable[list[str]]:
    return report_cells(row) if table == "reports" else [event_cells(row, _address(row))]


def _address(row: EventRow) -> str:
    return f"{settings.SITE_URL}/events/{row.id}"


def dump_files() -> list[DumpFile]:
    """Return the dated files, newest first."""
    dated = []
    for path in settings.DATA_DIR.glob("*-*"):
        match = NAME.fullmatch(path.name)
        if match and match["day"] and not match["sum"]:
            checksum = path.with_name(f"{path.name}.sha256").read_text("ascii").split()[0]
            day = date.fromisoformat(match["day"])
            dated.append(DumpFile(path.name, path.stat().st_size, checksum, day))
    return sorted(dated, key=lambda file: (-file.day.toordinal(), file.name))


def dump_path(name: str) -> Path | None:
    """Return the file of that name, or None; names cannot leave the folder."""
    path = settings.DATA_DIR / (f"{WHOLE}.gz" if name == WHOLE else name)
    return path if NAME.fullmatch(path.name) and path.is_file() else None


def _publish(part: Path, path: Path) -> None:
    """Give a written file its names, the dated one last."""
    with part.open("rb") as written:
        digest = file_digest(written, "sha256").hexdigest()
    table, form = path.name.split("-", 1)[0], path.name.split(".", 1)[1]
    latest = path.with_name(f"latest{'' if table == 'events' else f'-{table}'}.{form}")
    for name in (path.name, latest.name):
        _replace_file(path.with_name(f"{name}.sha256"), f"{digest}  {name}\n")
    # A hard link, then a rename: readers of "latest" get the old file or the new one, never
    # half of one.
    os.link(part, link := part.with_name(f"{part.name}.latest"))
    link.replace(latest)
    part.replace(path)


def _replace_file(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, "ascii")
    part.replace(path)


def _delete_old(folder: Path, today: date) -> None:
    oldest = today - timedelta(days=settings.DATA_KEPT)
    for path in folder.glob("*-*"):
        match = NAME.fullmatch(path.name)
        if match and match["day"] and date.fromisoformat(match["day"]) < oldest:
            path.unlink(missing_ok=True)
