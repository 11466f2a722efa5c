"""Count the events of a query by period and kind, party or another fact, for charts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Q
from pyroaring import BitMap

from tracker.classify import Kind
from tracker.events.queried import QUERIED
from tracker.events.search.facets import name_in
from tracker.events.search.figures.periods import (
    FEW,
    MANY,
    ChartPeriod,
    chart_periods,
    months_of,
    period_of,
)
from tracker.events.search.index.snapshot import Snapshot
from tracker.events.wording.names import kind_name
from tracker.events.wording.terms import term
from tracker.index.sets import union
from tracker.partial_date import PartialDate

SERIES = 6  # values that a chart tells apart, but for kinds
# From this share of all events on (a tenth), a chart takes each period's kinds from sets made once
# for all charts; of fewer events, dividing them by kind is faster.
LARGE = 10
LATEST = date(2100, 1, 1)  # a single event of the year 2099 must not stretch a chart
CHARTED = ("kind", "platform", "country", *QUERIED)


@dataclass(frozen=True)
class Series:
    """One series of a chart: a platform or a country (the entity's id), or the value of another
    fact; "" for all others.
    """

    value: str | int
    name: str


@dataclass(frozen=True)
class Bar:
    """Events of one period by the value of their series."""

    period: ChartPeriod
    counts: Mapping[str | int, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Chart:
    """Events by period and series; `by` is one of CHARTED.

    An event on two platforms counts for each. `left_out` are events whose day is too vague for the
    periods, `unsaid` those of which nobody knows the fact: most have no law.
    """

    by: str
    series: tuple[Series, ...] = ()
    bars: tuple[Bar, ...] = ()
    left_out: int = 0
    unsaid: int = 0


NO_CHART = Chart("kind")


def chart_span(events: Snapshot, chosen: BitMap, today: date) -> tuple[date, date] | None:
    """Return the first and last day of a chart: from the first dated event to today, or to what is
    announced; None without a dated event.
    """
    months = sorted(month for month in events.values("month") if month)
    first = _first_with(events, chosen, months)
    if not first:
        return None
    latest = _first_with(events, chosen, reversed(months))
    last = today
    # Announced acts lie in the future; the chart shows them, up to LATEST.
    if latest > f"{today:%Y-%m}":
        last = period_of(_first_of(latest), "month").until
    return _first_of(first), min(last, LATEST)


def _first_with(events: Snapshot, chosen: BitMap, months: Iterable[str]) -> str:
    """Return the first of these months, given in order, that has a chosen event; "" for none."""
    # Years without one are skipped at once: at a million events, looking through each of their
    # months takes milliseconds.
    for _, group in groupby(months, key=lambda month: PartialDate.parse(month).year):
        year = tuple(group)
        if chosen.intersect(events.any_of("month", tuple(sorted(year)))):
            return next(m for m in year if chosen.intersect(events.get("month", m)))
    return ""


def chart_of(
    events: Snapshot,
    chosen: BitMap,
    by: str,
    today: date,
    span: tuple[date, date] | None = None,
) -> Chart:
    """Return every period from the first dated event to today, empty ones too.

    `span` overrides the first and last day, for charts shown side by side, which have FEW periods.
    """
    limits = FEW if span else MANY
    unsaid = 0
    if by in QUERIED:
        said = chosen & events.derive(f"having {by}", lambda all_: union(all_.values(by).values()))
        chosen, unsaid = said, len(chosen) - len(said)
    span = span or chart_span(events, chosen, today)
    if span is None:
        return Chart(by, left_out=len(chosen), unsaid=unsaid)
    spans = chart_periods(*span, limits)
    series = _series(events, chosen, by)
    # Kinds are a closed list and all drawn; of all others the rest is summed up.
    others = BitMap() if by == "kind" else chosen - union(series.values())
    bars, shown = [], 0
    for period in spans:
        if by == "kind":
            counts = _count_kinds(events, chosen, period)
            shown += sum(counts.values())
        else:
            within = chosen & _within(events, period)
            counts = {v: within.intersection_cardinality(ids) for v, ids in series.items()}
            counts[""] = within.intersection_cardinality(others)
            shown += len(within)
        bars.append(Bar(period, {value: n for value, n in counts.items() if n}))
    drawn = {value for bar in bars for value in bar.counts}
    named = tuple(one for one in _named(events, by, series) if one.value in drawn)
    return Chart(by, named, tuple(bars), len(chosen) - shown, unsaid)


def _within(events: Snapshot, period: ChartPeriod) -> BitMap:
    field, values = "month", list(months_of(period))
    if period.step == "week":
        field = "occurred"
        values = [(period.since + timedelta(days=n)).isoformat() for n in range(7)]
    return events.any_of(field, tuple(values))


def _count_kinds(events: Snapshot, chosen: BitMap, period: ChartPeriod) -> dict[str | int, int]:
    """Return the number of chosen events of a period by main kind, of which each has one."""
    if len(chosen) * LARGE > len(events.visible):
        sets = events.derive(
            f"kinds of a {period.step} from {period.since}",
            lambda every: _kinds_of(every, _within(every, period)),
        )
        return {kind: chosen.intersection_cardinality(ids) for kind, ids in sets.items()}
    within = chosen & _within(events, period)
    return {
        kind.value: within.intersection_cardinality(events.get("main_kind", kind.value))
        for kind in Kind
    }


def _kinds_of(events: Snapshot, within: BitMap) -> dict[str, BitMap]:
    return {kind.value: within & events.get("main_kind", kind.value) for kind in Kind}


def _first_of(month: str) -> date:
    parts = PartialDate.parse(month)
    return date(parts.year, parts.month, 1)


def _series(events: Snapshot, chosen: BitMap, by: str) -> dict[Any, BitMap]:
    if by == "kind":
        return {kind.value: events.get("main_kind", kind.value) for kind in Kind}
    ranked = events.ranked(by) if by in QUERIED else events.heads(by)
    sets = dict(ranked)
    return {value: sets[value] for value, n in ranked.most(chosen, SERIES).items() if n}


def _named(events: Snapshot, by: str, series: Mapping[Any, BitMap]) -> tuple[Series, ...]:
    if by == "kind":
        return tuple(Series(kind.value, kind_name(kind)) for kind in Kind)
    others = Series("", term("others"))
    if by in QUERIED:
        name = name_in(events, by)
        return (*(Series(value, name(value)) for value in series), others)
    names = {entity.pk: entity.shown_name for entity in events.entities(Q(pk__in=list(series)))}
    return (*(Series(pk, names[pk]) for pk in series), others)
