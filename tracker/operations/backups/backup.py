"""Back up the database to one file and restore it, on SQLite and PostgreSQL. A restore works on a
copy next to the database, which replaces it at the end.
"""

import os
import shutil
import sqlite3
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from tracker.operations import schema
from tracker.operations.backups.archive import (
    BackupError,
    BackupManifest,
    check_room,
    manifest_of,
    pack,
    unpack,
)
from tracker.version import VERSION

# of backups made before the archive format
SQLITE_HEAD, POSTGRES_HEAD = b"SQLite format 3\0", b"PGDMP"
DATA = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
COPY, ASIDE = "tracker_restoring", "tracker_aside"  # schemas of PostgreSQL
ROOM = 3  # multiple of the database's size: the copy, the migrations' writes, the log of the swap
LEAST_ROOM = 20_000_000  # bytes
SSL = ("sslmode", "sslrootcert", "sslcert", "sslkey")
LOCKED_TRIES = 40  # quarter-seconds to wait while another program has SQLite's lock

__all__ = ["BackupError", "read", "write"]


def write(path: Path) -> int:
    """Write a consistent copy of the database to `path` while it stays in use; return its size in
    bytes. Raises BackupError, also if the file exists.
    """
    if path.exists():
        raise BackupError(f"{path} already exists")
    if not path.parent.is_dir():
        raise BackupError(f"{path.parent} is no folder")
    if not schema.recorded():
        where = connection.settings_dict["NAME"]
        raise BackupError(f"there is no database of the tracker ({where}), so nothing to back up")
    part = path.with_name(f".{path.name}.part")
    try:
        with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            data = Path(folder) / DATA[connection.vendor]
            manifest = _manifest()
            if connection.vendor == "sqlite":
                with connection.cursor() as cursor:
                    # One transaction: the copy is consistent and does not block writers.
                    cursor.execute("VACUUM INTO %s", [str(data)])
            else:
                # Only the schema, since a restore replaces it as a whole.
                only = f"--schema={_quoted(manifest.schema)}"
                _run("pg_dump", "--format=custom", only, f"--file={data}")
            pack(part, data, manifest)
        with part.open("rb+") as file:
            # It gets its name once it is complete and on disk (fault Q13).
            os.fsync(file.fileno())
        part.rename(path)
    except (OSError, sqlite3.Error, DatabaseError) as error:
        raise BackupError(f"{path}: {error}") from None
    finally:
        part.unlink(missing_ok=True)
    return path.stat().st_size


def _manifest() -> BackupManifest:
    migrations: dict[str, list[str]] = defaultdict(list)
    for app, name in sorted(schema.recorded()):
        migrations[app].append(name)
    where = ""
    if connection.vendor == "sqlite":
        version = sqlite3.sqlite_version
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema(), current_setting('server_version')")
            where, version = cursor.fetchone()
    return BackupManifest(
        tracker=VERSION,
        engine=connection.vendor,
        engine_version=version,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        migrations=dict(migrations),
        data=DATA[connection.vendor],
        schema=where,
    )


def read(path: Path, prepare: Callable[[], None] = lambda: None) -> None:
    """Replace the database with a backup, upgraded to this version; nothing else may use the
    database in the meantime.

    The archive, its checksum, engine and version and the room on the disk are checked first; then a
    copy is made beside the database, checked, migrated and given to `prepare` as Django's own
    connection. Only then does it replace the database, at once. Raises BackupError and leaves the
    database unchanged.
    """
    manifest = _manifest_at(path)
    if manifest.engine != connection.vendor:
        raise BackupError(
            f"{path} is a backup of a {manifest.engine} database; this one is {connection.vendor}"
        )
    known = [(app, name) for app, names in manifest.migrations.items() for name in names]
    if unknown := schema.newer(known):
        raise _too_new(path, manifest.tracker, unknown)
    size = manifest.size or path.stat().st_size
    with _restoring(path, manifest, size):
        try:
            _upgrade(path, manifest)
            prepare()
        except (DatabaseError, CommandError, sqlite3.Error) as error:
            raise BackupError(f"{path} cannot be upgraded: {error}") from error


def _upgrade(path: Path, manifest: BackupManifest) -> None:
    """Migrate the copy that is Django's connection; its own tables show its real version."""
    misfit = schema.misfit()
    if misfit and misfit.code == schema.Code.AHEAD:
        raise _too_new(path, manifest.tracker, misfit.names)
    if misfit and misfit.code == schema.Code.EMPTY:
        raise BackupError(f"{path} holds no tables of a tracker")
    if misfit and misfit.code == schema.Code.TOO_OLD:
        raise BackupError(f"{path} cannot be upgraded: {misfit.text}")
    if misfit and misfit.code == schema.Code.FOREIGN:
        raise BackupError(
            f"{path} was written by a development version whose tables no migration leads on from"
            f" ({', '.join(misfit.names[:4])}). Read it with that version."
        )
    call_command("migrate", verbosity=0, interactive=False)
    if misfit := schema.misfit():
        raise BackupError(f"{path} cannot be upgraded: {misfit.text}")


def _too_new(path: Path, version: str, unknown: Sequence[str]) -> BackupError:
    return BackupError(
        f"{path} was written by a newer version{f' ({version})' if version else ''}: this one,"
        f" {VERSION}, does not know {', '.join(unknown[:4])}. Install that version and"
        " restore it there."
    )


def _manifest_at(path: Path) -> BackupManifest:
    """Return the manifest, also for a backup from before manifests: a plain database or dump."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise BackupError(f"{path}: {error}") from None
    for engine, start in (("sqlite", SQLITE_HEAD), ("postgresql", POSTGRES_HEAD)):
        if head.startswith(start):
            return BackupManifest("", engine, "", "", {}, "")
    if not head.startswith(b"PK"):
        raise BackupError(f"{path} is not a backup of a tracker")
    return manifest_of(path)


@contextmanager
def _restoring(path: Path, manifest: BackupManifest, size: int) -> Iterator[None]:
    """Make the copy, let Django work on it, and swap it in if nothing failed."""
    way = _restoring_sqlite if connection.vendor == "sqlite" else _restoring_postgresql
    try:
        with way(path, manifest, size):
            yield
    except (OSError, DatabaseError) as error:
        raise BackupError(f"{path}: {error}") from error


def _unpacked(path: Path, manifest: BackupManifest, into: Path) -> None:
    if manifest.data:
        unpack(path, manifest, into)
    else:
        shutil.copyfile(path, into)


@contextmanager
def _connected(**changes: Any) -> Iterator[None]:
    """Point Django's connection to another database in the meantime, since data migrations use the
    default one.
    """
    old = connection.settings_dict
    connection.close()
    connection.settings_dict = old | changes
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = old


@contextmanager
def _restoring_sqlite(path: Path, manifest: BackupManifest, size: int) -> Iterator[None]:
    database = Path(_settings()["NAME"])
    check_room(database.parent, ROOM * size + LEAST_ROOM)
    copy = database.with_name(f".{database.name}.restoring")
    try:
        _discard(copy)
        _unpacked(path, manifest, copy)
        try:
            with closing(sqlite3.connect(copy)) as backup:
                # Files from before the archive format have no checksum.
                (state,) = backup.execute("PRAGMA integrity_check").fetchone()
                if state != "ok":
                    raise BackupError(f"{path} is damaged: {state}")
        except sqlite3.Error as error:
            raise BackupError(f"{path} is damaged: {error}") from None
        with _connected(NAME=str(copy)):
            yield
        connection.close()
        _replace(database, copy)
    finally:
        _discard(copy)


def _replace(database: Path, copy: Path) -> None:
    """Write the copy over the database in one transaction of SQLite, which a crash undoes; a file
    moved into its place would be used with the log of the old one.
    """
    waits = 0

    def progress(status: int, remaining: int, total: int) -> None:
        nonlocal waits
        waits += 1
        if waits > LOCKED_TRIES:
            raise BackupError("another program writes to the database: stop it first")

    try:
        with closing(sqlite3.connect(copy)) as new, closing(sqlite3.connect(database)) as old:
            new.backup(old, progress=progress)
    except sqlite3.Error as error:
        raise BackupError(
            f"{database}: {error}. If it is damaged itself, move it away and restore again."
        ) from None


def _discard(copy: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        copy.with_name(copy.name + end).unlink(missing_ok=True)


@contextmanager
def _restoring_postgresql(path: Path, manifest: BackupManifest, size: int) -> Iterator[None]:
    """Restore into a copy of the schema, which replaces the tracker's own in one transaction."""
    with TemporaryDirectory(prefix="restore") as folder:
        dump = Path(folder) / DATA["postgresql"]
        check_room(dump.parent, size + LEAST_ROOM)
        _unpacked(path, manifest, dump)
        # A file that is not a dump fails here, before anything is touched.
        _run("pg_restore", "--list", str(dump))
        own = _current_schema()
        source = manifest.schema or own
        try:
            _load(dump, source)
            options = dict(_settings().get("OPTIONS", {}))
            # A migration of a whole table takes longer than a page may.
            more = f"-c search_path={COPY} -c statement_timeout=0"
            options["options"] = f"{options.get('options', '')} {more}".strip()
            with _connected(OPTIONS=options):
                yield
            _sql(
                f"{_grants(own, COPY)}"
                f"ALTER SCHEMA {_quoted(own)} RENAME TO {ASIDE};"
                f"ALTER SCHEMA {COPY} RENAME TO {_quoted(own)};"
                f"DROP SCHEMA {ASIDE} CASCADE;"
            )
        finally:
            _sql(f"DROP SCHEMA IF EXISTS {COPY} CASCADE;")
            connection.close()


def _load(dump: Path, source: str) -> None:
    """Restore a dump into the schema COPY, in one transaction: pg_restore only uses the original
    name, so the existing schema is renamed first.
    """
    script = dump.with_suffix(".sql")
    name = _quoted(source)
    step_aside = (
        f"DO $$ BEGIN IF to_regnamespace('{name}') IS NOT NULL THEN"
        f" ALTER SCHEMA {name} RENAME TO {ASIDE}; END IF; END $$;"
    )
    step_back = (
        f"DO $$ BEGIN IF to_regnamespace('{ASIDE}') IS NOT NULL THEN"
        f" ALTER SCHEMA {ASIDE} RENAME TO {name}; END IF; END $$;"
    )
    _sql(f"DROP SCHEMA IF EXISTS {COPY} CASCADE;")
    # The role that owned the tables may not exist here.
    _run("pg_restore", "--no-owner", f"--schema={source}", f"--file={script}", str(dump))
    before, after = dump.with_name("before.sql"), dump.with_name("after.sql")
    before.write_text(f"{step_aside}\nCREATE SCHEMA {name};\n")
    after.write_text(f"ALTER SCHEMA {name} RENAME TO {COPY};\n{step_back}\n")
    files = (f"--file={file}" for file in (before, script, after))
    _run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *files)


def _current_schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


def _grants(own: str, copy: str) -> str:
    """Return statements that grant others the same rights on the copy as on the schema."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.privilege_type, CASE WHEN a.grantee > 0 THEN quote_ident(r.rolname) END
            FROM pg_namespace n CROSS JOIN aclexplode(n.nspacl) a
            LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE n.nspname = %s""",
            [own],
        )
        rights = cursor.fetchall()
    return "".join(f"GRANT {right} ON SCHEMA {copy} TO {who or 'PUBLIC'};" for right, who in rights)


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _sql(statements: str) -> None:
    """Run our own statements in one transaction, without the time limit of pages."""
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN; SET LOCAL statement_timeout = 0; {statements} COMMIT;")


def _settings() -> dict[str, Any]:
    return connection.settings_dict


def _run(program: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs with the settings of the database."""
    settings_of_database = _settings()
    options = settings_of_database.get("OPTIONS", {})
    # In the environment, since every user of the machine can see a command's arguments.
    env = os.environ | {
        name: str(value)
        for name, value in (
            ("PGHOST", settings_of_database["HOST"]),
            ("PGPORT", settings_of_database["PORT"]),
            ("PGUSER", settings_of_database["USER"]),
            ("PGPASSWORD", settings_of_database["PASSWORD"]),
            ("PGDATABASE", settings_of_database["NAME"]),
            *((f"PG{key.upper()}", options.get(key)) for key in SSL),
        )
        if value
    }
    where = shutil.which(program)
    if where is None:
        raise BackupError(f"{program} is needed (PostgreSQL's client programs)")
    command: Sequence[str] = [where, *words]
    result = subprocess.run(  # noqa: S603 - our own words, the owner's settings
        command, env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise BackupError(f"{program}: {result.stderr.strip()[-500:]}")
