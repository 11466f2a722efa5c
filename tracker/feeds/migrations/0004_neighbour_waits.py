"""Since when a feed waits for another tenant of its domain; see services.py."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feeds", "0003_aggregators")]

    operations = [
        migrations.AddField("feed", "waited_for_neighbour_at", models.DateTimeField(null=True)),
    ]
