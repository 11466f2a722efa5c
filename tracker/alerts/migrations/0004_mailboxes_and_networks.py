"""Limits and bars count by mailbox and by network."""

from contextlib import suppress

from django.db import migrations, models

from tracker.alerts.mailbox import AddressError, canonical_address, mailbox_of


def fill(apps, schema_editor):
    """The one spelling of each address, unless another reader has it; and where its mails go."""
    Reader = apps.get_model("alerts", "Reader")
    for pk, address in list(Reader.objects.order_by("pk").values_list("pk", "address")):
        canonical = address
        with suppress(AddressError):
            canonical = canonical_address(address)
        reader = Reader.objects.filter(pk=pk)
        reader.update(mailbox=mailbox_of(canonical))
        if canonical != address and not Reader.objects.filter(address=canonical).exists():
            reader.update(address=canonical)


class Migration(migrations.Migration):
    dependencies = [("alerts", "0003_random_keys_for_links")]

    operations = [
        migrations.AddField(
            "reader",
            "mailbox",
            models.CharField(
                max_length=254, default="", db_default="", db_index=True, editable=False
            ),
        ),
        migrations.AddField(
            "asking",
            "network",
            models.CharField(max_length=64, blank=True, default="", db_default="", db_index=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
