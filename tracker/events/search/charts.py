"""Count the events of a query by period and kind, platform or country, for charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pyroaring import BitMap

from tracker.classify import Kind
from tracker.events.models import Entity
from tracker.events.search.index import Snapshot
from tracker.events.search.periods import (
    FEW,
    MANY,
    ChartPeriod,
    chart_periods,
    months_of,
    period_of,
)
from tracker.events.wording.names import kind_name
from tracker.events.wording.terms import term
from tracker.partial_date import PartialDate

SERIES = 6  # platforms or countries that a chart tells apart
LATEST = date(2100, 1, 1)  # no chart goes on for ever because of one event of year 2099
CHARTED = ("kind", "platform", "country")


@dataclass(frozen=True)
class Series:
    """One series of a chart: a kind (its value), a platform or a country (the entity's id); "" for
    all others.
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
    periods.
    """

    by: str
    series: tuple[Series, ...] = ()
    bars: tuple[Bar, ...] = ()
    left_out: int = 0


NO_CHART = Chart("kind")


def chart_span(events: Snapshot, chosen: BitMap, today: date) -> tuple[date, date] | None:
    """Return the first and last day of a chart: from the first dated event to today, or to what is
    announced; None without a dated event.
    """
    months = sorted(month for month in events.values("month") if month)
    first = next((m for m in months if chosen.intersect(events.get("month", m))), "")
    if not first:
        return None
    latest = next(m for m in reversed(months) if chosen.intersect(events.get("month", m)))
    last = today
    # Announced acts lie in the future; the chart shows them, up to LATEST.
    if latest > f"{today:%Y-%m}":
        last = period_of(_first_of(latest), "month").until
    return _first_of(first), min(last, LATEST)


def chart_of(
    events: Snapshot,
    chosen: BitMap,
    by: str,
    today: date,
    span: tuple[date, date] | None = None,
) -> Chart:
    """Every period from that of the first dated event to today's, empty ones too; `span` is another
    first and last day, of charts that stand side by side and have FEW periods.
    """
    limits = FEW if span else MANY
    span = span or chart_span(events, chosen, today)
    if span is None:
        return Chart(by, left_out=len(chosen))
    spans = chart_periods(*span, limits)
    series = _series(events, chosen, by)
    bars, shown = [], 0
    for period in spans:
        within = chosen & _within(events, period)
        shown += len(within)
        counts = {v: within.intersection_cardinality(ids) for v, ids in series.items()}
        # Kinds are a closed list and all drawn; of platforms and countries the rest is summed up.
        if by != "kind":
            counts[""] = len(within - BitMap.union(BitMap(), *series.values()))
        bars.append(Bar(period, {value: n for value, n in counts.items() if n}))
    drawn = {value for bar in bars for value in bar.counts}
    named = tuple(one_series for one_series in _named(by, series) if one_series.value in drawn)
    return Chart(by, named, tuple(bars), len(chosen) - shown)


def _within(events: Snapshot, period: ChartPeriod) -> BitMap:
    field, values = "month", list(months_of(period))
    if period.step == "week":
        field = "occurred"
        values = [(period.since + timedelta(days=n)).isoformat() for n in range(7)]
    return events.any_of(field, tuple(values))


def _first_of(month: str) -> date:
    parts = PartialDate.parse(month)
    return date(parts.year, parts.month, 1)


def _series(events: Snapshot, chosen: BitMap, by: str) -> dict[Any, BitMap]:
    if by == "kind":
        return {kind.value: events.get("main_kind", kind.value) for kind in Kind}
    heads = events.heads(by)
    sets = dict(heads)
    return {pk: sets[pk] for pk, n in heads.most(chosen, SERIES).items() if n}


def _named(by: str, series: Mapping[Any, BitMap]) -> tuple[Series, ...]:
    if by == "kind":
        return tuple(Series(kind.value, kind_name(kind)) for kind in Kind)
    names = {entity.pk: entity.shown_name for entity in Entity.objects.filter(pk__in=series)}
    return (*(Series(pk, names[pk]) for pk in series), Series("", term("others")))
