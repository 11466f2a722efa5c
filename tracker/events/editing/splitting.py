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
from tracker.events.record.entities import get_entity
from tracker.events.record.locks import in_transaction
from tracker.events.record.records import record_of
from tracker.events.record.values import FIGURES, PARTIES, Record


@in_transaction
def split_event(event_id: int, reports: Iterable[int], editor: Editor) -> tuple[Change, Event]:
    """Move reports of an event into a new one; both addresses say so.

    Raises EditError if none or all are chosen, or one is not the event's; ConflictError.
    """
    wanted_ids = sorted(set(reports))
    event, before = lock_event(event_id, editor)
    leaving = {pk: before.reports[pk] for pk in wanted_ids if pk in before.reports}
    if len(leaving) < len(wanted_ids) or not leaving or len(leaving) == len(before.reports):
        raise EditError(_("Choose at least one report of the event, but not all"))
    new = _create_split_event(event, before, wanted_ids, editor)
    stay = {pk: row for pk, row in before.reports.items() if pk not in leaving}
    targets = {
        event_id: replace(before, reports=stay),
        new.pk: replace(record_of(new), reports=leaving),
    }
    change = write_checked(
        {event_id: event, new.pk: new}, targets, editor.action(Change.Verb.SPLIT), new=new.pk
    )
    add_corrections(new, {Correction.Field.EVENT: new.pk}, editor, change)
    new.refresh_from_db()
    return change, new


def _create_split_event(
    event: Event, before: Record, reports: Sequence[int], editor: Editor
) -> Event:
    """Create the event that the split-off reports describe; where they say nothing, it copies the
    old one.
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
        state=Event.State.REVIEWED,
        split_from=event,
        recorded_at=editor.now,
        changed_at=editor.now,
    )
    write.add_parties([(new, parties)])
    return new
