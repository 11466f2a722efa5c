"""Parse a history file into rows; bad lines are values with their number, not exceptions; pure."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import tracker.events
from tracker.classify import Kind
from tracker.events.search.language.days import DAY
from tracker.events.tables import unguard_cell
from tracker.events.wording.headline import HEADLINE_LIMIT
from tracker.feeds.limits import URL_LIMIT
from tracker.text import clean_text

SHIPPED_HISTORY = Path(tracker.events.__file__).parent / "data" / "history.csv"
COLUMNS = [
    "ref",
    "kind",
    "platforms",
    "targets",
    "target_kind",
    "countries",
    "grounds",
    "occurred",
    "precision",
    "headline",
    "undoes",
    "sources",
]
# Optional: the refs of the act in earlier files, separated by spaces.
OLD_REFS = "old_refs"


# Maximum characters of a cell or, in a cell with several values, of each.
LIMITS = {
    "ref": 200,
    OLD_REFS: 200,
    "platforms": 200,
    "targets": 200,
    "countries": 200,
    "target_kind": 50,
    "grounds": 50,
    "headline": HEADLINE_LIMIT,
    "sources": URL_LIMIT,
}


class HistoryError(Exception):
    """Not a history file; the message says what is missing."""


@dataclass(frozen=True)
class HistoryRow:
    """One known act; `sources` are addresses, `undoes` is the ref of the act that it undoes ("" for
    none).
    """

    line: int
    ref: str
    kind: Kind
    platforms: tuple[str, ...]
    targets: tuple[str, ...]
    target_kind: str
    countries: tuple[str, ...]
    grounds: str
    occurred: str
    headline: str
    undoes: str
    sources: tuple[str, ...]
    old_refs: tuple[str, ...] = ()


@dataclass(frozen=True)
class BadLine:
    line: int
    reason: str


def read_history(data: bytes) -> Iterator[HistoryRow | BadLine]:
    """Yield the rows in the order of the file.

    Raises HistoryError if it is not UTF-8 CSV with the columns of COLUMNS.
    """
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        missing = set(COLUMNS) - set(reader.fieldnames or ())
    except (UnicodeDecodeError, csv.Error) as error:
        raise HistoryError(f"not CSV in UTF-8: {error}") from None
    if missing:
        raise HistoryError(f"columns missing: {', '.join(sorted(missing))}")
    while True:
        try:
            raw = next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # of one line: the following ones may be valid
            yield BadLine(reader.line_num, f"not CSV: {error}")
        else:
            yield _parse_row(raw, reader.line_num)


def _parse_row(raw: dict[str, str | None], line: int) -> HistoryRow | BadLine:
    # Our own exports guard formulas with an apostrophe; reading them back must not keep it.
    text = {name: unguard_cell(clean_text(raw.get(name))) for name in [*COLUMNS, OLD_REFS]}
    if reason := _too_long(text):
        return BadLine(line, reason)
    if not text["ref"] or not text["headline"]:
        return BadLine(line, "ref and headline are needed")
    if text["kind"] not in set(Kind):
        return BadLine(line, f"{text['kind']!r} is no kind")
    if text["occurred"] and not DAY.fullmatch(text["occurred"]):
        return BadLine(line, f"occurred is {text['occurred']!r}; YYYY-MM-DD or YYYY-MM is read")
    # Addresses are shown as links; any other scheme could run code in a reader's browser.
    sources = tuple(u for u in text["sources"].split() if u.startswith(("http://", "https://")))
    if not sources:
        return BadLine(line, "no source")
    return HistoryRow(
        line=line,
        ref=text["ref"],
        kind=Kind(text["kind"]),
        platforms=_split_list(text["platforms"]),
        targets=_split_list(text["targets"]),
        target_kind=text["target_kind"],
        countries=_split_list(text["countries"]),
        grounds=text["grounds"],
        occurred=text["occurred"],
        headline=text["headline"],
        undoes=text["undoes"],
        sources=sources,
        old_refs=tuple(text[OLD_REFS].split()),
    )


def _too_long(text: dict[str, str]) -> str:
    """Return why the database cannot store a cell or one of its values; "" if it can."""
    values: dict[str, Iterable[str]] = {name: [cell] for name, cell in text.items()}
    values |= {name: _split_list(text[name]) for name in ("platforms", "targets", "countries")}
    values |= {name: text[name].split() for name in ("sources", OLD_REFS)}
    for name, limit in LIMITS.items():
        if (longest := max(map(len, values[name]), default=0)) > limit:
            return f"{name}: {longest} characters; at most {limit} are read"
    return ""


def _split_list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
