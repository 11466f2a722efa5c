"""Addresses of articles that readers send, and what editors do with them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.events.models import SubmittedLink
from tracker.events.review.suggestions import check_rate
from tracker.feeds.models import Entry
from tracker.locks import lock


class SubmissionError(ValueError):
    """A decision about a submitted link that cannot be stored; the text says why."""


def submit_link(url: str, note: str, *, origin: str, now: datetime) -> None:
    """Store an address that a reader sent; nothing is fetched. One that waits already is stored
    once.

    Raises TooManySuggestionsError.
    """
    with transaction.atomic():
        lock("submitting")
        check_rate(SubmittedLink.objects.all(), origin, now)
        if not SubmittedLink.objects.filter(url=url, state=SubmittedLink.State.OPEN).exists():
            SubmittedLink.objects.create(url=url, note=note, origin=origin, at=now)


def decide_link(link_id: int, by: str, now: datetime, *, entry: Entry | None = None) -> None:
    """Note that a link was added as an article, or declined without one; once.

    Raises SubmissionError if it was decided already.
    """
    state = SubmittedLink.State.ADDED if entry else SubmittedLink.State.DECLINED
    waiting = SubmittedLink.objects.filter(pk=link_id, state=SubmittedLink.State.OPEN)
    if not waiting.update(state=state, entry=entry, by=by[:150], answered_at=now):
        raise SubmissionError(_("This link has already been decided"))
