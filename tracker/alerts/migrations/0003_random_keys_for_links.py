"""Rows that links in mails name get random keys; links from before may still stop (tokens.py)."""

import uuid

from django.db import migrations, models
from django.db.models import F

import tracker.alerts.keys


def keep_numbers(apps, schema_editor):
    """What links from before name; a row that is added later is named by its key alone."""
    for name in ("Reader", "Alert"):
        apps.get_model("alerts", name).objects.update(former_number=F("pk"))


def key():
    return models.UUIDField(
        db_default=tracker.alerts.keys.NewKey(), default=uuid.uuid4, editable=False, unique=True
    )


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_machines_and_floods")]

    operations = [
        migrations.AddField("alert", "key", key()),
        migrations.AddField("delivery", "key", key()),
        migrations.AddField("reader", "key", key()),
        migrations.AddField(
            "alert",
            "former_number",
            models.PositiveBigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            "reader",
            "former_number",
            models.PositiveBigIntegerField(editable=False, null=True),
        ),
        migrations.RunPython(keep_numbers, migrations.RunPython.noop),
    ]
