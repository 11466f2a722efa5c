"""Convert a Query to and from the parameters of an address."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from tracker.events.search.figures.charts import CHARTED
from tracker.events.search.find import SORTS, ViewOptions
from tracker.events.search.language.parsing import read_address
from tracker.events.search.language.questions import asks_for_changes
from tracker.events.search.language.spans import ENDS
from tracker.events.search.query import FIELDS, SINGLE, Query, QueryError, QueryProblem
from tracker.text import clean_text

QUERY_PARAMETERS = (*FIELDS, *SINGLE, *ENDS, "q", "not", "changed_since")


class UnknownParameterError(ValueError):
    """A parameter that the address does not accept; `near` is a similar one, or ""."""

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
    """Raise UnknownParameterError for an unknown parameter: if ignored, a misspelt filter would
    give every event.
    """
    names = tuple(known)
    for name in parameters:
        if name not in names:
            near = get_close_matches(name, names, n=1, cutoff=0.7)
            raise UnknownParameterError(name[:60], near[0] if near else "", names)


def query_of(parameters: QueryDict, *, checks_view: bool = False) -> Query:
    """Return the query of a page's address: the ticked facets and dates, and the typed text `q`.
    Raises QueryError; also for an unknown order or chart if `checks_view`.
    """
    # The buttons' exclusions use the parser of typed text, so that both mean the same.
    nots = " ".join(f"-{piece}" for piece in parameters.getlist("not") if piece.strip())
    typed = parameters.get("q", "")
    # In brackets, so that OR in the typed text does not affect the exclusions.
    text = f"({typed}) {nots}" if nots and " OR " in typed else f"{typed} {nots}"
    values = {name: parameters.getlist(name) for name in (*FIELDS, *SINGLE, *ENDS)}
    values["changed"] += [f"{at}.." for at in parameters.getlist("changed_since") if at.strip()]
    # Every problem of the address is raised at once.
    problems = list(_view_problems(parameters)) if checks_view else []
    try:
        query = read_address(text.strip(), values)
    except QueryError as error:
        raise QueryError([*error.problems, *problems], error.repaired) from None
    if parameters.get("as_of") and asks_for_changes(query):
        reason = _("“changed” cannot be combined with as_of")
        problems.insert(0, QueryProblem(reason, "changed"))
        query = replace(query, changed="")
    if problems:
        raise QueryError(problems, query.text())
    return replace(query, as_of=parameters.get("as_of", ""))


def _view_problems(parameters: QueryDict) -> Iterator[QueryProblem]:
    """Yield what is wrong with the order and the chart of an address."""
    reason = _("Unknown %(field)s “%(value)s”. Use one of: %(known)s")
    for name, known in (("sort", SORTS), ("chart", CHARTED)):
        value = clean_text(parameters.get(name, ""))[:60]
        if value and value not in known:
            parts = {"field": name, "value": value, "known": ", ".join(known)}
            yield QueryProblem(reason % parts, f"{name}:{value}")


def without_blanks(parameters: QueryDict) -> str:
    """Return the query string without empty parameters, "?" if all are empty; "" if none is. Forms
    send every field, and people copy addresses.
    """
    pairs = [(name, value) for name, values in parameters.lists() for value in values]
    filled = [(name, value) for name, value in pairs if value.strip()]
    if len(filled) == len(pairs):
        return ""
    return urlencode(filled) or "?"


def view_options_of(parameters: QueryDict) -> ViewOptions:
    """Return the view options of an address, unknown values are ignored."""
    sort, by = parameters.get("sort", ""), parameters.get("chart", "")
    return ViewOptions(
        sort=sort if sort in SORTS else "",
        by=by if by in CHARTED else CHARTED[0],
        after=parameters.get("after", ""),
    )


def parameters_of(query: Query, **more: str) -> str:
    """Return the address's query string, "" or "?kind=ad_ban&…"; `more` adds parameters, blank ones
    are left out.
    """
    pairs = [(name, value) for name in FIELDS for value in getattr(query, name)]
    pairs += [(name, getattr(query, name)) for name in SINGLE]
    pairs += [("not", piece) for piece in query.exclusions()]
    pairs += [("q", query.in_words().text()), *more.items(), ("as_of", query.as_of)]
    text = urlencode([(name, value) for name, value in pairs if value])
    return f"?{text}" if text else ""
