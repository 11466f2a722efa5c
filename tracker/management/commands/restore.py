"""manage.py restore"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tracker import database_time
from tracker.alerts.hits import cancel_after_restore
from tracker.management.command import PlainCommand
from tracker.operations.backups import backup


class Command(PlainCommand):
    help = (
        "Put a backup of this or an older version into the place of the database. Stop web, workers"
        " and clock first. Nobody is mailed again of what was known or published before."
    )
    requires_system_checks = ()  # the database may be the problem

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file written by `manage.py backup`")
        parser.add_argument("--yes", action="store_true", help="overwrite the existing database")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError("This overwrites the database. Add --yes to confirm.")
        try:
            backup.read(options["file"], self._prepare)
        except backup.BackupError as error:
            message = str(error).rstrip(".")
            raise CommandError(f"{message}. The database is as it was.") from None
        self.stdout.write(f"Restored. Mails that were waiting and are not sent: {self.cancelled}.")

    def _prepare(self) -> None:
        """Change the copy before it becomes the database, so that nothing is repeated: whatever a
        restore must cancel or reset belongs here.
        """
        # An announced gap is better than duplicates of everything (decision D94).
        self.cancelled = cancel_after_restore(database_time.now())
