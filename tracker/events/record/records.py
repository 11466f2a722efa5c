"""Return the records of events, as they are now and as they were at a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tracker.events.models import Event, EventEntity, Link, Report, Revision
from tracker.events.record.entities import entity_value
from tracker.events.record.values import FIGURES, PARTIES, Record, revert_revision


def record_of(event: Event) -> Record:
    """Return the event's current record."""
    return records_of([event])[event.pk]


def records_of(events: Sequence[Event]) -> dict[int, Record]:
    """Return the current records of events by id; four queries in all."""
    if not events:
        return {}
    ids = [event.pk for event in events]
    names = {kind.value: name for name, kind in PARTIES.items()}
    parties: dict[int, dict[str, list[str]]] = {pk: {name: [] for name in PARTIES} for pk in ids}
    own: dict[int, dict[str, tuple[int, ...]]] = {pk: dict.fromkeys(PARTIES, ()) for pk in ids}
    stored = EventEntity.objects.filter(event__in=ids).select_related("entity__merged_into")
    for party in stored.order_by("pk"):
        party_entity = party.entity.itself
        values = parties[party.event_id][names[party_entity.type]]
        own[party.event_id][names[party_entity.type]] += (party.entity_id,)
        # Two entities that were merged are one name here (decision D66).
        if (value := entity_value(party_entity)) not in values:
            values.append(value)
    sets = _sets(ids)
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
            entity_ids=own[event.pk],
            **sets[event.pk],
        )
        for event in events
    }


def _sets(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the reports and links of events, by id."""
    sets: dict[int, dict[str, Any]] = {
        pk: {"reports": {}, "roles": {}, "links": {}, "linked_from": {}} for pk in ids
    }
    # A withdrawn report keeps its role, which earlier records need.
    reports = Report.stored.filter(event__in=ids).order_by("pk")
    columns = ("event", "pk", "url", "entry__link", "role", "withdrawn_at")
    for pk, report, url, link, role, withdrawn_at in reports.values_list(*columns):
        sets[pk]["roles"][report] = (report, role)
        if withdrawn_at is None:
            sets[pk]["reports"][report] = (report, url or link or "")
    links = Link.objects.order_by("pk").values_list("source", "target", "type", "state")
    for source, target, kind, state in links.filter(source__in=ids):
        sets[source]["links"][kind, target] = (kind, target, state)
    for source, target, kind, state in links.filter(target__in=ids):
        sets[target]["linked_from"][kind, source] = (kind, source, state)
    return sets


def _figures(event: Event) -> dict[str, Any]:
    names = ("ended_on", *(name for names in FIGURES for name in names))
    return {name: getattr(event, name) for name in names}


def all_as_of(events: Sequence[Event], at: datetime) -> dict[int, Record]:
    """Return the records of events as they were at that moment, by id, without those not yet
    recorded.
    """
    recorded = [event for event in events if event.recorded_at <= at]
    records = records_of(recorded)
    # The present record with later changes reverted: no snapshots are stored (decision D63).
    revisions = Revision.objects.filter(event__in=records, at__gt=at).order_by("-pk")
    columns = ("event", "field", "before", "after", "entities")
    for pk, name, before, after, entities in revisions.values_list(*columns):
        records[pk] = revert_revision(records[pk], (name, before, after), entities)
    return records
