"""The cross table of two facets, with a link to the events behind each count."""

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.events.search.figures.cross import CROSSED, CrossTable, CrossValue, cross, narrow
from tracker.events.search.index.snapshot import Snapshot
from tracker.events.search.query import Query
from tracker.events.wording.terms import FACETS, term
from tracker.web.pages.overviews.conditions import Condition, conditions_of, fields_of
from tracker.web.query_params import parameters_of

ON_A_PAGE = (20, 12)  # rows and columns
IN_A_FILE = (1_000, 200)


@dataclass(frozen=True)
class PivotFacet:
    """A facet to choose, and its name."""

    value: str
    name: str


@dataclass(frozen=True)
class PivotCell:
    """A count, and the address of its events; "" if no query selects just these."""

    count: int
    address: str


@dataclass(frozen=True)
class PivotRow:
    """A value of the first facet: its events by the second, and in all."""

    name: str
    cells: tuple[PivotCell, ...]
    total: PivotCell


@dataclass(frozen=True)
class PivotPage:
    """What the cross table shows; `rows` and `columns` are facets, `parameters` the address's."""

    rows: PivotFacet
    columns: PivotFacet
    facets: tuple[PivotFacet, ...]
    heads: tuple[str, ...]
    head_totals: tuple[PivotCell, ...]
    lines: tuple[PivotRow, ...]
    total: PivotCell
    conditions: tuple[Condition, ...]
    fields: tuple[tuple[str, str], ...]
    timeline: str
    parameters: str
    turned: str


def build_pivot_page(events: Snapshot, query: Query, facets: tuple[str, str]) -> PivotPage:
    """Return the table of a query by two of CROSSED."""
    rows, columns = facets
    table = cross(events, query, facets, ON_A_PAGE)
    down = [narrow(query, rows, row.value) for row in table.rows]
    return PivotPage(
        rows=_facet(rows),
        columns=_facet(columns),
        facets=tuple(map(_facet, CROSSED)),
        heads=tuple(column.name for column in table.columns),
        head_totals=_totals(query, columns, table.columns),
        lines=tuple(
            PivotRow(
                row.name,
                tuple(
                    _cell(count, inner and narrow(inner, columns, column.value))
                    for count, column in zip(counts, table.columns, strict=True)
                ),
                _cell(row.total, inner),
            )
            for row, inner, counts in zip(table.rows, down, table.counts, strict=True)
        ),
        total=_cell(table.total, query),
        conditions=conditions_of(query, rows=rows, columns=columns),
        fields=fields_of(query),
        timeline=parameters_of(query),
        parameters=parameters_of(query, rows=rows, columns=columns),
        turned=parameters_of(query, rows=columns, columns=rows),
    )


def pivot_lines(events: Snapshot, query: Query, facets: tuple[str, str]) -> Iterator[list[str]]:
    """Yield the rows of the file: the header, each value's counts, and the totals."""
    table: CrossTable = cross(events, query, facets, IN_A_FILE)
    yield [facets[0], *(column.name for column in table.columns), "total"]
    for row, counts in zip(table.rows, table.counts, strict=True):
        yield [row.name, *map(str, counts), str(row.total)]
    yield ["total", *(str(column.total) for column in table.columns), str(table.total)]


def _facet(value: str) -> PivotFacet:
    return PivotFacet(value, term(FACETS[value]))


def _totals(query: Query, field: str, values: tuple[CrossValue, ...]) -> tuple[PivotCell, ...]:
    return tuple(_cell(value.total, narrow(query, field, value.value)) for value in values)


def _cell(count: int, query: Query | None) -> PivotCell:
    return PivotCell(count, (parameters_of(query) or "?") if query is not None else "")
