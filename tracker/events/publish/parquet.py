"""Write tables as Parquet files with typed columns."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tracker.events.publish.dictionary.columns import LIST, TableColumn
from tracker.text import clean_text

TYPES = {"integer": "BIGINT", "double": "DOUBLE", "dateTime": "TIMESTAMPTZ"}
MEMORY = "256MB"  # beyond it DuckDB uses the disk


@contextmanager
def parquet_file(path: Path, columns: Sequence[TableColumn]) -> Iterator[Callable[..., None]]:
    """Yield a function that takes rows of cells in CSV form; the file is written to `path` at the
    end.
    """
    table = path.with_name(f"{path.name}.table")
    try:
        with table.open("w", encoding="utf-8", newline="") as text:
            writer = csv.writer(text)

            def put(rows: Iterable[Sequence[str]]) -> None:
                writer.writerows([clean_text(cell) for cell in row] for row in rows)

            yield put
        _convert(table, path, columns)
    finally:
        table.unlink(missing_ok=True)


def _convert(table: Path, path: Path, columns: Sequence[TableColumn]) -> None:
    import duckdb  # noqa: PLC0415 - 60 MB, for a worker once a day

    texts = ", ".join(f"'{column.name}': 'VARCHAR'" for column in columns)
    values = ", ".join(f'{_value_of(column)} AS "{column.name}"' for column in columns)
    with duckdb.connect(config={"memory_limit": MEMORY, "threads": 1}) as database:
        database.execute("SET TimeZone = 'UTC'")
        # In row order, so that the same record gives the same file.
        database.execute(
            f"COPY (SELECT {values} FROM read_csv({_quote(table)}, header = false, delim = ',',"  # noqa: S608 - our own names
            f" quote = '\"', escape = '\"', nullstr = '', auto_detect = false,"
            f" columns = {{{texts}}}))"
            f" TO {_quote(path)} (FORMAT parquet, COMPRESSION zstd)"
        )


def _quote(path: Path) -> str:
    # COPY takes no parameters.
    return "'" + str(path).replace("'", "''") + "'"


def _value_of(column: TableColumn) -> str:
    name = f'"{column.name}"'
    if column.is_list:
        return f"coalesce(string_split({name}, '{LIST}'), [])"
    return f"CAST({name} AS {TYPES.get(column.datatype, 'VARCHAR')})"
