"""The full-text tables as migrations 0002 and 0003 create them; frozen with those migrations."""

SEAM = "|"  # no word  # stands between titles and summaries
PUT = """INSERT INTO events_text(rowid, title_words, summary_words)
    VALUES (new.id, new.title_words, new.summary_words)"""
TAKE_OUT = """INSERT INTO events_text(events_text, rowid, title_words, summary_words)
    VALUES ('delete', old.id, old.title_words, old.summary_words)"""
SQLITE = (
    # unicode61 would take the marks of Indic scripts for gaps; the text is folded already.
    """CREATE VIRTUAL TABLE events_text USING fts5(title_words, summary_words,
        content='events_event', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'")""",
    f"CREATE TRIGGER events_text_insert AFTER INSERT ON events_event BEGIN {PUT}; END",
    f"""CREATE TRIGGER events_text_update AFTER UPDATE OF title_words, summary_words ON events_event
        WHEN old.title_words <> new.title_words OR old.summary_words <> new.summary_words
        BEGIN {TAKE_OUT}; {PUT}; END""",
    f"CREATE TRIGGER events_text_delete AFTER DELETE ON events_event BEGIN {TAKE_OUT}; END",
)

# Lexemes of an array have no places: what must stand side by side is looked at. Ids come as bytes,
# four each: of 170 ms for 300,000 ids 60 went into writing and reading numbers. Whoever reads the
# table from end to end unpacks all words (3 s a million): the index is used for common ones too.
IDS = """CREATE FUNCTION events_text_{column}(asked tsquery, side_by_side text) RETURNS bytea
    LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    SELECT string_agg(int4send(id::int), '') FROM events_text
    WHERE {column} @@ asked AND (side_by_side = '' OR EXISTS (SELECT FROM events_event e
        WHERE e.id = events_text.id AND strpos(' ' || {text} || ' ', side_by_side) > 0)) $$"""
# The words lie beside the events and out of line (TOAST), so that the rows that a search visits are
# short: an event found costs a quarter of what it does with the words in the rows (90,000 in 17 ms,
# 300,000 in 210). PostgreSQL looks at rows of more than 2 kB only; the padding, which shrinks to
# some bytes, makes them so.
POSTGRESQL = (
    """CREATE TABLE events_text (id bigint PRIMARY KEY, titles tsvector NOT NULL,
        words tsvector NOT NULL, padding text NOT NULL DEFAULT repeat(' ', 2048))
        WITH (toast_tuple_target = 128)""",
    "ALTER TABLE events_text ALTER titles SET STORAGE EXTERNAL, ALTER words SET STORAGE EXTERNAL",
    "CREATE INDEX events_text_titles ON events_text USING gin (titles)",
    "CREATE INDEX events_text_words ON events_text USING gin (words)",
    """CREATE FUNCTION events_text_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE titles tsvector; BEGIN
        CASE TG_OP
        WHEN 'TRUNCATE' THEN TRUNCATE events_text;
        WHEN 'DELETE' THEN DELETE FROM events_text WHERE id = old.id;
        ELSE titles := array_to_tsvector(string_to_array(new.title_words, ' '));
            INSERT INTO events_text (id, titles, words) VALUES (new.id, titles,
                titles || array_to_tsvector(string_to_array(new.summary_words, ' ')))
            ON CONFLICT (id) DO UPDATE SET titles = excluded.titles, words = excluded.words;
        END CASE; RETURN NULL; END $$""",
    """CREATE TRIGGER events_text_row AFTER INSERT OR DELETE ON events_event
        FOR EACH ROW EXECUTE FUNCTION events_text_follow()""",
    """CREATE TRIGGER events_text_update AFTER UPDATE OF title_words, summary_words ON events_event
        FOR EACH ROW WHEN ((old.title_words, old.summary_words)
            <> (new.title_words, new.summary_words))
        EXECUTE FUNCTION events_text_follow()""",
    """CREATE TRIGGER events_text_all AFTER TRUNCATE ON events_event
        EXECUTE FUNCTION events_text_follow()""",
    IDS.format(column="titles", text="title_words"),
    IDS.format(column="words", text=f"title_words || ' {SEAM} ' || summary_words"),
)
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
        "DROP FUNCTION events_text_titles",
        "DROP FUNCTION events_text_words",
        "DROP TABLE events_text",
    ),
}
