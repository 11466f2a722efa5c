from django.db import migrations, models

from tracker.events.migrations import _text_sql


def restore_triggers(apps, schema_editor):
    """SQLite makes a table anew to add a column, and loses its triggers."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in _text_sql.SQLITE[1:]:
            schema_editor.execute(statement.replace("TRIGGER", "TRIGGER IF NOT EXISTS"))


def delete_versions(apps, schema_editor):
    """They follow from the revisions, and the clock stores them anew with their terms; answers
    about the past are made of the revisions until then.
    """
    apps.get_model("events", "EventVersion").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0012_origin_and_checks"),
    ]

    operations = [
        migrations.RunPython(delete_versions, migrations.RunPython.noop),
        migrations.AddField(
            model_name="event",
            name="unknown_from",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="eventversion",
            name="confirmed_for",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="eventversion",
            name="extended_by",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="eventversion",
            name="stated_end",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="eventversion",
            name="unknown_from",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.RunPython(restore_triggers, migrations.RunPython.noop),
    ]
