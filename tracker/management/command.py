"""What every command of ours is: outside text does not steer the terminal, nor comes in raw."""

from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import OperationalError, ProgrammingError, connection

from tracker.text import clean_lines, escaped


class PlainOutput(OutputWrapper):
    """A stream on which escape sequences and other controls of a text are shown, not obeyed; `raw`
    is for a progress bar, which moves the cursor itself.
    """

    def __init__(self, raw: TextIO) -> None:
        super().__init__(raw)
        self.raw = raw

    def write(self, msg: str = "", style_func: Any = None, ending: str | None = None) -> None:  # type: ignore[override]  # as Django's
        super().write(escaped(str(msg)), style_func, ending)


class PlainCommand(BaseCommand):
    """Django's, with plain output and clean arguments, and a sentence where the database is not
    there.
    """

    stdout: PlainOutput
    stderr: PlainOutput

    def __setattr__(self, name: str, value: Any) -> None:
        # Django makes the two anew for each call.
        if name in {"stdout", "stderr"} and type(value) is OutputWrapper:
            value = PlainOutput(vars(value)["_out"])
        super().__setattr__(name, value)

    def execute(self, *args: Any, **options: Any) -> str | None:
        # Arguments come from outside, too: they are stored, logged and shown (fault N1).
        clean = {k: clean_lines(v) if isinstance(v, str) else v for k, v in options.items()}
        try:
            return super().execute(*args, **clean)
        except (OperationalError, ProgrammingError) as error:
            if sentence := _sentence(str(error)):
                raise CommandError(sentence) from None
            raise


def _sentence(error: str) -> str:
    """What a fault of the database means to whoever typed a command; "" for one of ours."""
    # Drivers tell these apart by their sentences alone, which differ between versions.
    told = error.lower()
    if "no such table" in told or ("relation" in told and "does not exist" in told):
        return (
            f"There is no database of the tracker yet ({_place()}). Run manage.py migrate or"
            " manage.py up first, or set VAR_DIR or DATABASE_URL to where it is."
        )
    if "locked" in told:
        return "Another program holds the database. Stop it, or try again in a minute."
    if "unable to open" in told or "readonly" in told or "read-only" in told:
        return f"The database cannot be opened for writing ({_place()})."
    if "could not connect" in told or "connection" in told:
        return "There is no connection to the database. See that it runs, and DATABASE_URL."
    return ""


def _place() -> str:
    """Where the database is looked for, without secrets."""
    place = connection.settings_dict
    return f"{place['NAME']}" if connection.vendor == "sqlite" else f"{place['HOST']}"
