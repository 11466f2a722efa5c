"""Plain names for two fields; their columns stay, so that older code goes on beside this one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feeds", "0007_canonical_addresses")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("activity", "kind", "work_type"),
                migrations.AlterField(
                    "activity",
                    "work_type",
                    models.CharField(
                        choices=[
                            ("polls", "Polls"),
                            ("parsing", "Parsing"),
                            ("entries", "Entries"),
                            ("matches", "Matches"),
                            ("mails", "Mails"),
                            ("hooks", "Hooks"),
                            ("bounces", "Bounces"),
                        ],
                        db_column="kind",
                        max_length=10,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                migrations.RenameField("poll", "held", "unmailed"),
                migrations.AlterField(
                    "poll",
                    "unmailed",
                    models.PositiveIntegerField(db_column="held", default=0),
                ),
            ],
        )
    ]
