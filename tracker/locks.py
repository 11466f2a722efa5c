"""Who takes turns: leases of rows that are work to do; and advisory locks for decisions that rest
on rows which others may write at the same time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TypeVar
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Model, QuerySet

LEASE = timedelta(minutes=5)  # how long a claimed row stays with its worker
LOST_TRIES = 5  # of a row whose workers were killed while they had it in hand
LOST = f"its last {LOST_TRIES} tries ended without an outcome"
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Lease:
    """The claim that marks the caller's rows, how many there are, and the ids of `lost` ones: still
    due, and to be set aside, since they ended their workers LOST_TRIES times.
    """

    claim: UUID
    count: int
    lost: tuple[int, ...]


def lease_rows(due: QuerySet[Row], column: str, now: datetime, limit: int, **more: object) -> Lease:
    """Claim up to `limit` of the rows that are due, in their order; those that another worker holds
    are passed over. `column` is the time at which they are due, `more` is written beside it.
    """
    with transaction.atomic():
        # The lock only keeps workers apart (without effect on SQLite).
        free = due.select_for_update(skip_locked=True)
        rows = list(free.values_list("pk", "attempts", "claim")[:limit])
        # A claim left on a row that is due is that of a killed worker.
        lost = tuple(pk for pk, attempts, last in rows if last and attempts >= LOST_TRIES)
        ids = [pk for pk, _, _ in rows if pk not in lost]
        claim, count = claim_rows(due.filter(pk__in=ids), column, now, **more)
    return Lease(claim, count, lost)


def claim_rows(due: QuerySet[Row], column: str, now: datetime, **more: object) -> tuple[UUID, int]:
    """Move `column` of rows that are still due LEASE ahead, and return the claim that is written on
    them, with their number: two callers never get the same row, and who dies loses nothing but the
    lease.
    """
    claim = uuid4()
    # The conditional update decides who has a row.
    return claim, due.update(**{column: now + LEASE, "claim": claim}, **more)


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
