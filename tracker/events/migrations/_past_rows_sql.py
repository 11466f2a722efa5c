"""The triggers that keep what rows held before a change, as migration 0019 creates them; frozen
with it.
"""

from dataclasses import dataclass

EVIDENCE = "EXISTS (SELECT 1 FROM feeds_entry e WHERE e.id = {row}.entry_id AND e.is_evidence)"


@dataclass(frozen=True)
class Watched:
    """A table of which a change of `columns` is kept under `name` and the value of `key`, with
    those columns and `also`; `when` limits the rows.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    key: str = "id"
    also: tuple[str, ...] = ()
    when: str = ""
    on_delete: bool = False


FLOATS = {"confidence", "kind_confidence", "score"}
JSON = {"reasons", "evidence", "readers"}
WATCHED = (
    Watched("event", "events_event", ("distinction", "ref")),
    # By itself: each report changes it, and no query asks for it.
    Watched("confidence", "events_event", ("confidence", "kind_confidence")),
    Watched(
        "entity",
        "events_entity",
        ("slug", "name", "description", "is_reported", "merged_into_id"),
    ),
    Watched("alias", "events_alias", ("name", "by")),
    Watched(
        "link",
        "events_link",
        ("reasons", "score"),
        key="source_id",
        also=("id", "type", "target_id"),
        on_delete=True,
    ),
    Watched("report", "events_report", ("role", "reasons")),
    Watched(
        "entry",
        "feeds_entry",
        ("source_id", "link", "link_hash", "title", "summary", "language", "published_at"),
        when="{row}.is_evidence",
    ),
    Watched("source", "feeds_source", ("host", "name")),
    Watched("language", "events_classification", ("language",), key="entry_id", when=EVIDENCE),
    Watched(
        "classification",
        "events_classification",
        ("evidence", "readers"),
        key="entry_id",
        when=EVIDENCE,
    ),
)


def _sqlite(watched: Watched) -> list[str]:
    def cell(column: str) -> str:
        if column in FLOATS:  # JSON of SQLite has 15 digits only
            return f"CASE WHEN OLD.{column} IS NOT NULL THEN printf('%!.17g', OLD.{column}) END"
        return f'json(OLD."{column}")' if column in JSON else f'OLD."{column}"'

    pairs = ", ".join(f"'{c}', {cell(c)}" for c in (*watched.also, *watched.columns))
    keep = f"""BEGIN INSERT INTO events_pastrow("table", "row", "until", "was")
        VALUES ('{watched.name}', OLD.{watched.key},
            strftime('%Y-%m-%d %H:%M:%f', 'now') || '000', json_object({pairs})); END"""
    differs = " OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in watched.columns)
    limit = f" AND {watched.when.format(row='OLD')}" if watched.when else ""
    of = ", ".join(f'"{c}"' for c in watched.columns)
    made = [
        f"""CREATE TRIGGER IF NOT EXISTS events_past_{watched.name}
            AFTER UPDATE OF {of} ON {watched.table} WHEN ({differs}){limit} {keep}"""
    ]
    if watched.on_delete:
        made.append(
            f"""CREATE TRIGGER IF NOT EXISTS events_past_{watched.name}_gone
                AFTER DELETE ON {watched.table} {keep}"""
        )
    return made


def _postgresql(watched: Watched) -> list[str]:
    pairs = ", ".join(f"""'{c}', OLD."{c}\"""" for c in (*watched.also, *watched.columns))
    limit = watched.when.format(row="OLD") if watched.when else "true"
    columns = [f'"{c}"' for c in watched.columns]
    old, new = (", ".join(f"{side}.{c}" for c in columns) for side in ("OLD", "NEW"))
    made = [
        f"""CREATE OR REPLACE FUNCTION events_keep_{watched.name}() RETURNS trigger
            LANGUAGE plpgsql AS $$ BEGIN IF {limit} THEN
                INSERT INTO events_pastrow ("table", "row", "until", was)
                VALUES ('{watched.name}', OLD.{watched.key}, clock_timestamp(),
                    jsonb_build_object({pairs}));
            END IF; RETURN NULL; END $$""",
        f"""CREATE TRIGGER events_past_{watched.name}
            AFTER UPDATE OF {", ".join(columns)} ON {watched.table} FOR EACH ROW
            WHEN (ROW({old}) IS DISTINCT FROM ROW({new}))
            EXECUTE FUNCTION events_keep_{watched.name}()""",
    ]
    if watched.on_delete:
        made.append(
            f"""CREATE TRIGGER events_past_{watched.name}_gone AFTER DELETE ON {watched.table}
                FOR EACH ROW EXECUTE FUNCTION events_keep_{watched.name}()"""
        )
    return made


# A name that is added finds events from then on only: before, it was none.
ALIAS = {
    "sqlite": """CREATE TRIGGER IF NOT EXISTS events_past_alias_new
        AFTER INSERT ON events_alias
        BEGIN INSERT INTO events_pastrow("table", "row", "until", "was")
        VALUES ('alias', NEW.id, strftime('%Y-%m-%d %H:%M:%f', 'now') || '000',
            json_object('name', '', 'by', '')); END""",
    "postgresql": """CREATE OR REPLACE FUNCTION events_keep_alias_new() RETURNS trigger
        LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO events_pastrow ("table", "row", "until", was)
            VALUES ('alias', NEW.id, clock_timestamp(), '{"name": "", "by": ""}');
        RETURN NULL; END $$;
        CREATE TRIGGER events_past_alias_new AFTER INSERT ON events_alias
        FOR EACH ROW EXECUTE FUNCTION events_keep_alias_new()""",
}


def create(vendor: str) -> list[str]:
    """Return the statements that make the triggers."""
    make = _sqlite if vendor == "sqlite" else _postgresql
    return [*(sql for watched in WATCHED for sql in make(watched)), ALIAS[vendor]]


def drop(vendor: str) -> list[str]:
    """Return the statements that take them away."""
    names = [
        *((w.name, w.table) for w in WATCHED),
        *((f"{w.name}_gone", w.table) for w in WATCHED if w.on_delete),
        ("alias_new", "events_alias"),
    ]
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS events_past_{name}" for name, _ in names]
    return [
        *(f"DROP TRIGGER IF EXISTS events_past_{name} ON {table}" for name, table in names),
        *(f"DROP FUNCTION IF EXISTS events_keep_{w.name}" for w in WATCHED),
        "DROP FUNCTION IF EXISTS events_keep_alias_new",
    ]
