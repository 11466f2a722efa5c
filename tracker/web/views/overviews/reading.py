"""Read the query of a page of counts."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.events.search.query import Query, QueryError
from tracker.web.pages.render import render_page
from tracker.web.pages.site import BadRequestPage
from tracker.web.query_params import (
    QUERY_PARAMETERS,
    UnknownParameterError,
    check_parameters,
    query_of,
)
from tracker.web.views.errors import unknown_parameter, unreadable

View = Callable[[HttpRequest, Query], HttpResponseBase]
PARAMETERS = ("rows", "columns", "type", "compared")  # besides those of the query


def counting(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """A view of a query's events as the record has them now; an earlier moment is refused."""

    @wraps(view)
    @require_safe
    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.GET.get("as_of"):
            return bad_request(
                request, _("These counts are of the record as it is now. Remove as_of to see them")
            )
        try:
            if request.path.endswith(".csv"):  # a page passes over what others append to links
                check_parameters(request.GET, (*QUERY_PARAMETERS, *PARAMETERS))
            query = query_of(request.GET)
        except UnknownParameterError as error:
            return unknown_parameter(request, error)
        except QueryError as error:
            return unreadable(request, error)
        return view(request, query)

    return answer


def bad_request(request: HttpRequest, reason: str) -> HttpResponseBase:
    """Say what is wrong with an address."""
    page = BadRequestPage(_("This address cannot be read"), reason)
    return render_page(request, "web/bad_request.html", page, status=400)
