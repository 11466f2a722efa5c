"""What SQLite and PostgreSQL really raise for a damaged file."""

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from tests.outages import OUTAGES
from tracker.database.failures import is_damage, is_outage

PAGE = 4096  # bytes


@OUTAGES
def test_each_is_an_outage(outage):
    assert is_outage(outage)


@pytest.mark.parametrize(
    "error", [IntegrityError("UNIQUE constraint failed"), ValueError("file is not a database")]
)
def test_what_a_statement_did_is_none(error):
    assert not is_outage(error)


def opened(path):
    """A connection of Django's to a file of SQLite."""
    return DatabaseWrapper(connection.settings_dict | {"NAME": str(path), "OPTIONS": {}})


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite")
@pytest.mark.django_db
@pytest.mark.parametrize("damage", [b"\xff" * PAGE, b"no database"], ids=["page", "file"])
def test_q7_a_damaged_file_of_sqlite_is_known(tmp_path, damage):
    path = tmp_path / "file"
    with opened(path).cursor() as cursor:
        cursor.execute("CREATE TABLE t (x)")
        cursor.execute("INSERT INTO t VALUES (1)")
    whole = path.read_bytes()
    path.write_bytes(whole[:PAGE] + damage if len(damage) == PAGE else damage * 100)
    with pytest.raises(DatabaseError) as raised, opened(path).cursor() as cursor:
        cursor.execute("SELECT * FROM t").fetchall()
    assert is_damage(raised.value)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", ["XX001", "XX002"])
def test_q7_a_damaged_page_of_postgresql_is_known(state):
    with pytest.raises(DatabaseError) as raised, connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'bad' USING ERRCODE = '{state}'; END $$")
    assert is_damage(raised.value)
