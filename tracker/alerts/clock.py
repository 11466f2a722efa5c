"""A host's clock that was set back: what waits for a moment waits no longer for it."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from tracker.alerts.models import Alert, Delivery, Progress
from tracker.feeds.models import Entry, Feed

log = logging.getLogger(__name__)
STEP = timedelta(minutes=10)  # clocks of several machines may lie so far apart


def follow(now: datetime) -> timedelta:
    """Notes what the clock says. Where that lies more than STEP before what it said last, moves
    every moment that lies ahead back by as much, so that no feed, entry, mail or alert waits longer
    than it was to; by how much.
    """
    with transaction.atomic():
        progress = Progress.objects.select_for_update().first()
        if progress is None:
            return timedelta(0)  # the first look at events makes the row
        back = progress.seen_at - now if progress.seen_at else timedelta(0)
        Progress.objects.filter(pk=progress.pk).update(seen_at=now)
        if back < STEP:
            return timedelta(0)
        log.warning("the clock was set back by %s: what waits follows it", back)
        for rows, column in (
            (Feed.objects.all(), "next_poll_at"),
            (Entry.objects.all(), "process_at"),
            (Delivery.objects.filter(state=Delivery.State.DUE), "next_try_at"),
            (Alert.objects.all(), "next_run_at"),
            (Progress.objects.all(), "matched_until"),
        ):
            rows.filter(**{f"{column}__gt": now}).update(**{column: F(column) - back})
    return back
