"""Mail owners about feeds in trouble, and show the state of the mail queue."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Count, Min
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.alerts.delivery.digest import AlertHitLine, build_digest
from tracker.alerts.delivery.emails import (
    DigestContext,
    EventFragments,
    MailParts,
    build_digest_mail,
    build_message,
    site_url,
)
from tracker.alerts.delivery.queueing import enqueue_delivery, make_message_id
from tracker.alerts.models import Alert, Delivery, Notice, Subscriber
from tracker.alerts.naming import alert_name
from tracker.alerts.schedule import MORNING
from tracker.events.search import find
from tracker.events.search.query import Query
from tracker.feeds.health import coverage, troubles
from tracker.feeds.models import WorkType
from tracker.operations.clock import MachineClock, is_skewed, machines
from tracker.operations.health.status import WorkStatus, watch

DAYS = 14
FAILED = 20  # mails and calls that could not be made
PREVIEWED = 12  # events of a previewed digest
LATE = timedelta(minutes=10)  # from which a waiting mail counts as delayed


def tell_owners(now: datetime) -> int:
    """Note the feeds that are in trouble, close the notes of recovered ones, and queue a mail to
    the owners about new ones: at once, about quiet feeds on Mondays. Return the number of notices
    in the mail; 0 without owners.
    """
    if not settings.OWNERS:
        return 0
    current: set[tuple[int | None, str]] = {
        (feed, reason) for reason, feeds in troubles(now).items() for feed in feeds
    }
    current |= {(None, reason) for reason in _of_parts(watch(now).parts, now)}
    if is_skewed(now):
        current.add((None, Notice.Reason.CLOCK.value))
    with transaction.atomic():
        standing = Notice.objects.filter(ended_at__isnull=True)
        known = {
            (feed, reason): pk for pk, feed, reason in standing.values_list("pk", "feed", "reason")
        }
        over = [pk for key, pk in known.items() if key not in current]
        Notice.objects.filter(pk__in=over).update(ended_at=now)
        Notice.objects.bulk_create(
            (
                Notice(feed_id=feed, reason=reason, at=now)
                for feed, reason in sorted(current - known.keys(), key=str)
            ),
            # Two workers may check at once; one notice per occurrence (decision D26).
            ignore_conflicts=True,
        )
        untold = Notice.objects.filter(ended_at__isnull=True, delivery__isnull=True)
        if now.weekday() > 0 or now.hour < MORNING:
            untold = untold.exclude(reason=Notice.Reason.QUIET)
        first = untold.aggregate(first=Min("pk"))["first"]
        if first is None:
            return 0
        number = make_message_id("owner", first)
        return untold.update(delivery=enqueue_delivery(Delivery.Type.OWNER, number, now))


@dataclass(frozen=True)
class NoticedFeed:
    """A feed that owners should check."""

    id: int
    title: str
    error: str
    succeeded_at: datetime | None
    new_entry_at: datetime | None


@dataclass(frozen=True)
class NoticeRow:
    """A notice: its reason, also in words, and its feed, None for the tracker itself."""

    reason: str
    words: str
    feed: NoticedFeed | None


@dataclass(frozen=True)
class OwnersMail:
    """A mail to the owners: notices, parts that are stuck, and machines' clocks."""

    notices: tuple[NoticeRow, ...]
    parts: tuple[WorkStatus, ...]
    machines: tuple[MachineClock, ...]
    sources: str


def build_owners_mail(delivery: Delivery) -> tuple[EmailMultiAlternatives, Sequence[Alert]] | None:
    """Return the mail of the notices that still apply, with no alerts; None if there are none."""
    notices = list(delivery.notices.filter(ended_at__isnull=True).select_related("feed"))
    notices.sort(
        key=lambda n: (
            n.feed is not None,
            Notice.Reason.values.index(n.reason),
            n.feed.title.lower() if n.feed else "",
        )
    )
    return (_owners_mail(delivery, notices), []) if notices and settings.OWNERS else None


def _owners_mail(delivery: Delivery, notices: Sequence[Notice]) -> EmailMultiAlternatives:
    """Return the mail about notices (at least one), the worst first."""
    first = notices[0]
    name = first.feed.title if first.feed else "The tracker"
    subject = f"{name}: {first.get_reason_display()}"
    if len(notices) > 1 and first.feed:
        subject = f"{len(notices)} feeds need a look: {subject}"
    now = delivery.created_at
    parts = [part for part in watch(now).parts if not part.is_well or part.was_set_aside(now)]
    content = OwnersMail(
        notices=tuple(map(_notice_row, notices)),
        parts=tuple(parts),
        machines=machines(first.at),
        sources=site_url(reverse("sources")),
    )
    return build_message(settings.OWNERS, delivery, MailParts(subject, "owners", content))


def _notice_row(notice: Notice) -> NoticeRow:
    feed = notice.feed
    noticed = feed and NoticedFeed(
        feed.pk, feed.title, feed.error, feed.succeeded_at, feed.new_entry_at
    )
    return NoticeRow(notice.reason, str(notice.get_reason_display()), noticed or None)


def _of_parts(parts: Sequence[WorkStatus], now: datetime) -> set[str]:
    """Return the notices about parts of the tracker."""
    reasons = set()
    for part in parts:
        # Items that were set aside have their own notice.
        if not part.is_well and not part.is_losing:
            is_polls = part.name == WorkType.POLLS
            reasons.add(Notice.Reason.STOPPED if is_polls else Notice.Reason.STANDING)
        # A feed that is set aside has its own notice.
        if part.name != WorkType.POLLS and part.was_set_aside(now):
            reasons.add(Notice.Reason.SET_ASIDE)
    return {reason.value for reason in reasons}


def preview_mail(query: Query, now: datetime) -> EmailMultiAlternatives | None:
    """Return the digest of a query's last events, as it would be mailed; None if it chooses none.
    Nothing is stored, and its links are not valid.
    """
    rows = find.newest_events(query, PREVIEWED)
    if not rows:
        return None
    reader = Subscriber(pk=0, address="reader@example.org")
    alert = Alert(
        pk=0,
        subscriber=reader,
        query=query.text(),
        note=_("a note of the reader"),
        confirmed_at=now,
    )
    delivery = Delivery(
        pk=0, subscriber=reader, message_id="<preview@localhost>", since=now, created_at=now
    )
    lines = [AlertHitLine(0, alert_name(alert), row, note=alert.note) for row in rows]
    digest = build_digest(lines, coverage(now - timedelta(days=1), now))
    return build_digest_mail(
        reader, delivery, [alert], DigestContext(digest, EventFragments(), now)
    )


@dataclass(frozen=True)
class DeliveryDay:
    """Outcome of emails and calls on a day (UTC), by Delivery.State."""

    day: date
    counts: Counter[str]


@dataclass(frozen=True)
class FailedDelivery:
    """A mail or call that could not be made, when and why."""

    ended_at: datetime | None
    type_name: str
    error: str


@dataclass(frozen=True)
class Queue:
    """The state of the queue: waiting and late deliveries, since when the oldest waits,
    subscribers, suppressed ones, active alerts; outcomes by day, the latest first; and the last
    failures.
    """

    waiting: int
    delayed: int
    oldest_at: datetime | None
    readers: int
    suppressed: int
    alerts: int
    days: tuple[DeliveryDay, ...]
    failed: tuple[FailedDelivery, ...]


def queue(now: datetime) -> Queue:
    """Return the state of the queue, with the last DAYS days."""
    waiting = Delivery.objects.filter(state=Delivery.State.DUE)
    ended = Delivery.objects.filter(ended_at__gt=now - timedelta(days=DAYS))
    outcomes = ended.annotate(day=TruncDate("ended_at")).values_list("day", "state")
    counts: dict[date, Counter[str]] = {}
    for day, state, n in outcomes.annotate(n=Count("pk")).order_by("-day"):
        counts.setdefault(day, Counter())[state] += n
    late = waiting.filter(created_at__lt=now - LATE, next_try_at__lte=now) | waiting.filter(
        attempts__gt=0
    )
    return Queue(
        waiting=waiting.count(),
        delayed=late.distinct().count(),
        oldest_at=waiting.aggregate(first=Min("created_at"))["first"],
        readers=Subscriber.objects.filter(alerts__state=Alert.State.ACTIVE).distinct().count(),
        suppressed=Subscriber.objects.filter(suppressed_at__isnull=False).count(),
        alerts=Alert.objects.filter(state=Alert.State.ACTIVE).count(),
        days=tuple(DeliveryDay(day, by_state) for day, by_state in counts.items()),
        failed=tuple(
            FailedDelivery(failed.ended_at, str(failed.get_type_display()), failed.error)
            for failed in ended.filter(state=Delivery.State.FAILED).order_by("-ended_at")[:FAILED]
        ),
    )
