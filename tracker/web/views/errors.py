"""Error pages."""

import re
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tracker.events.search.query import Query, QueryError
from tracker.web.middleware.unavailable import unavailable
from tracker.web.pages.render import render_page
from tracker.web.pages.site import (
    BadRequestPage,
    EmptyPage,
    MissingPage,
    NearLink,
    QueryErrorPage,
    ShownProblem,
)
from tracker.web.query_params import UnknownParameterError, parameters_of
from tracker.web.timestamps import MomentError


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # The words of a broken address are offered as a search.
    words = re.sub(r"[^\w]+|\d+", " ", request.path).strip()
    return render_page(request, "web/404.html", MissingPage(words[:100]), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Of a fault of ours; 503 where a middleware (sessions, sign-in) met a database that does not
    answer, which no view did.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable()
    return render_page(request, "web/500.html", EmptyPage(), status=500)


def unreadable(request: HttpRequest, error: QueryError) -> HttpResponse:
    """For a query that cannot be read: all that is wrong, what may be meant, and the address
    without it. What was typed stays in the box.
    """
    problems = (
        ShownProblem(
            problem.reason,
            problem.place,
            tuple(
                NearLink(name, parameters_of(Query(), q=f"{error.repaired} {piece}".strip()))
                for piece, name in problem.near
            ),
        )
        for problem in error.problems
    )
    repaired = parameters_of(Query(), q=error.repaired)
    page = QueryErrorPage(tuple(problems), request.GET.get("q", ""), repaired)
    return render_page(request, "web/query_error.html", page, status=400)


def unknown_parameter(request: HttpRequest, error: UnknownParameterError) -> HttpResponse:
    """For a parameter that the address does not take: its name, and which may be meant."""
    page = BadRequestPage(_("This address cannot be read"), str(error))
    return render_page(request, "web/bad_request.html", page, status=422)


def bad_moment(request: HttpRequest, error: MomentError) -> HttpResponse:
    """For `as_of` that names no moment: how to write one."""
    page = BadRequestPage(_("This address cannot be read"), str(error))
    return render_page(request, "web/bad_request.html", page, status=400)
