"""S4: a database that does not fit the code is refused with the command to run."""

import json

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder

from tests import make
from tracker.management.commands import migrate, up
from tracker.operations import schema
from tracker.web.middleware import unavailable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _not_looked():
    yield
    unavailable.looked.misfit, unavailable.looked.at = None, 0.0


def behind():
    """The database as it was before the last migration of ours."""
    MigrationRecorder.Migration.objects.filter(app="events").order_by("-pk")[0].delete()


def ahead():
    MigrationRecorder(connection).record_applied("events", "0099_of_a_later_release")


def foreign():
    """As a database whose migrations were rewritten: the names are right, a column is missing."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE alerts_progress DROP COLUMN seen_at")


MISFITS = [(behind, "behind"), (ahead, "ahead"), (foreign, "foreign")]


@pytest.fixture
def squashed(monkeypatch):
    """As if the first migration of events stood for two more, which this database never had."""
    replaced = frozenset({("events", "0002_of_old"), ("events", "0003_of_old")})
    real = dict(schema._squashed())
    real["events", "0001_initial"] = real.get(("events", "0001_initial"), frozenset()) | replaced
    monkeypatch.setattr(schema, "_squashed", lambda: real)


def test_a_new_database_fits():
    assert schema.misfit() is None


@pytest.mark.parametrize(("make_it", "code"), MISFITS)
def test_s4_each_misfit_is_told_apart(make_it, code):
    make_it()
    found = schema.misfit()
    assert found
    assert (found.code, bool(found.names)) == (code, True)


@pytest.mark.parametrize(("make_it", "code"), MISFITS)
def test_s4_check_and_health_refuse_it_with_the_command(client, make_it, code):
    make_it()
    (error,) = [e for e in run_checks(databases=["default"]) if e.id == "tracker.E006"]
    assert error.is_serious()
    answer = client.get("/health")
    told = json.loads(answer.content)["database"]
    assert (answer.status_code, told["code"]) == (503, code)
    assert told["command"].startswith("manage.py ")
    assert told["command"] in told["problem"]


def test_s4_health_says_that_it_fits(client):
    assert json.loads(client.get("/health").content)["database"] == {"well": True}


@pytest.mark.parametrize(("make_it", "words"), [(ahead, "is newer"), (foreign, "development")])
def test_s4_up_and_migrate_refuse_what_they_would_only_break(make_it, words):
    make_it()
    with pytest.raises(CommandError, match=words):
        up.Command()._prepare()
    with pytest.raises(CommandError, match=words):
        migrate.Command().check()


def test_s4_migrate_goes_on_with_an_older_one():
    behind()
    migrate.Command().check()


@pytest.mark.usefixtures("squashed")
def test_s4_a_database_that_stands_among_squashed_migrations_is_told_the_way():
    MigrationRecorder(connection).record_applied("events", "0002_of_old")
    schema._replaced.cache_clear()
    try:
        found = schema.misfit()
        assert found
        assert (found.code, found.names) == ("too_old", ("events.0003_of_old",))
        assert "Check out the commit 76951dd4" in found.text
        for refuses in (up.Command()._prepare, migrate.Command().check):
            with pytest.raises(CommandError, match=r"before 0\.1\.0"):
                refuses()
    finally:
        schema._replaced.cache_clear()


@pytest.mark.usefixtures("squashed")
def test_s4_a_database_that_has_all_squashed_migrations_fits():
    for name in ("0002_of_old", "0003_of_old"):
        MigrationRecorder(connection).record_applied("events", name)
    schema._replaced.cache_clear()
    try:
        assert schema.misfit() is None
    finally:
        schema._replaced.cache_clear()


def test_s4_so_does_plain_check():
    ahead()
    with pytest.raises(CommandError, match="is newer"):
        call_command("check")


def test_a_column_too_many_that_an_insert_must_fill_is_a_misfit():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE feeds_poll ADD COLUMN later integer DEFAULT 1")
    assert schema.misfit() is None  # as a later release adds it
    schema._tables_now.cache_clear()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE other_program (a integer NOT NULL)")
    assert schema.misfit() is None


def test_s4_a_trigger_that_is_gone_is_a_misfit():
    on = " ON events_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER events_text_update{on}")
    found = schema.misfit()
    assert found
    assert found.names == ("trigger events_text_update",)


@pytest.mark.parametrize(
    ("make_it", "words"),
    [(behind, "must be upgraded"), (ahead, "program must be upgraded"), (foreign, "cannot be up")],
)
def test_s4_a_site_that_starts_on_it_says_so_on_every_page_and_goes_on_once_it_fits(
    client, monkeypatch, make_it, words
):
    monkeypatch.setattr(connection, "close", lambda: None)
    make.event()
    make_it()
    unavailable.look()
    for address in ("/", "/events/1", "/sources", "/events.csv", "/api/events"):
        answer = client.get(address)
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        assert words in answer.content.decode()
    assert client.get("/health").status_code == 503
    monkeypatch.setattr(schema, "misfit", lambda: None)
    monkeypatch.setattr(unavailable, "LOOKED_EVERY", -1.0)
    assert client.get("/").status_code == 200


def test_s4_a_site_that_runs_says_so_where_a_page_misses_a_column(client, monkeypatch):
    def fails(*args, **kwargs):
        raise ProgrammingError("column title_words does not exist")

    foreign()
    monkeypatch.setattr("tracker.events.search.find.find_events", fails)
    answer = client.get("/")
    assert answer.status_code == 503
    assert "cannot be upgraded" in answer.content.decode()


def test_q10_the_owner_may_let_older_code_work_on_a_newer_database(client, settings):
    ahead()
    settings.DATABASE_MAY_BE_NEWER = True
    assert client.get("/health").status_code == 200
    assert run_checks(databases=["default"], tags=["database"]) == []


def test_a_database_of_another_program_or_none_is_empty(monkeypatch):
    monkeypatch.setattr(schema, "recorded", set)
    found = schema.misfit()
    assert found
    assert (found.code, found.command) == ("empty", "manage.py migrate")
