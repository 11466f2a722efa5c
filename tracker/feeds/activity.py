"""The last success of each kind of work, since when it only fails, and what was set aside of it;
for /health, which looks at what was truly done. Whoever does the work writes it here.
"""

import logging
import threading
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Coalesce

from tracker.feeds.models import Activity, WorkType
from tracker.redact import without_secrets
from tracker.text import clean_text

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=15)  # successes of one process nearer to each other are written once
ERROR_LIMIT = 300

_lock = threading.Lock()
_written: dict[str, datetime] = {}


def error_text(error: BaseException) -> str:
    """An error as it is kept on a row and shown: its name and first line, cleaned, without the
    passwords of addresses and without what a database adds of the values.
    """
    first = str(error).strip().partition("\n")[0]
    told = f"{type(error).__name__}: {first}" if first else type(error).__name__
    return clean_text(without_secrets(told), ERROR_LIMIT)


def record_success(work_type: WorkType, now: datetime) -> None:
    """Notes that work of this kind was truly done."""
    with _lock:
        last = _written.get(work_type)
        # A clock that was set back must not silence successes.
        if last is not None and timedelta(0) <= now - last < EVERY:
            return
        _written[work_type] = now
    _write(work_type, succeeded_at=now, failing_since=None, failures=0)


def record_failure(work_type: WorkType, error: str, now: datetime) -> None:
    """Notes that work of this kind failed, and since when: the first time after a success."""
    with _lock:
        # The next success is written at once, so that the failure ends with it.
        _written.pop(work_type, None)
    try:
        known = Activity.objects.filter(work_type=work_type)
        # The first failure's moment stays: /health asks for how long all of it fails (fault Q12).
        since = Coalesce("failing_since", Value(now, DateTimeField()))
        if not known.update(failing_since=since, failures=F("failures") + 1, error=error):
            _write(work_type, failing_since=now, failures=1, error=error)
    except DatabaseError as failure:
        # What failed is logged where it did, with its traceback.
        log.error("a failure was not noted", extra={"error": str(failure)})  # noqa: TRY400


def record_set_aside(work_type: WorkType, error: str, now: datetime) -> None:
    """Notes that an item of this kind was given up for a fault of ours, with its error."""
    record_failure(work_type, error, now)
    with suppress(DatabaseError):
        Activity.objects.filter(work_type=work_type).update(
            set_aside=F("set_aside") + 1, set_aside_at=now
        )


def record_retry(work_type: WorkType, left: int) -> None:
    """Note that items of this type that were given up are tried again, but for so many."""
    known = Activity.objects.filter(work_type=work_type)
    known.update(set_aside=left)
    if not left:
        known.update(set_aside_at=None)


def forget() -> None:
    """Forgets what this process wrote lately."""
    with _lock:
        _written.clear()


def _write(work_type: WorkType, **values: object) -> None:
    try:
        Activity.objects.bulk_create(
            [Activity(work_type=work_type, **values)],
            update_conflicts=True,
            unique_fields=["work_type"],
            update_fields=list(values),
        )
    except DatabaseError as failure:  # the work itself is done and stored
        log.error("a success was not noted", extra={"error": str(failure)})  # noqa: TRY400
