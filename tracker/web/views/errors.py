"""Error pages."""

import re
import sys
from collections.abc import Iterator, Mapping

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.database.failures import is_outage
from tracker.events.search.past.timestamps import MomentError
from tracker.events.search.query import FIELDS, Query, QueryError, QueryProblem
from tracker.text import clean_text
from tracker.web.middleware.unavailable import unavailable
from tracker.web.pages.render import render_page
from tracker.web.pages.site import (
    BadRequestPage,
    EmptyPage,
    MissingPage,
    NearLink,
    QueryErrorPage,
    SentField,
    ShownProblem,
)
from tracker.web.query_params import UnknownParameterError, parameters_of

FIELD_LABELS = {  # of the filters' fields, each with the heading that it stands under
    "since": gettext_lazy("Day of the act, from"),
    "until": gettext_lazy("Day of the act, to"),
    "amount_from": gettext_lazy("Amount, at least"),
    "amount_to": gettext_lazy("Amount, at most"),
    "affected_from": gettext_lazy("Number affected, at least"),
    "affected_to": gettext_lazy("Number affected, at most"),
    "effective_since": gettext_lazy("Takes effect, from"),
    "effective_until": gettext_lazy("Takes effect, to"),
}

LAST_FIELDS = {  # where a span that ends before it begins is said
    "date": "until",
    "amount": "amount_to",
    "affected": "affected_to",
    "effective": "effective_until",
}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # The words of a broken address are offered as a search.
    words = re.sub(r"[^\w]+|\d+", " ", request.path).strip()
    return render_page(request, "web/404.html", MissingPage(words[:100]), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Show the page for a fault of ours; 503 if a middleware (sessions, sign-in) met a database
    that does not answer.
    """
    error = sys.exc_info()[1]
    if error is not None and is_outage(error):
        return unavailable()
    return render_page(request, "web/500.html", EmptyPage(), status=500)


def unreadable(request: HttpRequest, error: QueryError) -> HttpResponse:
    """Show the problems of an invalid query, similar valid values, and the address without the
    invalid pieces. The typed text stays in the box.
    """
    names = [_field_of(problem, request.GET) for problem in error.problems]
    reasons = {name: p.reason for p, name in zip(error.problems, names, strict=True)}
    problems = (
        ShownProblem(
            problem.reason,
            problem.place,
            tuple(
                NearLink(name, parameters_of(Query(), q=f"{error.repaired} {piece}".strip()))
                for piece, name in problem.near
            ),
            name,
            str(FIELD_LABELS.get(name, "")),
        )
        for problem, name in zip(error.problems, names, strict=True)
    )
    page = QueryErrorPage(
        problems=tuple(problems),
        search_text=request.GET.get("q", ""),
        fields=tuple(_sent_fields(request.GET, reasons)),
        hidden_fields=tuple(_kept_choices(request.GET, error)),
        repaired=parameters_of(Query(), q=error.repaired),
        is_typed=not all(names),
    )
    return render_page(request, "web/query_error.html", page, status=400)


def _field_of(problem: QueryProblem, sent: QueryDict) -> str:
    """Return the filters' field that has the problem, "" if it was typed otherwise."""
    name, _colon, value = problem.place.partition(":")
    if name in LAST_FIELDS and sent.get(LAST_FIELDS[name]):
        return LAST_FIELDS[name]
    is_sent = name in FIELD_LABELS and clean_text(sent.get(name, "")) == value
    return name if is_sent else ""


def _sent_fields(sent: QueryDict, reasons: Mapping[str, str]) -> Iterator[SentField]:
    for name, label in FIELD_LABELS.items():
        if value := str(sent.get(name, "")):
            yield SentField(name, str(label), value, reasons.get(name, ""))


def _kept_choices(sent: QueryDict, error: QueryError) -> Iterator[tuple[str, str]]:
    """Yield the ticked filters that are valid: a hidden invalid one could not be corrected."""
    invalid = {problem.place for problem in error.problems}
    for name in (*FIELDS, "not", "in_force", "names"):
        for value in sent.getlist(name):
            if value and not {f"{name}:{value}", value} & invalid:
                yield name, value


def unknown_parameter(request: HttpRequest, error: UnknownParameterError) -> HttpResponse:
    """Show the page for an unknown parameter: its name, and a similar one."""
    page = BadRequestPage(_("This address cannot be read"), str(error))
    return render_page(request, "web/bad_request.html", page, status=422)


def bad_moment(request: HttpRequest, error: MomentError) -> HttpResponse:
    """Show the page for an invalid `as_of`: how to write one."""
    page = BadRequestPage(_("This address cannot be read"), str(error))
    return render_page(request, "web/bad_request.html", page, status=400)
