"""Words that an event rests on stay; edits of them are kept as versions."""

import django.db.models.deletion
from django.db import migrations, models


def mark_evidence(apps, schema_editor):
    """Entries that are reports of an event."""
    Entry, Report = apps.get_model("feeds", "Entry"), apps.get_model("events", "Report")
    reports = Report.objects.filter(entry__isnull=False)
    Entry.objects.filter(pk__in=reports.values("entry")).update(is_evidence=True)


class Migration(migrations.Migration):
    dependencies = [
        ("feeds", "0008_plain_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="is_evidence",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="EntryVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("content_hash", models.CharField(max_length=64)),
                ("title", models.CharField(blank=True, max_length=500)),
                ("summary", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="feeds.entry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entry", "content_hash"), name="entry_version_once"
                    )
                ],
            },
        ),
        migrations.RunPython(mark_evidence, migrations.RunPython.noop),
    ]
