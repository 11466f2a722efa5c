"""Base class of our commands: outside text cannot control the terminal, and is cleaned on input."""

import re
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import DatabaseError, ProgrammingError, connection

from tracker.database.failures import is_damage, is_outage
from tracker.text import clean_lines, escaped


class PlainOutput(OutputWrapper):
    """A stream that shows escape sequences and control characters instead of passing them on; `raw`
    is for progress bars, which move the cursor.
    """

    def __init__(self, raw: TextIO) -> None:
        super().__init__(raw)
        self.raw = raw

    def write(self, msg: str = "", style_func: Any = None, ending: str | None = None) -> None:  # type: ignore[override]  # as Django's
        super().write(escaped(str(msg)), style_func, ending)


class PlainCommand(BaseCommand):
    """Django's command, with plain output, clean arguments, and a clear error if the database is
    missing.
    """

    stdout: PlainOutput
    stderr: PlainOutput

    def __setattr__(self, name: str, value: Any) -> None:
        # Django creates the two for each call.
        if name in {"stdout", "stderr"} and type(value) is OutputWrapper:
            value = PlainOutput(vars(value)["_out"])
        super().__setattr__(name, value)

    def execute(self, *args: Any, **options: Any) -> str | None:
        # Arguments are outside text, too: they are stored, logged and shown (fault N1).
        clean = {k: clean_lines(v) if isinstance(v, str) else v for k, v in options.items()}
        try:
            return super().execute(*args, **clean)
        except DatabaseError as error:
            if sentence := _sentence(error):
                raise CommandError(sentence) from None
            raise


# What drivers say, in lower case: they distinguish these errors only by messages, which differ
# between versions.
SENTENCES: tuple[tuple[str, str], ...] = (
    (
        "no such table|relation .* does not exist",
        "There is no database of the tracker yet ({place}). Run manage.py migrate or"
        " manage.py up first, or set VAR_DIR or DATABASE_URL to where it is.",
    ),
    ("locked", "Another program holds the database. Stop it, or try again in a minute."),
    ("disk is full|no space left", "The disk of the database is full ({place})."),
    (
        "unable to open|readonly|read-only",
        "The database cannot be opened for writing ({place}).",
    ),
    (
        "could not connect|connection",
        "There is no connection to the database. See that it runs, and DATABASE_URL.",
    ),
)
DAMAGED = (
    "The database is damaged ({place}). Stop the tracker, move the file away if it is SQLite's, and"
    " restore a backup: manage.py restore FILE --yes"
)


def _sentence(error: DatabaseError) -> str:
    """Explain a database error to the person who typed the command; "" if it is our own fault."""
    if is_damage(error):
        return DAMAGED.format(place=_place())
    if not (is_outage(error) or isinstance(error, ProgrammingError)):
        return ""
    message = str(error).lower()
    for pattern, sentence in SENTENCES:
        if re.search(pattern, message, re.DOTALL):
            return sentence.format(place=_place())
    return ""


def _place() -> str:
    """Return the configured location of the database, without secrets."""
    place = connection.settings_dict
    return f"{place['NAME']}" if connection.vendor == "sqlite" else f"{place['HOST']}"
