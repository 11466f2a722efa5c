"""manage.py reindex"""

from argparse import ArgumentParser
from typing import Any

from tracker.events.models import SearchText
from tracker.events.record.derived import rebuild
from tracker.management.command import PlainCommand


class Command(PlainCommand):
    help = (
        "Make the searched texts anew that another version folded otherwise, while the tracker"
        " runs. The workers do it by themselves; this does it at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also events that are up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"]:
            # No release has version 0, so all texts count as outdated.
            SearchText.objects.update_or_create(pk=1, defaults={"version": 0, "target": 0})
        count = sum(rebuild.rebuild_chunks())
        self.stdout.write(f"Events checked: {count}.")
