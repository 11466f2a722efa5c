"""Base class of our commands: outside text cannot control the terminal, and is cleaned on input."""

from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import OperationalError, ProgrammingError, connection

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
        except (OperationalError, ProgrammingError) as error:
            if sentence := _sentence(str(error)):
                raise CommandError(sentence) from None
            raise


def _sentence(error: str) -> str:
    """Explain a database error to the person who typed the command; "" if it is our own fault."""
    # Drivers distinguish these only by their messages, which differ between versions.
    message = error.lower()
    if "no such table" in message or ("relation" in message and "does not exist" in message):
        return (
            f"There is no database of the tracker yet ({_place()}). Run manage.py migrate or"
            " manage.py up first, or set VAR_DIR or DATABASE_URL to where it is."
        )
    if "locked" in message:
        return "Another program holds the database. Stop it, or try again in a minute."
    if "unable to open" in message or "readonly" in message or "read-only" in message:
        return f"The database cannot be opened for writing ({_place()})."
    if "could not connect" in message or "connection" in message:
        return "There is no connection to the database. See that it runs, and DATABASE_URL."
    return ""


def _place() -> str:
    """Return the configured location of the database, without secrets."""
    place = connection.settings_dict
    return f"{place['NAME']}" if connection.vendor == "sqlite" else f"{place['HOST']}"
