"""Errors of a database that does not answer or is damaged, for `parametrize`: nobody else's fault,
wherever they arise.
"""

import pytest
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError


class CorruptedError(Exception):
    """As psycopg reports a damaged page."""

    sqlstate = "XX001"


def caused(error, cause):
    error.__cause__ = cause
    return error


OUTAGES = pytest.mark.parametrize(
    "outage",
    [
        OperationalError("database is locked"),
        InterfaceError("connection already closed"),
        DatabaseError("database disk image is malformed"),
        DatabaseError("file is not a database"),
        caused(InternalError("invalid page in block 3 of relation base/1/2"), CorruptedError()),
    ],
    ids=["locked", "closed", "malformed", "no database", "invalid page"],
)
