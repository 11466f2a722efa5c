"""Q10: old code must go on with what new migrations make, no lock may be held for long, and no
migration is ever rewritten.
"""

import hashlib
import re

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from tests.processes import ROOT
from tracker.database.migrating import AddColumn, AddIndexBeside

OURS = {"feeds", "events", "alerts", "people", "operations", "web"}
# These are run before anything works on the tables.
FIRST = {"0001_initial"}
DISK = MigrationLoader(None).disk_migrations
ADDS = (
    migrations.CreateModel,
    migrations.RunPython,  # in batches; read it
    AddIndexConcurrently,
    AddIndexBeside,
)


def harmless(operation: object, before: ProjectState, app: str) -> bool:
    """Whether old code goes on beside it, and writers wait for no scan of a table."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        # What only the models' state says touches no table: new names over old columns.
        return all(harmless(inner, before, app) for inner in operation.database_operations)
    if isinstance(operation, migrations.AddField):
        field = operation.field
        if field.null and not field.has_db_default():
            return not field.unique
        # Django makes the whole table anew on SQLite.
        return field.has_db_default() and isinstance(operation, AddColumn)
    if isinstance(operation, migrations.AlterField):
        return not changes_the_column(operation, before, app)
    return isinstance(operation, ADDS)


def changes_the_column(operation, before, app):
    """Whether the table must be altered: choices, for example, are no part of a column."""
    old = before.models[app, operation.model_name.lower()].get_field(operation.name)
    # Both hang on a model that is none, to be compared.
    pair = [field.clone() for field in (old, operation.field)]
    for field in pair:
        field.set_attributes_from_name(operation.name)
        field.model = models.Model
    editor = BaseDatabaseSchemaEditor(connection)
    return editor._field_should_be_altered(*pair)  # type: ignore[attr-defined]


def test_q10_later_migrations_only_add_and_lock_nothing_for_long():
    loader = MigrationLoader(None)
    found = []
    for (app, name), migration in DISK.items():
        if app not in OURS or name in FIRST or name.startswith("0001_"):
            continue
        state = loader.project_state((app, name), at_end=False)
        for operation in migration.operations:
            if not harmless(operation, state, app):
                found.append(f"{app}.{name}: {operation.describe()}")
            operation.state_forwards(app, state)
    assert found == [], "See tracker/database/migrating.py, and `Upgrading` in docs/operate.md."


BEFORE = ProjectState(
    {
        ("feeds", "feed"): ModelState(
            "feeds",
            "feed",
            [("id", models.AutoField(primary_key=True)), ("title", models.CharField(max_length=9))],
        )
    }
)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("feed", "title"),
        migrations.RenameField("feed", "title", "name"),
        migrations.RunSQL("VACUUM FULL"),
        migrations.DeleteModel("feed"),
        migrations.AddField("feed", "more", models.CharField(max_length=9, default="")),
        migrations.AlterField("feed", "title", models.TextField()),
        migrations.AddIndex("feed", models.Index(fields=["title"], name="by_title")),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RenameField("feed", "title", "name")]
        ),
    ],
)
def test_q10_what_takes_away_or_locks_is_found(operation):
    assert not harmless(operation, BEFORE, "feeds")


@pytest.mark.parametrize(
    "operation",
    [
        AddColumn("feed", "more", models.CharField(max_length=9, db_default="")),
        migrations.AddField("feed", "more", models.DateTimeField(null=True)),
        migrations.AlterField(
            "feed", "title", models.CharField(max_length=9, choices=[("a", "A")], blank=True)
        ),
    ],
)
def test_q10_what_only_adds_is_not(operation):
    assert harmless(operation, BEFORE, "feeds")


@pytest.mark.django_db(transaction=True)
def test_a_column_is_added_to_the_table_as_it_stands_and_old_code_fills_it():
    column = AddColumn("feed", "of_next", models.CharField(max_length=9, db_default="old"))
    state = MigrationLoader(connection).project_state()
    after = state.clone()
    column.state_forwards("feeds", after)
    with connection.schema_editor() as editor:
        column.database_forwards("feeds", editor, state, after)
    assert "check_constraints" not in vars(connection)  # only of that migration
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO feeds_source (host, name) VALUES ('a.example', 'A')")
        feed = state.apps.get_model("feeds", "Feed").objects.create(
            source_id=state.apps.get_model("feeds", "Source").objects.get().pk,
            url="https://a.example/",
            domain="a.example",
            title="A",
            next_poll_at="2026-11-24T12:00Z",
            created_at="2026-11-24T12:00Z",
        )
        assert after.apps.get_model("feeds", "Feed").objects.get(pk=feed.pk).of_next == "old"
    finally:
        with connection.schema_editor() as editor:
            column.database_backwards("feeds", editor, after, state)


def test_migrations_import_nothing_that_may_change():
    """But for frozen modules beside them, and the operations that they are made of."""
    allowed = re.compile(r"tracker\.(database\.migrating|\w+\.migrations(\._| import _))")
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in sorted(ROOT.glob("tracker/*/migrations/*.py"))
        for line in re.findall(r"^(?:from|import) (tracker.*)$", path.read_text("utf-8"), re.M)
        if not allowed.match(line)
    ]
    assert found == []


# As `sha256sum` writes it. A new migration gets a line of its own (the test prints it); a line that
# is there never changes: databases and backups out there were made with that very file.
DIGESTS = ROOT / "tests" / "migrations.sha256"


def digests():
    """The lines for the migrations that are there."""
    return [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(ROOT)}"
        for file in sorted((ROOT / "tracker").glob("*/migrations/[0-9]*.py"))
    ]


def test_s4_no_migration_is_rewritten_renamed_or_removed():
    listed, now = DIGESTS.read_text().splitlines(), digests()
    gone = [line for line in listed if line not in now]
    assert gone == [], "Put these back as they were, and make a new migration for the change."
    new = [line for line in now if line not in listed]
    assert new == [], "New? Add these lines to tests/migrations.sha256."
