"""503 with a page that says so while the database does not answer."""

import logging
from collections.abc import Callable
from time import monotonic

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger(__name__)
RETRY_AFTER = "60"  # seconds
SAFE = {"GET", "HEAD", "OPTIONS"}
LOCKED = "database is locked"  # SQLite, after LOCK_SECONDS
LOCKED_SECONDS = 5.0


class Unavailable:
    """A middleware, the first one: sessions need the database, too.

    Once somebody waited in vain for SQLite's lock, others who would write are told so at once for a
    moment: else a few would hold every thread, and nobody could read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.locked_until = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE and monotonic() < self.locked_until:
            return unavailable()
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        log.error("database: %s", error)
        if LOCKED in str(error):
            self.locked_until = monotonic() + LOCKED_SECONDS
        return unavailable()


def unavailable() -> HttpResponse:
    """The page for a while in which the database does not answer."""
    answer = HttpResponse(render_to_string("web/503.html"), status=503)
    answer["Retry-After"] = RETRY_AFTER
    answer["Cache-Control"] = "no-store"
    return answer
