"""The conditions of a query on a page of counts, and the fields that carry them on."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from tracker.events.search.describe import chips
from tracker.events.search.query import Query
from tracker.web.query_params import parameters_of


@dataclass(frozen=True)
class Condition:
    """A condition in words, its sort, and the address without it."""

    field: str
    words: str
    address: str


def conditions_of(query: Query, **more: str) -> tuple[Condition, ...]:
    """Return each condition of a query; `more` are the other parameters of the page."""
    return tuple(
        Condition(field, words, parameters_of(without, **more) or "?")
        for field, words, without in chips(query)
    )


def fields_of(query: Query) -> tuple[tuple[str, str], ...]:
    """Return a query as the hidden fields of a form, name and value."""
    return tuple(parse_qsl(parameters_of(query)[1:]))
