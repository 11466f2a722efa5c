"""Whether the database fits this code: its recorded migrations and its real tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from tracker.events.search import fulltext

# Apps that an earlier release had and this one has not: their recorded migrations say nothing.
FORMER_APPS: frozenset[str] = frozenset()
LISTED = 4  # migrations or columns that a message names

Migration = tuple[str, str]  # app, name


class Code(StrEnum):
    EMPTY = "empty"  # no tables yet
    BEHIND = "behind"  # migrations of this code are not applied
    AHEAD = "ahead"  # migrations are applied that this code does not have
    FOREIGN = "foreign"  # the tables are not those that the recorded migrations make


@dataclass(frozen=True)
class Misfit:
    """How a database differs from what the code needs; `names` are migrations, or columns as
    "table.column".
    """

    code: Code
    names: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """What whoever runs the tracker types."""
        upgrade = self.code in {Code.EMPTY, Code.BEHIND}
        return "manage.py migrate" if upgrade else "manage.py restore FILE --yes"

    @property
    def text(self) -> str:
        """What is wrong and what to do, in a sentence or two."""
        words = {
            Code.EMPTY: _("The database has no tables yet. Run: manage.py migrate"),
            Code.BEHIND: _(
                "The database is older than the program. Run: manage.py backup FILE, then:"
                " manage.py migrate"
            ),
            Code.AHEAD: _(
                "The database is newer than the program. Install the version that wrote it, or"
                " restore a backup that this one wrote: manage.py restore FILE --yes"
            ),
            Code.FOREIGN: _(
                "The tables of the database are not those that its recorded migrations make: a"
                " development version wrote it, or somebody changed it. It cannot be upgraded."
                " Restore a backup that fits: manage.py restore FILE --yes. Or start with a new"
                " database; exporthistory of the old version carries reviewed events over."
            ),
        }
        return str(words[self.code]) + (f" ({_listed(self.names)})" if self.names else "")


def misfit() -> Misfit | None:
    """Returns what is wrong with the database, None if it fits; two queries, and reading the
    migrations once a process.

    Raises django.db.Error if the database does not answer.
    """
    applied = recorded()
    if not applied:
        return Misfit(Code.EMPTY)
    if unknown := newer(applied):
        return Misfit(Code.AHEAD, unknown)
    missing = _on_disk() - applied
    # An older database is compared with what its own migrations make (decision D105).
    expected = _tables_after(frozenset(applied)) if missing else _tables_now()
    if differing := _differences(expected):
        return Misfit(Code.FOREIGN, differing)
    return Misfit(Code.BEHIND, tuple(sorted(".".join(m) for m in missing))) if missing else None


def refused() -> Misfit | None:
    """Returns why nothing may work on this database; None also for one that is newer where
    DATABASE_MAY_BE_NEWER allows it.
    """
    found = misfit()
    if found and found.code == Code.AHEAD and settings.DATABASE_MAY_BE_NEWER:
        return None
    return found


def recorded() -> set[Migration]:
    """Returns the migrations that the database says were applied; none if it has no table of
    them.
    """
    return set(MigrationRecorder(connection).applied_migrations())


def newer(applied: Iterable[Migration]) -> tuple[str, ...]:
    """Returns those of the applied migrations that this code does not have."""
    unknown = set(applied) - _on_disk() - _replaced()
    return tuple(sorted(f"{app}.{name}" for app, name in unknown if app not in FORMER_APPS))


@cache
def _loader() -> MigrationLoader:
    # Without a connection: the files alone; what is applied is asked by recorded().
    return MigrationLoader(None, ignore_no_migrations=True)


@cache
def _on_disk() -> frozenset[Migration]:
    return frozenset(_loader().graph.nodes)


@cache
def _replaced() -> frozenset[Migration]:
    """Migrations that squashed ones stand for."""
    return frozenset(m for one in _loader().disk_migrations.values() for m in one.replaces)


Tables = Mapping[str, frozenset[str]]  # columns by table


@cache
def _tables_now() -> Tables:
    return _tables_of(apps.get_models(include_auto_created=True))


@cache
def _tables_after(applied: frozenset[Migration]) -> Tables:
    """The tables that these migrations of ours make."""
    state = _loader().project_state(sorted(applied & _on_disk()))
    found = dict(_tables_of(state.apps.get_models(include_auto_created=True)))
    # A table of SQL, which no model stands for.
    if ("events", "0002_text") not in applied:
        found.pop(fulltext.TABLE, None)
    return found


def _tables_of(models: Iterable[type]) -> Tables:
    found: dict[str, frozenset[str]] = {
        fulltext.TABLE: frozenset(fulltext.COLUMNS[connection.vendor])
    }
    for model in models:
        meta = model._meta  # type: ignore[attr-defined]
        if meta.managed and not meta.proxy:
            columns = frozenset(field.column for field in meta.local_concrete_fields)
            found[meta.db_table] = found.get(meta.db_table, frozenset()) | columns
    return found


def _differences(expected: Tables) -> tuple[str, ...]:
    """Columns and triggers that are missing, and columns too many that an insert must fill."""
    real: dict[str, set[str]] = defaultdict(set)
    needed: set[str] = set()  # too many, and without a default
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS[connection.vendor])
        for table, column, must_be_given in cursor.fetchall():
            real[table].add(column)
            # A column too many that has a default is a newer version's, which may run beside this
            # one.
            if must_be_given and table in expected and column not in expected[table]:
                needed.add(f"{table}.{column}")
    missing = {f"{t}.{c}" for t, columns in expected.items() for c in columns - real[t]}
    if fulltext.TABLE in expected:
        triggers = set(fulltext.TRIGGERS[connection.vendor])
        missing |= {f"trigger {name}" for name in triggers - real["trigger of"]}
    return tuple(sorted(missing | needed))


# Of each column its table, name, and whether an insert that does not know it fails; triggers as
# columns of "trigger of".
COLUMNS = {
    "sqlite": """SELECT t.name, c.name, c."notnull" AND c.dflt_value IS NULL AND c.pk = 0
        FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'
        UNION ALL SELECT 'trigger of', name, 0 FROM sqlite_master WHERE type = 'trigger'""",
    "postgresql": """SELECT c.relname::text, a.attname::text,
            a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = (
                SELECT oid FROM pg_namespace WHERE nspname = current_schema())
            AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL SELECT 'trigger of', t.tgname::text, false
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = (
                SELECT oid FROM pg_namespace WHERE nspname = current_schema())""",
}


def _listed(names: tuple[str, ...]) -> str:
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f", +{more}" if more > 0 else "")
