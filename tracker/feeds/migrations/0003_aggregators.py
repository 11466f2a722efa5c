"""Known aggregators are marked; entries of all other feeds are their own publisher's again."""

from urllib.parse import urlsplit

from django.db import migrations, models

HOSTS = {"news.google.com", "www.bing.com", "www.google.com"}


def believe_aggregators_alone(apps, schema_editor):
    """Until now any feed was believed when it said whose an entry is."""
    Feed, Entry = apps.get_model("feeds", "Feed"), apps.get_model("feeds", "Entry")
    for pk, url, source in Feed.objects.values_list("pk", "url", "source").iterator():
        if (urlsplit(url).hostname or "").rstrip(".") in HOSTS:
            Feed.objects.filter(pk=pk).update(is_aggregator=True)
        else:
            Entry.objects.filter(feed=pk).exclude(source=source).update(source=source)


class Migration(migrations.Migration):
    dependencies = [("feeds", "0002_floods")]

    operations = [
        migrations.AddField(
            "feed", "is_aggregator", models.BooleanField(default=False, db_default=False)
        ),
        migrations.RunPython(believe_aggregators_alone, migrations.RunPython.noop),
    ]
