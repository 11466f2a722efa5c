"""Let one article belong to several events, with its own role in each."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from tracker.events.editing.editor import EditError, Editor, lock_event, write_checked
from tracker.events.models import Change, Event, Report
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.records import record_of
from tracker.events.record.values import Record
from tracker.feeds.models import Entry


class AlreadyInEventError(EditError):
    """The article is in the event already, as after the same form sent twice."""


@in_transaction
def add_entry(
    event_id: int,
    entry_id: int,
    role: str,
    editor: Editor,
    also: Mapping[int, Record] | None = None,
) -> Change:
    """Add a stored article to an event, in addition to those in which it stands. `also` are records
    of other events that change with it.

    Raises EditError for an unknown article or role, AlreadyInEventError, ConflictError.
    """
    _check_role(role)
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise EditError(_("Choose an article that the tracker has stored"))
    event, before = lock_event(event_id, editor)
    if event.state == Event.State.REFUSED:
        raise EditError(_("Event %s was refused. Restore it first") % event_id)
    if Report.objects.filter(event=event, entry=entry).exists():
        raise AlreadyInEventError(_("The article is already in event %s") % event_id)
    report = waiting_report(event, entry, role, editor)
    reports = {**before.reports, report.pk: (report.pk, entry.link)}
    act = editor.action(Change.Verb.ADD)
    records = {**(also or {}), event_id: replace(before, reports=reports)}
    change = write_checked({**lock(events=also or ()), event_id: event}, records, act)
    if report.role != role:  # the row that was taken out keeps its role of then for the past
        now = record_of(event)
        roles = {**now.roles, report.pk: (report.pk, role)}
        role_act = editor.action(Change.Verb.ROLE)
        write_checked({event_id: event}, {event_id: replace(now, roles=roles)}, role_act)
    # Later edits of the article keep the words that the event is based on (decision D33).
    Entry.objects.filter(pk=entry_id).update(is_evidence=True)
    return change


def waiting_report(event: Event, entry: Entry, role: str, editor: Editor) -> Report:
    """Return a report that is not in the event yet: the withdrawn one, whose number past views use,
    or a new one.
    """
    report, _is_new = Report.stored.get_or_create(
        event=event,
        entry=entry,
        defaults={"role": role, "added_at": editor.now, "withdrawn_at": editor.now},
    )
    return report


@in_transaction
def withdraw_report(event_id: int, report_id: int, editor: Editor) -> Change:
    """Remove an article from an event; it stays in the others.

    Raises EditError if the event has no such report, ConflictError if the article would be left
    without an event, or the event without an article, or if the event changed since the editor read
    it.
    """
    event, before = lock_event(event_id, editor)
    _check_report(before, report_id)
    staying = {pk: row for pk, row in before.reports.items() if pk != report_id}
    act = editor.action(Change.Verb.WITHDRAW)
    return write_checked({event_id: event}, {event_id: replace(before, reports=staying)}, act)


@in_transaction
def set_role(event_id: int, report_id: int, role: str, editor: Editor) -> Change:
    """Set the role of an article in an event: report, reaction or analysis. Raises EditError for an
    unknown role or report, ConflictError.
    """
    _check_role(role)
    event, before = lock_event(event_id, editor)
    _check_report(before, report_id)
    roles = {**before.roles, report_id: (report_id, role)}
    act = editor.action(Change.Verb.ROLE)
    return write_checked({event_id: event}, {event_id: replace(before, roles=roles)}, act)


def _check_role(role: str) -> None:
    if role not in Report.Role:
        raise EditError(_("Choose report, reaction or analysis"))


def _check_report(before: Record, report_id: int) -> None:
    if report_id not in before.reports:
        raise EditError(_("Choose a report of the event"))
