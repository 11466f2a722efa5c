"""Claim due feeds for a lease, so that no two workers poll the same one."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from tracker.feeds.models import Feed
from tracker.locks import claim_rows

BATCH = 100
A_DOMAIN = 8  # feeds of one domain in a batch: one at a time, they must fit into the lease
SUSPECT = 2  # attempts
ALONE = 3  # further ones, alone with their worker, after which a feed is what killed it
LOOKS = 5  # of a claim, when others claim at the same moment
QUARANTINE = timedelta(days=1)


def claim_due(
    now: datetime, limit: int = BATCH, *, everything: bool = False, only: int | None = None
) -> list[Feed]:
    """Claim up to `limit` due feeds (all active ones if `everything`; of these the feed `only`)
    for LEASE, at most A_DOMAIN of each domain; two callers never get the same feed.

    The claim counts as an attempt before the work begins. A feed with SUSPECT attempts that ended
    without an outcome, because their worker was killed, is claimed alone, so that it drags no other
    along; after ALONE more it is quarantined for a day, since it is what killed its workers. Who
    loses all of a batch to another caller at the same moment looks again.
    """
    for _ in range(LOOKS):
        claim = _claim(now, limit, everything=everything, only=only)
        if claim is not None:
            return list(Feed.objects.filter(claim=claim).select_related("source").order_by("pk"))
    return []


def _claim(now: datetime, limit: int, *, everything: bool, only: int | None) -> UUID | None:
    """Return the claim on the due feeds; None if there were some and another caller got all of
    them.
    """
    _quarantine(now)
    with transaction.atomic():
        candidates = Feed.objects.filter(is_active=True) if everything else Feed.objects.due(now)
        if only is not None:
            candidates = candidates.filter(pk=only)
        elif not everything:
            suspects = candidates.filter(attempts__gte=SUSPECT)
            candidates = suspects[:1] if suspects.exists() else candidates
        ids = _spread_by_domain(
            candidates.values_list("pk", "domain")[: limit * 4], limit, everything
        )
        still = Feed.objects.all() if everything else Feed.objects.due(now)
        free = still.filter(pk__in=lock_feeds(still.filter(pk__in=ids)))
        claim, count = claim_rows(free, "next_poll_at", now, attempts=F("attempts") + 1)
    return None if ids and not count else claim


def _quarantine(now: datetime) -> None:
    """Quarantine feeds that were alone with their worker ALONE times when it died."""
    with transaction.atomic():
        poisonous = Feed.objects.due(now).filter(attempts__gte=SUSPECT + ALONE)
        Feed.objects.filter(pk__in=lock_feeds(poisonous, skip=True)).update(
            state=Feed.State.QUARANTINED,
            error=f"its last {ALONE} polls, alone with a worker, ended without an outcome",
            cause="quarantined",
            next_poll_at=now + QUARANTINE,
            attempts=SUSPECT + ALONE - 1,
        )


def _spread_by_domain(
    candidates: Iterable[tuple[int, str]], limit: int, everything: bool
) -> list[int]:
    counts: Counter[str] = Counter()
    ids: list[int] = []
    for pk, domain in candidates:
        counts[domain] += 1
        if everything or (counts[domain] <= A_DOMAIN and len(ids) < limit):
            ids.append(pk)
    return ids


def lock_feeds(feeds: QuerySet[Feed], *, skip: bool = False) -> list[int]:
    """Lock feeds until the end of the transaction and return their ids; `skip` leaves out those
    that another transaction has locked. All callers lock in this order, and a caller that already
    holds locks must skip, so there is no deadlock. No effect on SQLite.
    """
    locked = feeds.select_for_update(skip_locked=skip).order_by("pk")
    return list(locked.values_list("pk", flat=True))
