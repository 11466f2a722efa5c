"""Choose events by ranges: of days, moments and numbers, and by whether a measure is in force."""

from bisect import bisect_left, bisect_right
from operator import itemgetter

from pyroaring import BitMap

from tracker.classify import Kind
from tracker.events.in_force import ENDED, IN_FORCE, LASTING, UNKNOWN, asked_status
from tracker.events.models import Event
from tracker.events.search.facts import EFFECTIVE, MOMENTS, MONTHS, ids_of
from tracker.events.search.language.days import edge_moments
from tracker.events.search.language.questions import bounds, stored_bounds
from tracker.events.search.language.spans import day_bounds, number_bounds
from tracker.events.search.query import NUMBERS, Query
from tracker.index.sets import Sets, union
from tracker.partial_date import month_text


def range_conditions(query: Query, sets: Sets, today: str) -> dict[str, BitMap]:
    """Return what a query asks of days, moments and numbers on a day: the events by field."""
    conditions: dict[str, BitMap] = {}
    if any(bounds(query, today)):
        conditions["dates"] = between(sets, *bounds(query, today))
    for name, span in (("recorded", query.recorded), ("changed", query.changed)):
        if span:
            conditions[name] = _stored_between(sets, name, *stored_bounds(span, today))
    if query.effective:
        days = day_bounds(query.effective, today)
        conditions["effective"] = between(sets, *days, EFFECTIVE)
    for name in NUMBERS:
        if span := getattr(query, name):
            conditions[name] = with_number(sets, name, *number_bounds(span))
    if query.in_force:
        status, day = asked_status(query.in_force, today)
        conditions["in_force"] = in_force_on(sets, day)[status]
    return conditions


def between(sets: Sets, low: str, high: str, field: str = "occurred") -> BitMap:
    """Return the events with a known day from `low` to `high`, as text, "" for open."""
    months = sets.values(MONTHS[field])
    whole_months = [m for m in months if m and low <= m and (not high or f"{m}-31" <= high)]
    edges = {
        m
        for m in (month_text(low), month_text(high))
        if m and m in months and m not in whole_months
    }
    days = [
        events
        for day, events in sets.values(field).items()
        if month_text(day) in edges and low <= day and (not high or day <= high)
    ]
    return union([*(months[m] for m in whole_months), *days])


def _stored_between(sets: Sets, field: str, low: str, high: str) -> BitMap:
    """Return the events recorded or changed from `low` to `high`, days or times, "" for open."""
    edges = {end[:10] for end in (low, high) if "T" in end}
    # Days cut by a time are looked up in the rows, whole days in the sets.
    events = between(sets, low[:10], high[:10], field) - union(
        sets.get(field, day) for day in edges
    )
    column = MOMENTS[field]
    for day in edges:
        first, last = edge_moments(day, low, high)
        rows = Event.objects.filter(**{f"{column}__gte": first, f"{column}__lt": last})
        events = events | ids_of(rows)
    return events


def with_number(sets: Sets, field: str, low: int, high: int) -> BitMap:
    """Return the events with a number ("1200", or one after a currency) from `low` to `high`."""

    def by_number() -> tuple[list[int], list[BitMap]]:
        pairs = [(int(text.split(" ")[-1]), ids) for text, ids in sets.values(field).items()]
        pairs.sort(key=itemgetter(0))
        return [number for number, _ in pairs], [ids for _, ids in pairs]

    numbers, events = sets.derive(("numbers", field), by_number)
    return union(events[bisect_left(numbers, low) : bisect_right(numbers, high)])


def in_force_on(sets: Sets, day: str) -> dict[str, BitMap]:
    """Return the lasting measures that began by a day, by their status then (status_on)."""
    begun = between(sets, "", day) & union(sets.get("kind", kind) for kind in LASTING)
    begun = begun - sets.get("kind", Kind.REINSTATEMENT.value)
    ended = begun & between(sets, "", day, "ended")
    unknown = begun & sets.get("ended", "") & between(sets, "", day, "unknown_from")
    return {IN_FORCE: begun - ended - unknown, ENDED: ended, UNKNOWN: unknown}
