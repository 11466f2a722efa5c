"""Record an event by hand, from an article that the tracker has."""

from dataclasses import replace

from django.utils.translation import gettext as _

from tracker.events.editing.editor import EditError, Editor, write_checked
from tracker.events.editing.edits import (
    EDITED,
    EventEdit,
    check_grounds,
    check_platforms,
    check_values,
)
from tracker.events.editing.reports import waiting_report
from tracker.events.models import Change, Event, Report
from tracker.events.record import checks, write
from tracker.events.record.entities import get_entity
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.records import record_of
from tracker.events.record.values import PARTIES
from tracker.feeds.models import Entry


@in_transaction
def record_event(entry_id: int, edit: EventEdit, editor: Editor) -> tuple[Change, Event]:
    """Record the act that an article reports, and return it; the article stays where it stands.

    Raises EditError for a bad value or an unknown article.
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
    change = write_checked({event.pk: event}, {event.pk: after}, act, new=event.pk)
    Entry.objects.filter(pk=entry_id).update(is_evidence=True)
    event.refresh_from_db()
    return change, event


def _create_event(entry: Entry, edit: EventEdit, editor: Editor) -> Event:
    """Create the event with its parties; its other facts are as the editor wrote them."""
    standing = Report.objects.filter(entry=entry, event__in=Event.objects.visible())
    first = standing.order_by("pk").first()
    facts = {name: getattr(edit, name) for name in EDITED if name not in {"kinds", *PARTIES}}
    event = Event.objects.create(
        kind=edit.kinds[0],
        other_kinds=list(edit.kinds[1:]),
        **facts,
        occurred_source=checks.EDITOR if edit.occurred else "",
        state=Event.State.REVIEWED,
        # Undoing leads its address to where the article stood before.
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
