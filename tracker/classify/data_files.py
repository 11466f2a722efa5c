"""The classifier's data files: word lists, weights, calibration."""

import tomllib
from pathlib import Path

DATA = Path(__file__).parent / "data"


class LexiconError(ValueError):
    """A word list that cannot be used; the message names file and key."""


def read_rows(path: Path) -> dict[str, object]:
    """Read the rows of a data file. Raises LexiconError that names it."""
    try:
        # Errors name the file, since they are also read by editors of word lists.
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path.name}: {error}") from None
