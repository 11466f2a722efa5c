"""For readers: say that an article does not belong to an event, without an account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.events.editing.actions import EditError, Editor
from tracker.events.models import Report
from tracker.events.record.write import ConflictError
from tracker.events.review.suggestions import TooManySuggestionsError
from tracker.events.review.votes import (
    VoteError,
    Voter,
    standing_reports,
    take_out,
    vote_out,
)
from tracker.web.editor import is_editor
from tracker.web.pages.render import render_page
from tracker.web.pages.voting import build_vote_page
from tracker.web.senders import origin_of
from tracker.web.views.editors.review import error_message


@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, event_id: int, report_id: int) -> HttpResponse:
    """Ask before counting a vote; an editor's vote removes the article at once."""
    report = get_object_or_404(standing_reports(), pk=report_id, event=event_id)
    may_take_out = is_editor(request.user)
    if request.method != "POST":
        return render_page(
            request, "web/vote.html", build_vote_page(report, is_editor=may_take_out)
        )
    try:
        message = _take_out(request, report) if may_take_out else _count(request, report)
    except TooManySuggestionsError as error:
        minutes = int(error.retry_after.total_seconds() // 60) + 1
        page = build_vote_page(report, is_editor=may_take_out, minutes=minutes)
        answer = render_page(request, "web/vote.html", page, status=429)
        answer["Retry-After"] = str(minutes * 60)
        return answer
    except (VoteError, EditError, ConflictError) as error:
        messages.error(request, error_message(error))
    else:
        messages.success(request, message)
    return redirect("event", event_id)


def _take_out(request: HttpRequest, report: Report) -> str:
    take_out(report, Editor(request.user.get_username(), timezone.now()))
    return _("Took the article out of event %s.") % report.event_id


def _count(request: HttpRequest, report: Report) -> str:
    now = timezone.now()
    # A vote counts once per report, whatever the day, so the hash changes with the report instead,
    # and nobody can be tracked between reports (decisions D71 and D158).
    # It also changes with the event: a report that moved can be voted on again.
    purpose = f"vote {report.event_id} {report.pk}"
    once = origin_of(request, purpose, report.added_at.date())
    today = origin_of(request, "suggestion", now.date())
    dispute = vote_out(report, Voter(once.sender, once.network, today.sender), now)
    if dispute is None:
        return _("Thank you. Your vote has been counted.")
    if dispute.change_id is None:
        return _("Thank you. An editor will decide.")
    return _("Thank you. The article was taken out; an editor will look at it.")
