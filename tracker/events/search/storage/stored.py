"""The index of events as a file, from which a web process starts: a million events are read from
the rows in 7 to 12 s, from the file in less than one (decision D168).

The file says of which program, database and moment it is. One that is cut off, of another program
or database, or of rows that a restored backup took back is not used; the rows are then read
instead. What changed since it was written is read from the rows, as after any other moment.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from functools import cache
from pathlib import Path
from time import time
from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pyroaring import BitMap

from tracker.classify import kinds
from tracker.events import in_force, queried
from tracker.events.models import Event, Revision
from tracker.events.search import facts
from tracker.events.search.index import loading
from tracker.index import files
from tracker.index.changes import TableMark
from tracker.index.sets import Sets, union
from tracker.version import VERSION

FORMAT = 1
STORE_EVERY = 600  # seconds between two files, of all processes that share one


def write(path: Path, sets: Sets, mark: TableMark) -> int:
    """Write the file unless another process is writing it or wrote it recently; return its size in
    bytes, or 0.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.with_suffix(".lock")) as is_alone:
        if not is_alone or (path.exists() and time() - path.stat().st_mtime < STORE_EVERY / 2):
            return 0
        return files.write_sets(path, sets, _about() | {"mark": _mark(mark)})


def read(path: Path) -> tuple[Sets, TableMark] | None:
    """Return the sets and the moment up to which they follow the rows; None if no file fits."""
    stored = files.read_sets(path)
    if stored is None:
        return None
    sets, about = stored
    fits = all(about.get(name) == value for name, value in _identity().items())
    if not fits or not _is_of_these_rows(sets, about):
        return None
    return sets, _mark_of(about["mark"])


def _about() -> dict[str, Any]:
    last = Revision.objects.order_by("-pk").values_list("pk", "at").first()
    return _identity() | {"revision": [last[0], last[1].isoformat()] if last else None}


def _identity() -> dict[str, Any]:
    """Return what must match for a file to be used."""
    where = connection.settings_dict
    database = "\n".join(str(where.get(name)) for name in ("ENGINE", "HOST", "PORT", "NAME"))
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    return {
        "format": FORMAT,
        "program": f"{VERSION} {_program()}",
        "database": hashlib.sha256(database.encode()).hexdigest(),
        "migrations": hashlib.sha256(repr(applied).encode()).hexdigest(),
    }


@cache
def _program() -> str:
    """Return a digest of the modules that define the contents of the sets."""
    digest = hashlib.sha256()
    for module in (facts, in_force, kinds, loading, queried):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def _is_of_these_rows(sets: Sets, about: dict[str, Any]) -> bool:
    """Return whether the rows are those that the file was made of, or later ones: a restored backup
    takes rows and revisions back.
    """
    if revision := about["revision"]:
        pk, at = revision
        if not Revision.objects.filter(pk=pk, at=datetime.fromisoformat(at)).exists():
            return False
    mark = _mark_of(about["mark"])
    later = dict(
        Event.objects.filter(indexed_at__gte=mark.since).order_by().values_list("pk", "indexed_at")
    )
    if any(pk not in later or later[pk] < at for pk, at in mark.moments.items()):
        return False
    # Every event has a state, so a deleted row is missing here.
    unchanged = union(sets.values("state").values()) - BitMap(later)
    return len(unchanged) == Event.objects.filter(indexed_at__lt=mark.since).count()


def _mark(mark: TableMark) -> dict[str, Any]:
    return {
        "since": mark.since.isoformat(),
        "latest": mark.latest.isoformat() if mark.latest else None,
        "moments": [[pk, at.isoformat()] for pk, at in mark.moments.items()],
    }


def _mark_of(values: dict[str, Any]) -> TableMark:
    latest = datetime.fromisoformat(values["latest"]) if values["latest"] else None
    moments = {pk: datetime.fromisoformat(at) for pk, at in values["moments"]}
    return TableMark(datetime.fromisoformat(values["since"]), moments, latest)


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Yield whether no other process is writing; the system releases the lock of one that dies."""
    with path.open("w") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
