import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from tracker.events.migrations import _text_sql


def restore_triggers(apps, schema_editor):
    """SQLite makes a table anew to add a column, and loses its triggers."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in _text_sql.SQLITE[1:]:
            schema_editor.execute(statement.replace("TRIGGER", "TRIGGER IF NOT EXISTS"))


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0013_in_force"),
        ("feeds", "0011_feed_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="ended_on",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=10,
                validators=[
                    django.core.validators.RegexValidator(
                        "^(\\d{4}-\\d{2}(-\\d{2})?)?$", "YYYY-MM-DD, YYYY-MM or nothing"
                    )
                ],
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
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
                    ("add", "added a report"),
                    ("withdraw", "took out a report"),
                    ("role", "changed a role"),
                    ("record", "recorded"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="ReviewNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("text", models.CharField(blank=True, max_length=500)),
                ("assigned_to", models.CharField(blank=True, max_length=150, null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="events.event",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["event", "-at"], name="note_latest")],
            },
        ),
        migrations.CreateModel(
            name="SubmittedLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=2000)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                ("origin", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waiting for an editor"),
                            ("added", "added"),
                            ("declined", "declined"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("by", models.CharField(blank=True, max_length=150)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="submitted",
                        to="feeds.entry",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["origin", "at"], name="submitted_rate"),
                    models.Index(fields=["state", "at"], name="submitted_queue"),
                ],
            },
        ),
        migrations.RunPython(restore_triggers, migrations.RunPython.noop),
    ]
