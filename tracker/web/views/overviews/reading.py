"""Read the query of a page of counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.events.search.find import snapshot_of
from tracker.events.search.index.snapshot import Snapshot
from tracker.events.search.past.timestamps import MomentError, moment
from tracker.events.search.query import Query, QueryError
from tracker.web.pages.render import render_page
from tracker.web.pages.site import BadRequestPage
from tracker.web.query_params import (
    QUERY_PARAMETERS,
    UnknownParameterError,
    check_parameters,
    query_of,
)
from tracker.web.views.errors import bad_moment, unknown_parameter, unreadable

PARAMETERS = ("rows", "columns", "type", "compared", "as_of")  # besides those of the query


@dataclass(frozen=True)
class Counted:
    """A query and the events it searches, now or as of a moment."""

    query: Query
    at: datetime | None

    @property
    def today(self) -> date:
        """The day that relative days count from."""
        return (self.at or timezone.now()).date()

    @cached_property
    def events(self) -> Snapshot:
        """The events now, or as they were."""
        return snapshot_of(self.at, self.today)


View = Callable[[HttpRequest, Counted], HttpResponseBase]


def counting(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """Make a view of a query's events, now or as of a moment."""

    @wraps(view)
    @require_safe
    def answer(request: HttpRequest) -> HttpResponseBase:
        try:
            if request.path.endswith(".csv"):  # pages ignore parameters that others append to links
                check_parameters(request.GET, (*QUERY_PARAMETERS, *PARAMETERS))
            query, at = query_of(request.GET), moment(request.GET.get("as_of", ""))
        except UnknownParameterError as error:
            return unknown_parameter(request, error)
        except QueryError as error:
            return unreadable(request, error)
        except MomentError as error:
            return bad_moment(request, error)
        return view(request, Counted(query, at))

    return answer


def bad_request(request: HttpRequest, reason: str) -> HttpResponseBase:
    """Say what is wrong with an address."""
    page = BadRequestPage(_("This address cannot be read"), reason)
    return render_page(request, "web/bad_request.html", page, status=400)
