from django.db import migrations, models

from tracker.events.migrations import _text_sql


def restore_triggers(apps, schema_editor):
    """SQLite makes a table anew to add a column, and loses its triggers."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in _text_sql.SQLITE[1:]:
            schema_editor.execute(statement.replace("TRIGGER", "TRIGGER IF NOT EXISTS"))


def note_origins(apps, schema_editor):
    """Derive the origin of each event from what the record says of it."""
    events = apps.get_model("events", "Event").objects
    by_editors = events.exclude(own_headline="") | events.filter(occurred_source="editor")
    by_editors.update(origin="editor")
    from_history = events.filter(ref__isnull=False) | events.filter(occurred_source="history")
    from_history.update(origin="history")
    # Versions say nothing of origins; the clock stores them anew, and the revisions answer till
    # then.
    apps.get_model("events", "EventVersion").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0011_headline_distinction"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="checks",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="event",
            name="origin",
            field=models.CharField(
                choices=[
                    ("history", "From the history"),
                    ("machine", "Read by the program"),
                    ("editor", "Written by an editor"),
                ],
                db_default="machine",
                default="machine",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="change",
            name="verb",
            field=models.CharField(
                choices=[
                    ("edit", "edited"),
                    ("accept", "accepted"),
                    ("refuse", "refused"),
                    ("back", "brought back"),
                    ("merge", "merged"),
                    ("split", "split"),
                    ("link", "linked"),
                    ("confirm", "confirmed a fact"),
                    ("dispute", "disputed a fact"),
                    ("undo", "undone"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunPython(restore_triggers, migrations.RunPython.noop),
        migrations.RunPython(note_origins, migrations.RunPython.noop),
    ]
