"""Lock what the record's transactions write, in one order, and retry on conflict.

The order, for workers, editors and imports alike:

1. the names that entries are grouped by (companies, targets), sorted: one grouping of an act at a
   time;
2. events, by their ids, all that the transaction is known to write;
3. what belongs to them: reports, links, parties, entities by their ids.

An event that turns out to be needed later is locked only if it is free (`wait=False`): never
waiting out of order rules out deadlocks. If it is not free, or the database aborts the transaction
in favour of another, `in_transaction` retries it. SQLite has one writer at a time and needs none of
this.
"""

import logging
import random
import time
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from tracker import locks
from tracker.events.models import Event

log = logging.getLogger(__name__)
# Decision D69; fault A8.
ATTEMPTS = 8
PAUSE = 0.01  # seconds before the second attempt, at most; twice as long before each further one
# PostgreSQL's codes: a serialization failure, a deadlock, a lock that was not free.
CONTENTION = {"40001", "40P01", "55P03"}
Params = ParamSpec("Params")
Result = TypeVar("Result")


class EventMovedError(Exception):
    """The event changed before it could be locked; decide again."""


def lock(
    *, names: Iterable[str] = (), events: Iterable[int] = (), wait: bool = True
) -> dict[int, Event]:
    """Lock names, then events, until the end of the transaction, and return the events by id as
    they are now.

    Raises Event.DoesNotExist; without `wait`, OperationalError if one is not free. Event locks let
    others refer to them (NO KEY UPDATE): a new report or link need not wait for a change of the
    event's own fields.
    """
    for name in sorted(set(names)):
        locks.lock(f"events:{name}")
    ids = sorted(set(events))
    rows = Event.objects.select_for_update(no_key=True, nowait=not wait)
    locked = {event.pk: event for event in rows.filter(pk__in=ids).order_by("pk")}
    if missing := set(ids) - locked.keys():
        raise Event.DoesNotExist(f"no event {min(missing)}")
    return locked


def in_transaction(function: Callable[Params, Result]) -> Callable[Params, Result]:
    """Return the function wrapped in a transaction that is retried a few times, after a short
    pause, if it conflicts with another.

    Within an outer transaction it is part of that one, which decides about retries.
    """

    @wraps(function)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        # A failed statement ends the outer transaction on PostgreSQL, so only the outermost can
        # retry.
        attempts = 1 if connection.in_atomic_block else ATTEMPTS
        for attempt in range(1, attempts):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except (OperationalError, EventMovedError) as error:
                if not is_contention(error):
                    raise
                fields = {"attempt": attempt, "error": str(error)}
                log.info("met another transaction", extra=fields)
            # Random, or the two would collide again.
            time.sleep(random.uniform(0.2, 1) * PAUSE * 2**attempt)  # noqa: S311 - no secret
        with transaction.atomic():
            return function(*args, **kwargs)

    return run


def is_contention(error: Exception) -> bool:
    """Return whether the error was only a conflict with another transaction, so that a retry makes
    sense.
    """
    code = getattr(error.__cause__, "sqlstate", None)
    return isinstance(error, EventMovedError) or code in CONTENTION
