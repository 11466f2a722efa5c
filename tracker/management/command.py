"""What every command of ours is: outside text does not steer the terminal, nor comes in raw."""

from typing import Any, TextIO

from django.core.management.base import BaseCommand, OutputWrapper

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
    """Django's, with plain output and clean arguments."""

    stdout: PlainOutput
    stderr: PlainOutput

    def __setattr__(self, name: str, value: Any) -> None:
        # Django makes the two anew for each call.
        if name in {"stdout", "stderr"} and type(value) is OutputWrapper:
            value = PlainOutput(vars(value)["_out"])
        super().__setattr__(name, value)

    def execute(self, *args: Any, **options: Any) -> str | None:
        clean = {k: clean_lines(v) if isinstance(v, str) else v for k, v in options.items()}
        return super().execute(*args, **clean)
