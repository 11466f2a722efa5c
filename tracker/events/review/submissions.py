"""Store addresses of articles that readers send, and editors' decisions about them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.events.models import SubmittedLink
from tracker.events.review.suggestions import check_rate
from tracker.feeds.models import Entry
from tracker.locks import lock
from tracker.redact import without_credentials, without_secrets


class SubmissionError(ValueError):
    """A decision about a submitted link that cannot be stored; the message says why."""


def submit_link(url: str, note: str, *, origin: str, now: datetime) -> None:
    """Store an address that a reader sent, without its secrets; nothing is fetched. One that is
    already waiting is not stored again.

    Raises TooManySuggestionsError.
    """
    url, note = without_credentials(url), without_secrets(note)
    with transaction.atomic():
        lock("submitting")
        waiting = SubmittedLink.objects.filter(url=url, state=SubmittedLink.State.OPEN)
        if waiting.filter(origin=origin).exists():
            return
        check_rate(SubmittedLink.objects.all(), origin, now)
        if not waiting.exists():
            SubmittedLink.objects.create(url=url, note=note, origin=origin, at=now)


def decide_link(link_id: int, by: str, now: datetime, *, entry: Entry | None = None) -> None:
    """Record that a link was added as an article, or declined (no `entry`); once.

    Raises SubmissionError if it was decided already.
    """
    state = SubmittedLink.State.ADDED if entry else SubmittedLink.State.DECLINED
    waiting = SubmittedLink.objects.filter(pk=link_id, state=SubmittedLink.State.OPEN)
    if waiting.update(state=state, entry=entry, by=by[:150], answered_at=now):
        return
    same = SubmittedLink.objects.filter(pk=link_id, state=state, entry=entry, by=by[:150])
    if not same.exists():  # else the form was sent twice
        raise SubmissionError(_("This link has already been decided"))
