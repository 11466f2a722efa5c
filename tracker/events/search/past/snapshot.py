"""Provide the events of a past moment as a snapshot, so that pages, facets, charts, comparisons and
files answer about the past as they do about the present.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock

from django.db.models import Q
from pyroaring import BitMap

from tracker import database_time
from tracker.events.models import Entity
from tracker.events.record.entities import EntityRef, refs_condition
from tracker.events.search.index.events import index
from tracker.events.search.index.lookups import Lookups
from tracker.events.search.index.snapshot import EventSets, Snapshot
from tracker.events.search.index.words import WordCache, WordEvents
from tracker.events.search.past.moment import Moment
from tracker.events.search.past.rows import load_past_rows, past_itself
from tracker.events.search.past.sets import PastSets, build_sets
from tracker.events.search.rows import EventRow
from tracker.index.sets import NONE
from tracker.index.snapshots import versions

MOMENTS = 4  # snapshots in memory; the least recently used are dropped first
HELD = timedelta(minutes=10)


class PastLookups(Lookups):
    """What queries name, as the record said it at a moment."""

    def __init__(self, past: PastSets, moment: Moment, word_cache: WordCache) -> None:
        super().__init__(word_cache)
        self._past = past
        self._moment = moment

    def _ids_of_all(self, pairs: Sequence[EntityRef]) -> list[list[int]]:
        """Return the ids of each entity: its own, and those merged into it."""
        rows = Entity.objects.filter(refs_condition(pairs)).values_list("type", "slug", "pk")
        own = {(kind, slug): pk for kind, slug, pk in rows}
        into = self._moment.merged
        ids_of_pairs: list[list[int]] = []
        for pair in pairs:
            if pair not in own:
                ids_of_pairs.append([])
                continue
            # A merged entity's slug also means the remaining one, but not the others merged into
            # it.
            parts = {pk for pk, head in into.items() if head == own[pair]}
            ids_of_pairs.append(sorted({own[pair], into.get(own[pair], own[pair]), *parts}))
        return ids_of_pairs

    def _editors_names(self) -> tuple[tuple[str, str, str], ...]:
        return self._moment.names_by_editors()

    def _words_of(self, words: Sequence[str]) -> Mapping[str, WordEvents]:
        return self._word_cache.look_up(words, self._past.look_up)

    def _stands_for(self, numbers: Iterable[int]) -> dict[int, BitMap]:
        events_by_number = {number: past_itself(number, self._moment) for number in numbers}
        return {n: BitMap([one.event.pk]) if one else NONE for n, one in events_by_number.items()}


class PastSnapshot(Snapshot):
    """The events as they were at a moment."""

    def __init__(self, past: PastSets, events: EventSets) -> None:
        self._moment = Moment(past.moment.at)
        lookups = PastLookups(past, self._moment, events.words)
        super().__init__(events, past.moment.at.date().isoformat(), lookups)
        self._merged = defaultdict(dict)
        types = dict(Entity.objects.filter(pk__in=self._moment.merged).values_list("pk", "type"))
        for pk, into in self._moment.merged.items():
            self._merged[types[pk]][pk] = into

    def load(self, ids: Sequence[int]) -> tuple[EventRow, ...]:
        """Return events as pages showed them, in this order."""
        return load_past_rows(ids, self._moment)

    def entities(self, condition: Q) -> list[Entity]:
        """Return entities with those they were merged into."""
        ids = list(Entity.objects.filter(condition).values_list("pk", flat=True))
        return list(self._moment.entities(ids).values())

    def entities_called(self, entity_type: str, named: str, slugs: Sequence[str]) -> set[int]:
        """Return the ids of entities that had a name containing `named`, or have these slugs."""
        called = Q(name__icontains=named) | Q(aliases__name__icontains=named) | Q(slug__in=slugs)
        changed = self._moment.changed_rows("entity"), self._moment.changed_rows("alias")
        asked = called | Q(pk__in=changed[0]) | Q(aliases__in=changed[1])
        ids = Entity.objects.filter(asked, type=entity_type).values_list("pk", flat=True)
        names = self._moment.names_of(set(ids))
        sought = named.casefold()
        return {
            entity.pk
            for entity, borne in names
            if entity.merged_into is None
            and (entity.slug in slugs or any(sought in name.casefold() for name in borne))
        }


class PastSnapshots:
    """The snapshots of recently requested moments, in this process."""

    def __init__(self) -> None:
        self._lock = Lock()  # for the order; never held during a query
        self._moments: OrderedDict[datetime, tuple[PastSets, EventSets]] = OrderedDict()

    def at(self, at: datetime) -> PastSnapshot:
        """Return the events as they were at a moment."""
        with self._lock:
            cached = self._moments.get(at)
        oldest = database_time.estimate() - HELD
        if cached is None or cached[0].built_at < oldest or not cached[0].is_current():
            base = index.current()
            past = build_sets(base, Moment(at))
            cached = past, EventSets(next(versions), base.mark, past.sets, WordCache())
        with self._lock:
            self._moments[at] = cached
            self._moments.move_to_end(at)
            while len(self._moments) > MOMENTS:
                self._moments.popitem(last=False)
        return PastSnapshot(*cached)

    def forget(self) -> None:
        """Reload every moment before the next answer."""
        with self._lock:
            self._moments.clear()


past_snapshots = PastSnapshots()
