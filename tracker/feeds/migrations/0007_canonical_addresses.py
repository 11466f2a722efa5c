"""Feeds that were added before addresses had one spelling get it. Where that makes two feeds one
address, one of them is polled on, and the other keeps its spelling and its entries and is stopped,
with the reason.
"""

from django.db import IntegrityError, migrations, transaction

from tracker.feeds.migrations._addresses import canonical


def respell(apps, schema_editor):
    Feed = apps.get_model("feeds", "Feed")
    # The one that is polled, and was read last, takes the address of several.
    rows = Feed.objects.order_by("-is_active", "-succeeded_at", "pk")
    for pk, url, moved_to in list(rows.values_list("pk", "url", "moved_to")):
        feed = Feed.objects.filter(pk=pk, url=url)
        if moved_to and (target := canonical(moved_to)) and target != moved_to:
            feed.update(moved_to=target)
        new = canonical(url)
        if new is None or new == url:
            continue
        other = Feed.objects.filter(url=new).first()
        if other is None:
            try:
                with transaction.atomic(using=schema_editor.connection.alias):
                    feed.update(url=new)
                continue
            except IntegrityError:  # somebody added it at this moment
                other = Feed.objects.get(url=new)
        _pause(Feed, pk, other)


def _pause(Feed, pk, other):
    feed = Feed.objects.get(pk=pk)
    if feed.is_active and not other.is_active:
        Feed.objects.filter(pk=other.pk).update(
            is_active=True, next_poll_at=feed.next_poll_at, state="new", error=""
        )
    Feed.objects.filter(pk=pk).update(
        is_active=False,
        state="not_allowed",
        error=f"stopped: this is the address of feed {other.pk}, which is polled instead",
    )


class Migration(migrations.Migration):
    dependencies = [("feeds", "0006_matches_are_work")]

    operations = [migrations.RunPython(respell, migrations.RunPython.noop)]
