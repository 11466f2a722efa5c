"""A feed that is gone is asked again once a month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0010_canonical_hooks"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="reason",
            field=models.CharField(
                choices=[
                    ("gone", "gone (HTTP 410); asked again once a month"),
                    ("failing", "failing for three days"),
                    ("quiet", "quieter than usual"),
                    ("own_fault", "not read because of a fault on our side"),
                    ("flood", "more new entries than are taken in a day"),
                    ("stopped", "no feed could be read for 10 minutes"),
                    ("standing", "part of the tracker has stopped working"),
                    ("set_aside", "set aside because of a fault on our side"),
                    ("clock", "a machine’s clock is more than 30 seconds off"),
                ],
                max_length=10,
            ),
        ),
    ]
