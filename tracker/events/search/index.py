"""Which events have which value, as sets of ids in this process: filters, counts and charts are set
algebra, at a million events too (roaring bitmaps, decision D77).

Derived from the rows: read whole at first, then brought up to date by Event.indexed_at before every
answer. Nothing is stored, and a process that dies loses nothing. Readers share immutable snapshots,
so that nobody waits for a query that another thread has the database answer (tracker.index).
"""

import json
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import TypeVar

from pyroaring import BitMap

from tracker import database_time
from tracker.classify import Kind
from tracker.classify.words.lexicon import lexicon_of_names
from tracker.classify.words.matching import Lexicon
from tracker.events.in_force import (
    ENDED,
    IN_FORCE,
    LASTING,
    UNKNOWN,
    asked_status,
    counted_kinds,
)
from tracker.events.models import Entity, Event
from tracker.events.record.entities import ids_of_all, names_by_editors
from tracker.events.search.facts import KINDS, MOMENTS, MONTHS, PARTIES, ids_of, parts
from tracker.events.search.fulltext import COMMON, find_words, parse_ids
from tracker.events.search.language.days import edge_moments
from tracker.events.search.query import (
    FIELDS,
    UNSURE,
    Query,
    asks_for_unsure,
    bounds,
    every_word,
    meanings,
    stored_bounds,
    words_of,
)
from tracker.events.text import holds, join_texts
from tracker.index.changes import TableMark, Watched
from tracker.index.ranking import Ranking
from tracker.index.sets import NONE, Draft, Sets, union
from tracker.index.snapshots import Snapshots, TooManyChangesError, versions
from tracker.partial_date import month_text

WORDS_CACHED = 500  # words whose events are cached; those that nobody asked for longest go first
CHUNK = 1_000  # changed events that are read at once
MANY = 50_000  # changed events from which reading everything anew is no slower

# (field of a query, value) -> (type, id) of the entities that it names
Entities = dict[tuple[str, str], list[tuple[str, int]]]
T = TypeVar("T")
Below = tuple[str, int, bool] | None  # a place in the order of days: day, event, is it mentioned


@dataclass(frozen=True)
class WordEvents:
    """The events that hold a word: anywhere in what is searched, and in a title."""

    anywhere: BitMap
    titled: BitMap


class WordCache:
    """The events of the words that were asked for lately; never older than the sets beside it."""

    def __init__(self, words: Mapping[str, WordEvents] | None = None) -> None:
        self._lock = Lock()  # for the order of the words; never while the database is asked
        self._words = OrderedDict(words or {})

    def copy(self) -> dict[str, WordEvents]:
        """Returns all words, those that nobody asked for longest first."""
        with self._lock:
            return dict(self._words)

    def look_up(self, words: Sequence[str]) -> dict[str, WordEvents]:
        """Returns the events of words; asks the database for those that are new."""
        with self._lock:
            known = {word: self._words[word] for word in words if word in self._words}
        new = [word for word in words if word not in known]
        pairs = zip(new, find_words(new), strict=True) if new else ()
        known |= {word: WordEvents(*events) for word, events in pairs}
        with self._lock:
            for word in words:
                self._words.setdefault(word, known[word])
                self._words.move_to_end(word)
            while len(self._words) > max(WORDS_CACHED, len(words)):
                self._words.popitem(last=False)
        return known


@dataclass(frozen=True)
class EventSets:
    """The sets of all events by field and value at one moment: of a party the entity's id, of all
    others the text as stored; `version` is another one after each change.
    """

    version: int
    mark: TableMark
    sets: Sets
    words: WordCache


class EventIndex(Snapshots[EventSets]):
    """The events of this process."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = Watched(Event.objects.all(), "indexed_at")

    def snapshot(self, today: date | None = None) -> "Snapshot":
        """Returns the events as the rows stand now; `today` is another day than that of the
        clock.
        """
        return Snapshot(self.current(), str(today or database_time.estimate().date()))

    @property
    def version(self) -> int:
        """The version that was published last, without a look at the database; 0 before any."""
        return self.newest.version if self.newest else 0

    def _read(self) -> EventSets:
        mark = self._rows.start()
        draft = Draft()
        _load(draft, None)
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
        # Copied before the rows are read: a word looked up meanwhile may be older than they are.
        words = base.words.copy()
        for start in range(0, len(changed), CHUNK):
            ids = changed[start : start + CHUNK]
            draft.remove_ids(BitMap(ids))
            _load(draft, ids)
            words = _reload(words, ids)
        return EventSets(next(versions), changes.mark, draft.sets(), WordCache(words))


def _load(draft: Draft, ids: Sequence[int] | None) -> None:
    """Puts in what the rows of these events say, or of all; one query."""
    first, *others = (part.order_by().values_list("field", "value", "ids") for part in parts(ids))
    for field, value, text in first.union(*others, all=True):
        events = parse_ids(text)
        if field == KINDS:
            main, others = value.split("\n", 1)
            kinds = counted_kinds((main, *json.loads(others)))
            draft.add("main_kind", kinds[0], events)
            for kind in kinds:
                draft.add("kind", kind, events)
            continue
        draft.add(field, int(value) if field in PARTIES else value, events)
        if field in MONTHS:
            draft.add(MONTHS[field], month_text(value), events)


def _reload(words: Mapping[str, WordEvents], ids: Sequence[int]) -> dict[str, WordEvents]:
    """The events of words, with these events as their rows stand now."""
    if not words:
        return {}
    rows = Event.objects.filter(pk__in=ids).values_list("pk", "title_words", "summary_words")
    texts = [(pk, titles, join_texts(titles, summaries)) for pk, titles, summaries in rows]
    changed = BitMap(ids)
    return {
        word: WordEvents(
            events.anywhere - changed | BitMap(pk for pk, _, all_ in texts if holds(all_, word)),
            events.titled - changed | BitMap(pk for pk, titles, _ in texts if holds(titles, word)),
        )
        for word, events in words.items()
    }


class Snapshot:
    """The events as they stood when it was taken, for one question of one thread. What a query
    names is looked up in the database, at most once. `today` is the day of "in force".
    """

    def __init__(self, events: EventSets, today: str) -> None:
        self.today = today
        self.version = events.version
        self._sets = events.sets
        self._word_cache = events.words
        self._merged: dict[str, dict[int, int]] | None = None
        self._names: Lexicon | None = None
        self._entities_of: dict[Query, Entities] = {}
        self._words: dict[str, WordEvents] = {}
        self._numbered: dict[int, BitMap] = {}

    def get(self, field: str, value: object) -> BitMap:
        """Returns the events with a value."""
        return self._sets.get(field, value)

    def values(self, field: str) -> Mapping[str, BitMap]:
        """Returns all values of a field with their events."""
        return self._sets.values(field)

    def ranked(self, field: str) -> Ranking:
        """Returns the values of a field, "" aside, with their events."""
        return self._sets.ranking(field)

    def heads(self, field: str) -> Ranking:
        """As `ranked`, of parties: those that were merged into another count for that entity."""
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

    def any_of(self, field: str, values: tuple[str, ...]) -> BitMap:
        """Returns the events that have one of the values."""
        key = ("any", field, values)
        return self._sets.derive(key, lambda: self._sets.any_of(field, values))

    def derive(self, name: str, make: Callable[["Snapshot"], T]) -> T:
        """Returns what follows from these events alone, made once for all threads."""
        return self._sets.derive(("derived", name), lambda: make(self))

    @property
    def visible(self) -> BitMap:
        """Events that have a page, unsure ones too."""
        return self.get("visible", "")

    @property
    def shown(self) -> BitMap:
        """Events that a query chooses which asks for no state."""
        return self._sets.derive(("shown",), lambda: self.visible - self.get("state", UNSURE))

    def conditions(self, query: Query) -> dict[str, BitMap]:
        """What each field of a query asks for: the visible events for which all that it says of
        the field holds. "words", "dates" and "in_force" stand for themselves, "brackets" for all
        groups; "state" is always among them.
        """
        found = self._conditions(query)
        if not asks_for_unsure(query):
            found["state"] = found.get("state", self.shown) & self.shown
        return found

    def _conditions(self, query: Query) -> dict[str, BitMap]:
        entities = self._entities(query)
        self._look_for(every_word(query))
        self._look_for_events(query)
        found: dict[str, BitMap] = {}
        for name in FIELDS:
            if values := getattr(query, name):
                found[name] = union(self._having(name, value, entities) for value in values)
        for word in query.words:
            said = self._having("words", word, entities)
            found["words"] = found.get("words", self.visible) & said
        for name, value in query.excluded:
            found[name] = found.get(name, self.visible) - self._having(name, value, entities)
        found |= self._times(query)
        if query.groups or query.barred:
            found["brackets"] = self._brackets(query)
        return found

    def _times(self, query: Query) -> dict[str, BitMap]:
        found: dict[str, BitMap] = {}
        if any(bounds(query, self.today)):
            found["dates"] = self.between(*bounds(query, self.today))
        for name, span in (("recorded", query.recorded), ("changed", query.changed)):
            if span:
                found[name] = self._stored_between(name, *stored_bounds(span, self.today))
        if query.in_force:
            status, day = asked_status(query.in_force, self.today)
            found["in_force"] = self.in_force_on(day)[status]
        return found

    def _brackets(self, query: Query) -> BitMap:
        """The events for which one of each group holds, and none of what is barred."""
        matches = self.visible
        for group in query.groups:
            # Where one alternative asks for unsure events, the others still leave them out.
            is_default = any(map(asks_for_unsure, group))
            matches = matches & union(
                self._inner(replace(inner, names=query.names), is_default=is_default)
                for inner in group
            )
        for inner in query.barred:
            matches = matches - self._inner(replace(inner, names=query.names), is_default=False)
        return matches

    def _inner(self, query: Query, *, is_default: bool) -> BitMap:
        conditions = self.conditions(query) if is_default else self._conditions(query)
        return self.all_of(conditions)

    def _stored_between(self, field: str, low: str, high: str) -> BitMap:
        """Events recorded or changed from `low` to `high`, days or moments, "" for open."""
        edges = {end[:10] for end in (low, high) if "T" in end}
        # Of a day that a moment divides the rows are asked, of all others the sets.
        events = self.between(low[:10], high[:10], field) - union(
            self.get(field, day) for day in edges
        )
        column = MOMENTS[field]
        for day in edges:
            first, last = edge_moments(day, low, high)
            rows = Event.objects.filter(**{f"{column}__gte": first, f"{column}__lt": last})
            events = events | ids_of(rows)
        return events

    def _having(self, name: str, value: str, entities: Entities) -> BitMap:
        """The events that have a value of a field of a query."""
        named = self._named(entities, name, value)
        if name == "words":
            return self._words[value].anywhere | named
        if name == "event":
            return self._numbered.get(int(value), NONE)
        return named if name in PARTIES else self.get(name, value)

    def choose(self, query: Query) -> BitMap:
        """The events that a query chooses, as query.matches would."""
        return self.all_of(self.conditions(query))

    def all_of(self, conditions: Mapping[str, BitMap], but: str = "") -> BitMap:
        """The visible events for which every condition holds; `but` names one to leave out."""
        chosen = self.visible
        for field, events in conditions.items():
            if field != but:
                chosen = chosen & events
        return chosen

    def titled(self, query: Query) -> BitMap:
        """The events of which each word of the query stands in the headline, a name or a report's
        title, or is another name of a party; words that are COMMON are passed over.
        """
        entities = self._entities(query)
        self._look_for(query.words)
        matches = self.visible
        for word in query.words:
            events = self._words[word]
            titled = events.anywhere if len(events.anywhere) > COMMON else events.titled
            matches = matches & (titled | self._named(entities, "words", word))
        return matches

    def _named(self, entities: Entities, name: str, value: str) -> BitMap:
        """The events of the entities that a value of a field names."""
        return union(self.get(kind, pk) for kind, pk in entities.get((name, value), ()))

    def _entities(self, query: Query) -> Entities:
        """The entities of each party's value and of each word's meanings; merged ones too."""
        if query not in self._entities_of:
            self._entities_of[query] = self._look_up(query)
        return self._entities_of[query]

    def _look_up(self, query: Query) -> Entities:
        wanted = {("words", word): self.meanings(query, word) for word in words_of(query)}
        told = [(name, value) for name in PARTIES for value in getattr(query, name)]
        for pair in (*told, *query.excluded):
            if pair[0] in PARTIES:
                wanted[pair] = (pair,)
        pairs = list(dict.fromkeys(pair for found in wanted.values() for pair in found))
        ids = ids_of_all([(PARTIES[kind], [slug]) for kind, slug in pairs]) if pairs else []
        by_pair = dict(zip(pairs, ids, strict=True))
        return {
            key: [(kind, pk) for kind, slug in found for pk in by_pair[kind, slug]]
            for key, found in wanted.items()
        }

    def meanings(self, query: Query, word: str) -> tuple[tuple[str, str], ...]:
        """(field, slug) of what a word is another name of."""
        if query.names:
            return ()
        if self._names is None:
            self._names = lexicon_of_names(names_by_editors())
        return meanings(query, word, self._names)

    def _look_for(self, words: Sequence[str]) -> None:
        new = [word for word in words if word not in self._words]
        if new:
            self._words |= self._word_cache.look_up(new)

    def _look_for_events(self, query: Query) -> None:
        """Puts in which events the numbers of a query stand for, a merged one's for the other."""
        values = [*query.event, *(value for name, value in query.excluded if name == "event")]
        new = {int(value) for value in values} - self._numbered.keys()
        events = Event.objects.filter(pk__in=new).select_related("merged_into") if new else ()
        self._numbered |= dict.fromkeys(new, NONE)
        self._numbered |= {event.pk: BitMap([event.itself.pk]) for event in events}

    def between(self, low: str, high: str, field: str = "occurred") -> BitMap:
        """Events of known day from `low` to `high`, as text, "" for open."""
        months = self.values(MONTHS[field])
        whole = [m for m in months if m and low <= m and (not high or f"{m}-31" <= high)]
        edges = {
            m for m in (month_text(low), month_text(high)) if m and m in months and m not in whole
        }
        days = [
            events
            for day, events in self.values(field).items()
            if month_text(day) in edges and low <= day and (not high or day <= high)
        ]
        return union([*(months[m] for m in whole), *days])

    def in_force_on(self, day: str) -> dict[str, BitMap]:
        """Measures that last and began by a day, by their status then (in_force.status_on)."""
        begun = self.between("", day) & union(self.get("kind", kind) for kind in LASTING)
        begun = begun - self.get("kind", Kind.REINSTATEMENT.value)
        ended = begun & self.between("", day, "ended")
        unknown = begun & self.get("ended", "") & self.between("", day, "unknown_from")
        return {IN_FORCE: begun - ended - unknown, ENDED: ended, UNKNOWN: unknown}

    def newest_first(self, chosen: BitMap, below: Below = None) -> Iterator[int]:
        """Yields ids of chosen events, newest act first, a month after its days, the undated last;
        `below` is the place (occurred, id, …) after which to begin.
        """
        for _, events in self.by_day(chosen, below):
            yield from reversed(events.to_array())

    def by_day(self, chosen: BitMap, below: Below = None) -> Iterator[tuple[str, BitMap]]:
        """As newest_first: each day with its events."""
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


index = EventIndex()  # of this process
