"""Split reports of another act off an event."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from tracker.events.editing.editor import (
    EditError,
    Editor,
    add_corrections,
    lock_event,
    write_checked,
)
from tracker.events.models import Change, Correction, Event, Report
from tracker.events.record import write
from tracker.events.record.checks import ACCEPTED, keep_same_checks, value_of
from tracker.events.record.entities import get_entity
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.records import record_of
from tracker.events.record.values import CREATED, FIGURES, PARTIES, Record


@in_transaction
def split_event(
    event_id: int, reports: Iterable[int], editor: Editor, *, is_certain: bool = True
) -> tuple[Change, Event]:
    """Move reports of an event into a new one, unsure unless `is_certain`; both pages say so. That
    they are two acts confirms no fact of the new one: it keeps the checks that the old one had of
    the same facts. If they were split off before, return that: the form was sent twice.

    Raises EditError if none or all are chosen, or one is not the event's; ConflictError.
    """
    wanted_ids = sorted(set(reports))
    lock(events=[event_id])
    if repeated := _split_before(event_id, wanted_ids):
        return repeated
    event, before = lock_event(event_id, editor)
    leaving = {pk: before.reports[pk] for pk in wanted_ids if pk in before.reports}
    if len(leaving) < len(wanted_ids) or not leaving or len(leaving) == len(before.reports):
        raise EditError(_("Choose at least one report of the event, but not all"))
    new = _create_split_event(event, before, wanted_ids, editor)
    record = keep_same_checks(before, record_of(new))
    state = _state_of(before, record) if is_certain else Event.State.UNSURE
    Event.objects.filter(pk=new.pk).update(state=state)
    new.state = state
    stay = {pk: row for pk, row in before.reports.items() if pk not in leaving}
    targets = {
        event_id: replace(before, reports=stay),
        new.pk: replace(record, state=state.value, reports=leaving),
    }
    change = write_checked(
        {event_id: event, new.pk: new}, targets, editor.action(Change.Verb.SPLIT), new=new.pk
    )
    # The classifier learns only from editors.
    if is_certain:
        add_corrections(new, {Correction.Field.EVENT: new.pk}, editor, change)
    new.refresh_from_db()
    return change, new


def _split_before(event_id: int, reports: Sequence[int]) -> tuple[Change, Event] | None:
    events = Event.objects.visible().filter(split_from=event_id, reports__in=reports).distinct()
    for event in events:
        standing = Report.objects.filter(event=event).order_by("pk").values_list("pk", flat=True)
        change = Change.objects.filter(
            verb=Change.Verb.SPLIT, revisions__event=event, revisions__field=CREATED
        ).first()
        if change and list(standing) == list(reports):
            return change, event
    return None


def _state_of(before: Record, record: Record) -> Event.State:
    """Return the state of a split-off event: reviewed only if an editor accepted what it says."""
    state = Event.State(before.state)
    if state != Event.State.REVIEWED:
        return state
    is_same = all(value_of(before, fact) == value_of(record, fact) for fact in ACCEPTED)
    return state if is_same else Event.State.MACHINE


def _create_split_event(
    event: Event, before: Record, reports: Sequence[int], editor: Editor
) -> Event:
    """Create the event that the split-off reports describe; facts they do not give are copied from
    the old one.
    """
    rows = Report.objects.filter(pk__in=reports, entry__classification__isnull=False)
    classifications = [
        report.entry.classification for report in rows.order_by("pk") if report.entry
    ]
    first = next(
        (classification for classification in classifications if classification.kinds), None
    )
    kinds = tuple(first.kinds) if first else before.kinds
    values = {
        name: tuple(
            dict.fromkeys(
                v for classification in classifications for v in getattr(classification, name)
            )
        )
        if first
        else getattr(before, name)
        for name in ("platforms", "targets", "countries")
    }
    parties = [
        get_entity(PARTIES[name], value)
        for name, values_of_name in values.items()
        for value in values_of_name
    ]
    occurred = first.occurred if first else before.occurred
    new = Event.objects.create(
        kind=kinds[0],
        other_kinds=list(kinds[1:]),
        occurred=occurred,
        occurred_source=first.occurred_source if first else before.occurred_source,
        extent=first.extent if first else before.extent,
        grounds="".join(first.grounds[:1]) if first else before.grounds,
        confidence=first.confidence if first else None,
        kind_confidence=first.kind_confidence if first else None,
        **{name: getattr(first or before, name) for names in FIGURES for name in names},
        split_from=event,
        recorded_at=editor.now,
        changed_at=editor.now,
    )
    write.add_parties([(new, parties)])
    return new
