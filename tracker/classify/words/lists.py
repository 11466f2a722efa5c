"""The rows of the word lists: their words, names and aliases. Their form: see lexicon.py."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from tracker.classify.data_files import DATA, LexiconError, load_once, read_rows
from tracker.classify.letters.folding import fold
from tracker.classify.words.contexts import Need, trade_of
from tracker.classify.words.matching import LONGEST_ENDING
from tracker.classify.words.mention import ANY, NOTHING, Word

GAP = 60
# Latin letters as Arabic and Persian speak them.
SPOKEN_LETTERS = frozenset(
    fold("اي بي سي دي اف جي اتش اچ كي ال ام ان او پی كيو ار اس تي يو في وی زد").split()
)
NEEDS = {"?": Need.CONTEXT, "!": Need.TRADE}


@dataclass(frozen=True)
class ListedRow:
    """A platform, target or category of ads: the key in its file, the name for people, the type of
    target, or of platform where it is no social network ("" for others), and the key of the
    platform whose product a platform is ("" for none).
    """

    value: str
    name: str
    type: str
    company: str = ""


def _is_glued_script(text: str) -> bool:
    """Return whether particles and endings are written onto the word: Arabic, Hebrew,
    Devanagari.
    """
    return any("\u0590" <= c <= "\u06ff" or "\u0900" <= c <= "\u097f" for c in text)


def parse_words(
    table: str, value: str, language: str, text: str, trade: re.Pattern[str] | None = None
) -> Iterator[Word]:
    """Yield the words of one list; empty items are passed over. Raises LexiconError for a word that
    would match anything. `trade` finds the words of a platform's trade.
    """
    for item in text.split(","):
        raw = item.strip()
        if not raw:
            continue
        is_weak, raw = raw.startswith("~"), raw.removeprefix("~")
        need = NEEDS.get(raw[:1], Need.NOTHING)
        raw = raw[1:] if need else raw
        exact = raw.removeprefix("=") if raw.startswith("=") else ""
        folded = fold(exact or raw)
        core = folded.strip("*")
        # The automaton finds the key, the first fixed letters; a regular expression checks what
        # follows.
        key, *pieces = re.split(r"(\*| … )", core)
        if not key.strip():
            raise LexiconError(f"{item!r} would match anything")
        # Words of up to three letters would stand inside too many others.
        glued = _is_glued_script(core)
        yield Word(
            table=table,
            value=value,
            language=language,
            key=key,
            open_left=folded.startswith("*") or (glued and len(core) > 3),
            open_right=folded.endswith("*") or (glued and len(core) > 3),
            exact=exact,
            is_weak=is_weak,
            tail=re.compile("".join(map(_tail_pattern, pieces))) if pieces else None,
            need=need,
            trade=trade if need else None,
        )


def _dotted(words: str) -> str:
    """Return the acronyms among words of the Arabic alphabet with dots for spaces: "بي.بي.سي"."""
    items = [fold(item.strip()) for item in words.split(",")]
    acronyms = [i for i in items if " " in i and SPOKEN_LETTERS.issuperset(i.split())]
    return ", ".join(item.replace(" ", ".") for item in acronyms)


def _tail_pattern(piece: str) -> str:
    """Return the pattern of what follows a word's first letters."""
    ending = rf"\w{{0,{LONGEST_ENDING}}}"
    return {"*": ending, " … ": rf"{ending}[^\w.!?;][^.!?;]{{0,{GAP}}}?(?<!\w)"}.get(
        piece, re.escape(piece)
    )


@load_once
def listed_rows(table: str) -> dict[str, ListedRow]:
    """Return the rows of data/platforms.toml, targets.toml, grounds.toml, extents.toml or ads.toml
    by key. Raises LexiconError.
    """
    return {
        key: ListedRow(
            key, str(row.get("name", key)), str(row.get("kind", "")), str(row.get("company", ""))
        )
        for key, row in table_rows(table)
    }


def row_of(table: str, value: str) -> ListedRow:
    """Return the row that a mention stands for. Editors name entities that no list has, so one
    without a row has no type, and its value for a name.
    """
    row = listed_rows(table).get(value)
    return row or ListedRow(value, value.replace("_", " ").title(), "")


@dataclass(frozen=True)
class Alias:
    """A name that a row goes by, from `since` on, until the day before `until`; None for always."""

    name: str
    since: date | None = None
    until: date | None = None


@cache
def aliases_of(table: str, key: str) -> tuple[Alias, ...]:
    """Return the names of a row of data/platforms.toml or targets.toml: the dated ones, then the
    words that find it, in all scripts, as a person would write them. Empty for an unknown row.
    """
    row = _by_key(table).get(key)
    if row is None:
        return ()
    dated = [Alias(**undated) for undated in row.get("dated", ())]
    words = (item.strip() for item in row["words"].split(","))
    # Words that count only beside an act, and patterns with a gap, are not names for people.
    plain = (_as_name(w) for w in words if w and "~" not in w and "*" not in w[1:-1])
    names = {alias.name.casefold() for alias in dated}
    undated = dict.fromkeys(name for name in plain if name.casefold() not in names)
    return (*dated, *map(Alias, undated))


@cache
def _by_key(table: str) -> dict[str, dict[str, Any]]:
    return dict(table_rows(table))


def _as_name(item: str) -> str:
    """Write a list's item as a name: "=RT" as "RT", "twitter*" as "Twitter"."""
    item = item.lstrip("?!")
    if item.startswith("="):
        return item[1:]
    return " ".join(word[:1].upper() + word[1:] for word in item.strip("*").split())


def table_rows(table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of data/TABLEs.toml, then those of every file in the folder data/TABLEs/."""
    plural = table if table.endswith("s") else f"{table}s"
    file_of: dict[str, str] = {}
    for path in (DATA / f"{plural}.toml", *sorted((DATA / plural).glob("*.toml"))):
        for key, row in read_rows(path).items():
            if not isinstance(row, dict) or not isinstance(row.get("words"), str):
                raise LexiconError(f"{path.name}: [{key}] needs words = text")
            if not isinstance(row.get("but", ""), str):
                raise LexiconError(f"{path.name}: [{key}] but is no text")
            # The rows of a table lie in several files, written by several people.
            if key in file_of:
                raise LexiconError(f"{path.name}: [{key}] stands in {file_of[key]} too")
            file_of[key] = path.name
            yield key, row


def table_words(table: str) -> Iterator[Word]:
    """Yield the words of every row of a table."""
    for key, row in table_rows(table):
        trade = trade_of(row["trade"]) if "trade" in row else None
        yield from parse_words(table, key, ANY, row["words"], trade)
        yield from parse_words(table, key, ANY, _dotted(row["words"]), trade)
        yield from parse_words(table, NOTHING, ANY, row.get("but", ""))
