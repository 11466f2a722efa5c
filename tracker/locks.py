"""Coordinate workers and senders: leases of rows that represent work; advisory locks for decisions
based on rows that others may change at the same time; and limits for senders and their networks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TypeVar
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Model, QuerySet

LEASE = timedelta(minutes=5)  # how long a claimed row stays with its worker
LOST_TRIES = 5  # claims of a row whose workers were killed while working on it
LOST = f"its last {LOST_TRIES} tries ended without an outcome"
AN_HOUR = timedelta(hours=1)
# A form with the same content again within this time was sent twice, as by a double click. It is
# compared under the lock of what it adds, where forms for the same may also be sent on purpose.
SENT_TWICE = timedelta(minutes=1)
# Where the hashes of a sender's networks end in the key that it is counted by, the widest first;
# the last is its own (web/senders.py, decision D174).
RINGS = (20, 40, 64)
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Lease:
    """The claim that marks the caller's rows, their number, and the ids of `lost` ones: still due,
    but to be set aside, since they killed their workers LOST_TRIES times.
    """

    claim: UUID
    count: int
    lost: tuple[int, ...]


def lease_rows(due: QuerySet[Row], column: str, now: datetime, limit: int, **more: object) -> Lease:
    """Claim up to `limit` of the due rows, in order, skipping those that another worker has locked.
    `column` is their due time, `more` is also written.
    """
    with transaction.atomic():
        # The lock only keeps workers apart (no effect on SQLite).
        free = due.select_for_update(skip_locked=True)
        rows = list(free.values_list("pk", "attempts", "claim")[:limit])
        # A claim left on a due row belongs to a killed worker.
        lost = tuple(pk for pk, attempts, last in rows if last and attempts >= LOST_TRIES)
        ids = [pk for pk, _, _ in rows if pk not in lost]
        claim, count = claim_rows(due.filter(pk__in=ids), column, now, **more)
    return Lease(claim, count, lost)


def claim_rows(due: QuerySet[Row], column: str, now: datetime, **more: object) -> tuple[UUID, int]:
    """Postpone `column` of rows that are still due by LEASE, and return the claim written on them,
    with their number: two callers never get the same row, and a killed worker only loses the lease.
    """
    claim = uuid4()
    # The conditional update decides who gets a row.
    return claim, due.update(**{column: now + LEASE, "claim": claim}, **more)


def lock(name: str) -> None:
    """Lock a name until the end of the transaction, so that no other holder can write between a
    query and the write based on it. No effect on SQLite, whose transactions write one after the
    other anyway.
    """
    if connection.vendor == "postgresql":
        # Two names with the same number only wait more often.
        digest = blake2b(name.encode(), digest_size=8).digest()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest, signed=True)]
            )


def by_ring(rows: QuerySet[Row], field: str, sender: str) -> Iterator[QuerySet[Row]]:
    """Select the rows whose `field` is the key of the sender, of one in the network around it, and
    so on.
    """
    for end in reversed(RINGS):
        ring = sender[:end]
        # A range, which an index serves in every collation; hexadecimal digits sort before "g".
        yield rows.filter(**{f"{field}__gte": ring, f"{field}__lt": ring + "g"})


def sender_wait(
    sent: QuerySet[Row], sender: str, allowed: Sequence[int], now: datetime
) -> timedelta:
    """Return how long a sender must wait if it, or one of its networks, sent as many rows in an
    hour as are allowed: to itself, to the network around it, and so on. Rows have `origin`, `at`.
    """
    lately = by_ring(sent.filter(at__gt=now - AN_HOUR).order_by("-at"), "origin", sender)
    wait = timedelta()
    for rows, limit in zip(lately, allowed, strict=True):
        times = list(rows.values_list("at", flat=True)[:limit])
        if len(times) == limit:
            wait = max(wait, times[-1] + AN_HOUR - now)
    return wait
