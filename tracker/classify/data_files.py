"""The classifier's data files, word lists, weights, calibration; what is read of them once."""

import threading
import tomllib
from collections.abc import Callable, Hashable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

DATA = Path(__file__).parent / "data"

Params = ParamSpec("Params")
Result = TypeVar("Result")


class LexiconError(ValueError):
    """A word list that cannot be used; the message names file and key."""


def read_rows(path: Path) -> dict[str, object]:
    """Read the rows of a data file. Raises LexiconError that names it."""
    try:
        # Errors name the file, since they are also read by editors of word lists.
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path.name}: {error}") from None


def load_once(load: Callable[Params, Result]) -> Callable[Params, Result]:
    """Return a function that keeps what each arguments led to; threads that ask together wait for
    one of them to load it. For what takes more than 100 ms or 20 MB.
    """
    # functools.cache lets each thread load its own: those of a web process, which preview articles,
    # and those of a worker begin together.
    loaded: dict[Hashable, Result] = {}
    loading = threading.RLock()

    @wraps(load)
    def load_or_wait(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        key = (args, tuple(kwargs.items()))
        if key not in loaded:
            with loading:
                if key not in loaded:
                    loaded[key] = load(*args, **kwargs)
        return loaded[key]

    return load_or_wait
