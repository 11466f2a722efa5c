"""Web hooks that were set before addresses had one spelling get it."""

from django.db import migrations

from tracker.feeds.migrations._addresses import canonical


def respell(apps, schema_editor):
    Alert = apps.get_model("alerts", "Alert")
    rows = Alert.objects.exclude(hook_url="").order_by("pk")
    for pk, url in list(rows.values_list("pk", "hook_url")):
        if (new := canonical(url)) and new != url:
            Alert.objects.filter(pk=pk, hook_url=url).update(hook_url=new)


class Migration(migrations.Migration):
    dependencies = [("alerts", "0009_plain_words"), ("feeds", "0007_canonical_addresses")]

    operations = [migrations.RunPython(respell, migrations.RunPython.noop)]
