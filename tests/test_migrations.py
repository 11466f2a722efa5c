"""Q10: old code must go on with what new migrations make, and no lock may be held for long."""

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.migrations.loader import MigrationLoader

OURS = {"feeds", "events", "alerts"}
# Up to the first release these may be rewritten and are run before anything works on the tables.
FIRST = {"0001_initial", "0002_text"}
ADDS = (
    migrations.CreateModel,
    migrations.RunPython,  # in batches; read it
    AddIndexConcurrently,
)


def harmless(operation: object) -> bool:
    """Whether old code goes on beside it, and writers wait for no scan of a table."""
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
    ],
)
def test_q10_what_takes_away_is_found(operation):
    assert not harmless(operation)
