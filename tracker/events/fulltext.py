"""Which events hold a word: SQLite's FTS5 and PostgreSQL's full text over Event.search_text, with
the answer of words.holds.
"""

import sys
from array import array

from django.db import connection
from pyroaring import BitMap

from tracker.events.words import wanted

SQLITE = (
    # unicode61 would take the marks of Indic scripts for gaps; the text is folded already.
    """CREATE VIRTUAL TABLE events_text USING fts5(search_text, content='events_event',
        content_rowid='id', tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'")""",
    """CREATE TRIGGER events_text_insert AFTER INSERT ON events_event BEGIN
        INSERT INTO events_text(rowid, search_text) VALUES (new.id, new.search_text); END""",
    """CREATE TRIGGER events_text_update AFTER UPDATE OF search_text ON events_event
        WHEN old.search_text <> new.search_text BEGIN
        INSERT INTO events_text(events_text, rowid, search_text)
            VALUES ('delete', old.id, old.search_text);
        INSERT INTO events_text(rowid, search_text) VALUES (new.id, new.search_text); END""",
    """CREATE TRIGGER events_text_delete AFTER DELETE ON events_event BEGIN
        INSERT INTO events_text(events_text, rowid, search_text)
            VALUES ('delete', old.id, old.search_text); END""",
)
# The words lie beside the events and out of line (TOAST), so that the rows that a search visits are
# short: an event found costs a quarter of what it does with the words in the rows (90,000 in 17 ms,
# 300,000 in 210). PostgreSQL looks at rows of more than 2 kB only; the padding, which shrinks to
# some bytes, makes them so.
POSTGRESQL = (
    """CREATE TABLE events_text (id bigint PRIMARY KEY, words tsvector NOT NULL,
        padding text NOT NULL DEFAULT repeat(' ', 2048)) WITH (toast_tuple_target = 128)""",
    "ALTER TABLE events_text ALTER words SET STORAGE EXTERNAL",
    "CREATE INDEX events_text_words ON events_text USING gin (words)",
    """CREATE FUNCTION events_text_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        CASE TG_OP
        WHEN 'TRUNCATE' THEN TRUNCATE events_text;
        WHEN 'DELETE' THEN DELETE FROM events_text WHERE id = old.id;
        ELSE INSERT INTO events_text (id, words)
            VALUES (new.id, array_to_tsvector(string_to_array(new.search_text, ' ')))
            ON CONFLICT (id) DO UPDATE SET words = excluded.words;
        END CASE; RETURN NULL; END $$""",
    """CREATE TRIGGER events_text_row AFTER INSERT OR DELETE ON events_event
        FOR EACH ROW EXECUTE FUNCTION events_text_follow()""",
    """CREATE TRIGGER events_text_update AFTER UPDATE OF search_text ON events_event
        FOR EACH ROW WHEN (old.search_text <> new.search_text)
        EXECUTE FUNCTION events_text_follow()""",
    """CREATE TRIGGER events_text_all AFTER TRUNCATE ON events_event
        EXECUTE FUNCTION events_text_follow()""",
)
# Ids as bytes, four each: of 170 ms for 300,000 ids 60 went into writing and reading numbers.
HOLDING = """SELECT string_agg(int4send(id::int), '') FROM events_text WHERE words @@ %s::tsquery"""
# Lexemes of an array have no places: what must stand side by side is looked at.
SIDE_BY_SIDE = """SELECT string_agg(int4send(id::int), '')
    FROM events_text JOIN events_event USING (id)
    WHERE words @@ %s::tsquery AND strpos(' ' || search_text || ' ', %s) > 0"""
DROP = {
    "sqlite": (
        "DROP TRIGGER events_text_insert",
        "DROP TRIGGER events_text_update",
        "DROP TRIGGER events_text_delete",
        "DROP TABLE events_text",
    ),
    "postgresql": (
        "DROP TRIGGER events_text_row ON events_event",
        "DROP TRIGGER events_text_update ON events_event",
        "DROP TRIGGER events_text_all ON events_event",
        "DROP FUNCTION events_text_follow",
        "DROP TABLE events_text",
    ),
}


def holding(word: str) -> BitMap:
    """The ids of all events, refused and merged ones too, whose searched text holds the word."""
    row, goes_on = wanted(word)
    if not row:
        return BitMap()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            phrase = '"' + " ".join(row) + '"' + (" *" if goes_on else "")
            cursor.execute(
                "SELECT group_concat(rowid) FROM events_text WHERE events_text MATCH %s", [phrase]
            )
            return of_text(cursor.fetchone()[0])
        lexemes = " & ".join(f"'{one}'" for one in row) + (":*" if goes_on else "")
        text = f" {' '.join(row)}{'' if goes_on else ' '}"
        if len(row) == 1:
            cursor.execute(HOLDING, [lexemes])
        else:
            cursor.execute(SIDE_BY_SIDE, [lexemes, text])
        return _of_bytes(cursor.fetchone()[0])


def _of_bytes(ids: bytes | None) -> BitMap:
    """Ids of four bytes each, in network order."""
    found = array("I", bytes(ids or b""))
    if sys.byteorder == "little":
        found.byteswap()
    return BitMap(found)


def of_text(ids: str | None) -> BitMap:
    """Ids that come as "1,2,3"."""
    return BitMap(map(int, ids.split(","))) if ids else BitMap()
