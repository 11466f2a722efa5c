"""Backup and restore, on SQLite and PostgreSQL, in databases of their own."""

import os
import subprocess
import sys
from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command

from tests import make
from tests.conftest import NOW
from tests.processes import ROOT
from tracker.alerts import hits, queueing, sending
from tracker.alerts.models import Alert, Delivery

FILL = """
import django; django.setup()
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
from tests import make
from tracker.alerts import hits, sending
now = timezone.now()
make.alert(created_at=now, confirmed_at=now, told_from=now)
event = make.event()
make.report(event)
event.reports.update(added_at=now)
print(hits.match_changed(now))
"""
LOOK = """
import django; django.setup()
from django.utils import timezone
from tests import make
from tracker.alerts import hits, queueing, sending
from tracker.alerts.models import Alert, Hit
from tracker.events.models import Event
from tracker.feeds.models import Entry
late = make.event("Published before the restore")
make.report(late, make.entry("Old", first_seen_at=timezone.now()))
late.reports.update(added_at=timezone.now())
new = make.event("Published after it")
make.report(new, make.entry("New", first_seen_at=timezone.now(), published_at=timezone.now()))
new.reports.update(added_at=timezone.now())
hits.match_changed(timezone.now())
sending.send_due(timezone.now())
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
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS tracker_backup")
        server.execute("CREATE DATABASE tracker_backup")
    yield url.rpartition("/")[0] + "/tracker_backup"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP DATABASE tracker_backup WITH (FORCE)")


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
    assert hits.restored(later) == Delivery.objects.count() > 0
    Alert.objects.update(next_run_at=later)
    assert sending.send_due(later) == 0


def refuse(tmp_path, data, words):
    file = tmp_path / "file"
    file.write_bytes(data)
    with pytest.raises(CommandError, match=words):
        call_command("restore", str(file), "--yes")


@pytest.mark.django_db
def test_a_file_that_is_no_backup_is_refused(tmp_path):
    refuse(tmp_path, b"", "is no backup of a")
    refuse(tmp_path, b"PK\3\4 zip", "is no backup of a")


def test_a_restore_must_be_meant(tmp_path):
    with pytest.raises(CommandError, match="say --yes"):
        call_command("restore", str(tmp_path / "x"))


@pytest.mark.django_db
def test_a_backup_overwrites_no_file(tmp_path):
    file = tmp_path / "there"
    file.write_text("x")
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(file))
    assert file.read_text() == "x"
