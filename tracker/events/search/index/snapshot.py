"""The events as sets at one moment, and a snapshot of them that answers queries."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q
from pyroaring import BitMap

from tracker.events.models import Entity, Event
from tracker.events.queried import queried_value
from tracker.events.record.derived.columns import WORDS
from tracker.events.search.facts import PRINTED
from tracker.events.search.index.conditions import Conditions
from tracker.events.search.index.lookups import Lookups
from tracker.events.search.index.ranges import between, in_force_on
from tracker.events.search.index.words import WordCache
from tracker.events.search.load import load_rows
from tracker.events.search.query import Query
from tracker.events.search.rows import EventRow
from tracker.index.changes import TableMark
from tracker.index.ranking import Ranking
from tracker.index.sets import NONE, Sets
from tracker.partial_date import month_text

CALLED = 2_000  # entities with a name that contains the typed text
T = TypeVar("T")
# a position in the order of days: day, event, whether it is only mentioned
Below = tuple[str, int, bool] | None


@dataclass(frozen=True)
class EventSets:
    """The sets of all events by field and value at one moment: for a party the entity's id,
    otherwise the text as stored; `version` changes with each change.
    """

    version: int
    mark: TableMark
    sets: Sets
    words: WordCache


class Snapshot:
    """The events as they were when it was taken, for one question of one thread. What a query names
    is looked up in the database, at most once. `today` is the day of "in force".
    """

    def __init__(self, events: EventSets, today: str, lookups: Lookups) -> None:
        self.today = today
        self.version = events.version
        self._sets = events.sets
        self._lookups = lookups
        self._conditions = Conditions(events.sets, lookups, today)
        self._merged: dict[str, dict[int, int]] | None = None

    def load(self, ids: Sequence[int]) -> tuple[EventRow, ...]:
        """Return events as pages show them, in this order."""
        # A list shows none of the searched texts, which are most of a row.
        events = Event.objects.defer(*WORDS).in_bulk(ids)
        return load_rows([events[pk] for pk in ids])

    def entities(self, condition: Q) -> list[Entity]:
        """Return entities with those they were merged into."""
        return list(Entity.objects.filter(condition).select_related("merged_into"))

    def entities_called(self, entity_type: str, named: str, slugs: Sequence[str]) -> set[int]:
        """Return the ids of a type's entities with a name that contains `named`, or with these
        slugs, without merged ones.
        """
        called = Q(name__icontains=named) | Q(aliases__name__icontains=named) | Q(slug__in=slugs)
        rows = Entity.objects.filter(called, type=entity_type, merged_into=None)
        return set(rows.values_list("pk", flat=True)[:CALLED])

    def get(self, field: str, value: object) -> BitMap:
        """Return the events with a value."""
        return self._sets.get(field, value)

    def values(self, field: str) -> Mapping[str, BitMap]:
        """Return all values of a field with their events."""
        return self._sets.values(field)

    def ranked(self, field: str) -> Ranking:
        """Return the values of a field, "" aside, with their events."""
        return self._sets.ranking(field)

    def heads(self, field: str) -> Ranking:
        """Return the same as `ranked` for parties, counting merged entities for the
        remaining one.
        """
        if self._merged is None:
            self._merged = defaultdict(dict)
            merged = Entity.objects.filter(merged_into__isnull=False)
            for entity in merged.select_related("merged_into"):
                self._merged[entity.type][entity.pk] = entity.itself.pk
        into = self._merged.get(field)
        ranked = self.ranked(field)
        if not into:
            return ranked

        def together() -> Ranking:
            heads: dict[int, BitMap] = {}
            for pk, events in ranked:
                head = into.get(pk, pk)
                heads[head] = heads.get(head, NONE) | events
            return Ranking(heads)

        return self._sets.derive(("heads", field, tuple(into.items())), together)

    def printed(self, field: str) -> Mapping[str, str]:
        """Return the most frequent printed form of each value of one of FOLDED."""

        def names() -> dict[str, str]:
            by_number = sorted(self.values(PRINTED[field]).items(), key=lambda row: len(row[1]))
            return {queried_value(field, name): name for name, _ in by_number}

        return self._sets.derive(("printed", field), names)

    def any_of(self, field: str, values: tuple[str, ...]) -> BitMap:
        """Return the events that have one of the values."""
        key = ("any", field, values)
        return self._sets.derive(key, lambda: self._sets.any_of(field, values))

    def derive(self, name: str, make: Callable[["Snapshot"], T]) -> T:
        """Return a value derived from these events alone, computed once for all threads."""
        return self._sets.derive(("derived", name), lambda: make(self))

    @property
    def visible(self) -> BitMap:
        """Return the events that have a page, unsure ones too."""
        return self._conditions.visible

    @property
    def shown(self) -> BitMap:
        """Return the events that a query without `state` chooses."""
        return self._conditions.shown

    def conditions(self, query: Query) -> dict[str, BitMap]:
        """Return what each field of a query asks for, as Conditions.by_field says."""
        return self._conditions.by_field(query)

    def choose(self, query: Query) -> BitMap:
        """Return the events that a query chooses, as query.matches would."""
        return self._conditions.all_of(self._conditions.by_field(query))

    def all_of(self, conditions: Mapping[str, BitMap], but: str = "") -> BitMap:
        """Return the visible events for which every condition holds; `but` names one to
        leave out.
        """
        return self._conditions.all_of(conditions, but)

    def having(self, party: str, slugs: Sequence[str]) -> dict[str, BitMap]:
        """Return the events of each of these platforms, targets or countries; one query."""
        return self._conditions.having(party, slugs)

    def titled(self, query: Query) -> BitMap:
        """Return the events with each word of the query in the headline, a name or a report's
        title, or as another name of a party; COMMON words are skipped.
        """
        return self._conditions.titled(query)

    def meanings(self, query: Query, word: str) -> tuple[tuple[str, str], ...]:
        """Return (field, slug) of each other name that a word has."""
        return self._lookups.meanings(query, word)

    def between(self, low: str, high: str, field: str = "occurred") -> BitMap:
        """Return the events with a known day from `low` to `high`, as text, "" for open."""
        return between(self._sets, low, high, field)

    def in_force_on(self, day: str) -> dict[str, BitMap]:
        """Return the lasting measures that began by a day, by their status then."""
        if day != self.today:
            return in_force_on(self._sets, day)
        # Nearly every page asks for today, a comparison once for each entity.
        return self._sets.derive(("in force", day), lambda: in_force_on(self._sets, day))

    def newest_first(self, chosen: BitMap, below: Below = None) -> Iterator[int]:
        """Yield ids of chosen events, newest act first; a month comes after its days, undated
        events last.

        `below` is the position (occurred, id, …) after which to begin.
        """
        for _, events in self.by_day(chosen, below):
            yield from reversed(events.to_array())

    def by_day(self, chosen: BitMap, below: Below = None) -> Iterator[tuple[str, BitMap]]:
        """Yield the same as newest_first, but each day with its events."""
        first = below[0] if below else None
        days: dict[str, list[str]] = defaultdict(list)
        for day in self.values("occurred"):
            if first is None or day <= first:
                days[month_text(day)].append(day)
        for month in sorted(days, reverse=True):
            within = chosen & self.get("month", month)
            for day in sorted(days[month], reverse=True) if within else ():
                events = within & self.get("occurred", day)
                if below and day == first:
                    events = events[: events.rank(below[1] - 1)] if below[1] else NONE
                yield day, events
