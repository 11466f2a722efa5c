"""Which events hold a word, anywhere or in a title: SQLite's FTS5 and PostgreSQL's full text over
Event.title_words and summary_words, with the answer of words.holds.
"""

import sys
from array import array
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from pyroaring import BitMap

from tracker.events.text import wanted

# A word that more events hold tells none of them apart, and asking in which titles it stands would
# double its cost: all its events count as having it in a title.
COMMON = 20_000
# Of a word its number among those asked, the ids that hold it, and those that do in a title unless
# the word is COMMON.
MATCHING = """SELECT %s, ids, CASE WHEN n <= %s THEN
    (SELECT group_concat(rowid) FROM events_text WHERE events_text MATCH %s) END
    FROM (SELECT group_concat(rowid) AS ids, count(*) AS n
        FROM events_text WHERE events_text MATCH %s)"""
HOLDING = """SELECT %s::int, ids, CASE WHEN coalesce(octet_length(ids), 0) / 4 <= %s THEN
    events_text_titles(%s::tsquery, %s) END FROM events_text_words(%s::tsquery, %s) AS ids"""
AT_ONCE = 100  # words that one statement looks for
# What the migration makes, for whoever checks that it is there.
TABLE = "events_text"
COLUMNS = {
    "sqlite": ("title_words", "summary_words"),
    "postgresql": ("id", "titles", "words", "padding"),
}
TRIGGERS = {
    "sqlite": ("events_text_insert", "events_text_update", "events_text_delete"),
    "postgresql": ("events_text_row", "events_text_update", "events_text_all"),
}


def holding(words: Sequence[str]) -> list[tuple[BitMap, BitMap]]:
    """Of each word the ids of all events, refused and merged ones too, that hold it: anywhere in
    what is searched, and in a title (the same for a word that is COMMON). One query for AT_ONCE
    words.
    """
    read: Callable[[Any], BitMap]
    found = [(BitMap(), BitMap())] * len(words)
    asked = [(i, told) for i, word in enumerate(words) if (told := _asked(word))]
    statement, read = (MATCHING, of_text) if connection.vendor == "sqlite" else (HOLDING, _of_bytes)
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        values: list[int | str] = []
        for i, told in some:
            values += [i, COMMON, *told]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join([statement] * len(some)), values)
            for i, ids, titled in cursor.fetchall():
                anywhere = read(ids)
                found[i] = anywhere, anywhere if len(anywhere) > COMMON else read(titled)
    return found


def _asked(word: str) -> list[str]:
    """How the database is asked for a word, in titles and anywhere; [] if it has no letter."""
    row, goes_on = wanted(word)
    if not row:
        return []
    if connection.vendor == "sqlite":
        phrase = '"' + " ".join(row) + '"' + (" *" if goes_on else "")
        return [f"title_words : {phrase}", phrase]
    lexemes = " & ".join(f"'{one}'" for one in row) + (":*" if goes_on else "")
    side_by_side = f" {' '.join(row)}{'' if goes_on else ' '}" if len(row) > 1 else ""
    return [lexemes, side_by_side] * 2


def _of_bytes(ids: bytes | None) -> BitMap:
    """Ids of four bytes each, in network order."""
    found = array("I", bytes(ids or b""))
    if sys.byteorder == "little":
        found.byteswap()
    return BitMap(found)


def of_text(ids: str | None) -> BitMap:
    """Ids that come as "1,2,3"."""
    return BitMap(map(int, ids.split(","))) if ids else BitMap()
