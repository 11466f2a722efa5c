"""The conditions of a query on a page of counts, and the fields that carry them on."""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from tracker.events.search.past.timestamps import moment
from tracker.events.search.query import Query
from tracker.events.search.wording.conditions import chips
from tracker.events.wording.names import format_day
from tracker.web.query_params import parameters_of


@dataclass(frozen=True)
class Condition:
    """A condition in words, its sort, and the address without it."""

    field: str
    words: str
    address: str


def conditions_of(query: Query, **more: str) -> tuple[Condition, ...]:
    """Return each condition of a query, and the moment that it asks about; `more` are the other
    parameters of the page.
    """
    conditions = list(chips(query))
    if at := moment(query.as_of):
        words = f"{format_day(f'{at:%Y-%m-%d}')}, {at:%H:%M} UTC"
        conditions.insert(0, ("as of", words, replace(query, as_of="")))
    return tuple(
        Condition(field, words, parameters_of(without, **more) or "?")
        for field, words, without in conditions
    )


def fields_of(query: Query) -> tuple[tuple[str, str], ...]:
    """Return a query as the hidden fields of a form, name and value."""
    return tuple(parse_qsl(parameters_of(query)[1:]))
