"""Advisory locks for decisions that rest on rows which others may write at the same time."""

from hashlib import blake2b

from django.db import connection


def lock(name: str) -> None:
    """Has whoever locks the same name wait until the end of the transaction, so that nobody slips
    in between a look and what is written after it. Without effect on SQLite, whose transactions
    write one after the other anyway.
    """
    if connection.vendor == "postgresql":
        # Two names that share a number only wait more often.
        digest = blake2b(name.encode(), digest_size=8).digest()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest, signed=True)]
            )
