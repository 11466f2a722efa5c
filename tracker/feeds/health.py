"""How well we read: coverage of a period, feeds worst first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from tracker.feeds.models import Feed

QUIET = timedelta(days=30)  # without a new entry for this long a feed counts as silent
WORST_FIRST = [
    Feed.State.NOT_ALLOWED,
    Feed.State.GONE,
    Feed.State.QUARANTINED,
    Feed.State.COSTLY,
    Feed.State.NOT_A_FEED,
    Feed.State.FAILING,
    Feed.State.REFUSED,
    Feed.State.EMPTY,
    Feed.State.NEW,
    Feed.State.UNCHANGED,
    Feed.State.WORKING,
]


@dataclass(frozen=True)
class Coverage:
    """Feeds in all, those read since the period began, those that brought nothing new for QUIET,
    failing, never tried.
    """

    feeds: int
    read: int
    silent: int
    failing: int
    waiting: int


def coverage(since: datetime, now: datetime) -> Coverage:
    """Coverage of the period from `since` to `now`, in one query."""
    silent = Q(succeeded_at__gte=since) & (
        Q(new_entry_at__lt=now - QUIET) | Q(new_entry_at__isnull=True)
    )
    counts = Feed.objects.aggregate(
        feeds=Count("pk"),
        read=Count("pk", filter=Q(succeeded_at__gte=since)),
        silent=Count("pk", filter=silent),
        failing=Count("pk", filter=Q(failures__gt=0) | Q(is_active=False)),
        waiting=Count("pk", filter=Q(polled_at__isnull=True)),
    )
    return Coverage(**counts)


def worst_first() -> QuerySet[Feed]:
    """All feeds with their source and number of entries, the worst state first, within a state by
    title.
    """
    rank = Case(
        *[When(state=state, then=Value(i)) for i, state in enumerate(WORST_FIRST)],
        output_field=IntegerField(),
    )
    return (
        Feed.objects.select_related("source")
        .annotate(rank=rank, entry_count=Count("entries"))
        .order_by("rank", Lower("title"), "pk")
    )
