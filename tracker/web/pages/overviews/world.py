"""The map of the world: how many events of a query concern each country."""

from dataclasses import dataclass

from tracker.events.search.figures.cross import CrossValue, count_countries, narrow
from tracker.events.search.index.snapshot import Snapshot
from tracker.events.search.query import Query
from tracker.events.wording.names import country_name, format_number
from tracker.web.charts.outlines import HEIGHT, WIDTH, load_outlines
from tracker.web.pages.overviews.conditions import Condition, conditions_of
from tracker.web.query_params import parameters_of

SHADES = 5


@dataclass(frozen=True)
class MapCountry:
    """A country on the map: an outline, or "" and a point; `shade` from 1 to SHADES, 0 for no
    event; `address` of its events, "" for none.
    """

    name: str
    path: str
    x: float
    y: float
    count: int
    shade: int
    address: str


@dataclass(frozen=True)
class CountryLine:
    """A country in the table, with the address of its events; "" if no query selects just these."""

    name: str
    count: int
    address: str


@dataclass(frozen=True)
class MapShade:
    """A shade of the legend, from a number of events to another, in words."""

    shade: int
    words: str


@dataclass(frozen=True)
class WorldPage:
    """What the map shows; `not_drawn` are countries of the record that are not on the map."""

    countries: tuple[MapCountry, ...]
    lines: tuple[CountryLine, ...]
    shades: tuple[MapShade, ...]
    not_drawn: tuple[str, ...]
    conditions: tuple[Condition, ...]
    timeline: str
    csv: str
    width: int
    height: int


def build_world_page(events: Snapshot, query: Query) -> WorldPage:
    """Return the map of a query's events."""
    values = count_countries(events, query)
    bounds = shade_bounds(max((value.total for value in values), default=0))
    counts = {value.value: value for value in values}
    drawn = {outline.code for outline in load_outlines()}
    addresses = {value.value: _address(query, value) for value in values}
    return WorldPage(
        countries=tuple(
            MapCountry(
                country_name(outline.code),
                outline.path,
                outline.x,
                outline.y,
                count := counts[outline.code].total if outline.code in counts else 0,
                sum(count >= bound for bound in bounds),
                addresses.get(outline.code, ""),
            )
            for outline in load_outlines()
        ),
        lines=tuple(CountryLine(v.name, v.total, addresses[v.value]) for v in values),
        shades=_shades(bounds),
        not_drawn=tuple(value.name for value in values if value.value not in drawn),
        conditions=conditions_of(query),
        timeline=parameters_of(query),
        csv=parameters_of(query, rows="country", columns="kind"),
        width=WIDTH,
        height=HEIGHT,
    )


def shade_bounds(peak: int) -> tuple[int, ...]:
    """Return the minimum number of events of each shade: 1, then growing by a constant factor, so
    that a few countries with most events do not hide differences among the others.
    """
    steps = (max(1, round(peak ** (shade / SHADES))) for shade in range(SHADES))
    return tuple(dict.fromkeys(steps)) if peak else ()


def _shades(bounds: tuple[int, ...]) -> tuple[MapShade, ...]:
    ends = [*(bound - 1 for bound in bounds[1:]), 0][: len(bounds)]
    return tuple(
        MapShade(shade, _span(low, high))
        for shade, (low, high) in enumerate(zip(bounds, ends, strict=True), 1)
    )


def _span(low: int, high: int) -> str:
    if not high:
        return f"≥ {format_number(low)}"
    return format_number(low) if low == high else f"{format_number(low)}–{format_number(high)}"


def _address(query: Query, value: CrossValue) -> str:
    alone = narrow(query, "country", value.value)
    return parameters_of(alone) if alone else ""
