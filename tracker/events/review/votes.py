"""Let readers vote that an article does not belong to an event: three votes take it out, an
editor's at once. Editors decide on the dispute, finally.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

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
from tracker.events.record.locks import in_transaction
from tracker.events.record.values import READERS
from tracker.events.record.write import ConflictError
from tracker.events.review.suggestions import check_rate
from tracker.locks import lock

NEEDED = 3  # votes, each from the network of a different provider


class VoteError(ValueError):
    """A vote or decision that cannot be counted; the message says why."""


@dataclass(frozen=True)
class Voter:
    """Keyed hashes of a reader: address and network, valid for one report in one event only, and
    the address on this day. The network's first digit is the version of IP.
    """

    voter: str
    network: str
    origin: str


@in_transaction
def vote_out(report: Report, voter: Voter, now: datetime) -> ReportDispute | None:
    """Count a reader's vote on a report where the reader saw it, once per report and event, and
    return the dispute if the vote opened one.

    Raises VoteError for a second vote or a report that is no longer there,
    TooManySuggestionsError.
    """
    # Counted one after the other, or simultaneous requests would all be the last vote, or none, or
    # each open a dispute of its own.
    lock("voting")
    standing = standing_reports().filter(pk=report.pk, event=report.event_id).first()
    if standing is None:
        raise VoteError(_("This article is no longer in the event"))
    check_rate(ReportVote.objects.all(), voter.origin, now)
    _vote, is_new = ReportVote.objects.get_or_create(
        report=standing,
        voter=voter.voter,
        defaults={"network": voter.network, "origin": voter.origin, "at": now},
    )
    if not is_new:
        raise VoteError(_("You have already voted on this article"))
    count = count_votes(standing)
    return _open_dispute(standing, count, now) if count >= NEEDED else None


def standing_reports() -> QuerySet[Report]:
    """Select the reports of events that have a page."""
    return Report.objects.filter(event__in=Event.objects.visible()).select_related("event")


def count_votes(report: Report) -> int:
    """Return how many networks voted on a report since its last dispute: over IPv4 or over IPv6,
    whichever are more.
    """
    # A person with a line and a phone has two networks of each version, thus never the three.
    networks = set(_uncounted_votes(report).values_list("network", flat=True))
    return max(Counter(network[:1] for network in networks).values(), default=0)


def _uncounted_votes(report: Report) -> QuerySet[ReportVote]:
    return report.votes.filter(dispute=None)


def _open_dispute(report: Report, count: int, now: datetime) -> ReportDispute:
    """Take the report out, if readers may, and ask an editor whether that is right."""
    disputes = ReportDispute.objects.filter(event=report.event_id)
    waiting = disputes.filter(report=report, state=ReportDispute.State.OPEN).first()
    is_theirs = waiting is None and _may_take_out(report, disputes)
    dispute = waiting or ReportDispute.objects.create(
        event_id=report.event_id, report=report, at=now
    )
    # Before the report moves, which ends the other votes on it.
    _uncounted_votes(report).update(dispute=dispute)
    if is_theirs:
        editor = Editor(READERS, now, reasons=(Reason("voted_out", (count,)),))
        # Not the event's last article, nor one that the record needs there.
        with suppress(EditError, ConflictError):
            dispute.change = take_out(report, editor, is_certain=False)
            dispute.save(update_fields=["change"])
    return dispute


def _may_take_out(report: Report, disputes: QuerySet[ReportDispute]) -> bool:
    """Return whether readers' votes alone may take out a report: no editor has put it back before,
    and at least half of the event's reports stay until an editor has decided.
    """
    # Else a few strangers could empty an event, or outvote an editor each time.
    if disputes.filter(report=report, state=ReportDispute.State.RETURNED).exists():
        return False
    waiting = disputes.filter(state=ReportDispute.State.OPEN, change__isnull=False)
    taken_out = waiting.exclude(change__in=Change.objects.all().undone()).count()
    standing = Report.objects.filter(event=report.event_id).count()
    return standing - 1 >= taken_out + 1


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


@in_transaction
def answer_dispute(dispute_id: int, state: str, editor: Editor) -> ReportDispute:
    """Put the article back into the event by undoing its removal, or leave it out; once.

    Raises VoteError if it was answered already, EditError or ConflictError if it cannot be undone.
    """
    if state not in {ReportDispute.State.RETURNED, ReportDispute.State.LEFT_OUT}:
        raise VoteError(_("“%s” is not an answer") % state)
    waiting = ReportDispute.objects.filter(pk=dispute_id, state=ReportDispute.State.OPEN)
    if not waiting.update(state=state, by=editor.by[:150], answered_at=editor.now):
        raise VoteError(_("This has already been answered"))
    dispute = ReportDispute.objects.get(pk=dispute_id)
    is_returned = state == ReportDispute.State.RETURNED
    is_undone = Change.objects.filter(undoes=dispute.change_id).exists()
    if is_returned and dispute.change_id is not None and not is_undone:
        undo_change(dispute.change_id, editor)
    return dispute
