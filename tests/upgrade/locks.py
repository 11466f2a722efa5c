"""How long others must wait for what a migration holds, measured from beside it."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import psycopg

PAUSE = 0.02  # seconds between two looks
# Locks that stop who writes (and the last one who reads) a table that was there before.
HELD = """SELECT l.relation::regclass::text, l.mode, l.pid, l.virtualtransaction
    FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.granted AND l.relation = ANY(%s) AND l.pid <> pg_backend_pid()
        AND d.datname = current_database() AND l.mode IN
            ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"""
TABLES = """SELECT oid FROM pg_class WHERE relkind IN ('r', 'p')
    AND relnamespace = 'public'::regnamespace AND relname <> 'django_migrations'"""


@dataclass
class Waits:
    """The longest that a lock was held or somebody waited for it, in seconds, and what it was."""

    seconds: float = 0.0
    what: str = "nothing"
    looks: int = field(default=0, repr=False)

    def note(self, seconds: float, what: str) -> None:
        if seconds > self.seconds:
            self.seconds, self.what = seconds, what


@contextmanager
def watched(url: str) -> Iterator[Waits]:
    """Watches the locks of a database meanwhile."""
    waits, ended, ready = Waits(), threading.Event(), threading.Event()
    watch = _watch_sqlite if url.startswith("sqlite") else _watch_postgresql
    thread = threading.Thread(target=watch, args=(url, waits, ended, ready))
    thread.start()
    try:
        assert ready.wait(60)
        yield waits
    finally:
        ended.set()
        thread.join()


def _watch_postgresql(
    url: str, waits: Waits, ended: threading.Event, ready: threading.Event
) -> None:
    since: dict[tuple[object, ...], float] = {}
    with psycopg.connect(url, autocommit=True) as db:
        tables = [oid for (oid,) in db.execute(TABLES)]
        while not ended.wait(PAUSE):
            now = time.monotonic()
            held = set(db.execute(HELD, [tables]).fetchall())
            for lock in held:
                waits.note(now - since.setdefault(lock, now), f"{lock[1]} of {lock[0]}")
            since = {lock: at for lock, at in since.items() if lock in held}
            waits.looks += 1
            ready.set()


def _watch_sqlite(url: str, waits: Waits, ended: threading.Event, ready: threading.Event) -> None:
    """SQLite has one lock of all who write: how long does one wait for it?"""
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=600, isolation_level=None)) as db:
        while not ended.wait(PAUSE):
            begin = time.monotonic()
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
            waits.note(time.monotonic() - begin, "waited for the write lock")
            waits.looks += 1
            ready.set()
