"""Select the feeds of a list, and their order."""

from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Lower

from tracker.feeds.models import Feed
from tracker.redact import without_secrets

PAUSED, REMOVED = "paused", "removed"  # in addition to the states of polls
WORST_FIRST = [
    Feed.State.NOT_ALLOWED,
    Feed.State.GONE,
    Feed.State.QUARANTINED,
    Feed.State.OWN_FAULT,
    Feed.State.COSTLY,
    Feed.State.NOT_A_FEED,
    Feed.State.FAILING,
    Feed.State.REFUSED,
    Feed.State.EMPTY,
    Feed.State.NEW,
    Feed.State.NO_ENTRIES,
    Feed.State.UNCHANGED,
    Feed.State.WORKING,
]
SORTS = {
    "worst": (F("rank").asc(),),
    "title": (),
    "newest": (F("new_entry_at").desc(nulls_last=True),),
    "oldest": (F("new_entry_at").asc(nulls_first=True),),
    "entries": (F("entry_count").desc(),),
    "added": (F("created_at").desc(),),
}


@dataclass(frozen=True)
class FeedFilter:
    """The filters of a list; "" for any. `words` are searched in the title, the publisher and the
    address; `state` is one of Feed.State, or paused or removed.
    """

    words: str = ""
    state: str = ""
    language: str = ""
    country: str = ""
    group: str = ""


def select_feeds(wanted_feeds: FeedFilter, sort: str = "") -> QuerySet[Feed]:
    """Return the feeds with their source and number of entries; removed ones only if asked for."""
    rank = Case(
        *[When(state=state, then=Value(i)) for i, state in enumerate(WORST_FIRST)],
        output_field=IntegerField(),
    )
    feeds = _in_state(wanted_feeds.state)
    for field in ("language", "country", "group"):
        if value := getattr(wanted_feeds, field):
            feeds = feeds.filter(**{field: value})
    if wanted_feeds.words:
        feeds = feeds.filter(pk__in=_ids_with(feeds, wanted_feeds.words))
    order = SORTS.get(sort, SORTS["worst"])
    return (
        feeds.select_related("source")
        .annotate(rank=rank, entry_count=Coalesce(Sum("weeks__stored"), 0))
        .order_by(*order, Lower("title"), "pk")
    )


def _in_state(state: str) -> QuerySet[Feed]:
    if state == REMOVED:
        return Feed.objects.filter(removed_at__isnull=False)
    followed = Feed.objects.followed()
    if state == PAUSED:
        return followed.filter(paused_at__isnull=False)
    return followed.filter(state=state, paused_at=None) if state else followed


def _ids_with(feeds: QuerySet[Feed], words: str) -> list[int]:
    """Return the ids of feeds that contain every word. In Python, since SQLite only folds ASCII,
    and since a search in stored addresses would reveal their passwords.
    """
    pieces = words.casefold().split()
    return [
        pk
        for pk, title, url, name, host in feeds.values_list(
            "pk", "title", "url", "source__name", "source__host"
        )
        if _holds(f"{title} {name} {host} {without_secrets(url)}".casefold(), pieces)
    ]


def _holds(text: str, pieces: list[str]) -> bool:
    return all(piece in text for piece in pieces)
