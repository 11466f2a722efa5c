"""Record an event by hand, from an article that the tracker has."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tracker import locks
from tracker.events.editing.editor import EditError, Editor, write_checked
from tracker.events.editing.edits import (
    EDITED,
    EventEdit,
    check_grounds,
    check_platforms,
    check_values,
    current_values,
)
from tracker.events.editing.reports import waiting_report
from tracker.events.models import Change, Event, Report, Revision
from tracker.events.record import checks, write
from tracker.events.record.entities import entity_value, get_entity
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.records import record_of
from tracker.events.record.values import CREATED, PARTIES, Record
from tracker.feeds.models import Entry


@in_transaction
def record_event(entry_id: int, edit: EventEdit, editor: Editor) -> tuple[Change, Event]:
    """Record the act that an article reports, and return it; the article stays where it stands. If
    the same facts were recorded from it before, return that event: the form was sent twice.

    Raises EditError for a bad value or an unknown article.
    """
    check_values(edit)
    locks.lock(f"recording {entry_id}")
    return _recorded_before(entry_id, edit) or record_act(entry_id, edit, editor)


def _recorded_before(entry_id: int, edit: EventEdit) -> tuple[Change, Event] | None:
    reports = Report.objects.filter(entry=entry_id, event__in=Event.objects.visible())
    recorded = Revision.objects.filter(
        field=CREATED, change__verb=Change.Verb.RECORD, event__in=reports.values("event")
    )
    facts = _comparable(edit)
    for revision in recorded.select_related("change", "event").order_by("pk"):
        if revision.change and _comparable(current_values(revision.event)) == facts:
            return revision.change, revision.event
    return None


def _comparable(edit: EventEdit) -> tuple[EventEdit, list[set[str]]]:
    """Return facts with the parties by their present names, in no order."""
    parties = [
        {entity_value(get_entity(entity_type, value)) for value in getattr(edit, name)}
        for name, entity_type in PARTIES.items()
    ]
    without: dict[str, Any] = dict.fromkeys(PARTIES, ())
    return replace(edit, **without), parties


@in_transaction
def record_act(
    entry_id: int, edit: EventEdit, editor: Editor, also: Mapping[int, Record] | None = None
) -> tuple[Change, Event]:
    """Record an act as record_event does, but also if it was recorded before. `also` are records of
    other events that change with it.
    """
    check_values(edit)
    check_grounds(edit.grounds)
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise EditError(_("Choose an article that the tracker has stored"))
    if not edit.platforms:
        raise EditError(_("Choose at least one platform"))
    check_platforms(edit.platforms, ())
    event = _create_event(entry, edit, editor)
    report = waiting_report(event, entry, Report.Role.REPORT, editor)
    record = record_of(event)
    known = [fact for fact in checks.FACTS if any(checks.value_of(record, fact))]
    checked = checks.check_facts(
        record, known, checks.CONFIRMED, editor.by, editor.now, is_new=True
    )
    after = replace(checked, reports={report.pk: (report.pk, entry.link)})
    act = editor.action(Change.Verb.RECORD)
    records = {**(also or {}), event.pk: after}
    change = write_checked(lock(events=records), records, act, new=event.pk)
    Entry.objects.filter(pk=entry_id).update(is_evidence=True)
    event.refresh_from_db()
    return change, event


def _create_event(entry: Entry, edit: EventEdit, editor: Editor) -> Event:
    """Create the event with its parties; its other facts are written by the editor's edit."""
    standing = Report.objects.filter(entry=entry, event__in=Event.objects.visible())
    first = standing.order_by("pk").first()
    facts = {name: getattr(edit, name) for name in EDITED if name not in {"kinds", *PARTIES}}
    event = Event.objects.create(
        kind=edit.kinds[0],
        other_kinds=list(edit.kinds[1:]),
        **facts,
        occurred_source=checks.EDITOR if edit.occurred else "",
        state=Event.State.REVIEWED,
        # Undoing redirects its address to the article's former event.
        split_from=first.event if first else None,
        recorded_at=editor.now,
        changed_at=editor.now,
    )
    parties = [
        get_entity(entity_type, value)
        for name, entity_type in PARTIES.items()
        for value in getattr(edit, name)
    ]
    write.add_parties([(event, parties)])
    return lock(events=[event.pk])[event.pk]
