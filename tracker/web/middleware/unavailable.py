"""Answer 503 with an explanation while the database does not answer or does not fit the program."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.db import Error, ProgrammingError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tracker.database.failures import is_damage, is_outage
from tracker.operations import schema

log = logging.getLogger(__name__)
RETRY_AFTER = "60"  # seconds
SAFE = {"GET", "HEAD", "OPTIONS"}
LOCKED = "database is locked"  # SQLite, after LOCK_SECONDS
LOCKED_SECONDS = 5.0
LOOKED_EVERY = 5.0  # seconds between checks of a database that did not fit


@dataclass
class Looked:
    """What was wrong with the database when this process last checked (`at`, monotonic seconds)."""

    misfit: schema.Misfit | None = None
    at: float = 0.0


looked = Looked()


def look() -> None:
    """Note whether the database fits the program; called when a process starts. A running process
    continues while a newer release migrates.
    """
    looked.at = monotonic()
    try:
        # At start, not for each page: two queries, 1.5 ms on SQLite and 8 on PostgreSQL (decision
        # D105, fault S4).
        looked.misfit = schema.refused()
    except Error:  # the pages show it themselves
        looked.misfit = None
    finally:
        connection.close()
    if looked.misfit:
        log.error("the database does not fit the program", extra={"error": looked.misfit.text})


class Unavailable:
    """Middleware, the first one, since sessions also need the database. After a request has waited
    in vain for SQLite's lock, other writing requests are refused at once for a moment; otherwise a
    few would occupy every thread, and nobody could read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.locked_until = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Checked again, so that the site recovers by itself after a migration.
        if looked.misfit and monotonic() - looked.at > LOOKED_EVERY:
            look()
        if looked.misfit and not _needs_no_database(request.path):
            return unavailable(looked.misfit)
        # Decision D10, fault Q16.
        if request.method not in SAFE and monotonic() < self.locked_until:
            return unavailable()
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not (is_outage(error) or isinstance(error, ProgrammingError)):
            return None
        if is_damage(error):
            log.error(
                "the database is damaged: stop the tracker and restore a backup",
                extra={"error": str(error)},
            )
            return unavailable()
        log.error("the database gave no answer", extra={"error": str(error)})
        if LOCKED in str(error):
            self.locked_until = monotonic() + LOCKED_SECONDS
        try:
            misfit = schema.misfit()
        except Error:
            misfit = None
        # PostgreSQL reports a missing column as a programming error.
        if misfit is None and isinstance(error, ProgrammingError):
            return None
        return unavailable(misfit)


def _needs_no_database(path: str) -> bool:
    """Return whether an address works without the record; /health itself reports what is wrong."""
    return path == "/health" or path.startswith(f"/{settings.STATIC_URL.strip('/')}/")


def unavailable(misfit: schema.Misfit | None = None) -> HttpResponse:
    """Return the page to show while the database does not answer or does not fit."""
    # Without the request, whose context processors would query the session.
    answer = HttpResponse(render_to_string("web/503.html", {"misfit": misfit}), status=503)
    answer["Retry-After"] = RETRY_AFTER
    # A cached 503 would outlive the outage.
    answer["Cache-Control"] = "no-store"
    return answer
