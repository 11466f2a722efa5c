"""Rebuild headlines, searched texts and terms in steps after their wording, folding or rules
changed; each step resumes where the last one ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from django.db.models import Max

from tracker.classify.letters.folding import VERSION as FOLDING
from tracker.events.models import Event, SearchText
from tracker.events.record.derived.columns import CHUNK, refold_texts
from tracker.events.record.entities import fold_slugs

HEADLINES = 2  # increase when the wording of headlines or the names of parties change
TERMS = 1  # increase when the rules for being in force change (in_force.py)
VERSION = FOLDING + 1_000 * HEADLINES + 1_000_000 * TERMS
STEP_SECONDS = 15.0  # of one step: readers and polls have priority


@dataclass(frozen=True)
class RebuildProgress:
    """How many of the events are done; ids approximate counts, since few are ever deleted."""

    done: int
    total: int


def rebuild_progress() -> RebuildProgress | None:
    """Return the progress of the rebuild; None if all texts are current."""
    row = SearchText.objects.first()
    if row is None:
        total = _last_event_id()
        return RebuildProgress(0, total) if total else None
    if row.version == VERSION:
        return None
    return (
        RebuildProgress(row.done_id, row.last_id)
        if row.target == VERSION
        else RebuildProgress(0, _last_event_id())
    )


def run_rebuild_step(seconds: float = STEP_SECONDS) -> int:
    """Rebuild for some seconds, if needed, and return how many events were checked."""
    end, count = monotonic() + seconds, 0
    for n in rebuild_chunks():
        count += n
        if monotonic() > end:
            break
    return count


def rebuild_chunks() -> Iterator[int]:
    """Rebuild the texts of the next events and yield how many, until all are done.

    A caller that was overtaken by another stops.
    """
    row = _start_rebuild()
    if row.version != VERSION and not row.done_id:
        fold_slugs()
    while row.version != VERSION:
        events = Event.objects.filter(pk__gt=row.done_id, pk__lte=row.last_id).order_by("pk")
        ids = list(events.values_list("pk", flat=True)[:CHUNK])
        refold_texts(ids)
        current = SearchText.objects.filter(pk=row.pk, target=VERSION, done_id=row.done_id)
        if not ids:
            current.update(version=VERSION, target=0, done_id=0, last_id=0)
            return
        # Another process took this step, so this one stops.
        if not current.update(done_id=ids[-1]):
            return
        row.done_id = ids[-1]
        yield len(ids)


def _start_rebuild() -> SearchText:
    """Return the row, with a rebuild started if the version differs; without events there is
    nothing to do.
    """
    last = _last_event_id()
    row, _ = SearchText.objects.get_or_create(pk=1, defaults={"version": 0 if last else VERSION})
    if VERSION not in (row.version, row.target):
        values = {"target": VERSION, "done_id": 0, "last_id": last}
        SearchText.objects.filter(pk=row.pk).exclude(target=VERSION).update(**values)
        row.refresh_from_db()
    return row


def _last_event_id() -> int:
    return Event.objects.aggregate(last=Max("pk"))["last"] or 0
