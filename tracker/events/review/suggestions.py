"""What readers suggest about an event, and what editors answer."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.events.models import Event, Suggestion
from tracker.locks import lock

AN_HOUR = timedelta(hours=1)
AT_MOST = 5  # suggestions an hour from one address
AT_MOST_IN_ALL = 200  # an hour from all together


class TooManyError(Exception):
    """More suggestions than are taken; `retry_after` says when to try again."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too many suggestions")
        self.retry_after = retry_after


class AnswerError(ValueError):
    """An answer that is none; the text says why."""


def suggest(
    event: Event, *, field: str, text: str, url: str, origin: str, now: datetime
) -> Suggestion:
    """Stores a reader's suggestion. `origin` tells senders apart. Raises TooManyError."""
    with transaction.atomic():
        lock("suggesting")
        lately = Suggestion.objects.filter(at__gt=now - AN_HOUR).order_by("at")
        for rows, limit in ((lately.filter(origin=origin), AT_MOST), (lately, AT_MOST_IN_ALL)):
            times = list(rows.values_list("at", flat=True)[: limit + 1])
            if len(times) >= limit:
                raise TooManyError(times[0] + AN_HOUR - now)
        return Suggestion.objects.create(
            event=event, field=field, text=text, url=url, origin=origin, at=now
        )


def answer(suggestion_id: int, *, state: str, answer: str, by: str, now: datetime) -> Suggestion:
    """Accepts or declines a suggestion, once; whoever suggested it finds the answer at the event.
    Raises AnswerError without words for a refusal, or if it was answered already.
    """
    if state not in {Suggestion.State.ACCEPTED, Suggestion.State.DECLINED}:
        raise AnswerError(_("“%s” is not an answer") % state)
    if state == Suggestion.State.DECLINED and not answer.strip():
        raise AnswerError(_("Give a reason for declining. The event’s page will show it"))
    found = Suggestion.objects.filter(pk=suggestion_id, state=Suggestion.State.OPEN).update(
        state=state, answer=answer[:500], by=by[:150], answered_at=now
    )
    if not found:
        raise AnswerError(_("This suggestion has already been answered"))
    return Suggestion.objects.get(pk=suggestion_id)
