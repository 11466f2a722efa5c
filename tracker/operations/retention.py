"""Delete data after the KEEP_ settings: days, 0 to keep it permanently."""

from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from tracker.alerts.models import Delivery, Machine
from tracker.feeds.models import Entry, Poll
from tracker.people.models import AuditLine, Invitation

BATCH = 5_000  # rows at once, so that no lock is held for long
A_DAY = timedelta(days=1)


def forget(now: datetime) -> dict[str, int]:
    """Delete old polls, entries that are neither reports nor training data, mails and calls (except
    digests still needed to know what a subscriber was told), expired sessions and failed sign-ins;
    at most BATCH of each. Return how many.
    """
    deleted = {
        "sessions": Session.objects.filter(expire_date__lt=now).delete()[0],
        "machines": Machine.objects.filter(at__lt=now - A_DAY).delete()[0],
        # django-axes' own rows, from before signing_in.py counted attempts.
        "sign-ins": AccessAttempt.objects.filter(attempt_time__lt=now - A_DAY).delete()[0],
    }
    if days := settings.KEEP_POLLS:
        deleted["polls"] = _delete(Poll.objects.filter(at__lt=now - days * A_DAY))
    if days := settings.KEEP_DELIVERIES:
        old = Delivery.objects.filter(ended_at__lt=now - days * A_DAY, hits=None)
        deleted["deliveries"] = _delete(old)
    if days := settings.KEEP_AUDIT:
        past = now - days * A_DAY
        deleted["audit lines"] = _delete(AuditLine.objects.filter(at__lt=past))
        deleted["invitations"] = _delete(Invitation.objects.filter(expires_at__lt=past))
    deleted["floods"] = _delete(
        Entry.objects.filter(
            feed__flooded_at__isnull=False,
            expires_at__lt=now,
            reports=None,
            corrections=None,
        )
    )
    if days := settings.KEEP_ENTRIES:
        old_entries = Entry.objects.filter(
            first_seen_at__lt=now - days * A_DAY,
            process_at=None,
            is_held=False,
            reports=None,
            corrections=None,
        )
        deleted["entries"] = _delete(old_entries)
    return deleted


def _delete(rows: QuerySet[Any]) -> int:
    # Ids first, since Django cannot delete a slice.
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    return int(rows.model._default_manager.filter(pk__in=ids).delete()[0])
