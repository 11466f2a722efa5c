"""503 with a page that says so while the database does not answer."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger(__name__)
RETRY_AFTER = "60"  # seconds


class Unavailable:
    """A middleware, the first one: sessions need the database, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        log.error("database: %s", error)
        answer = HttpResponse(render_to_string("web/503.html"), status=503)
        answer["Retry-After"] = RETRY_AFTER
        answer["Cache-Control"] = "no-store"
        return answer
