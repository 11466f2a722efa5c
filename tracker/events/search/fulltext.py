"""Find the events that contain a word, with SQLite's FTS5 or PostgreSQL's full-text search."""

import sys
from array import array
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from pyroaring import BitMap

from tracker.events.text import phrases_of

# A word in more events than this distinguishes none of them, and querying which titles contain it
# would double its cost: all its events count as having it in a title.
COMMON = 20_000
# The word's number in the statement, the ids of events that contain it, and those with it in a
# title unless the word is COMMON.
MATCHING = """SELECT %s, ids, CASE WHEN n <= %s THEN
    (SELECT group_concat(rowid) FROM events_text WHERE events_text MATCH %s) END
    FROM (SELECT group_concat(rowid) AS ids, count(*) AS n
        FROM events_text WHERE events_text MATCH %s)"""
HOLDING = """SELECT %s::int, ids, CASE WHEN coalesce(octet_length(ids), 0) / 4 <= %s THEN
    events_text_titles(%s::tsquery, %s) END FROM events_text_words(%s::tsquery, %s) AS ids"""
AT_ONCE = 100  # words that one statement searches for
# What the migration creates, for checks that it exists.
TABLE = "events_text"
COLUMNS = {
    "sqlite": ("title_words", "summary_words"),
    "postgresql": ("id", "titles", "words", "padding"),
}
TRIGGERS = {
    "sqlite": ("events_text_insert", "events_text_update", "events_text_delete"),
    "postgresql": ("events_text_row", "events_text_update", "events_text_all"),
}


def find_words(words: Sequence[str]) -> list[tuple[BitMap, BitMap]]:
    """Return for each word the ids of all events that contain it, refused and merged ones too:
    anywhere in the searched text, and in a title (the same for COMMON words).

    One query for AT_ONCE words.
    """
    read: Callable[[Any], BitMap]
    # No event contains a word without letters.
    ids_by_word = [(BitMap(), BitMap())] * len(words)
    searched = [(i, terms) for i, word in enumerate(words) if (terms := _search_terms(word))]
    statement, read = (
        (MATCHING, parse_ids) if connection.vendor == "sqlite" else (HOLDING, _unpack_ids)
    )
    # One statement for many words saves round trips.
    for start in range(0, len(searched), AT_ONCE):
        chunk = searched[start : start + AT_ONCE]
        values: list[int | str] = []
        for i, terms in chunk:
            values += [i, COMMON, *terms]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join([statement] * len(chunk)), values)
            for i, ids, titled in cursor.fetchall():
                anywhere = read(ids)
                ids_by_word[i] = anywhere, anywhere if len(anywhere) > COMMON else read(titled)
    return ids_by_word


def _search_terms(word: str) -> list[str]:
    """Return the terms that the database searches in titles and anywhere; [] for a word without
    letters.
    """
    phrases = phrases_of(word)
    if not phrases:
        return []
    if connection.vendor == "sqlite":
        quoted = ('"' + " ".join(row) + '"' + (" *" if goes_on else "") for row, goes_on in phrases)
        phrase = f"({' OR '.join(quoted)})"
        return [f"title_words : {phrase}", phrase]
    lexemes = " | ".join(
        " & ".join(f"'{lexeme}'" for lexeme in row) + (":*" if goes_on else "")
        for row, goes_on in phrases
    )
    row, goes_on = phrases[0]  # several words form one phrase
    # PostgreSQL's index finds the parts of a word anywhere; the text shows whether they are
    # adjacent (decision D79).
    side_by_side = f" {' '.join(row)}{'' if goes_on else ' '}" if len(row) > 1 else ""
    return [lexemes, side_by_side] * 2


def _unpack_ids(ids: bytes | None) -> BitMap:
    """Return ids from four bytes each, in network order."""
    unpacked = array("I", bytes(ids or b""))
    if sys.byteorder == "little":
        unpacked.byteswap()
    return BitMap(unpacked)


def parse_ids(ids: str | None) -> BitMap:
    """Return ids from "1,2,3"."""
    return BitMap(map(int, ids.split(","))) if ids else BitMap()
