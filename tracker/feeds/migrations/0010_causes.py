"""Why a feed is in trouble is a code; feeds that are gone are asked again once a month."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import F


def go_on(apps, schema_editor):
    """A body came when the last poll succeeded; what was stopped as gone waits for a month."""
    Feed = apps.get_model("feeds", "Feed")
    Feed.objects.exclude(body_hash="").update(body_at=F("succeeded_at"))
    gone = Feed.objects.filter(state="gone", is_active=False, polled_at__isnull=False)
    wait = timedelta(days=30)
    gone.update(is_active=True, cause="http_410", next_poll_at=F("polled_at") + wait)


class Migration(migrations.Migration):
    dependencies = [
        ("feeds", "0009_entry_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="body_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="feed",
            name="cause",
            field=models.CharField(blank=True, db_default="", default="", max_length=30),
        ),
        migrations.AddField(
            model_name="poll",
            name="cause",
            field=models.CharField(blank=True, db_default="", default="", max_length=30),
        ),
        migrations.AlterField(
            model_name="feed",
            name="state",
            field=models.CharField(
                choices=[
                    ("new", "not polled yet"),
                    ("working", "working"),
                    ("unchanged", "unchanged"),
                    ("failing", "failing"),
                    ("refused", "refused us"),
                    ("not_allowed", "address not allowed"),
                    ("not_a_feed", "not a feed"),
                    ("no_entries", "no entries yet"),
                    ("empty", "empty"),
                    ("gone", "gone"),
                    ("costly", "too costly to read"),
                    ("quarantined", "quarantined"),
                    ("own_fault", "our fault"),
                ],
                default="new",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="poll",
            name="state",
            field=models.CharField(
                choices=[
                    ("new", "not polled yet"),
                    ("working", "working"),
                    ("unchanged", "unchanged"),
                    ("failing", "failing"),
                    ("refused", "refused us"),
                    ("not_allowed", "address not allowed"),
                    ("not_a_feed", "not a feed"),
                    ("no_entries", "no entries yet"),
                    ("empty", "empty"),
                    ("gone", "gone"),
                    ("costly", "too costly to read"),
                    ("quarantined", "quarantined"),
                    ("own_fault", "our fault"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="poll",
            name="repeated",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="poll",
            name="over_budget",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.RunPython(go_on, migrations.RunPython.noop),
    ]
