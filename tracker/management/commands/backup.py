"""manage.py backup"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tracker.management.command import PlainCommand
from tracker.operations.backups import backup


class Command(PlainCommand):
    help = "Write the whole database to a file, while the tracker runs."
    requires_system_checks = ()  # also for a database that does not fit this version

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a new file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            size = backup.write(options["file"])
        except backup.BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Written: {options['file']}, {size:,} bytes. Keep SECRET_KEY with it.")
