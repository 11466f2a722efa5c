"""Merge two events that are the same act."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from tracker.events.editing.editor import (
    EditError,
    Editor,
    add_corrections,
    check_unchanged,
    write_checked,
)
from tracker.events.models import Change, Correction, Event, Link, Report
from tracker.events.record import checks
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.records import record_of
from tracker.events.record.values import FIGURES, Difference, Record, differences
from tracker.partial_date import PartialDate


def merge_records(gone: Record, into: Record, moved: Mapping[int, tuple[object, ...]]) -> Record:
    """Return the record of an event after another was merged into it: its own values, plus the
    other's parties and reports, and the other's day if that is more precise; pure.
    """
    # A more precise day is the longer text: "2017-10-26", "2017-10", "".
    gone_on, into_on = PartialDate.parse(gone.occurred), PartialDate.parse(into.occurred)
    takes_day = gone_on.known_parts > into_on.known_parts
    merged = replace(
        into,
        kinds=tuple(dict.fromkeys([*into.kinds, *gone.kinds])),
        platforms=tuple(dict.fromkeys([*into.platforms, *gone.platforms])),
        targets=tuple(dict.fromkeys([*into.targets, *gone.targets])),
        countries=tuple(dict.fromkeys([*into.countries, *gone.countries])),
        occurred=gone.occurred if takes_day else into.occurred,
        occurred_source=gone.occurred_source if takes_day else into.occurred_source,
        extent=into.extent or gone.extent,
        ended_on=into.ended_on or gone.ended_on,
        grounds=into.grounds or gone.grounds,
        **{
            name: getattr(into if getattr(into, names[0]) else gone, name)
            for names in FIGURES
            for name in names
        },
        reports={**into.reports, **moved},
    )
    return checks.merge_checks(gone, into, merged)


@in_transaction
def merge_events(event_id: int, into_id: int, editor: Editor) -> Change:
    """Merge an event into another, with its reports, links and followers; its address redirects
    there.

    Raises EditError if both are the same or one is merged already, ConflictError.
    """
    # Links may be added between the query and the lock; those are locked without waiting
    # (locks.py).
    events = lock(events={event_id, into_id, *_linked_sources(event_id)})
    since = _linked_sources(event_id) - events.keys()
    events |= lock(events=since, wait=False)
    gone, into = events[event_id], events[into_id]
    if event_id == into_id or gone.merged_into_id or into.merged_into_id:
        raise EditError(_("Choose two different events that have not been merged"))
    check_unchanged(gone, editor)
    records = {pk: record_of(event) for pk, event in events.items()}
    moved = _reports_to_move(gone, into, records[event_id])
    targets = {pk: _redirect_links(record, pk, event_id, into_id) for pk, record in records.items()}
    links = _combine_links(records[event_id], targets[into_id], into_id)
    targets[into_id] = replace(
        merge_records(records[event_id], targets[into_id], moved), links=links
    )
    staying = {pk: record for pk, record in records[event_id].reports.items() if pk not in moved}
    targets[event_id] = replace(records[event_id], merged_into=into_id, reports=staying, links={})
    change = write_checked(events, targets, editor.action(Change.Verb.MERGE))
    add_corrections(into, {Correction.Field.EVENT: into_id}, editor, change, reports=moved)
    return change


@dataclass(frozen=True)
class MergePreview:
    """The effects of a merge: changes of the remaining event, how many reports it gets and how many
    it already has, and how many links lead to it afterwards.
    """

    differences: tuple[Difference, ...]
    moved: int
    doubles: int
    links: int


def preview_merge(event_id: int, into_id: int) -> MergePreview:
    """Return what merge_events would do; nothing is stored."""
    events = Event.objects.in_bulk([event_id, into_id])
    gone, into = events[event_id], events[into_id]
    gone_record, before = record_of(gone), record_of(into)
    moved = _reports_to_move(gone, into, gone_record)
    after = merge_records(gone_record, before, moved)
    changed = tuple(d for d in differences(before, after) if d[0] != "report")
    links = len(gone_record.links) + len(gone_record.linked_from)
    return MergePreview(changed, len(moved), len(gone_record.reports) - len(moved), links)


def _linked_sources(event_id: int) -> set[int]:
    return set(Link.objects.filter(target=event_id).values_list("source", flat=True))


def _reports_to_move(gone: Event, into: Event, record: Record) -> dict[int, tuple[object, ...]]:
    """Return the reports that the remaining event lacks, by id, with their addresses. A report in
    both stays with the merged event; one that was withdrawn from the remaining event is restored in
    its former row there.
    """
    rows = Report.stored.filter(event=into).values_list("pk", "entry", "url", "withdrawn_at")
    own = {entry or url: (pk, withdrawn_at) for pk, entry, url, withdrawn_at in rows}
    moved: dict[int, tuple[object, ...]] = {}
    for pk, entry, url in Report.objects.filter(event=gone).values_list("pk", "entry", "url"):
        if (entry or url) not in own:
            moved[pk] = record.reports[pk]
            continue
        other, withdrawn_at = own[entry or url]
        if withdrawn_at is not None:
            moved[other] = (other, record.reports[pk][1])
    return moved


def _redirect_links(record: Record, pk: int, gone: int, into: int) -> Record:
    """Return the record with links to the merged event leading to the remaining one."""
    links: dict[tuple[str, int], tuple[object, ...]] = {}
    # Its own links to the remaining event come first.
    for (kind, other), row in sorted(record.links.items(), key=lambda item: item[0][1] == gone):
        to = into if other == gone else other
        if to != pk:
            moved = (kind, to, row[2])
            links[kind, to] = _surer(links.get((kind, to), moved), moved)
    return replace(record, links=links)


def _combine_links(
    gone: Record, into: Record, into_id: int
) -> dict[tuple[str, int], tuple[object, ...]]:
    links = {key: row for key, row in gone.links.items() if key[1] != into_id}
    return links | {key: _surer(row, links.get(key, row)) for key, row in into.links.items()}


def _surer(own: tuple[object, ...], other: tuple[object, ...]) -> tuple[object, ...]:
    """Return the link that stays of two that fall together: a decided one instead of a proposed
    one; otherwise the first.
    """
    return other if own[2] == Link.State.PROPOSED else own
