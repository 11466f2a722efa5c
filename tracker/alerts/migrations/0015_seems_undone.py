from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0014_mails_to_people"),
    ]

    operations = [
        migrations.AlterField(
            model_name="hit",
            name="reason",
            field=models.CharField(
                choices=[
                    ("new", "new"),
                    ("undone", "undone"),
                    ("seems_undone", "seems undone"),
                    ("changed", "corrected"),
                    ("silent", "not undone in time"),
                    ("report", "new report"),
                    ("ended", "stated end passed"),
                    ("extended", "extended"),
                    ("followed", "followed by another act"),
                    ("tested", "tested in court"),
                ],
                default="new",
                max_length=20,
            ),
        ),
    ]
