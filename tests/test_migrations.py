"""Q10: old code must go on with what new migrations make, no lock may be held for long, and no
migration is ever rewritten.
"""

import hashlib

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.migrations.loader import MigrationLoader

from tests.processes import ROOT

OURS = {"feeds", "events", "alerts", "people", "operations"}
# These are run before anything works on the tables.
FIRST = {"0001_initial", "0002_text"}
ADDS = (
    migrations.CreateModel,
    migrations.RunPython,  # in batches; read it
    AddIndexConcurrently,
)


def harmless(operation: object) -> bool:
    """Whether old code goes on beside it, and writers wait for no scan of a table."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        # What only the models' state says touches no table: new names over old columns.
        return all(map(harmless, operation.database_operations))
    if isinstance(operation, migrations.AddField):
        field = operation.field
        return bool(field.null or field.has_db_default())
    if isinstance(operation, migrations.AlterField):  # choices are no part of a column
        return bool(operation.field.choices)
    return isinstance(operation, ADDS)


def test_q10_later_migrations_only_add_and_lock_nothing_for_long():
    disk = MigrationLoader(None).disk_migrations
    found = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in disk.items()
        if app in OURS and name not in FIRST
        for operation in migration.operations
        if not harmless(operation)
    ]
    assert found == []


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("feed", "title"),
        migrations.RenameField("feed", "title", "name"),
        migrations.RunSQL("VACUUM FULL"),
        migrations.DeleteModel("feed"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RenameField("feed", "title", "name")]
        ),
    ],
)
def test_q10_what_takes_away_is_found(operation):
    assert not harmless(operation)


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
