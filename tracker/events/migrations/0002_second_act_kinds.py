from django.db import migrations, models

from tracker.database.migrating import AddColumn


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        AddColumn(
            model_name="secondact",
            name="own_kinds",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
