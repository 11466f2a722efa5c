"""Mails to people with an account, or invited to one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0013_collections"),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="type",
            field=models.CharField(
                choices=[
                    ("confirm", "confirmation"),
                    ("manage", "link to manage"),
                    ("digest", "digest"),
                    ("watching", "still watching"),
                    ("owner", "for the owners"),
                    ("hook", "web hook"),
                    ("people", "to people with an account"),
                ],
                max_length=10,
            ),
        ),
    ]
