"""Pages about searching: how to, and every value of a facet."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tracker.events.search.facets import LISTED, FacetChoice, list_values
from tracker.events.search.find import snapshot_of
from tracker.events.search.language.examples import TOPICS
from tracker.events.search.query import Query
from tracker.web.query_params import parameters_of

FACET_NAMES = {
    "kind": _("Kind"),
    "platform": _("Platform"),
    "target": _("Target"),
    "country": _("Country"),
    "state": _("State"),
    "origin": _("Origin"),
    "lang": _("Language of reports"),
    "ground": _("Ground"),
    "source": _("Source"),
    "law": _("Law"),
    "authority": _("Authority"),
    "ordered_by": _("Ordered by"),
    "appeal": _("Appeal"),
    "territory": _("Territory"),
    "degree": _("Partial or total"),
    "currency": _("Currency"),
    "affected_what": _("What is affected"),
}


@dataclass(frozen=True)
class ExampleLink:
    """Text that can be typed, what it finds, and the address of that search."""

    text: str
    words: str
    address: str


@dataclass(frozen=True)
class HelpTopic:
    """Examples of one subject."""

    name: str
    examples: tuple[ExampleLink, ...]


@dataclass(frozen=True)
class SearchHelpPage:
    """How to search, by examples."""

    topics: tuple[HelpTopic, ...]


@dataclass(frozen=True)
class ValueRow:
    """A value of a facet, and the addresses of the timeline with it, or without."""

    choice: FacetChoice
    with_it: str
    without_it: str


@dataclass(frozen=True)
class ValuesPage:
    """The values of a facet under a query; `named` is what their names contain."""

    field: str
    legend: str
    named: str
    rows: tuple[ValueRow, ...]
    is_cut: bool
    pairs: tuple[tuple[str, str], ...]
    parameters: str


def build_help_page() -> SearchHelpPage:
    """Return every example, worded in the active language."""
    return SearchHelpPage(
        tuple(
            HelpTopic(
                str(topic.name),
                tuple(
                    ExampleLink(e.text, str(e.words), parameters_of(Query(), q=e.text))
                    for e in topic.examples
                ),
            )
            for topic in TOPICS
        )
    )


def build_values_page(
    query: Query, field: str, named: str, at: datetime | None = None
) -> ValuesPage:
    """Return the values of a field of a query, now or at a time."""
    choices = list_values(query, field, named.strip(), events=snapshot_of(at))
    rows = (
        ValueRow(choice, _with(query, field, choice.value), _without(query, field, choice.value))
        for choice in choices
    )
    return ValuesPage(
        field=field,
        legend=str(FACET_NAMES[field]),
        named=named,
        rows=tuple(rows),
        is_cut=len(choices) >= LISTED,
        pairs=tuple((n, v) for n, v in (("q", query.text()), ("as_of", query.as_of)) if v),
        parameters=parameters_of(query),
    )


def _with(query: Query, field: str, value: str) -> str:
    """Return the address with a value toggled."""
    values: tuple[str, ...] = getattr(query, field)
    others = tuple(other for other in values if other != value)
    excluded = tuple(pair for pair in query.excluded if pair != (field, value))
    ticked = others if value in values else (*values, value)
    return parameters_of(query.with_values(field, ticked, excluded))


def _without(query: Query, field: str, value: str) -> str:
    """Return the address with the exclusion of a value toggled."""
    pair = (field, value)
    others = tuple(other for other in query.excluded if other != pair)
    excluded = others if pair in query.excluded else (*query.excluded, pair)
    values: tuple[str, ...] = tuple(v for v in getattr(query, field) if v != value)
    return parameters_of(query.with_values(field, values, excluded))
