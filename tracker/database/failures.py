"""Tell errors of the database from those of a statement."""

from django.db import DatabaseError, InterfaceError, OperationalError

# SQLite has no class of errors for a damaged file.
SQLITE_DAMAGE = ("disk image is malformed", "file is not a database")
POSTGRESQL_DAMAGE = {"XX001", "XX002"}  # data_corrupted, index_corrupted


def is_outage(error: BaseException) -> bool:
    """Return whether the database gives no answer or is damaged, which is nobody else's fault."""
    return isinstance(error, OperationalError | InterfaceError) or is_damage(error)


def is_damage(error: BaseException) -> bool:
    """Return whether the files of the database are damaged."""
    if not isinstance(error, DatabaseError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state in POSTGRESQL_DAMAGE or any(words in str(error) for words in SQLITE_DAMAGE)
