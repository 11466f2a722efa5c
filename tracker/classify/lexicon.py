"""The word lists of all languages, which are data, in data/*.toml.

A word list is text, its items set apart by commas: `word` matches itself, `suspend*` any ending,
`*sperre` any beginning, `payday loan*` and `political* ad*` several words, `hebt … auf` two with
up to GAP characters of a sentence between them, `=RT` only in these letters, `~=LINE` only where
an act stands in the text too, `?=Zoom` where the words around make it a name (contexts.py), `!visa`
only where a word of the row's `trade` stands near. A row's `but` lists what holds one of its words
and is another thing.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from tracker.classify.contexts import Need, trade_of
from tracker.classify.data_files import DATA, LexiconError, rows_of
from tracker.classify.matching import ACTS, ANY, LONGEST_ENDING, NOTHING, Hit, Lexicon, Word
from tracker.classify.text import fold, is_joined_script
from tracker.classify.transliteration import Spellings

__all__ = [
    "ACTS",
    "ANY",
    "CONCEPTS",
    "DATA",
    "GAP",
    "NOTHING",
    "OBJECTS",
    "Alias",
    "Hit",
    "Lexicon",
    "LexiconError",
    "Named",
    "Word",
    "added",
    "aliases_of",
    "lexicon",
    "lexicon_of",
    "named",
    "outermost",
    "rows_of",
    "words",
]

GAP = 60
NEEDS = {"?": Need.CONTEXT, "!": Need.TRADE}
# Kinds of names whose words say nothing but the name; those of "Google Ads" tell what it is.
PROPER_TARGETS = {"media", "state_media", "app_or_site", "person"}
PROPER_PLATFORMS = {"", "catalogue", "payment", "hosting", "funding", "video", "search"}
DESCRIBING = {"state", "service", "account"}  # "Russian state media", "Star VPN"
# fmt: off
OBJECTS = ("ads", "account", "content", "money", "reach", "service", "state", "policy")
# fmt: on
CONCEPTS = {
    *ACTS,
    *OBJECTS,
    "modality",
    "other",
    "reaction",
    "analysis",
    "today",
    "yesterday",
    "weekend",
    "week",
}


@dataclass(frozen=True)
class Named:
    """A platform, target or category of ads: the key in its file, the name for people, the kind of
    target, or of platform where it is no social network ("" for others), and the key of the
    platform whose product a platform is ("" for none).
    """

    value: str
    name: str
    kind: str
    company: str = ""


def outermost(hits: list[Hit], text: str) -> list[Hit]:
    """The hits by position, without those that a longer name holds: a country in the name of a
    party or a paper, and whatever begins or ends in the middle of a name's word ("fine" in
    Instagram's Arabic name).
    """
    names = [h for h in hits if h.table in {"platform", "target"}]
    return sorted(
        (h for h in hits if not any(_is_held(h, name, text) for name in names)),
        key=lambda h: h.start,
    )


def _is_held(hit: Hit, name: Hit, text: str) -> bool:
    length = hit.end - hit.start
    if hit.table == name.table or not name.start <= hit.start < hit.end <= name.end:
        return False
    if length == name.end - name.start:
        return False
    if hit.table == "country" and name.table == "target":
        return True
    if hit.table == "concept" and _is_part_of_name(hit, name, text):
        return True
    begins = hit.start > name.start and text[hit.start - 1].isalnum()
    ends = hit.end < name.end and text[hit.end].isalnum()
    return (begins or ends) and not is_joined_script(text[hit.start])


def _is_part_of_name(hit: Hit, name: Hit, text: str) -> bool:
    """Whether a concept's word is a piece of a proper name ("Podcast Addict") and no description
    ("Russian state media", "President Smith").
    """
    kind = named(name.table)[name.value].kind
    proper = PROPER_TARGETS if name.table == "target" else PROPER_PLATFORMS
    return kind in proper and hit.value not in DESCRIBING and not text[hit.start].islower()


def _is_glued_script(text: str) -> bool:
    """Arabic, Hebrew and Devanagari: particles and endings are written onto the word."""
    return any("\u0590" <= c <= "\u06ff" or "\u0900" <= c <= "\u097f" for c in text)


def words(
    table: str, value: str, language: str, text: str, trade: re.Pattern[str] | None = None
) -> Iterator[Word]:
    """The words of one list; empty items are passed over. Raises LexiconError for a word that would
    match anything. `trade` finds the words of a platform's trade.
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
        key, *rest = re.split(r"(\*| … )", core)
        if not key.strip():
            raise LexiconError(f"{item!r} would match anything")
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
            tail=re.compile("".join(map(_tail, rest))) if rest else None,
            need=need,
            trade=trade if need else None,
        )


def _tail(piece: str) -> str:
    """The pattern of what follows a word's first letters."""
    ending = rf"\w{{0,{LONGEST_ENDING}}}"
    return {"*": ending, " … ": rf"{ending}[^\w.!?;][^.!?;]{{0,{GAP}}}?(?<!\w)"}.get(
        piece, re.escape(piece)
    )


@cache
def named(table: str) -> dict[str, Named]:
    """The rows of data/platforms.toml, targets.toml, grounds.toml, extents.toml or ads.toml by
    key. Raises LexiconError.
    """
    return {
        key: Named(
            key, str(row.get("name", key)), str(row.get("kind", "")), str(row.get("company", ""))
        )
        for key, row in _rows(table)
    }


@dataclass(frozen=True)
class Alias:
    """A name that a row goes by, from `since` on, until the day before `until`; None for always."""

    name: str
    since: date | None = None
    until: date | None = None


@cache
def aliases_of(table: str, key: str) -> tuple[Alias, ...]:
    """The names of a row of data/platforms.toml or targets.toml: the dated ones, then the words
    that find it, in all scripts, as a person would write them. Empty for an unknown row.
    """
    row = _by_key(table).get(key)
    if row is None:
        return ()
    dated = [Alias(**told) for told in row.get("dated", ())]
    words = (item.strip() for item in row["words"].split(","))
    plain = (_written(w) for w in words if w and "~" not in w and "*" not in w[1:-1])
    names = {alias.name.casefold() for alias in dated}
    told = dict.fromkeys(name for name in plain if name.casefold() not in names)
    return (*dated, *map(Alias, told))


@cache
def _by_key(table: str) -> dict[str, dict[str, Any]]:
    return dict(_rows(table))


def _written(item: str) -> str:
    """ "=RT" as "RT", "twitter*" as "Twitter"."""
    item = item.lstrip("?!")
    if item.startswith("="):
        return item[1:]
    return " ".join(word[:1].upper() + word[1:] for word in item.strip("*").split())


@lru_cache(maxsize=4)
def added(names: tuple[tuple[str, str, str], ...]) -> Lexicon:
    """A lexicon of (table, value, name) besides the word lists. A name that would match anything is
    passed over.
    """
    found: list[Word] = []
    for table, value, name in names:
        with suppress(LexiconError):
            found += words(table, value, ANY, name.replace(",", " "))
    return Lexicon(found)


def _rows(table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of data/TABLEs.toml, then those of every file in the folder data/TABLEs/."""
    plural = table if table.endswith("s") else f"{table}s"
    seen: dict[str, str] = {}
    for path in (DATA / f"{plural}.toml", *sorted((DATA / plural).glob("*.toml"))):
        for key, row in rows_of(path).items():
            if not isinstance(row, dict) or not isinstance(row.get("words"), str):
                raise LexiconError(f"{path.name}: [{key}] needs words = text")
            if not isinstance(row.get("but", ""), str):
                raise LexiconError(f"{path.name}: [{key}] but is no text")
            if key in seen:
                raise LexiconError(f"{path.name}: [{key}] stands in {seen[key]} too")
            seen[key] = path.name
            yield key, row


def _words_of(table: str) -> Iterator[Word]:
    for key, row in _rows(table):
        trade = trade_of(row["trade"]) if "trade" in row else None
        yield from words(table, key, ANY, row["words"], trade)
        yield from words(table, NOTHING, ANY, row.get("but", ""))


@cache
def _spellings() -> Spellings:
    """The platforms' names in all scripts, but for common words."""
    listed, latin = [], []
    for key, row in _rows("platform"):
        if row.get("kind") == "wire":
            continue
        plain = (item.strip() for item in row["words"].split(","))
        listed += [(key, word.strip("*")) for word in plain if word and word[0] not in "~?!="]
        # A name that counts only in exact letters is a word of everyday speech, too: "Blogger".
        if "trade" not in row and " " not in row["name"] and f"={row['name']}" not in row["words"]:
            latin.append((key, row["name"]))
    return Spellings(listed, latin)


@cache
def lexicon() -> Lexicon:
    """Every word list, read once. Raises LexiconError that names file and key."""
    found: list[Word] = []
    for path in sorted((DATA / "lexicon").glob("*.toml")):
        for concept, text in rows_of(path).items():
            if concept not in CONCEPTS or not isinstance(text, str):
                raise LexiconError(
                    f"{path.name}: {concept} is no concept; one of {', '.join(sorted(CONCEPTS))}"
                )
            found += words("concept", concept, path.stem, text)
    for table in ("platform", "target", "ads"):
        found += _words_of(table)
    return Lexicon(found, _spellings())


@cache
def lexicon_of(table: str) -> Lexicon:
    """The words of one file of rows alone, as `named` knows them. Raises LexiconError."""
    return Lexicon(list(_words_of(table)), _spellings() if table == "platform" else None)
