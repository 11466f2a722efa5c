"""Two to five platforms, countries or targets side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker.classify import Kind
from tracker.events.models import Entity
from tracker.events.search.figures.compare import LEAST, MOST, ComparedEntity, compare_entities
from tracker.events.search.figures.cross import narrow
from tracker.events.search.figures.names import entities_named, offered_names
from tracker.events.search.figures.outcomes import KnownSum, Outcomes
from tracker.events.search.index.snapshot import Snapshot
from tracker.events.search.language.spelling import near_name
from tracker.events.search.query import Query
from tracker.events.wording.names import format_number, kind_name
from tracker.events.wording.quantities import format_money
from tracker.web.charts.palette import Fill, fill_of
from tracker.web.charts.svg import Strip, strip
from tracker.web.pages.overviews.conditions import Condition, conditions_of, fields_of
from tracker.web.query_params import parameters_of

TYPES = {
    "platform": gettext_lazy("Platforms"),
    "country": gettext_lazy("Countries"),
    "target": gettext_lazy("Targets"),
}


@dataclass(frozen=True)
class TypeLink:
    """A type of entities to compare, and the address of its picker."""

    type: str
    name: str
    address: str


@dataclass(frozen=True)
class ComparedHead:
    """A compared entity: its name, its page, and the address of its events."""

    name: str
    entity_id: int
    address: str


@dataclass(frozen=True)
class ComparedCell:
    """A figure in words, with the address of the events behind it, or ""."""

    words: str
    address: str = ""


@dataclass(frozen=True)
class ComparedRow:
    """A figure of each compared entity."""

    label: str
    cells: tuple[ComparedCell, ...]


@dataclass(frozen=True)
class ComparedChart:
    """The chart of an entity, and the address that its periods narrow."""

    name: str
    chart: Strip
    chart_address: str


@dataclass(frozen=True)
class UnknownName:
    """A name that nothing recorded has, and the one that it may mean, "" for none, with the address
    of the comparison with that one.
    """

    name: str
    near: str
    address: str


@dataclass(frozen=True)
class ComparePage:
    """What the comparison shows: pickers of `names`, with `unknown` ones, what these may mean, and
    those that mean the `same`, then the figures of each, and charts on one scale.
    """

    type: str
    types: tuple[TypeLink, ...]
    names: tuple[str, ...]
    offered: tuple[str, ...]
    unknown: tuple[str, ...]
    misspelt: tuple[UnknownName, ...]
    same: tuple[str, ...]
    heads: tuple[ComparedHead, ...]
    rows: tuple[ComparedRow, ...]
    charts: tuple[ComparedChart, ...]
    fills: tuple[Fill, ...]
    series: tuple[tuple[str, str], ...]
    conditions: tuple[Condition, ...]
    fields: tuple[tuple[str, str], ...]
    parameters: str
    least: int
    most: int


@dataclass(frozen=True)
class CompareChoice:
    """The comparison in an address: the type, the names as given, the other filters, and the events
    to search.
    """

    type: str
    names: tuple[str, ...]
    query: Query
    events: Snapshot
    today: date

    @property
    def parameters(self) -> str:
        """The query string of this choice."""
        return compare_parameters(self.type, self.names, self.query)


def compare_parameters(entity_type: str, names: Sequence[str], query: Query) -> str:
    """Return the query string that compares entities of a type under a query."""
    others = parameters_of(query)
    pairs = [("type", entity_type), *(("compared", name) for name in names)]
    return f"?{urlencode(pairs)}{f'&{others[1:]}' if others else ''}"


def build_compare_page(choice: CompareChoice) -> ComparePage:
    """Return the comparison in an address, or only the pickers for fewer than two names."""
    named = entities_named(choice.events, choice.type, choice.names)
    compared = _compare(choice, named)
    shown = [named[name].shown_name if name in named else name for name in choice.names]
    offered = offered_names(choice.events, choice.type)
    unknown = tuple(name for name in choice.names if name not in named)
    return ComparePage(
        type=choice.type,
        types=tuple(
            TypeLink(value, str(name), parameters_of(choice.query, type=value))
            for value, name in TYPES.items()
        ),
        names=(*shown, *[""] * (MOST - len(shown))),
        offered=tuple(offered),
        unknown=unknown,
        misspelt=tuple(_unknown(choice, name, offered) for name in unknown),
        same=same_names(choice.names, named),
        heads=tuple(
            ComparedHead(each.entity.shown_name, each.entity.pk, parameters_of(each.query))
            for each in compared
        ),
        rows=tuple(_rows(compared)),
        charts=_charts(compared),
        fills=tuple(fill_of(kind.value) for kind in _kinds(compared)),
        series=tuple((kind.value, kind_name(kind)) for kind in _kinds(compared)),
        conditions=_conditions(choice),
        fields=fields_of(choice.query),
        parameters=choice.parameters,
        least=LEAST,
        most=MOST,
    )


def _unknown(choice: CompareChoice, name: str, offered: Sequence[str]) -> UnknownName:
    near = near_name(name, offered)
    # Lists of other types are searched too.
    if not near or not entities_named(choice.events, choice.type, (near,)):
        return UnknownName(name, "", "")
    names = [near if other == name else other for other in choice.names]
    return UnknownName(name, near, compare_parameters(choice.type, names, choice.query))


def same_names(names: Sequence[str], named: Mapping[str, Entity]) -> tuple[str, ...]:
    """Return the names if there are several, all known, of too few entities to compare."""
    is_known = all(name in named for name in names)
    too_few = len({named[name].pk for name in names if name in named}) < LEAST
    return tuple(names) if len(names) >= LEAST and is_known and too_few else ()


def _compare(choice: CompareChoice, named: Mapping[str, Entity]) -> tuple[ComparedEntity, ...]:
    """Return the figures of two or more; none of fewer."""
    entities = list(dict.fromkeys(named[name] for name in choice.names if name in named))
    if len(entities) < LEAST:
        return ()
    return compare_entities(choice.events, entities, choice.query, choice.today)


def compare_lines(choice: CompareChoice) -> Iterator[list[str]]:
    """Yield the rows of the file: one figure each, with a column for each entity."""
    compared = _compare(choice, entities_named(choice.events, choice.type, choice.names))
    yield ["figure", *(each.entity.shown_name for each in compared)]
    yield ["events", *(str(each.outcomes.events) for each in compared)]
    for kind in Kind:
        yield [kind.value, *(str(each.kinds[kind.value]) for each in compared)]
    for name in ("measures", "in_force", "undone", "days"):
        values = (getattr(each.outcomes, name) for each in compared)
        label = "median_days_until_undone" if name == "days" else name
        yield [label, *("" if value is None else str(value) for value in values)]
    for currency in sorted({money.currency for each in compared for money in each.outcomes.money}):
        sums = ({m.currency: m.amount for m in each.outcomes.money} for each in compared)
        yield [f"amount_{currency}", *(str(known.get(currency, "")) for known in sums)]


def _conditions(choice: CompareChoice) -> tuple[Condition, ...]:
    start = compare_parameters(choice.type, choice.names, Query())
    return tuple(
        replace(each, address=f"{start}&{each.address[1:]}".rstrip("&"))
        for each in conditions_of(choice.query)
    )


def _kinds(compared: Sequence[ComparedEntity]) -> list[Kind]:
    return [kind for kind in Kind if any(each.kinds[kind.value] for each in compared)]


def _charts(compared: Sequence[ComparedEntity]) -> tuple[ComparedChart, ...]:
    top = max((bar.total for each in compared for bar in each.chart.bars), default=0)
    drawn = ((each, strip(each.chart, top=top)) for each in compared)
    return tuple(
        ComparedChart(
            each.entity.shown_name,
            chart,
            f"{reverse('timeline')}{parameters_of(replace(each.query, since='', until=''))}&",
        )
        for each, chart in drawn
        if chart
    )


def _rows(compared: Sequence[ComparedEntity]) -> Iterator[ComparedRow]:
    if not compared:
        return
    yield _row(_("Events"), [_count(each.outcomes.events, each.query) for each in compared])
    for kind in _kinds(compared):
        cells = [
            _count(each.kinds[kind.value], narrow(each.query, "kind", kind.value))
            for each in compared
        ]
        yield _row(kind_name(kind), cells)
    yield _row(_("Measures that last"), [_plain(each.outcomes.measures) for each in compared])
    yield _row(
        _("In force today"),
        [_count(each.outcomes.in_force, _in_force(each.query)) for each in compared],
    )
    yield _row(_("Undone by a later act"), [_share(each.outcomes) for each in compared])
    yield _row(_("Median time until undone"), [_days(each.outcomes) for each in compared])
    if any(each.outcomes.money for each in compared):
        yield _row(_("Amounts known"), [_sums(each.outcomes.money) for each in compared])


def _row(label: str, cells: Sequence[ComparedCell]) -> ComparedRow:
    return ComparedRow(label, tuple(cells))


def _count(count: int, query: Query | None) -> ComparedCell:
    return ComparedCell(format_number(count), parameters_of(query) if query and count else "")


def _in_force(query: Query) -> Query | None:
    """Return the query for measures in force today; None if it asks for another status."""
    return None if query.in_force else replace(query, in_force="yes")


def _plain(count: int) -> ComparedCell:
    return ComparedCell(format_number(count))


def _share(outcomes: Outcomes) -> ComparedCell:
    if not outcomes.measures:
        return ComparedCell("–")
    share = round(100 * outcomes.undone / outcomes.measures)
    return ComparedCell(
        _("%(count)s (%(share)s%%)") % {"count": format_number(outcomes.undone), "share": share}
    )


def _days(outcomes: Outcomes) -> ComparedCell:
    if outcomes.days is None:
        return ComparedCell("–")
    days = ngettext("%s day", "%s days", outcomes.days) % format_number(outcomes.days)
    of = ngettext("of %s measure", "of %s measures", outcomes.dated)
    return ComparedCell(f"{days} ({of % format_number(outcomes.dated)})")


def _sums(money: Sequence[KnownSum]) -> ComparedCell:
    sums = [
        f"{format_money(each.amount, each.currency)} ({format_number(each.events)})"
        for each in money
    ]
    return ComparedCell(", ".join(sums) or "–")
