"""manage.py importhistory [FILE]"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tracker import database_time
from tracker.events.intake.history_csv import SHIPPED_HISTORY, HistoryError
from tracker.events.intake.history_import import import_history
from tracker.management.command import PlainCommand


class Command(PlainCommand):
    help = (
        "Add known events from a CSV file, by default the one of this version. Of those"
        " whose ref is known, change what differs, except for what an editor changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=SHIPPED_HISTORY)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = import_history(options["file"].read_bytes(), database_time.now())
        except (OSError, HistoryError) as error:
            raise CommandError(f"{options['file']}: {error}") from None
        for line in result.refused:
            self.stderr.write(line)
        self.stdout.write(
            f"Events added: {result.added}, changed: {result.changed},"
            f" known already: {result.known}, refused: {len(result.refused)}."
        )
