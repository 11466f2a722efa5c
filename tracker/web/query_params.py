"""A Query to and from the parameters of an address."""

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from tracker.events.search.charts import CHARTED
from tracker.events.search.find import SORTS, ViewOptions
from tracker.events.search.query import (
    FIELDS,
    SINGLE,
    Query,
    QueryError,
    QueryProblem,
    asks_for_changes,
    read_address,
)

QUERY_PARAMETERS = (*FIELDS, *SINGLE, "q", "not", "changed_since")


class UnknownParameterError(ValueError):
    """A parameter that the address does not take; `near` is the one that may be meant, or ""."""

    def __init__(self, name: str, near: str, known: Iterable[str]) -> None:
        super().__init__(name)
        self.name = name
        self.near = near
        self.known = tuple(known)

    def __str__(self) -> str:
        if self.near:
            values = {"name": self.name, "near": self.near}
            return _("Unknown parameter “%(name)s”. Did you mean “%(near)s”?") % values
        values = {"name": self.name, "known": ", ".join(self.known)}
        return _("Unknown parameter “%(name)s”. Use one of: %(known)s") % values


def check_parameters(
    parameters: QueryDict, known: Iterable[str] = (*QUERY_PARAMETERS, "as_of")
) -> None:
    """Raise UnknownParameterError for a parameter that is not known: passed over, a misspelt filter
    would give every event.
    """
    names = tuple(known)
    for name in parameters:
        if name not in names:
            near = get_close_matches(name, names, n=1, cutoff=0.7)
            raise UnknownParameterError(name[:60], near[0] if near else "", names)


def query_of(parameters: QueryDict) -> Query:
    """The query of a page's address: the ticked facets and dates, and the typed text `q`. Raises
    QueryError.
    """
    # The buttons' exclusions go through the parser of typed text, so that both mean the same.
    nots = " ".join(f"-{piece}" for piece in parameters.getlist("not") if piece.strip())
    typed = parameters.get("q", "")
    # Brackets, so that OR within the typed text leaves the exclusions out.
    text = f"({typed}) {nots}" if nots and " OR " in typed else f"{typed} {nots}"
    values = {name: parameters.getlist(name) for name in (*FIELDS, *SINGLE)}
    values["changed"] += [f"{at}.." for at in parameters.getlist("changed_since") if at.strip()]
    query = read_address(text.strip(), values)
    if parameters.get("as_of") and asks_for_changes(query):
        reason = _("“changed” cannot be combined with as_of")
        raise QueryError([QueryProblem(reason, "changed")], replace(query, changed="").text())
    return query


def without_blanks(parameters: QueryDict) -> str:
    """Return the query string without parameters that say nothing, "?" if none says anything; ""
    if it has no such parameter. Forms send every field, and addresses are copied.
    """
    pairs = [(name, value) for name, values in parameters.lists() for value in values]
    filled = [(name, value) for name, value in pairs if value.strip()]
    if len(filled) == len(pairs):
        return ""
    return urlencode(filled) or "?"


def view_options_of(parameters: QueryDict) -> ViewOptions:
    """How the address looks at it; what is no choice is passed over."""
    sort, by = parameters.get("sort", ""), parameters.get("chart", "")
    return ViewOptions(
        sort=sort if sort in SORTS else "",
        by=by if by in CHARTED else CHARTED[0],
        after=parameters.get("after", ""),
    )


def parameters_of(query: Query, **more: str) -> str:
    """The address's query string, "" or "?kind=ad_ban&…"; `more` adds parameters, blank ones are
    left out.
    """
    pairs = [(name, value) for name in FIELDS for value in getattr(query, name)]
    pairs += [(name, getattr(query, name)) for name in SINGLE]
    pairs += [("not", piece) for piece in query.exclusions()]
    pairs += [("q", query.in_words().text()), *more.items()]
    text = urlencode([(name, value) for name, value in pairs if value])
    return f"?{text}" if text else ""
