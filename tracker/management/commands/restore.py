"""manage.py restore"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from tracker import backup
from tracker.alerts.hits import restored
from tracker.management.command import PlainCommand


class Command(PlainCommand):
    help = (
        "Put a backup into the place of the database. Stop web, workers and clock first. Nobody is"
        " mailed again of what was known or published before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `manage.py backup` wrote")
        parser.add_argument(
            "--yes", action="store_true", help="the database that is there may be overwritten"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError("This overwrites the database; say --yes if you mean it.")
        try:
            backup.read(options["file"])
        except backup.BackupError as error:
            raise CommandError(str(error)) from None
        call_command("migrate", verbosity=0)
        told = restored(timezone.now())
        self.stdout.write(f"Restored. Mails that were waiting and are not sent: {told}.")
