"""Let readers vote that an article does not belong to an event: three votes take it out, an
editor's at once. Editors decide on the dispute.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.events.editing.actions import (
    EditError,
    Editor,
    split_event,
    undo_change,
    withdraw_report,
)
from tracker.events.models import Change, Event, Report, ReportDispute, ReportVote
from tracker.events.reasons import Reason
from tracker.events.record.values import READERS
from tracker.events.record.write import ConflictError
from tracker.events.review.suggestions import check_rate
from tracker.locks import lock

NEEDED = 3  # votes, each from a different network


class VoteError(ValueError):
    """A vote or decision that cannot be counted; the message says why."""


@dataclass(frozen=True)
class Voter:
    """Keyed hashes of a reader: address and network, valid for one report only, and the address on
    this day.
    """

    voter: str
    network: str
    origin: str


def vote_out(report_id: int, voter: Voter, now: datetime) -> ReportDispute | None:
    """Count a reader's vote, once per report, and return the dispute if the vote opened one.

    Raises VoteError for a second vote or an unknown report, TooManySuggestionsError.
    """
    with transaction.atomic():
        # Counted one after the other, or simultaneous requests would all be the last vote, or none.
        lock("voting")
        report = standing_reports().filter(pk=report_id).first()
        if report is None:
            raise VoteError(_("This article is no longer in the event"))
        check_rate(ReportVote.objects.all(), voter.origin, now)
        _vote, is_new = ReportVote.objects.get_or_create(
            report=report,
            voter=voter.voter,
            defaults={"network": voter.network, "origin": voter.origin, "at": now},
        )
        if not is_new:
            raise VoteError(_("You have already voted on this article"))
        # People with many addresses usually have them in one network.
        networks = set(uncounted_votes(report).values_list("network", flat=True))
        if len(networks) < NEEDED:
            return None
    return _open_dispute(report, len(networks), now)


def standing_reports() -> QuerySet[Report]:
    """Select the reports of events that have a page."""
    return Report.objects.filter(event__in=Event.objects.visible()).select_related("event")


def uncounted_votes(report: Report) -> QuerySet[ReportVote]:
    return report.votes.filter(dispute=None)


def _open_dispute(report: Report, count: int, now: datetime) -> ReportDispute:
    """Take the report out and ask an editor whether that is right."""
    reasons = (Reason("voted_out", (count,)),)
    event_id = report.event_id
    try:
        change = take_out(report, Editor(READERS, now, reasons=reasons), is_certain=False)
    except (EditError, ConflictError):
        # The event's last article, or one that the record needs there.
        change = None
    with transaction.atomic():
        waiting = ReportDispute.objects.filter(
            report=report, event=event_id, state=ReportDispute.State.OPEN
        )
        dispute = waiting.first() or ReportDispute.objects.create(
            event_id=event_id, report=report, change=change, at=now
        )
        uncounted_votes(report).update(dispute=dispute)
    return dispute


def take_out(report: Report, editor: Editor, *, is_certain: bool = True) -> Change:
    """Take an article out of its event: it stays in others, or else becomes an event of its own,
    unsure unless `is_certain`.

    Raises EditError for an event's only article, ConflictError.
    """
    others = Report.objects.filter(entry=report.entry_id).exclude(pk=report.pk)
    if report.entry_id is not None and others.exists():
        return withdraw_report(report.event_id, report.pk, editor)
    change, _event = split_event(report.event_id, [report.pk], editor, is_certain=is_certain)
    return change


def answer_dispute(dispute_id: int, state: str, editor: Editor) -> ReportDispute:
    """Put the article back into the event by undoing its removal, or leave it out; once.

    Raises VoteError if it was answered already, EditError or ConflictError if it cannot be undone.
    """
    if state not in {ReportDispute.State.RETURNED, ReportDispute.State.LEFT_OUT}:
        raise VoteError(_("“%s” is not an answer") % state)
    with transaction.atomic():
        waiting = ReportDispute.objects.filter(pk=dispute_id, state=ReportDispute.State.OPEN)
        if not waiting.update(state=state, by=editor.by[:150], answered_at=editor.now):
            raise VoteError(_("This has already been answered"))
        dispute = ReportDispute.objects.get(pk=dispute_id)
        is_returned = state == ReportDispute.State.RETURNED
        is_undone = Change.objects.filter(undoes=dispute.change_id).exists()
        if is_returned and dispute.change_id is not None and not is_undone:
            undo_change(dispute.change_id, editor)
    return dispute
