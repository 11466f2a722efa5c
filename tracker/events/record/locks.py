"""In which order the record's transactions lock what they write, and what happens when two meet.

The order, for workers, editors and imports alike:

1. the names that entries are grouped by (companies, targets), sorted: one grouping of an act at a
   time;
2. events, by their ids, all that the transaction is known to write;
3. what hangs on them: reports, links, parties, entities by their ids.

An event that turns out to be needed later is taken only if it is free (`wait=False`): who never
waits out of order is in no circle. If it is not free, or the database ends the transaction for
another's sake, `in_transaction` runs it again. SQLite has one writer at a time and needs none of
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
ATTEMPTS = 8
PAUSE = 0.01  # seconds before the second attempt, at most; twice as long before each further one
# PostgreSQL's codes: a serialization failure, a deadlock, a lock that was not free.
CONTENTION = {"40001", "40P01", "55P03"}
Params = ParamSpec("Params")
Result = TypeVar("Result")


class MovedError(Exception):
    """What was decided on changed before it could be locked; to be decided again."""


def lock(
    *, names: Iterable[str] = (), events: Iterable[int] = (), wait: bool = True
) -> dict[int, Event]:
    """Locks names, then events, until the end of the transaction; the events by id, as they stand
    now. Raises Event.DoesNotExist; without `wait`, OperationalError if one is not free.

    Locks of events let others refer to them (NO KEY UPDATE): a new report or link waits for nobody
    who only changes what the event says.
    """
    for name in sorted(set(names)):
        locks.lock(f"events:{name}")
    wanted = sorted(set(events))
    found = Event.objects.select_for_update(no_key=True, nowait=not wait)
    locked = {event.pk: event for event in found.filter(pk__in=wanted).order_by("pk")}
    if missing := set(wanted) - locked.keys():
        raise Event.DoesNotExist(f"no event {min(missing)}")
    return locked


def in_transaction(function: Callable[Params, Result]) -> Callable[Params, Result]:
    """The function, in a transaction that is run again, a few times and after a short pause, if it
    met another one. Within a transaction it is a part of that, which then decides.
    """

    @wraps(function)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        attempts = 1 if connection.in_atomic_block else ATTEMPTS
        for attempt in range(1, attempts):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except (OperationalError, MovedError) as error:
                if not is_contention(error):
                    raise
                log.info("met another transaction, attempt %d: %s", attempt, error)
            time.sleep(random.uniform(0.2, 1) * PAUSE * 2**attempt)  # noqa: S311 - no secret
        with transaction.atomic():
            return function(*args, **kwargs)

    return run


def is_contention(error: Exception) -> bool:
    """Whether trying again makes sense because nothing but another transaction stood in the way."""
    code = getattr(error.__cause__, "sqlstate", None)
    return isinstance(error, MovedError) or code in CONTENTION
