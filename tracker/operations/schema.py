"""Check whether the database fits this code: its recorded migrations and its real tables."""

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
from tracker.events.search.past.triggers import TRIGGERS

# Apps of earlier releases that no longer exist: their recorded migrations are ignored.
FORMER_APPS: frozenset[str] = frozenset()
BEFORE_SQUASH = "76951dd4"  # the last commit that had all migrations one by one
LISTED = 4  # migrations or columns that a message names

Migration = tuple[str, str]  # app, name


class Code(StrEnum):
    EMPTY = "empty"  # no tables yet
    BEHIND = "behind"  # migrations of this code are not applied
    AHEAD = "ahead"  # migrations are applied that this code does not have
    TOO_OLD = "too_old"  # some migrations are applied that a squashed one of this code replaces
    FOREIGN = "foreign"  # the tables differ from those of the recorded migrations


@dataclass(frozen=True)
class Misfit:
    """How a database differs from what the code needs; `names` are migrations, or columns as
    "table.column".
    """

    code: Code
    names: tuple[str, ...] = ()

    @property
    def can_be_upgraded(self) -> bool:
        """Whether `manage.py migrate` of this version repairs it."""
        return self.code in {Code.EMPTY, Code.BEHIND}

    @property
    def command(self) -> str:
        """The command for the operator."""
        upgrade = self.can_be_upgraded or self.code == Code.TOO_OLD
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
            Code.TOO_OLD: _(
                "The database was written by a version from before 0.1.0 and not upgraded since."
                " Check out the commit %(commit)s, run its manage.py migrate, then this version"
                " again."
            )
            % {"commit": BEFORE_SQUASH},
            Code.FOREIGN: _(
                "The tables of the database are not those that its recorded migrations make: a"
                " development version wrote it, or somebody changed it. It cannot be upgraded."
                " Restore a backup that fits: manage.py restore FILE --yes. Or start with a new"
                " database; exporthistory of the old version carries reviewed events over."
            ),
        }
        return str(words[self.code]) + (f" ({_listed(self.names)})" if self.names else "")


def misfit() -> Misfit | None:
    """Return what is wrong with the database, None if it fits; two queries, and loading the
    migrations once per process.

    Raises django.db.Error if the database does not answer.
    """
    applied = recorded()
    if not applied:
        return Misfit(Code.EMPTY)
    if unknown := newer(applied):
        return Misfit(Code.AHEAD, unknown)
    if lacking := lacks(applied):
        return Misfit(Code.TOO_OLD, lacking)
    missing = _on_disk() - applied
    # An older database is compared with what its own migrations make (decision D105).
    expected = _tables_after(frozenset(applied)) if missing else _tables_now()
    if differing := _differences(expected):
        return Misfit(Code.FOREIGN, differing)
    return Misfit(Code.BEHIND, tuple(sorted(".".join(m) for m in missing))) if missing else None


def refused() -> Misfit | None:
    """Return why this database must not be used; None also if it is newer and DATABASE_MAY_BE_NEWER
    allows it.
    """
    misfit_found = misfit()
    if misfit_found and misfit_found.code == Code.AHEAD and settings.DATABASE_MAY_BE_NEWER:
        return None
    return misfit_found


def recorded() -> set[Migration]:
    """Return the migrations that the database says were applied; none if it has no table of
    them.
    """
    return set(MigrationRecorder(connection).applied_migrations())


def newer(applied: Iterable[Migration]) -> tuple[str, ...]:
    """Return those of the applied migrations that this code does not have."""
    unknown = set(applied) - _on_disk() - _replaced()
    return tuple(sorted(f"{app}.{name}" for app, name in unknown if app not in FORMER_APPS))


def lacks(applied: Iterable[Migration]) -> tuple[str, ...]:
    """Return the missing ones of the replaced migrations if a database has only part of them, since
    Django can then neither continue nor start again.
    """
    applied_names = set(applied)
    missing = {
        m
        for squashed, replaced in _squashed().items()
        if applied_names & {squashed, *replaced}
        for m in replaced - applied_names
    }
    return tuple(sorted(f"{app}.{name}" for app, name in missing))


@cache
def _loader() -> MigrationLoader:
    # Without a connection: only the files; applied migrations come from recorded().
    return MigrationLoader(None, ignore_no_migrations=True)


@cache
def _on_disk() -> frozenset[Migration]:
    return frozenset(_loader().graph.nodes)


@cache
def _squashed() -> Mapping[Migration, frozenset[Migration]]:
    """Return squashed migrations with those that they replace."""
    disk = _loader().disk_migrations
    return {key: frozenset(one.replaces) for key, one in disk.items() if one.replaces}


@cache
def _replaced() -> frozenset[Migration]:
    """Return the migrations that squashed ones replace."""
    return frozenset[Migration]().union(*_squashed().values())


Tables = Mapping[str, frozenset[str]]  # columns by table


@cache
def _tables_now() -> Tables:
    return _tables_of(apps.get_models(include_auto_created=True))


@cache
def _tables_after(applied: frozenset[Migration]) -> Tables:
    """Return the tables that these migrations of ours create."""
    state = _loader().project_state(sorted(applied & _on_disk()))
    return dict(_tables_of(state.apps.get_models(include_auto_created=True)))


def _tables_of(models: Iterable[type]) -> Tables:
    columns_by_table: dict[str, frozenset[str]] = {
        fulltext.TABLE: frozenset(fulltext.COLUMNS[connection.vendor])
    }
    for model in models:
        meta = model._meta  # type: ignore[attr-defined]
        if meta.managed and not meta.proxy:
            columns = frozenset(field.column for field in meta.local_concrete_fields)
            columns_by_table[meta.db_table] = (
                columns_by_table.get(meta.db_table, frozenset()) | columns
            )
    return columns_by_table


def _differences(expected: Tables) -> tuple[str, ...]:
    """Return missing columns and triggers, and extra columns that an insert must fill."""
    real: dict[str, set[str]] = defaultdict(set)
    needed: set[str] = set()  # extra, and without a default
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS[connection.vendor])
        for table, column, must_be_given in cursor.fetchall():
            real[table].add(column)
            # An extra column with a default belongs to a newer version, which may run alongside
            # this one.
            if must_be_given and table in expected and column not in expected[table]:
                needed.add(f"{table}.{column}")
    missing = {f"{t}.{c}" for t, columns in expected.items() for c in columns - real[t]}
    if fulltext.TABLE in expected:
        triggers = set(fulltext.TRIGGERS[connection.vendor])
        missing |= {f"trigger {name}" for name in {*triggers, *TRIGGERS} - real["trigger of"]}
    return tuple(sorted(missing | needed))


# For each column its table, name, and whether an insert without it fails; triggers as columns of
# "trigger of".
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
