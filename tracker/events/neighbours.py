"""The stored events that an entry may belong to, with what grouping compares of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from tracker.classify import Coverage
from tracker.events import grouping
from tracker.events.entities import entity, ids_of, value_of
from tracker.events.grouping import Facts
from tracker.events.models import Entity, Event, Party, Report

COMPARED = 100  # events that an entry is compared with, the nearest in time
UNDATED = 30  # of these without a day, the newest
REPORTS_READ = 2_000  # of all of them together

# The columns of a classification in the order of Facts, and what each becomes.
READ: dict[str, Callable[[Any], Any]] = {
    "kinds": tuple,
    "platforms": tuple,
    "targets": frozenset,
    "countries": tuple,
    "occurred": str,
    "coverage": str,
    "extent": str,
    "details": frozenset,
    "language": str,
}

Neighbour = tuple[int, list[Facts]]


def lock_platforms(slugs: Iterable[str]) -> None:
    """One grouping at a time a company, until the end of the transaction: two workers would each
    open an event for one act.
    """
    heads = {min(grouping.with_family({slug})) for slug in slugs}
    rows = [entity(Entity.Type.PLATFORM, slug).pk for slug in sorted(heads)]
    list(Entity.objects.select_for_update().filter(pk__in=rows).order_by("pk"))


def neighbours(facts: Facts, today: date) -> list[Neighbour]:
    """Events with the same target, or on the same platforms (or their family) with one of the same
    kinds, near the day of `facts`; an entry without a day is of about `today`.
    """
    platforms = ids_of(Entity.Type.PLATFORM, grouping.with_family(facts.platforms))
    targets = [entity(Entity.Type.TARGET, name).pk for name in sorted(facts.targets)]
    alike = Party.objects.filter(
        Q(entity__in=platforms, kind__in=facts.kinds) | Q(entity__in=targets)
    )
    first, last = grouping.day_span(facts.occurred) or (today, today)
    is_report = facts.coverage == Coverage.REPORT
    low = first - timedelta(days=grouping.REPORT_DAYS if is_report else grouping.LATER_DAYS)
    high = last + timedelta(days=grouping.LATER_DAYS)
    near = alike.filter(occurred__range=(low.isoformat(), high.isoformat()))
    months = alike.filter(occurred__in=_months(low, high))
    undated = alike.filter(occurred="").order_by("-event")[:UNDATED]
    found = {
        event: abs((_first_day(occurred) - first).days)
        for event, occurred in near.union(months).values_list("event", "occurred")
    }
    nearest = sorted(found, key=lambda event: (found[event], -event))[:COMPARED]
    return load([*nearest, *undated.values_list("event", flat=True)])


def _months(low: date, high: date) -> list[str]:
    days = range(0, (high - low).days + 28, 28)
    return sorted({f"{min(low + timedelta(days=n), high):%Y-%m}" for n in days})


def _first_day(occurred: str) -> date:
    span = grouping.day_span(occurred)
    return span[0] if span else date.min


def load(ids: Sequence[int]) -> list[Neighbour]:
    """What grouping compares of visible events: the facts of each report, as the classifier read
    them; but what an editor or a history decided holds for all of them.
    """
    events = Event.objects.visible().in_bulk(list(dict.fromkeys(ids)))
    reports: dict[int, list[Facts]] = defaultdict(list)
    rows = Report.objects.filter(event__in=events, entry__classification__coverage__gt="")
    columns = [f"entry__classification__{name}" for name in READ]
    for event_id, *told in rows.order_by("pk").values_list("event", *columns)[:REPORTS_READ]:
        reports[event_id].append(
            Facts(*(make(v) for make, v in zip(READ.values(), told, strict=True)))
        )
    decided = [pk for pk, e in events.items() if pk not in reports or _is_decided(e)]
    for pk, own in own_facts([events[pk] for pk in decided]).items():
        told = reports.get(pk, [])
        reports[pk] = [_with(own, one) for one in told] or [own]
    return [(pk, reports[pk]) for pk in events]


def _is_decided(event: Event) -> bool:
    return event.state == Event.State.REVIEWED or event.occurred_source == "history"


def _with(own: Facts, told: Facts) -> Facts:
    return Facts(
        own.kinds,
        own.platforms,
        own.targets,
        own.countries or told.countries,
        own.occurred,
        told.coverage,
        own.extent or told.extent,
        told.details,
        told.language,
    )


def own_facts(events: Iterable[Event]) -> dict[int, Facts]:
    """The facts of events as their records say them, by id."""
    by_id = {event.pk: event for event in events}
    parties: dict[tuple[int, str], list[str]] = defaultdict(list)
    for party in (
        Party.objects.filter(event__in=by_id).select_related("entity__merged_into").order_by("pk")
    ):
        one = party.entity.itself
        parties[party.event_id, one.type].append(value_of(one))
    return {
        pk: Facts(
            kinds=(event.kind, *event.other_kinds),
            platforms=tuple(parties[pk, Entity.Type.PLATFORM]) or ("",),
            targets=frozenset(parties[pk, Entity.Type.TARGET]),
            countries=tuple(parties[pk, Entity.Type.COUNTRY]),
            occurred=event.occurred,
            extent=event.extent,
        )
        for pk, event in by_id.items()
    }
