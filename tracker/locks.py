"""One at a time, whoever counts before they insert."""

from zlib import crc32

from django.db import connection


def lock(name: str) -> None:
    """Has whoever locks the same name wait until the end of the transaction, so that nobody slips
    in between a count and what is counted. Without effect on SQLite, whose transactions write one
    after the other anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Two numbers, so that it meets no lock of one number.
            cursor.execute("SELECT pg_advisory_xact_lock(7401, %s)", [crc32(name.encode()) >> 1])
