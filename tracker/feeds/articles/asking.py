"""Process the queue of requests to one service: claim, count the attempt, send, store the answer or
the error.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError
from django.db.models import F, QuerySet

from tracker import database_time
from tracker.feeds import activity
from tracker.feeds.activity import error_text
from tracker.feeds.models import Activity, ServiceRequest, WorkType
from tracker.feeds.network.types import FetchError
from tracker.locks import LOST, lease_rows

log = logging.getLogger(__name__)
BATCH = 10  # within a lease of five minutes, however long each takes
TRIES = 3  # attempts for a request before it is set aside
SERVER_TRIES = 10  # attempts if the server failed, which is not the request's fault
RETRY, RETRY_LIMIT = timedelta(minutes=1), timedelta(hours=1)
BUSY = {408, 425, 429}
Question = TypeVar("Question", bound=ServiceRequest)


class ServiceAnswerError(ValueError):
    """An answer that cannot be used; the message says why."""


class Service(Generic[Question]):
    """A service: the rows that are its queue, and `ask`, which sends the request of a row and
    returns the values to store. It raises FetchError or ServiceAnswerError.
    """

    def __init__(
        self,
        model: type[Question],
        work_type: WorkType,
        ask: Callable[[Question], dict[str, object]],
    ) -> None:
        self.model = model
        self.work_type = work_type
        self.ask = ask

    @property
    def rows(self) -> QuerySet[Question]:
        return self.model._default_manager.all()

    def due(self, now: datetime) -> QuerySet[Question]:
        """Select what is due, the newest first, since readers see those articles first."""
        return self.rows.filter(next_try_at__lte=now).order_by("-pk")

    def work_off(self, now: datetime, limit: int = BATCH) -> int:
        """Send the due requests and return how many were answered; stop if the server fails."""
        lease = lease_rows(self.due(now), "next_try_at", now, limit)
        for pk in lease.lost:
            self._set_aside_lost(pk, now)
        answered = 0
        for row in self.rows.filter(claim=lease.claim).order_by("-pk"):
            if not self._count_attempt(row):
                continue
            try:
                values = self.ask(row)
            except Exception as error:  # noqa: BLE001 - recorded for this request only
                is_server = _is_servers(error)
                self._book_failure(row, error, is_server=is_server)
                if is_server:
                    self._postpone_all()
                    break
            else:
                answered += self._store(row, values)
        return answered

    def _count_attempt(self, row: Question) -> bool:
        claimed = self.rows.filter(pk=row.pk, claim=row.claim)
        return bool(claimed.update(attempts=F("attempts") + 1))

    def _store(self, row: Question, values: dict[str, object]) -> int:
        now = database_time.estimate()
        stored = self.rows.filter(pk=row.pk, claim=row.claim).update(
            next_try_at=None, claim=None, error="", answered_at=now, **values
        )
        activity.record_success(self.work_type, now)
        return stored

    def _book_failure(self, row: Question, error: Exception, *, is_server: bool) -> None:
        """Store the error and when to retry; set the request aside after its last attempt."""
        now, attempts = database_time.estimate(), row.attempts + 1
        is_known = isinstance(error, FetchError | ServiceAnswerError)
        if not is_known:
            log.error("a service was not asked", exc_info=error)
        is_permanent = isinstance(error, FetchError) and error.permanent
        is_over = is_permanent or attempts >= (SERVER_TRIES if is_server else TRIES)
        wait = min(RETRY * 4 ** (attempts - 1), RETRY_LIMIT)
        reason = str(error) if is_known else error_text(error)
        with suppress(OperationalError, InterfaceError):  # the lease then ends
            self.rows.filter(pk=row.pk, claim=row.claim).update(
                next_try_at=None if is_over else now + wait, claim=None, error=reason[:300]
            )
            # A page that must not be sent to an archive is not a fault of ours.
            if not is_permanent:
                book = activity.record_set_aside if is_over else activity.record_failure
                book(self.work_type, reason, now)

    def _postpone_all(self) -> None:
        """Postpone all requests to a failing server, for longer the more often it has failed."""
        failures = Activity.objects.filter(work_type=self.work_type).values_list("failures")
        count = (failures.first() or (1,))[0]
        wait = min(RETRY * 2 ** min(count, 10), RETRY_LIMIT)
        until = database_time.estimate() + wait
        waiting = self.rows.filter(next_try_at__lt=until)
        waiting.update(next_try_at=until, claim=None)

    def _set_aside_lost(self, pk: int, now: datetime) -> None:
        if self.due(now).filter(pk=pk).update(next_try_at=None, claim=None, error=LOST):
            activity.record_set_aside(self.work_type, LOST, now)


def _is_servers(error: Exception) -> bool:
    """Return whether the server or the connection failed, so that all other requests would, too."""
    if not isinstance(error, FetchError):
        return False
    if error.status is not None:
        return error.status >= 500 or error.status in BUSY
    return error.code in {"network", "time"}
