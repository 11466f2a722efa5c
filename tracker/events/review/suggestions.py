"""Readers' suggestions about events, and editors' answers."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.events.models import Event, SubmittedLink, Suggestion
from tracker.locks import lock

AN_HOUR = timedelta(hours=1)
AT_MOST = 5  # suggestions an hour from one address
AT_MOST_IN_ALL = 200  # an hour from all together


class TooManySuggestionsError(Exception):
    """More suggestions than are accepted; `retry_after` says how long to wait."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too many suggestions")
        self.retry_after = retry_after


class SuggestionAnswerError(ValueError):
    """An answer that cannot be stored; the text says why."""


def add_suggestion(
    event: Event, *, field: str, text: str, url: str, origin: str, now: datetime
) -> Suggestion:
    """Store a reader's suggestion; `origin` identifies the sender.

    Raises TooManySuggestionsError.
    """
    with transaction.atomic():
        # Counted one after the other: requests at once would all pass the limit.
        lock("suggesting")
        check_rate(Suggestion.objects.all(), origin, now)
        return Suggestion.objects.create(
            event=event, field=field, text=text, url=url, origin=origin, at=now
        )


def check_rate(
    sent: QuerySet[Suggestion] | QuerySet[SubmittedLink], origin: str, now: datetime
) -> None:
    """Raise TooManySuggestionsError if the sender, or all together, sent too much in an hour."""
    lately = sent.filter(at__gt=now - AN_HOUR).order_by("at")
    for rows, limit in ((lately.filter(origin=origin), AT_MOST), (lately, AT_MOST_IN_ALL)):
        times = list(rows.values_list("at", flat=True)[: limit + 1])
        if len(times) >= limit:
            raise TooManySuggestionsError(times[0] + AN_HOUR - now)


def answer_suggestion(
    suggestion_id: int, *, state: str, answer: str, by: str, now: datetime
) -> Suggestion:
    """Accept or decline a suggestion, once; the answer is shown at the event.

    Raises SuggestionAnswerError for a refusal without words, or if it was answered already.
    """
    if state not in {Suggestion.State.ACCEPTED, Suggestion.State.DECLINED}:
        raise SuggestionAnswerError(_("“%s” is not an answer") % state)
    if state == Suggestion.State.DECLINED and not answer.strip():
        raise SuggestionAnswerError(_("Give a reason for declining. The event’s page will show it"))
    count = Suggestion.objects.filter(pk=suggestion_id, state=Suggestion.State.OPEN).update(
        state=state, answer=answer[:500], by=by[:150], answered_at=now
    )
    if not count:
        raise SuggestionAnswerError(_("This suggestion has already been answered"))
    return Suggestion.objects.get(pk=suggestion_id)
