"""Store readers' suggestions about events, and editors' answers."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.events.models import Event, ReportVote, SubmittedLink, Suggestion
from tracker.locks import AN_HOUR, lock, sender_wait

AT_MOST = (5, 10, 20)  # suggestions an hour from one sender, and from the networks around it
AT_MOST_IN_ALL = 200  # an hour from all together


class TooManySuggestionsError(Exception):
    """More suggestions than are accepted; `retry_after` says how long to wait."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too many suggestions")
        self.retry_after = retry_after


class SuggestionAnswerError(ValueError):
    """An answer that cannot be stored; the message says why."""


def add_suggestion(
    event: Event, *, field: str, text: str, url: str, origin: str, now: datetime
) -> Suggestion:
    """Store a reader's suggestion; `origin` identifies the sender. The same one again from the same
    sender, while it is open, is stored once.

    Raises TooManySuggestionsError.
    """
    with transaction.atomic():
        # Counted one after the other, or simultaneous requests would all pass the limit.
        lock("suggesting")
        same = Suggestion.objects.filter(event=event, field=field, text=text, url=url)
        repeated = same.filter(origin=origin, state=Suggestion.State.OPEN).first()
        if repeated:
            return repeated
        check_rate(Suggestion.objects.all(), origin, now)
        return Suggestion.objects.create(
            event=event, field=field, text=text, url=url, origin=origin, at=now
        )


def check_rate(
    sent: QuerySet[Suggestion] | QuerySet[SubmittedLink] | QuerySet[ReportVote],
    origin: str,
    now: datetime,
) -> None:
    """Raise TooManySuggestionsError if the sender, a network around it, or all together sent too
    much in an hour.
    """
    wait = sender_wait(sent, origin, AT_MOST, now)
    lately = sent.filter(at__gt=now - AN_HOUR).order_by("-at")
    times = list(lately.values_list("at", flat=True)[:AT_MOST_IN_ALL])
    if len(times) == AT_MOST_IN_ALL:
        wait = max(wait, times[-1] + AN_HOUR - now)
    if wait:
        raise TooManySuggestionsError(wait)


def answer_suggestion(
    suggestion_id: int, *, state: str, answer: str, by: str, now: datetime
) -> Suggestion:
    """Accept or decline a suggestion, once; the answer is shown at the event.

    Raises SuggestionAnswerError if it is declined without an answer, or was answered already.
    """
    if state not in {Suggestion.State.ACCEPTED, Suggestion.State.DECLINED}:
        raise SuggestionAnswerError(_("“%s” is not an answer") % state)
    if state == Suggestion.State.DECLINED and not answer.strip():
        raise SuggestionAnswerError(_("Give a reason for declining. The event’s page will show it"))
    count = Suggestion.objects.filter(pk=suggestion_id, state=Suggestion.State.OPEN).update(
        state=state, answer=answer[:500], by=by[:150], answered_at=now
    )
    suggestion = Suggestion.objects.get(pk=suggestion_id)
    stored = (suggestion.state, suggestion.answer, suggestion.by)
    if not count and stored != (state, answer[:500], by[:150]):  # else the form was sent twice
        raise SuggestionAnswerError(_("This suggestion has already been answered"))
    return suggestion
