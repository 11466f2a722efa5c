"""D168: a web process starts from the index that an earlier one left, never from a wrong one."""

import os
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F
from django.utils import timezone

from tests import make
from tracker.events.editing.actions import Editor, refuse_event
from tracker.events.models import Event, Revision
from tracker.events.search.index.events import EventIndex
from tracker.events.search.query import Query
from tracker.events.search.storage import stored
from tracker.index.changes import OVERLAP

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return tmp_path / "index" / "events"


@pytest.fixture
def rows_read(monkeypatch):
    """How often an index read all rows."""
    counted: list[int] = []
    whole = EventIndex._read_rows

    def read(self):
        counted.append(1)
        return whole(self)

    monkeypatch.setattr(EventIndex, "_read_rows", read)
    return counted


def process(file):
    """The index of a process that starts."""
    index = EventIndex()
    index.file = file
    return index


def everything(index):
    """All that the sets say."""
    sets = index.current().sets
    return {
        (field, value): sorted(ids)
        for field, values in sets.fields.items()
        for value, ids in values.items()
    }


def test_the_next_process_reads_no_rows_and_knows_the_same(file, rows_read):
    make.report(make.event())
    make.event("Facebook removes a page", platforms=["facebook"], occurred="2017-10")
    first = process(file)
    assert first.store() == file.stat().st_size > 0
    second = process(file)
    assert everything(second) == everything(process(None)) == everything(first)
    assert len(rows_read) == 2  # of the first, and of the one without a file


def test_it_takes_in_what_changed_since(file, rows_read):
    event, other = make.event("Old"), make.event("Other")
    Event.objects.update(indexed_at=timezone.now() - 3 * OVERLAP)
    process(file).store()
    new = make.event("New", platforms=["facebook"])
    refuse_event(event.pk, Editor("ed", timezone.now(), "No act"))
    found = process(file).snapshot()
    assert sorted(found.choose(Query())) == [other.pk, new.pk]
    assert len(rows_read) == 1


def damage(file):
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)


def damage_head(file):
    data = bytearray(file.read_bytes())
    data[60] ^= 1
    file.write_bytes(data)


def cut(file):
    file.write_bytes(file.read_bytes()[:-10])


def empty(file):
    file.write_bytes(b"")


def lengthen(file):
    file.write_bytes(b"\xff" * 8 + file.read_bytes())


def move_program(monkeypatch):
    monkeypatch.setattr(stored, "VERSION", "0.0.9")


def change_code(monkeypatch):
    monkeypatch.setattr(stored, "_program", lambda: "other")


def migrate(monkeypatch):
    MigrationRecorder(connection).record_applied("events", "0099_of_later")


@pytest.mark.parametrize("spoil", [damage, damage_head, cut, empty, lengthen])
def test_a_file_that_is_not_as_it_was_written_is_not_used(file, rows_read, spoil):
    make.event()
    process(file).store()
    spoil(file)
    assert everything(process(file)) == everything(process(None))
    assert len(rows_read) == 3


@pytest.mark.parametrize("other", [move_program, change_code, migrate])
def test_a_file_of_another_version_is_not_used(file, rows_read, monkeypatch, other):
    make.event()
    process(file).store()
    other(monkeypatch)
    everything(process(file))
    assert len(rows_read) == 2


def test_a_file_of_another_database_is_not_used(file, rows_read, monkeypatch):
    make.event()
    process(file).store()
    monkeypatch.setitem(connection.settings_dict, "NAME", "another")
    assert stored.read(file) is None


def delete_event(first, last):
    last.delete()


def take_revision_back(first, last):
    Revision.objects.all().delete()


def take_moments_back(first, last):
    Event.objects.filter(pk=last.pk).update(indexed_at=F("indexed_at") - timedelta(days=1))


@pytest.mark.parametrize("restore", [delete_event, take_revision_back, take_moments_back])
def test_a_file_of_rows_that_a_restored_backup_took_back_is_not_used(file, rows_read, restore):
    first, last = make.event("First"), make.event("Last")
    Event.objects.filter(pk=first.pk).update(indexed_at=timezone.now() - 3 * OVERLAP)
    Revision.objects.create(event=first, at=timezone.now(), field="kind", by="ed")
    process(file).store()
    restore(first, last)
    assert everything(process(file)) == everything(process(None))
    assert len(rows_read) == 3


def test_an_old_event_that_is_gone_is_noticed(file, rows_read):
    first, _ = make.event("First"), make.event("Last")
    Event.objects.update(indexed_at=timezone.now() - 3 * OVERLAP)
    process(file).store()
    first.delete()
    assert everything(process(file)) == everything(process(None))


def test_one_process_writes_and_not_again_at_once(file):
    make.event()
    first, second = process(file), process(file)
    assert first.store() > 0
    written = file.stat().st_mtime_ns
    assert second.store() == 0
    assert file.stat().st_mtime_ns == written
    old = file.stat().st_mtime - stored.STORE_EVERY
    os.utime(file, (old, old))
    assert second.store() > 0


def test_a_process_without_a_place_stores_nothing():
    assert process(None).store() == 0


def test_no_part_of_a_file_is_left_where_it_cannot_be_written(file, monkeypatch):
    make.event()
    index = process(file)

    def full(self, target):
        raise OSError("no space left")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="no space"):
        index.store()
    assert [path.name for path in file.parent.iterdir()] == ["events.lock"]
