"""The records of events: as they stand, and as they stood at a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tracker.events.models import Event, EventEntity, Link, Report, Revision
from tracker.events.record.entities import entity_value
from tracker.events.record.values import FIGURES, PARTIES, Difference, Record, revert_changes


def record_of(event: Event) -> Record:
    """The record as it stands."""
    return records_of([event])[event.pk]


def records_of(events: Sequence[Event]) -> dict[int, Record]:
    """The records of events as they stand, by id; four queries in all."""
    ids = [event.pk for event in events]
    names = {kind.value: name for name, kind in PARTIES.items()}
    parties: dict[int, dict[str, list[str]]] = {pk: {name: [] for name in PARTIES} for pk in ids}
    stored = EventEntity.objects.filter(event__in=ids).select_related("entity__merged_into")
    for party in stored.order_by("pk"):
        one = party.entity.itself
        values = parties[party.event_id][names[one.type]]
        # Two entities that were merged are one name here (decision D66).
        if (value := entity_value(one)) not in values:
            values.append(value)
    sets: dict[int, dict[str, Any]] = {
        pk: {"reports": {}, "roles": {}, "links": {}, "linked_from": {}} for pk in ids
    }
    reports = Report.objects.filter(event__in=ids).order_by("pk")
    columns = ("event", "pk", "url", "entry__link", "role")
    for pk, report, url, link, role in reports.values_list(*columns):
        sets[pk]["reports"][report] = (report, url or link or "")
        sets[pk]["roles"][report] = (report, role)
    links = Link.objects.order_by("pk").values_list("source", "target", "type", "state")
    for source, target, kind, state in links.filter(source__in=ids):
        sets[source]["links"][kind, target] = (kind, target, state)
    for source, target, kind, state in links.filter(target__in=ids):
        sets[target]["linked_from"][kind, source] = (kind, source, state)
    return {
        event.pk: Record(
            own_headline=event.own_headline,
            kinds=(event.kind, *event.other_kinds),
            grounds=event.grounds,
            extent=event.extent,
            occurred=event.occurred,
            occurred_source=event.occurred_source,
            state=str(event.state),
            merged_into=event.merged_into_id,
            split_from=event.split_from_id,
            **_figures(event),
            platforms=tuple(parties[event.pk]["platforms"]),
            targets=tuple(parties[event.pk]["targets"]),
            countries=tuple(parties[event.pk]["countries"]),
            checks={row[0]: tuple(row) for row in event.checks},
            **sets[event.pk],
        )
        for event in events
    }


def _figures(event: Event) -> dict[str, Any]:
    names = ("ended_on", *(name for names in FIGURES for name in names))
    return {name: getattr(event, name) for name in names}


def record_as_of(event: Event, at: datetime) -> Record | None:
    """The record as it stood at that moment; None if the event was not recorded yet."""
    return all_as_of([event], at).get(event.pk)


def all_as_of(events: Sequence[Event], at: datetime) -> dict[int, Record]:
    """The records of events as they stood at that moment, by id, of those that were recorded."""
    then = [event for event in events if event.recorded_at <= at]
    later: dict[int, list[Difference]] = {event.pk: [] for event in then}
    # The present record with later changes reverted: no snapshots are stored (decision D63).
    revisions = Revision.objects.filter(event__in=later, at__gt=at).order_by("-pk")
    for pk, name, before, after in revisions.values_list("event", "field", "before", "after"):
        later[pk].append((name, before, after))
    now = records_of(then)
    return {pk: revert_changes(record, later[pk]) for pk, record in now.items()}
