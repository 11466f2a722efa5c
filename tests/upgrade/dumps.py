"""Dumps of past versions, kept as data, and databases made of them. A dump is a backup, as
`manage.py backup` writes it.
"""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from tests.processes import ROOT
from tracker.operations.backups.archive import manifest_of, unpack

DATA = ROOT / "tests" / "upgrade" / "data"
VENDORS = ("sqlite", "postgresql")
# What is left to mail after an upgrade, an hour later: prints who got what.
WORK = """
import json
from datetime import timedelta
import django; django.setup()
from django.conf import settings
from django.core import mail
from django.test.utils import setup_test_environment
setup_test_environment()
settings.MAIL_RATE = 0.0
from tests.conftest import NOW
from tests.upgrade import fill
from tracker.alerts import hits
from tracker.alerts.delivery import sending
from tracker.operations import schema
assert schema.misfit() is None, schema.misfit()
now = NOW + timedelta(hours=1)
fill.set_clock(now)
rows = fill.counts(json.loads(__import__("sys").argv[1]))
for _ in range(2):
    hits.match_changed_events(now)
    sending.send_due_mails(now)
mails = [(m.to[0], m.extra_headers["Message-ID"]) for m in mail.outbox]
print(json.dumps({"rows": rows, "mails": mails}))
"""
SERVER = os.environ.get("TEST_DATABASE_URL", "")


def dump_of(version: str, vendor: str) -> Path:
    return DATA / f"{version}.{vendor}.zip"


def versions() -> list[str]:
    """Versions of which there is a dump, the oldest first."""
    found = {path.name.removesuffix(".sqlite.zip") for path in DATA.glob("*.sqlite.zip")}
    return sorted(found, key=lambda version: [int(n) for n in re.findall(r"\d+", version)])


@contextmanager
def database(vendor: str, folder: Path) -> Iterator[str]:
    """The address of a database of its own, dropped at the end."""
    if vendor == "sqlite":
        yield f"sqlite:///{folder / f'{uuid4().hex}.sqlite3'}"
        return
    name = f"upgrade_{uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(SERVER)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def load(dump: Path, url: str, folder: Path) -> None:
    """Puts a dump into an empty database as it is, without upgrading it."""
    if url.startswith("sqlite"):
        unpack(dump, manifest_of(dump), Path(url.removeprefix("sqlite:///")))
        return
    data = folder / f"{uuid4().hex}.dump"
    unpack(dump, manifest_of(dump), data)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("DROP SCHEMA IF EXISTS public CASCADE")
    command = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={url}"]
    subprocess.run([*command, str(data)], check=True)


def run(url: str, folder: Path, *words: str, tree: Path = ROOT, **settings: str) -> str:
    """What a command of Python prints that works on a database; fails as it does."""
    env = os.environ | {
        "DATABASE_URL": url,
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "PYTHONPATH": str(tree),
        "PYTHONWARNINGS": "ignore",
        "LOG_LEVEL": "ERROR",
        **settings,
    }
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def squeeze(path: Path) -> None:
    """Packs an archive as small as it gets: a backup is packed fast."""
    with zipfile.ZipFile(path) as archive:
        files = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, body in files:
            # The same bytes whenever it is packed.
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_LZMA)
