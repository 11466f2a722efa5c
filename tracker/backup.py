"""The database as one file, and back, in both forms."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

SQLITE_HEAD, POSTGRES_HEAD = b"SQLite format 3\0", b"PGDMP"


class BackupError(Exception):
    """A backup that cannot be made or read; the text says why. The database is as it was."""


def write(path: Path) -> int:
    """Writes the whole database to `path`, as it stands at one moment, while others go on reading
    and writing; its size in bytes. Raises BackupError, also if there is such a file.
    """
    if path.exists():
        raise BackupError(f"{path} is there already")
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(part)])
        else:
            _run("pg_dump", "--format=custom", f"--file={part}")
        part.rename(path)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{path}: {error}") from None
    finally:
        part.unlink(missing_ok=True)
    return path.stat().st_size


def read(path: Path) -> None:
    """Puts what a backup holds into the place of the database. Nothing else may use it meanwhile.
    Raises BackupError for a file that is no whole backup of this form of database.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise BackupError(f"{path}: {error}") from None
    wanted = SQLITE_HEAD if connection.vendor == "sqlite" else POSTGRES_HEAD
    if not head.startswith(wanted):
        raise BackupError(f"{path} is no backup of a {connection.display_name} database")
    if connection.vendor == "sqlite":
        _read_sqlite(path)
    else:
        _run("pg_restore", "--list", str(path))  # whole, before anything is touched
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        _run("pg_restore", *options, f"--dbname={_settings()['NAME']}", str(path))
    connection.close()


def _read_sqlite(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as backup:
            (found,) = backup.execute("PRAGMA integrity_check").fetchone()
            if found != "ok":
                raise BackupError(f"{path} is damaged: {found}")
            connection.ensure_connection()
            backup.backup(connection.connection)
    except sqlite3.Error as error:
        raise BackupError(f"{path} is damaged: {error}") from None


def _settings() -> dict[str, Any]:
    return connection.settings_dict


def _run(program: str, *words: str) -> None:
    """One of PostgreSQL's own programs, with the settings of the database."""
    told = _settings()
    env = os.environ | {
        name: str(value)
        for name, value in (
            ("PGHOST", told["HOST"]),
            ("PGPORT", told["PORT"]),
            ("PGUSER", told["USER"]),
            ("PGPASSWORD", told["PASSWORD"]),
            ("PGDATABASE", told["NAME"]),
        )
        if value
    }
    where = shutil.which(program)
    if where is None:
        raise BackupError(f"{program} is needed (PostgreSQL's client programs)")
    command: Sequence[str] = [where, *words]
    done = subprocess.run(  # noqa: S603 - our own words, the owner's settings
        command, env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()[-500:]}")
