"""Poll claimed feeds: read them together and store the outcomes."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress

from django.db import DatabaseError

from tracker import database_time
from tracker.batches import run_all
from tracker.feeds.activity import error_text
from tracker.feeds.models import Feed
from tracker.feeds.polling.outcomes import Polled, book_fault, store
from tracker.feeds.read import Read, read

log = logging.getLogger(__name__)
FIRST = 30  # feeds that are stored together at their first poll, so that others get their turn


def poll(feeds: Sequence[Feed]) -> Iterator[Polled]:
    """Fetch claimed feeds together, parse the new bodies in processes, and store each feed as it
    comes, in a short transaction of its own (unchanged feeds and first polls share one); yield what
    was stored.

    A poll whose claim was taken over meanwhile stores nothing. What fails for a fault of ours is
    booked as that. Raises an ExceptionGroup after the last feed if some could not be stored.
    """
    counts: Counter[str] = Counter()
    for batch in run_all(_store_or_book, _batches(feeds)):
        for polled in batch:
            fields = {
                "feed_id": polled.feed_id,
                "feed_url": polled.feed_url,
                "state": polled.state,
                "error": polled.error,
                "new_entries": polled.new,
            }
            log.debug("feed polled", extra=fields)
            counts[polled.state] += 1
            if polled.new:
                counts["new_entries"] += polled.new
        yield from batch
    if feeds:
        log.info("feeds polled", extra={"feeds": len(feeds), **counts})


def _batches(feeds: Sequence[Feed]) -> Iterator[list[Read]]:
    """Yield the reads that share a transaction: the quiet ones of a batch, its first polls, and
    each other feed alone, since its edits may conflict with those of others.
    """
    for ready in read(feeds):
        if quiet := [got for got in ready if got.is_quiet]:
            yield quiet
        first = [got for got in ready if got.is_first]
        yield from (first[i : i + FIRST] for i in range(0, len(first), FIRST))
        yield from ([got] for got in ready if not (got.is_quiet or got.is_first))


def _store_or_book(reads: Sequence[Read]) -> list[Polled]:
    """Store reads together, else one by one; what cannot be stored at all is recorded as a fault of
    ours, which is then raised.
    """
    now = database_time.now()
    try:
        return store(reads, now)
    except Exception as error:
        if len(reads) > 1:
            alone = run_all(_store_or_book, [[got] for got in reads])
            return [polled for batch in alone for polled in batch]
        with suppress(DatabaseError):  # then the lease ends, and the attempt is counted
            book_fault(reads[0], error_text(error), now)
        raise
