"""Lines of CSV files that a spreadsheet takes for text, however it splits them; pure.

A cell that begins like a formula is one to spreadsheets (CWE-1236): an apostrophe before the sign
makes it a text. Which cells there are is decided by whoever opens the file: many split at ";" or
tab too, and pass over blanks and quotes.
"""

import csv
import io
import re
from collections.abc import Iterable

from tracker.text import clean_text

# The signs, also in the widths that spreadsheets in East Asia take for them.
SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫"
START = r"(?:^|[;\t])[\s\"']*"
FORMULA = re.compile(rf"({START})(?=[{SIGNS}])")
GUARDED = re.compile(rf"({START})'(?=[{SIGNS}])")


def csv_line(cells: Iterable[str], end: str = "\r\n") -> str:
    """Return a line of CSV (RFC 4180) with every cell guarded."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=end).writerow(map(guard_cell, cells))
    return buffer.getvalue()


def guard_cell(cell: str) -> str:
    """Return the cell with an apostrophe before each sign that would begin a formula."""
    # CWE-1236: the apostrophe is the sign by which spreadsheets know a text.
    return FORMULA.sub(_add_apostrophe, clean_text(cell))


def unguard_cell(cell: str) -> str:
    """Return what `guard_cell` was given."""
    return GUARDED.sub(r"\1", cell)


def _add_apostrophe(start: re.Match[str]) -> str:
    return f"{start[0]}'"
