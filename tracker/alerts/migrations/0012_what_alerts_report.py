"""What else alerts report, at which hour, and the form of their web hooks."""

from django.db import migrations, models


BATCH = 1_000


def report_each_report(apps, schema_editor):
    """Who follows an event by its number goes on hearing of its reports."""
    alerts = apps.get_model("alerts", "Alert").objects
    by_number = models.Q(query__startswith="event:") | models.Q(query__contains=" event:")
    ids = list(alerts.filter(by_number).values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        alerts.filter(pk__in=ids[start : start + BATCH]).update(on_reports=True)


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0011_gone_once_a_month"),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="hook_form",
            field=models.CharField(
                choices=[
                    ("standard", "JSON, signed (Standard Webhooks)"),
                    ("slack", "Slack"),
                    ("teams", "Microsoft Teams"),
                    ("matrix", "Matrix (hookshot)"),
                    ("ntfy", "ntfy"),
                ],
                db_default="standard",
                default="standard",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="hour",
            field=models.PositiveSmallIntegerField(db_default=7, default=7),
        ),
        migrations.AddField(
            model_name="alert",
            name="on_ended",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="alert",
            name="on_extended",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="alert",
            name="on_followed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="alert",
            name="on_reports",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="alert",
            name="on_tested",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="alert",
            name="publishers",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="alert",
            name="without_sources",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AlterField(
            model_name="alert",
            name="rate",
            field=models.CharField(
                choices=[
                    ("instant", "at once"),
                    ("daily", "on working days"),
                    ("weekly", "on Mondays"),
                    ("monthly", "on the first of the month"),
                    ("off", "not by mail"),
                ],
                default="daily",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="hit",
            name="reason",
            field=models.CharField(
                choices=[
                    ("new", "new"),
                    ("undone", "undone"),
                    ("changed", "corrected"),
                    ("silent", "not undone in time"),
                    ("report", "new report"),
                    ("ended", "stated end passed"),
                    ("extended", "extended"),
                    ("followed", "followed by another act"),
                    ("tested", "tested in court"),
                ],
                default="new",
                max_length=10,
            ),
        ),
        migrations.RunPython(report_each_report, migrations.RunPython.noop),
    ]
