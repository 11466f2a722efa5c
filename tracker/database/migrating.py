"""Provide operations for migrations while the tracker runs: they hold no lock for long on either
database. Replace those that `makemigrations` writes with these (tests/test_migrations.py says
where).
"""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddField, AddIndex


class AddColumn(AddField):
    """AddField for a column with a constant db_default, or one that may be null.

    On SQLite, Django rebuilds the table for it, index by index, and then checks the foreign keys of
    all tables: 7 s with 100,000 events, in which nobody can write. SQLite itself only records the
    column, which breaks no key.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Add the column to the table."""
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        field = model._meta.get_field(self.name)
        BaseDatabaseSchemaEditor.add_field(schema_editor, model, field)
        if schema_editor.connection.vendor == "sqlite" and not field.is_relation:
            _skip_check_once(schema_editor.connection)


def _skip_check_once(connection: Any) -> None:
    """Skip the check of all foreign keys at the end of Django's migration on SQLite."""

    def skip() -> None:
        connection.__dict__.pop("check_constraints", None)

    connection.check_constraints = skip


class AddIndexBeside(AddIndexConcurrently):
    """AddIndex without blocking writers, for a migration with `atomic = False`. SQLite cannot do
    this; there an index of a million rows takes two seconds.
    """

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Add the index to the table."""
        way = AddIndexConcurrently if schema_editor.connection.vendor == "postgresql" else AddIndex
        way.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Remove the index."""
        way = AddIndexConcurrently if schema_editor.connection.vendor == "postgresql" else AddIndex
        way.database_backwards(self, app_label, schema_editor, from_state, to_state)
