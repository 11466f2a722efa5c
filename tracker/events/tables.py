"""Write lines of CSV files whose cells spreadsheets treat as text, however they split them; pure.
Spreadsheets run a cell that begins like a formula (CWE-1236): an apostrophe before the sign makes
it text. The program that opens the file decides what a cell is: many also split at ";" or tab, and
skip blanks and quotes.
"""

import csv
import io
import re
from collections.abc import Iterable

from tracker.text import clean_text

# The signs, including the full-width ones that East Asian spreadsheets accept.
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
    # CWE-1236: spreadsheets treat a cell with a leading apostrophe as text.
    return FORMULA.sub(_add_apostrophe, clean_text(cell))


def unguard_cell(cell: str) -> str:
    """Return what `guard_cell` was given."""
    return GUARDED.sub(r"\1", cell)


def _add_apostrophe(start: re.Match[str]) -> str:
    return f"{start[0]}'"
