"""Searched texts of before the folding changed, made anew step by step; each step goes on where the
last one ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from django.db.models import Max

from tracker.classify.folding import VERSION
from tracker.events.models import Event, SearchText
from tracker.events.record.derived import CHUNK, fold_again
from tracker.events.record.entities import fold_slugs

STEP_SECONDS = 15.0  # of one step: readers and polls go before


@dataclass(frozen=True)
class Progress:
    """How many of the events are done; ids stand for counts, since few are ever deleted."""

    done: int
    total: int


def progress() -> Progress | None:
    """Returns how far the searched texts are; None if all are as this code makes them."""
    row = SearchText.objects.first()
    if row is None:
        total = _last()
        return Progress(0, total) if total else None
    if row.version == VERSION:
        return None
    return Progress(row.done_id, row.last_id) if row.target == VERSION else Progress(0, _last())


def step(seconds: float = STEP_SECONDS) -> int:
    """Goes on for so long, if there is anything to do; how many events were looked at."""
    end, count = monotonic() + seconds, 0
    for n in chunks():
        count += n
        if monotonic() > end:
            break
    return count


def chunks() -> Iterator[int]:
    """Makes the texts of the next events anew, and yields how many, until all are done. A caller
    that another one overtook stops.
    """
    row = _begun()
    if row.version != VERSION and not row.done_id:
        fold_slugs()
    while row.version != VERSION:
        events = Event.objects.filter(pk__gt=row.done_id, pk__lte=row.last_id).order_by("pk")
        ids = list(events.values_list("pk", flat=True)[:CHUNK])
        fold_again(ids)
        mine = SearchText.objects.filter(pk=row.pk, target=VERSION, done_id=row.done_id)
        if not ids:
            mine.update(version=VERSION, target=0, done_id=0, last_id=0)
            return
        if not mine.update(done_id=ids[-1]):
            return
        row.done_id = ids[-1]
        yield len(ids)


def _begun() -> SearchText:
    """The row; without events there is nothing to do."""
    last = _last()
    row, _ = SearchText.objects.get_or_create(pk=1, defaults={"version": 0 if last else VERSION})
    if VERSION not in (row.version, row.target):
        values = {"target": VERSION, "done_id": 0, "last_id": last}
        SearchText.objects.filter(pk=row.pk).exclude(target=VERSION).update(**values)
        row.refresh_from_db()
    return row


def _last() -> int:
    return Event.objects.aggregate(last=Max("pk"))["last"] or 0
