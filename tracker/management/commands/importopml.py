"""manage.py importopml FILE"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tracker import database_time
from tracker.feeds.opml import OpmlError
from tracker.feeds.services import import_opml
from tracker.management.command import PlainCommand


def _reason(file: Path, error: OSError) -> str:
    """Return why a file could not be read; addresses are not files."""
    if str(file).startswith(("http:", "https:")):
        return "give a file; download the list first"
    return error.strerror or type(error).__name__


class Command(PlainCommand):
    help = (
        "Follow every feed of an OPML file, of bookmarks or of a list of addresses; feeds that are"
        " followed already stay as they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only show what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = import_opml(
                options["file"].read_bytes(), now=database_time.now(), is_dry=options["dry_run"]
            )
        except OSError as error:
            raise CommandError(f"{options['file']}: {_reason(options['file'], error)}") from None
        except OpmlError as error:
            raise CommandError(f"{options['file']}: {error}") from None
        for line in (*result.refused, *result.notes):
            self.stderr.write(line)
        if options["dry_run"]:
            self.stdout.write("Nothing is stored; without --dry-run it would be:")
        self.stdout.write(
            f"Feeds added: {result.added}, known already: {result.known},"
            f" refused: {len(result.refused)}."
        )
