"""Backup and restore, on SQLite and PostgreSQL, in databases of their own."""

import json
import os
import subprocess
import sys
import zipfile
from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests import make
from tests.conftest import NOW
from tests.processes import ROOT
from tracker.alerts import hits
from tracker.alerts.delivery import queueing, sending
from tracker.alerts.models import Alert, Delivery
from tracker.operations.backups import archive, backup

FILL = """
import django; django.setup()
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
from tests import make
from tracker.alerts import hits
now = timezone.now()
make.alert(created_at=now, confirmed_at=now, told_from=now)
event = make.event()
make.report(event)
event.reports.update(added_at=now)
print(hits.match_changed_events(now))
"""
LOOK = """
import django; django.setup()
from django.utils import timezone
from tests import make
from tracker.alerts import hits
from tracker.alerts.delivery import sending
from tracker.alerts.models import Alert, Hit
from tracker.events.models import Event
from tracker.feeds.models import Entry
late = make.event("Published before the restore")
make.report(late, make.entry("Old", first_seen_at=timezone.now()))
late.reports.update(added_at=timezone.now())
new = make.event("Published after it")
make.report(new, make.entry("New", first_seen_at=timezone.now(), published_at=timezone.now()))
new.reports.update(added_at=timezone.now())
hits.match_changed_events(timezone.now())
sending.send_due_mails(timezone.now())
print(Event.objects.count(), Alert.objects.count(), Hit.objects.exclude(delivery=None).count())
"""


@pytest.fixture
def run(tmp_path):
    """Runs code or a command on a database of its own."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "VAR_DIR": str(tmp_path),
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
        "MAIL_RATE": "0",
    }

    def done(database, *words):
        command = [sys.executable, *words]
        return subprocess.run(
            command,
            cwd=ROOT,
            env=env | {"DATABASE_URL": database},
            capture_output=True,
            text=True,
            check=False,
        )

    return done


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'tracker.sqlite3'}"
        return
    url = os.environ.get("TEST_DATABASE_URL")
    if not url:
        pytest.skip("TEST_DATABASE_URL names no PostgreSQL")
    name = f"tracker_backup_{os.getpid()}"  # tests of this file may run beside each other
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
    yield f"{url.rpartition('/')[0]}/{name}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.services
def test_q13_the_round_trip_brings_everything_back_and_mails_nothing_again(run, database, tmp_path):
    file = str(tmp_path / "backup")
    assert run(database, "-c", FILL).stdout.split() == ["1"]
    made = run(database, "manage.py", "backup", file)
    assert made.returncode == 0, made.stderr
    lost = "import django; django.setup(); from tracker.alerts.models import *; "
    run(database, "-c", lost + "Hit.objects.all().delete(); Alert.objects.all().delete()")
    back = run(database, "manage.py", "restore", file, "--yes")
    assert back.returncode == 0, back.stderr
    looked = run(database, "-c", LOOK)
    assert looked.stdout.split() == ["3", "1", "1"], looked.stderr
    mails = list((tmp_path / "mail").glob("*.eml"))
    assert len(mails) == 1
    assert "Published after it" in mails[0].read_text()


@pytest.mark.django_db
def test_q13_what_waited_is_cancelled_and_told_to_nobody(settings):
    make.alert(rate="daily", next_run_at=NOW)
    make.alert(address="b@example.org")
    event = make.event()
    make.report(event)
    hits.record_hits([event.pk], NOW)
    queueing.queue_digests(NOW)
    later = NOW + timedelta(days=2)
    assert hits.cancel_after_restore(later) == Delivery.objects.count() > 0
    Alert.objects.update(next_run_at=later)
    assert sending.send_due_mails(later) == 0


def refuse(tmp_path, data, words):
    file = tmp_path / "file"
    file.write_bytes(data)
    with pytest.raises(CommandError, match=words):
        call_command("restore", str(file), "--yes")


@pytest.mark.django_db
def test_a_file_that_is_no_backup_is_refused(tmp_path):
    refuse(tmp_path, b"", "is not a backup of a")
    refuse(tmp_path, b"PK\3\4 zip", "is not a complete backup")


def test_a_restore_must_be_meant(tmp_path):
    with pytest.raises(CommandError, match="Add --yes"):
        call_command("restore", str(tmp_path / "x"))


@pytest.mark.django_db
def test_a_backup_overwrites_no_file(tmp_path):
    file = tmp_path / "there"
    file.write_text("x")
    with pytest.raises(CommandError, match="already exists"):
        call_command("backup", str(file))
    assert file.read_text() == "x"


SNAPSHOT = """
import django; django.setup()
from django.apps import apps
from django.db import connection
print(sorted((m._meta.label, m.objects.count()) for m in apps.get_models() if hasattr(m, "objects")
    and m._meta.db_table in connection.introspection.table_names()))
print(sorted(connection.introspection.table_names()))
"""
MINE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests import make
url = "https://mine.example/rss"
make.Feed.objects.filter(url=url).exists() or make.feed(url)
"""
OLDER = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", "web", "zero", verbosity=0)
call_command("migrate", "operations", "zero", verbosity=0)
connection.cursor().execute("UPDATE feeds_feed SET title = 'Of the older version'")
call_command("backup", "{file}")
"""
REWRITTEN = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
cursor = connection.cursor()
cursor.execute("ALTER TABLE alerts_progress DROP COLUMN seen_at")
call_command("backup", "{file}")
"""
NEWER = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder(connection).record_applied("{app}", "0099_of_a_later_release")
call_command("backup", "{file}")
"""


def code(run, database, text, **values):
    done = run(database, "-c", text.format(**values) if values else text)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.services
def test_q13_a_backup_of_an_older_version_is_migrated_and_then_put_in_place(
    run, database, tmp_path
):
    file = tmp_path / "old"
    code(run, database, MINE)
    code(run, database, OLDER, file=file)
    code(run, database, MINE)  # upgraded
    back = run(database, "manage.py", "restore", str(file), "--yes")
    assert back.returncode == 0, back.stderr
    assert run(database, "manage.py", "check").returncode == 0
    told = code(run, database, MINE.replace("mine.", "new.") + "print(make.Feed.objects.count())")
    assert told.split() == ["2"]  # writing goes on


@pytest.mark.services
def test_q13_a_restore_that_cannot_end_well_changes_nothing(run, database, tmp_path):
    files = {name: tmp_path / name for name in ("rewritten", "newer", "good")}
    code(run, database, MINE)
    assert run(database, "manage.py", "backup", str(files["good"])).returncode == 0
    code(run, database, NEWER, file=files["newer"], app="events")
    code(run, database, "import django; django.setup()\n"
        "from django.db.migrations.recorder import MigrationRecorder as M\n"
        "M.Migration.objects.filter(name__startswith='0099').delete()")  # fmt: skip
    other = run(database, "manage.py", "restore", str(files["good"]), "--yes")
    assert other.returncode == 0, other.stderr
    before = code(run, database, SNAPSHOT)
    # A backup of a development version: the names of its migrations are right, its tables are not.
    code(run, database, REWRITTEN, file=files["rewritten"])
    assert run(database, "manage.py", "restore", str(files["good"]), "--yes").returncode == 0
    words = {"newer": "newer version", "rewritten": "development version"}
    for name, said in words.items():
        refused = run(database, "manage.py", "restore", str(files[name]), "--yes")
        assert refused.returncode == 1
        assert said in refused.stderr
        assert "The database is as it was." in refused.stderr
        assert code(run, database, SNAPSHOT) == before
    assert not list(tmp_path.glob(".*restoring*"))


@pytest.mark.services
def test_q13_a_migration_that_fails_on_the_copy_leaves_the_database(run, database, tmp_path):
    file = tmp_path / "old"
    code(run, database, MINE)
    code(run, database, OLDER, file=file)
    code(run, database, MINE)
    before = code(run, database, SNAPSHOT)
    failing = """
import django; django.setup()
from unittest import mock
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from tracker.management.commands import restore
with mock.patch.object(restore.Command, "_prepare", side_effect=DatabaseError("disk full")):
    try:
        call_command("restore", "{file}", "--yes")
    except CommandError as error:
        print(error)
"""
    assert "disk full. The database is as it was." in code(run, database, failing, file=file)
    assert code(run, database, SNAPSHOT) == before


@pytest.fixture
def archived(tmp_path):
    """The bytes of a backup of some data, and its file."""
    data = tmp_path / "data"
    data.write_bytes(bytes(range(256)) * 400)
    manifest = archive.BackupManifest("0.1.0", "sqlite", "3", "2026-11-29", {}, "database.sqlite3")
    archive.pack(tmp_path / "file", data, manifest)
    return tmp_path / "file"


def unpacked(file):
    into = file.with_name("into")
    archive.unpack(file, archive.manifest_of(file), into)
    return into.read_bytes()


def test_q13_an_archive_gives_back_what_was_put_in(archived):
    assert unpacked(archived) == bytes(range(256)) * 400


def test_q13_a_bit_that_fell_over_or_a_missing_end_is_noticed(archived):
    whole = archived.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        for broken in (
            whole[:place],
            whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :],
        ):
            archived.write_bytes(broken)
            archived.with_name("into").unlink(missing_ok=True)
            try:
                assert unpacked(archived) == bytes(range(256)) * 400  # of no weight, as a date
            except backup.BackupError:
                assert not archived.with_name("into").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "later version"),
        ({"sha256": "0" * 64}, "checksum"),
        ({"size": 1}, "checksum"),
        ({"size": "many"}, "is not a complete backup"),
        ({"size": "12"}, "is not a complete backup"),
        ({"size": "²"}, "is not a complete backup"),
        ({"size": True}, "is not a complete backup"),
        ({"size": -1}, "is not a complete backup"),
        ({"size": 10**4_000}, "is not a complete backup"),
        ({"migrations": {"events": "0001_initial"}}, "is not a complete backup"),
        ({"schema": "x$$\n\\! id\n"}, "is not a complete backup"),
        ({"schema": "x'"}, "is not a complete backup"),
        ({"tracker": None}, "is not a complete backup"),
        ({"migrations": [1]}, "is not a complete backup"),
        ({"data": "../../etc/passwd"}, "is damaged"),
        ({"more": 1}, "is not a complete backup"),
    ],
)
def test_q13_a_manifest_that_does_not_fit_is_refused(archived, changes, words):
    with zipfile.ZipFile(archived) as old:
        values = json.loads(old.read(archive.MANIFEST)) | changes
        data = old.read("database.sqlite3")
    with zipfile.ZipFile(archived, "w") as new:
        new.writestr("database.sqlite3", data)
        new.writestr(archive.MANIFEST, json.dumps(values))
    with pytest.raises(backup.BackupError, match=words):
        unpacked(archived)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("engine", "migrations", "words"),
    [
        ("other", {}, "is a backup of a other database"),
        (None, {"events": ["0099_later"]}, "newer version"),
        (None, {"an_app_of_later": ["0001_initial"]}, "newer version"),
    ],
)
def test_q13_engine_and_version_are_checked_before_anything(tmp_path, engine, migrations, words):
    (tmp_path / "data").write_bytes(b"x")
    manifest = archive.BackupManifest("9.0", engine or connection.vendor, "", "", migrations, "d")
    archive.pack(tmp_path / "file", tmp_path / "data", manifest)
    with pytest.raises(backup.BackupError, match=words):
        backup.read(tmp_path / "file")


def test_q13_without_room_nothing_is_begun(tmp_path):
    with pytest.raises(backup.BackupError, match="bytes free"):
        archive.check_room(tmp_path, 1 << 60)
