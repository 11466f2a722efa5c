"""`python -m bench.upgrade [EVENTS [READERS]]`: a database of the oldest released version, grown to
so many events and readers (100,000 and 10,000), is upgraded to this version, then to a made-up next
one that adds a column to the tables that are written most. Says how long it took, how long a lock
was held at most, and what was mailed afterwards. On SQLite and, with TEST_DATABASE_URL, PostgreSQL.
"""

import json
import re
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from tests.processes import ROOT
from tests.upgrade import dumps
from tests.upgrade.locks import watched

GROWN = {"feeds": "Entry", "events": "Event", "alerts": "Delivery"}  # models of the next version
# Of a copied row what must differ; `n` is the copy's number, `move` how far ids are moved.
OTHER = {
    "id": "id + :step * n",
    "key": "",  # of the vendor: text or a UUID
    "event_id": "event_id + :step * n",
    "entry_id": "entry_id + :step * n",
    "subscriber_id": "subscriber_id + :step * n",
    "reader_id": "reader_id + :step * n",
    "alert_id": "alert_id + :step * n",
    "indexed_at": "",  # two days ago: the alerts were compared with these events before
    "address": "n || address",
    "mailbox": "n || mailbox",
    "message_id": "n || message_id",
}
# The tables whose rows are copied, with the columns that lead to copies.
EVENTS = ("feeds_entry", "events_event", "events_party", "events_report", "events_classification")
READERS = ("alerts_reader", "alerts_alert", "alerts_hit")  # each was told of the first event
STEP = 10_000  # ids of the copies of one row are so far apart; the largest fits into 31 bits


def main(events: int = 100_000, readers: int = 10_000) -> int:
    version = dumps.versions()[0]
    for vendor in dumps.VENDORS:
        if vendor == "sqlite" or dumps.SERVER:
            with TemporaryDirectory() as place, dumps.database(vendor, Path(place)) as url:
                dumps.load(dumps.dump_of(version, vendor), url, Path(place))
                upgrade(version, url, Path(place), events, readers)
    return 0


def upgrade(version: str, url: str, folder: Path, events: int, readers: int) -> None:
    db = Database(url)
    for table in EVENTS:
        db.copy(table, events)
    for table in READERS:
        db.copy(table, readers)
    db.close()
    names = [*EVENTS, *READERS]
    tree = next_tree(folder)
    for name, where in ((f"{version} to this version", ROOT), ("to a made-up next one", tree)):
        if where != ROOT:
            dumps.run(url, folder, "manage.py", "makemigrations", *GROWN, tree=where)
            add_columns(where)
        begin = time.perf_counter()
        with watched(url) as waits:
            dumps.run(url, folder, "manage.py", "migrate", "--verbosity", "0", tree=where)
        took = time.perf_counter() - begin
        print(
            f"{db.vendor}: {name} in {took:.1f} s, {waits.seconds:.2f} s {waits.what}", flush=True
        )
    # The made-up version's columns are newer than this program, which goes on beside them.
    said = json.loads(
        dumps.run(
            url,
            folder,
            "-c",
            dumps.WORK.replace("misfit()", "refused()"),
            json.dumps(names),
            DATABASE_MAY_BE_NEWER="1",
        )
    )
    print(f"{db.vendor}: {said['rows']}; mailed afterwards: {[to for to, _ in said['mails']]}")


def next_tree(folder: Path) -> Path:
    """A copy of this tree with a column more in the tables that are written most."""
    tree = folder / "next"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tracker", tree / "tracker", ignore=ignored)
    shutil.copytree(ROOT / "tests", tree / "tests", ignore=ignored)
    shutil.copy(ROOT / "manage.py", tree)
    for app, model in GROWN.items():
        with (tree / "tracker" / app / "models.py").open("a") as code:
            code.write(
                f"\n\n{model}.add_to_class('of_next', models.CharField(max_length=9, default='new',"
                " db_default='old'))\n"
            )
    return tree


def add_columns(tree: Path) -> None:
    """Has the new migrations add columns as migrations of ours must."""
    for path in tree.glob("tracker/*/migrations/*of_next*.py"):
        text = path.read_text().replace("migrations.AddField(", "AddColumn(")
        path.write_text(f"from tracker.database.migrating import AddColumn\n{text}")


class Database:
    """A database of whatever version, by plain SQL."""

    def __init__(self, url: str) -> None:
        self.vendor = "sqlite" if url.startswith("sqlite") else "postgresql"
        self.db: Any = (
            sqlite3.connect(url.removeprefix("sqlite:///"))
            if self.vendor == "sqlite"
            else psycopg.connect(url)
        )

    def copy(self, table: str, count: int) -> None:
        """Copies the first row of a table so many times."""
        (first,) = self.one(f"SELECT min(id) FROM {table}")
        columns = self.columns(table)
        key = "n || key"
        if table.startswith("alerts"):
            key = "lower(hex(randomblob(16)))" if self.vendor == "sqlite" else "gen_random_uuid()"
        ago = {
            "sqlite": "strftime('%Y-%m-%d %H:%M:%f', indexed_at, '-2 days')",
            "postgresql": "indexed_at - interval '2 days'",
        }
        other = {**OTHER, "key": key, "indexed_at": ago[self.vendor]}
        values = [
            other.get(column, f'"{column}"').replace(":step", str(STEP)) for column in columns
        ]
        numbers = (
            f"(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count})"
            " SELECT n FROM c)"
            if self.vendor == "sqlite"
            else f"generate_series(1, {count})"
        )
        quoted = ", ".join(f'"{column}"' for column in columns)
        self.db.execute(
            f"INSERT INTO {table} ({quoted}) SELECT {', '.join(values)}"
            f" FROM {table}, {numbers} AS numbers{'' if self.vendor == 'sqlite' else '(n)'}"
            f" WHERE id = {first}"
        )
        self.db.commit()

    def one(self, statement: str) -> Any:
        return self.db.execute(statement).fetchone()

    def columns(self, table: str) -> list[str]:
        if self.vendor == "sqlite":
            return [row[1] for row in self.db.execute(f"PRAGMA table_info({table})")]
        found = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        return [name for (name,) in self.db.execute(found, [table])]

    def close(self) -> None:
        with closing(self.db):
            self.db.commit()


if __name__ == "__main__":
    sys.exit(main(*[int(re.sub(r"\D", "", n)) for n in sys.argv[1:]]))
