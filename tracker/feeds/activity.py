"""Record for each type of work its last success, since when it only fails, and what was set aside;
/health reads it. The code that does the work calls these functions.
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
EVERY = timedelta(seconds=15)  # successes of one process closer together than this are written once
ERROR_LIMIT = 300

_lock = threading.Lock()
_written: dict[str, datetime] = {}


def error_text(error: BaseException) -> str:
    """Return an error in the form that is stored and shown: its name and first line, cleaned,
    without passwords in addresses and without values that a database adds.
    """
    first = str(error).strip().partition("\n")[0]
    message = f"{type(error).__name__}: {first}" if first else type(error).__name__
    return clean_text(without_secrets(message), ERROR_LIMIT)


def record_success(work_type: WorkType, now: datetime) -> None:
    """Record that work of this type was done."""
    with _lock:
        last = _written.get(work_type)
        # A clock that was set back must not suppress successes.
        if last is not None and timedelta(0) <= now - last < EVERY:
            return
        _written[work_type] = now
    _write(work_type, succeeded_at=now, failing_since=None, failures=0)


def record_failure(work_type: WorkType, error: str, now: datetime) -> None:
    """Record that work of this type failed, and since when: the first failure after a success."""
    with _lock:
        # The next success is written at once, so that the failure ends with it.
        _written.pop(work_type, None)
    try:
        known = Activity.objects.filter(work_type=work_type)
        # The time of the first failure stays: /health asks how long all of it has failed (fault
        # Q12).
        since = Coalesce("failing_since", Value(now, DateTimeField()))
        if not known.update(failing_since=since, failures=F("failures") + 1, error=error):
            _write(work_type, failing_since=now, failures=1, error=error)
    except DatabaseError as failure:
        # The failure is logged where it happened, with its traceback.
        log.error("a failure was not noted", extra={"error": str(failure)})  # noqa: TRY400


def record_set_aside(work_type: WorkType, error: str, now: datetime) -> None:
    """Record that an item of this type was given up because of a fault of ours, with its error."""
    record_failure(work_type, error, now)
    with suppress(DatabaseError):
        Activity.objects.filter(work_type=work_type).update(
            set_aside=F("set_aside") + 1, set_aside_at=now
        )


def record_retry(work_type: WorkType, left: int) -> None:
    """Record that given-up items of this type are being retried, except `left` of them."""
    known = Activity.objects.filter(work_type=work_type)
    known.update(set_aside=left)
    if not left:
        known.update(set_aside_at=None)


def forget() -> None:
    """Forget what this process wrote recently."""
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
