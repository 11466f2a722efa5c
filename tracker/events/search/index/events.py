"""Index events by value as sets of ids in this process: filters, counts and charts are set algebra,
even for a million events (roaring bitmaps, decision D77).

Derived from the rows: loaded completely at first, or from a file of an earlier process
(storage/stored.py), then updated by Event.indexed_at before every answer. A process that dies loses
nothing. Readers share immutable snapshots, so that nobody waits for a query of another thread
(tracker.index).
"""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from pyroaring import BitMap

from tracker import database_time
from tracker.events.models import Event
from tracker.events.search.index.loading import load_values
from tracker.events.search.index.lookups import Lookups
from tracker.events.search.index.snapshot import EventSets, Snapshot
from tracker.events.search.index.words import WordCache, reload_words
from tracker.events.search.storage import stored
from tracker.index.changes import Watched
from tracker.index.sets import Draft
from tracker.index.snapshots import Snapshots, TooManyChangesError, versions

RECENT = 60  # seconds
CHUNK = 1_000  # changed events that are read at once
MANY = 50_000  # changed events from which reloading everything is no slower


class EventIndex(Snapshots[EventSets]):
    """The events of this process."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = Watched(Event.objects.all(), "indexed_at")
        self.file: Path | None = None  # to start from, and for the next process

    def snapshot(self, today: date | None = None) -> Snapshot:
        """Return the events as the rows are now; `today` overrides the clock's day."""
        return _take(self.current(), today or database_time.estimate().date())

    def recent_snapshot(self) -> Snapshot:
        """Return the events as they were at most RECENT seconds ago, mostly without a query; good
        enough for finding, not for showing.
        """
        return _take(self.recent(RECENT), database_time.estimate().date())

    @property
    def version(self) -> int:
        """Return the version published last, without querying the database; 0 before any."""
        return self.newest.version if self.newest else 0

    def store(self) -> int:
        """Store the newest snapshot for the next process that starts; return the file's size in
        bytes, 0 if another process wrote one recently.
        """
        if self.file is None:
            return 0
        events = self.current()
        return stored.write(self.file, events.sets, events.mark)

    def _read(self) -> EventSets:
        if self.file is not None and (found := stored.read(self.file)):
            sets, mark = found
            with suppress(TooManyChangesError):
                return self._refresh(EventSets(next(versions), mark, sets, WordCache()))
        return self._read_rows()

    def _read_rows(self) -> EventSets:
        mark = self._rows.start()
        draft = Draft()
        load_values(draft, None)
        return EventSets(next(versions), mark, draft.sets(), WordCache())

    def _refresh(self, base: EventSets) -> EventSets:
        changes = self._rows.changes(base.mark)
        if changes is None:
            return base
        if len(changes.rows) > MANY:
            raise TooManyChangesError
        if not changes.rows:
            return replace(base, mark=changes.mark)
        draft, changed = Draft(base.sets), list(changes.rows)
        # Copied before the rows are read: a word looked up in the meantime may be older than they
        # are.
        words = base.words.copy()
        for start in range(0, len(changed), CHUNK):
            ids = changed[start : start + CHUNK]
            draft.remove_ids(BitMap(ids))
            load_values(draft, ids)
            words = reload_words(words, ids)
        return EventSets(next(versions), changes.mark, draft.sets(), WordCache(words))


def _take(events: EventSets, today: date) -> Snapshot:
    return Snapshot(events, str(today), Lookups(events.words))


index = EventIndex()  # of this process
