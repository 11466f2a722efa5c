"""How much a run tries. `make test` takes a part of long tables and short property tests; the gate
takes whole tables (WHOLE=1) on each database, and property tests at full length (THOROUGH=1, which
means whole tables too).
"""

import os
from collections.abc import Iterable
from typing import TypeVar

IS_THOROUGH = bool(os.environ.get("THOROUGH"))
IS_WHOLE = IS_THOROUGH or bool(os.environ.get("WHOLE"))
Row = TypeVar("Row")


def examples(quick: int, full: int) -> int:
    """Returns how many examples or sequences a property test runs."""
    return full if IS_THOROUGH else quick


def sampled(rows: Iterable[Row], count: int) -> list[Row]:
    """The rows of a table that all go the same way: every one in the gate; else `count` of them,
    evenly spread, the first and the last among them. A table with a kind of row that must not be
    missed is sampled by kind.
    """
    every = list(rows)
    if IS_WHOLE or len(every) <= count:
        return every
    return [every[place * (len(every) - 1) // (count - 1)] for place in range(count)]


def size(quick: int, full: int) -> int:
    """Returns how many rows, days or people a test makes whose promise holds of any number."""
    return full if IS_WHOLE else quick
