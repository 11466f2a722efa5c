"""Which events hold a word: SQLite's FTS5 and PostgreSQL's full text over Event.search_text, with
the answer of words.holds.
"""

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
LEXEMES = "array_to_tsvector(string_to_array(search_text, ' '))"
POSTGRESQL = (f"CREATE INDEX events_text ON events_event USING gin ({LEXEMES})",)
DROP = {
    "sqlite": (
        "DROP TRIGGER events_text_insert",
        "DROP TRIGGER events_text_update",
        "DROP TRIGGER events_text_delete",
        "DROP TABLE events_text",
    ),
    "postgresql": ("DROP INDEX events_text",),
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
        else:
            lexemes = " & ".join(f"'{one}'" for one in row) + (":*" if goes_on else "")
            text = f" {' '.join(row)}{'' if goes_on else ' '}"
            # Lexemes of an array have no places: what must stand side by side is looked at.
            cursor.execute(
                f"SELECT string_agg(id::text, ',') FROM events_event WHERE {LEXEMES} @@ %s::tsquery"  # noqa: S608 - a constant
                " AND (%s OR strpos(' ' || search_text || ' ', %s) > 0)",
                [lexemes, len(row) == 1, text],
            )
        return of_text(cursor.fetchone()[0])


def of_text(ids: str | None) -> BitMap:
    """Ids that come as "1,2,3"."""
    return BitMap(map(int, ids.split(","))) if ids else BitMap()
