"""Error pages."""

import re
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tracker.events.search.query import Query, QueryError
from tracker.web.middleware.unavailable import unavailable
from tracker.web.query_params import parameters_of
from tracker.web.timestamps import MomentError


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    words = re.sub(r"[^\w]+|\d+", " ", request.path).strip()
    return render(request, "web/404.html", {"sought": words[:100]}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Of a fault of ours; 503 where a middleware (sessions, sign-in) met a database that does not
    answer, which no view did.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable()
    return render(request, "web/500.html", status=500)


def unreadable(request: HttpRequest, error: QueryError) -> HttpResponse:
    """For a query that cannot be read: what and where, and the address without it."""
    context = {"error": error, "repaired": parameters_of(Query(), q=error.repaired)}
    return render(request, "web/query_error.html", context, status=400)


def bad_moment(request: HttpRequest, error: MomentError) -> HttpResponse:
    """For `as_of` that names no moment: how to write one."""
    return render(request, "web/bad_request.html", {"reason": str(error)}, status=400)
