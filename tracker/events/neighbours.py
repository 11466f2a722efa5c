"""The stored events that an entry may belong to, with what grouping compares of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from tracker.classify import Coverage
from tracker.events import entities, grouping
from tracker.events.entities import ids_of_all, target_slug, value_of
from tracker.events.grouping import Facts
from tracker.events.models import Classification, Entity, Event, Party

COMPARED = 60  # events that an entry is compared with: of the same target, then the nearest in time
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

# What an event itself says of what is compared.
OWN = ("kind", "other_kinds", "occurred", "occurred_source", "extent", "state")

Neighbour = tuple[int, list[Facts]]


def lock_platforms(slugs: Iterable[str]) -> None:
    """One grouping at a time a company, until the end of the transaction: two workers would each
    open an event for one act.
    """
    heads = {min(grouping.with_family({slug})) for slug in slugs}
    rows = [entities.entity(Entity.Type.PLATFORM, slug).pk for slug in sorted(heads)]
    list(Entity.objects.select_for_update().filter(pk__in=rows).order_by("pk"))


def neighbours(facts: Facts, today: date) -> list[Neighbour]:
    """Events with the same target, or on the same platforms (or their family) with one of the same
    kinds, near the day of `facts`; an entry without a day is of about `today`.
    """
    platforms, targets = ids_of_all(
        [
            (Entity.Type.PLATFORM, grouping.with_family(facts.platforms)),
            (Entity.Type.TARGET, map(target_slug, facts.targets)),
        ]
    )
    first, last = grouping.day_span(facts.occurred) or (today, today)
    is_report = facts.coverage == Coverage.REPORT
    low = first - timedelta(days=grouping.REPORT_DAYS if is_report else grouping.LATER_DAYS)
    high = last + timedelta(days=grouping.LATER_DAYS)
    alike = Party.objects.filter(
        Q(entity__in=platforms, kind__in=facts.kinds) | Q(entity__in=targets),
        around__range=(f"{low:%Y-%m}", high.isoformat()),  # the month itself sorts before its days
    )
    wanted = set(targets)
    found: dict[int, tuple[bool, int, int]] = {}
    for event, entity, around in alike.values_list("event", "entity", "around"):
        place = (entity not in wanted, abs((_first_day(around) - first).days), -event)
        found[event] = min(place, found.get(event, place))
    return load(sorted(found, key=lambda event: found[event])[:COMPARED])


def _first_day(around: str) -> date:
    return date.fromisoformat(around if len(around) == 10 else f"{around}-01")


def load(ids: Sequence[int]) -> list[Neighbour]:
    """What grouping compares of visible events: the facts of each report, as the classifier read
    them; but what an editor or a history decided holds for all of them.
    """
    wanted = Event.objects.visible().filter(pk__in=ids).only(*OWN)
    stored = {event.pk: event for event in wanted}
    events = {pk: stored[pk] for pk in ids if pk in stored}
    reports: dict[int, list[Facts]] = defaultdict(list)
    rows = Classification.objects.filter(entry__reports__event__in=events, coverage__gt="")
    columns = ("entry__reports__event", *READ)
    ordered = rows.order_by("entry__reports").values_list(*columns)
    for event_id, *told in ordered[:REPORTS_READ]:
        pairs = zip(READ.values(), told, strict=True)
        reports[event_id].append(Facts(*(become(value) for become, value in pairs)))
    decided = [pk for pk, e in events.items() if pk not in reports or _is_decided(e)]
    for pk, own in own_facts([events[pk] for pk in decided]).items() if decided else ():
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
