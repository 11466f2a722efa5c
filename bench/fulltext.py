"""`python -m bench.fulltext [EVENTS]`: how long PostgreSQL takes to say which of so many events
(1,000,000) hold a word, by the tracker's own tables and functions and by the plain designs that
they were chosen over; in one run, turn by turn. Needs DATABASE_URL; all is made in a database of
its own, which is dropped at the end.
"""

import statistics
import sys
import time
from collections.abc import Callable

from pyroaring import BitMap

from bench.world import database

ROUNDS = 7
# Words with the share of events that hold them. The others are of fifty thousand, alike common.
WORDS = {"rare": 0.0001, "some": 0.01, "frequent": 0.09, "common": 0.3}
MAKE = """CREATE TABLE made AS SELECT n AS id, repeat('x', 400) AS facts,
    (SELECT string_agg('w' || (random() * 50000)::int, ' ') FROM generate_series(1, 12) WHERE n > 0)
        AS title_words,
    (SELECT string_agg('w' || (random() * 50000)::int, ' ') FROM generate_series(1, 40) WHERE n > 0)
    {words} AS summary_words FROM generate_series(1, {events}) n"""
EVENTS = (
    """CREATE TABLE events_event (id bigint PRIMARY KEY, facts text, title_words text,
        summary_words text)""",
    "INSERT INTO events_event SELECT id, facts, title_words, summary_words FROM made",
)
# One column beside the facts, as the manual shows it.
PLAIN = (
    """CREATE TABLE plain (id bigint PRIMARY KEY, facts text, title_words text, summary_words text,
        words tsvector GENERATED ALWAYS AS
            (to_tsvector('simple', title_words || ' ' || summary_words)) STORED)""",
    "INSERT INTO plain SELECT id, facts, title_words, summary_words FROM made",
    "CREATE INDEX plain_words ON plain USING gin (words)",
)
# A table of its own, without padding or settings of storage.
BESIDE = (
    "CREATE TABLE beside (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    """INSERT INTO beside
        SELECT id, to_tsvector('simple', title_words || ' ' || summary_words) FROM made""",
    "CREATE INDEX beside_words ON beside USING gin (words)",
)
ROWS = "SELECT id FROM {table} WHERE words @@ websearch_to_tsquery('simple', %s)"


def main(events: int = 1_000_000) -> int:
    with database() as vendor:
        if vendor != "postgresql":
            print("Set DATABASE_URL to a PostgreSQL server: this compares designs there.")
            return 2
        _make(events)
        _measure()
    return 0


def _make(events: int) -> None:
    """Make the same texts in each design, on tables of their own schema."""
    from django.db import connection  # noqa: PLC0415

    from tracker.events.migrations._text_sql import POSTGRESQL  # noqa: PLC0415

    words = "".join(
        f" || CASE WHEN random() < {share} THEN ' {word}' ELSE '' END"
        for word, share in WORDS.items()
    )
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("CREATE SCHEMA designs")
        cursor.execute("SET search_path = designs")
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(MAKE.format(words=words, events=events))
        create, fill = EVENTS
        for statement in (create, *POSTGRESQL, fill, *PLAIN, *BESIDE):
            cursor.execute(statement)
        cursor.execute("DROP TABLE made")
        # So that no design is the one that cleans up its index while it answers.
        for table in ("events_text", "plain", "beside"):
            cursor.execute(f"VACUUM ANALYZE {table}")
            cursor.execute("SELECT pg_size_pretty(pg_total_relation_size(%s))", [table])
            print(f"{table}: {cursor.fetchone()[0]}")


def _measure() -> None:
    from tracker.events.search.fulltext import find_words  # noqa: PLC0415

    designs: dict[str, Callable[[str], BitMap]] = {
        "the tracker's": lambda word: find_words([word])[0][0],
        "plain": lambda word: _rows("plain", word),
        "beside": lambda word: _rows("beside", word),
    }
    print(f"{'word':10} {'events':>8}", *(f"{name:>16}" for name in designs), "(ms, median)")
    for word in WORDS:
        took: dict[str, list[float]] = {name: [] for name in designs}
        found = {name: design(word) for name, design in designs.items()}
        assert len(set(map(frozenset, found.values()))) == 1, word
        for _ in range(ROUNDS):
            for name, design in designs.items():
                start = time.perf_counter()
                design(word)
                took[name].append(1000 * (time.perf_counter() - start))
        medians = (f"{statistics.median(times):16.1f}" for times in took.values())
        print(f"{word:10} {len(found['plain']):8}", *medians)


def _rows(table: str, word: str) -> BitMap:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(table=table), [word])
        return BitMap(pk for (pk,) in cursor.fetchall())


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
