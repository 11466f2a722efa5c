"""The full text over what is searched of an event, by the database's own means."""

from django.db import migrations

from tracker.events.migrations import _text_sql


def run(apps, schema_editor):
    made = _text_sql.SQLITE if schema_editor.connection.vendor == "sqlite" else _text_sql.POSTGRESQL
    for statement in made:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in _text_sql.DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunPython(run, drop)]
