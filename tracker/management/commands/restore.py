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
    requires_system_checks = ()  # the database may be what is wrong

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `manage.py backup` wrote")
        parser.add_argument(
            "--yes", action="store_true", help="the database that is there may be overwritten"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError("This overwrites the database; say --yes if you mean it.")
        try:
            backup.read(options["file"], self._prepare)
        except backup.BackupError as error:
            told = str(error).rstrip(".")
            raise CommandError(f"{told}. The database is as it was.") from None
        self.stdout.write(f"Restored. Mails that were waiting and are not sent: {self.cancelled}.")

    def _prepare(self) -> None:
        """Changes what a restored database may not do again, in the copy, before it is the
        database: whatever a restore must end or make anew belongs here.
        """
        # A gap that is announced is better than everything twice (decision D94).
        self.cancelled = cancel_after_restore(database_time.now())
