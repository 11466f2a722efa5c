"""Which events have which value, as sets of ids held by this process: filters, counts and charts
are set algebra, at a million events too (roaring bitmaps, docs/decisions.md).

Derived from the rows: read whole at first, then kept up to date by Event.indexed_at before every
answer. Nothing is stored, and a process that dies loses nothing.
"""

import heapq
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Aggregate, Count, F, Max, QuerySet, TextField, Value
from django.db.models.functions import Cast
from pyroaring import BitMap

from tracker import database_time
from tracker.classify.lexicon import Lexicon, added
from tracker.events.models import Entity, Event, EventEntity, Report
from tracker.events.record.entities import ids_of_all, names_by_editors
from tracker.events.search.fulltext import COMMON, find_words, parse_ids
from tracker.events.search.query import FIELDS, LASTING, UNSURE, Query, bounds, meanings
from tracker.events.text import holds, join_texts

Made = TypeVar("Made")

# A transaction may be seen this long after the moment that it wrote (indexed_at).
OVERLAP = timedelta(minutes=15)
WORDS_KEPT = 500  # words whose events are held; those that nobody asked for longest go first
CHUNK = 1_000  # changed events that are read at once
MANY = 50_000  # changed events from which reading everything anew is no slower
PARTIES = {
    "platform": Entity.Type.PLATFORM,
    "target": Entity.Type.TARGET,
    "country": Entity.Type.COUNTRY,
}
TOGETHER = 32  # values that are passed over at once if all their events are too few
COLUMNS = {  # of Event: field of the index -> column
    "main_kind": "kind",
    "others": "other_kinds",
    "ground": "grounds",
    "state": "state",
    "extent": "extent",
    "occurred": "occurred",
    "ended": "ended",
}
MONTHS = {"occurred": "month", "ended": "ended_month"}  # days -> the months that hold them
TOLD = {  # of Report: field of the index -> path
    "lang": "entry__classification__language",
    "source": "entry__source__host",
}


class Ranked:
    """Values with their events, the largest sets first."""

    def __init__(self, sets: Mapping[Any, BitMap]) -> None:
        self._pairs = sorted(sets.items(), key=lambda pair: -len(pair[1]))
        self._unions: dict[int, BitMap] = {}

    def __iter__(self) -> Iterator[tuple[Any, BitMap]]:
        return iter(self._pairs)

    def most(self, base: BitMap, limit: int) -> dict[Any, int]:
        """The values with the most events among `base`, with how many, the largest first."""
        best: list[int] = []  # a heap of the `limit` largest counts so far
        counts: dict[Any, int] = {}
        for start in range(0, len(self._pairs), TOGETHER):
            some = self._pairs[start : start + TOGETHER]
            if len(best) == limit and len(some[0][1]) <= best[0]:
                break  # none of the rest can have more
            if len(best) == limit and base.intersection_cardinality(self._union(start)) <= best[0]:
                continue
            for value, held in some:
                n = base.intersection_cardinality(held)
                if len(best) < limit or n > best[0]:
                    counts[value] = n
                    (heapq.heappush if len(best) < limit else heapq.heappushpop)(best, n)
        return dict(sorted(counts.items(), key=lambda pair: -pair[1])[:limit])

    def _union(self, start: int) -> BitMap:
        """The events of the TOGETHER values from one on: no value of them has more."""
        if start not in self._unions:
            some = self._pairs[start : start + TOGETHER]
            self._unions[start] = _union(held for _, held in some)
        return self._unions[start]


# (field of a query, value) -> (type, id) of the entities that it names
Entities = dict[tuple[str, str], list[tuple[str, int]]]


class Ids(Aggregate):
    """The ids of a group as "1,2,3"."""

    function = "group_concat"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "string_agg((%(expressions)s)::text, ',')"
        return self.as_sql(compiler, connection, template=template, **context)


class Index:
    """Sets of event ids by field and value: of a party the entity's id, of all others the text as
    stored. `word` and `titled` have the words that were asked for. Sets are replaced, never changed
    in place.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.version = 0  # of this process; another one after each change
        self.forget()

    def forget(self) -> None:
        """Reads everything anew before the next answer."""
        with self._lock:
            self.version += 1
            self._sets: dict[str, dict[Any, BitMap]] = {}
            self._seen: dict[int, datetime] = {}
            self._low = database_time.estimate()
            self._derived: dict[Any, Any] = {}
            self._is_read = False

    @contextmanager
    def reading(self) -> Iterator["Index"]:
        """The index as the rows stand now, unchanged until the end of the block."""
        with self._lock:
            self._refresh()
            self._merged: dict[str, dict[int, int]] | None = None
            self._names: Lexicon | None = None
            self._entities_of: dict[Query, Entities] = {}
            yield self

    def _refresh(self) -> None:
        if not self._is_read:
            self._read()
            return
        now = database_time.estimate()
        recent = Event.objects.filter(indexed_at__gte=self._low)
        told = recent.aggregate(n=Count("pk"), latest=Max("indexed_at"))
        if (told["n"], told["latest"]) == self._mark and now - self._low < 2 * OVERLAP:
            return
        pairs = dict(recent.values_list("pk", "indexed_at"))
        changed = [pk for pk, at in pairs.items() if self._seen.get(pk) != at]
        if len(changed) > MANY:
            self._read()
            return
        self._remember(pairs, now)
        if not changed:
            return
        self.version += 1
        self._derived = {}
        for start in range(0, len(changed), CHUNK):
            ids = changed[start : start + CHUNK]
            self._drop(BitMap(ids))
            self._load(ids)
            self._load_words(ids)

    def _read(self) -> None:
        self.forget()
        now = database_time.estimate()
        recent = Event.objects.filter(indexed_at__gte=now - OVERLAP)
        self._remember(dict(recent.values_list("pk", "indexed_at")), now)
        self._load(None)
        self._is_read = True

    def _remember(self, pairs: dict[int, datetime], now: datetime) -> None:
        self._low = now - OVERLAP
        self._seen = {pk: at for pk, at in pairs.items() if at >= self._low}
        self._mark = (len(self._seen), max(self._seen.values(), default=None))

    def _drop(self, ids: BitMap) -> None:
        for values in self._sets.values():
            for value in [v for v, held in values.items() if held.intersect(ids)]:
                values[value] = values[value] - ids

    def _load(self, ids: Sequence[int] | None) -> None:
        """Puts in what the rows of these events say, or of all; one query."""
        first, *rest = (
            part.order_by().values_list("field", "value", "ids") for part in _parts(ids)
        )
        for field, value, told in first.union(*rest, all=True):
            events = parse_ids(told)
            if field == "others":
                for kind in json.loads(value):
                    self._add("kind", kind, events)
            else:
                self._add(field, int(value) if field in PARTIES else value, events)
                if field in MONTHS:
                    self._add(MONTHS[field], value[:7], events)
                if field == "main_kind":
                    self._add("kind", value, events)

    def _add(self, field: str, value: Any, events: BitMap) -> None:
        values = self._sets.setdefault(field, {})
        values[value] = values.get(value, NONE) | events

    def _load_words(self, ids: Sequence[int]) -> None:
        anywhere, titled = self._sets.get("word", {}), self._sets.get("titled", {})
        told = Event.objects.filter(pk__in=ids) if anywhere else Event.objects.none()
        for pk, titles, summaries in told.values_list("pk", "title_words", "summary_words"):
            for words, text in ((anywhere, join_texts(titles, summaries)), (titled, titles)):
                for word in [w for w in words if holds(text, w)]:
                    words[word] = words[word] | BitMap([pk])

    # --- questions, inside `reading`

    def get(self, field: str, value: Any) -> BitMap:
        """The events with a value."""
        return self._sets.get(field, {}).get(value, NONE)

    def values(self, field: str) -> dict[Any, BitMap]:
        """All values of a field with their events."""
        return self._sets.get(field, {})

    def ranked(self, field: str) -> Ranked:
        """The values of a field, "" aside, with their events."""

        def without_blank() -> Ranked:
            return Ranked({v: held for v, held in self.values(field).items() if v != ""})

        return self._once(("ranked", field), without_blank)

    def heads(self, field: str) -> Ranked:
        """As `ranked`, of parties: those that were merged into another stand under that one."""
        ranked = self.ranked(field)
        if self._merged is None:
            self._merged = defaultdict(dict)
            for one in Entity.objects.filter(merged_into__isnull=False).select_related(
                "merged_into"
            ):
                self._merged[one.type][one.pk] = one.itself.pk
        into = self._merged.get(field)
        if not into:
            return ranked

        def together() -> Ranked:
            found: dict[int, BitMap] = {}
            for pk, held in ranked:
                head = into.get(pk, pk)
                found[head] = found.get(head, NONE) | held
            return Ranked(found)

        return self._once(("heads", field, tuple(into.items())), together)

    def any_of(self, field: str, values: tuple[str, ...]) -> BitMap:
        """The events that have one of the values."""
        key = ("any", field, values)
        return self._once(key, lambda: _union(self.get(field, value) for value in values))

    def _once(self, key: tuple[Any, ...], make: Callable[[], Made]) -> Made:
        """What follows from the sets alone, made once until they change."""
        if key not in self._derived:
            self._derived[key] = make()
        made: Made = self._derived[key]
        return made

    @property
    def visible(self) -> BitMap:
        """Events that have a page, unsure ones too."""
        return self.get("visible", "")

    @property
    def shown(self) -> BitMap:
        """Events that a query chooses which asks for no state."""
        return self._once(("shown",), lambda: self.visible - self.get("state", UNSURE))

    def conditions(self, query: Query) -> dict[str, BitMap]:
        """What each field of a query asks for: the visible events for which all that it says of
        the field holds. "words", "dates" and "in_force" stand for themselves; "state" is always
        among them.
        """
        entities = self._entities(query)
        self._look_for(words_of(query))
        found: dict[str, BitMap] = {}
        for name in FIELDS:
            if values := getattr(query, name):
                found[name] = _union(self._having(name, value, entities) for value in values)
        found.setdefault("state", self.shown)
        for word in query.words:
            said = self._having("words", word, entities)
            found["words"] = found.get("words", self.visible) & said
        for name, value in query.excluded:
            found[name] = found.get(name, self.visible) - self._having(name, value, entities)
        if any(bounds(query)):
            found["dates"] = self.between(*bounds(query))
        if query.in_force:
            found["in_force"] = self._in_force(query.in_force)
        return found

    def _having(self, name: str, value: str, entities: Entities) -> BitMap:
        """The events that have a value of a field of a query."""
        named = self._named(entities, name, value)
        if name == "words":
            return self.get("word", value) | named
        if name == "event":
            event = Event.objects.filter(pk=value).select_related("merged_into").first()
            return BitMap([event.itself.pk]) if event else NONE
        return named if name in PARTIES else self.get(name, value)

    def choose(self, query: Query) -> BitMap:
        """The events that a query chooses, as query.matches would."""
        return self.all_of(self.conditions(query))

    def all_of(self, conditions: Mapping[str, BitMap], but: str = "") -> BitMap:
        """The visible events for which every condition holds; `but` names one to leave out."""
        chosen = self.visible
        for field, held in conditions.items():
            if field != but:
                chosen = chosen & held
        return chosen

    def titled(self, query: Query) -> BitMap:
        """The events of which each word of the query stands in the headline, a name or a report's
        title, or is another name of a party; words that are COMMON are passed over.
        """
        entities = self._entities(query)
        self._look_for(query.words)
        found = self.visible
        for word in query.words:
            held = self.get("word", word)
            titled = held if len(held) > COMMON else self.get("titled", word)
            found = found & (titled | self._named(entities, "words", word))
        return found

    def _named(self, entities: Entities, name: str, value: str) -> BitMap:
        """The events of the entities that a value of a field names."""
        return _union(self.get(kind, pk) for kind, pk in entities.get((name, value), ()))

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
            self._names = added(names_by_editors())
        return meanings(query, word, self._names)

    def _look_for(self, words: Sequence[str]) -> None:
        """Puts in which events hold the words, anywhere ("word") and in a title ("titled")."""
        anywhere = self._sets.setdefault("word", {})
        titled = self._sets.setdefault("titled", {})
        new = [word for word in words if word not in anywhere]
        for word, found in zip(new, find_words(new), strict=True):
            anywhere[word], titled[word] = found
        for word in words:
            for held in (anywhere, titled):
                held[word] = held.pop(word)  # to the end: it was asked for last
        for word in list(anywhere)[: max(0, len(anywhere) - max(WORDS_KEPT, len(words)))]:
            del anywhere[word], titled[word]

    def between(self, low: str, high: str, field: str = "occurred") -> BitMap:
        """Events of known day from `low` to `high`, as text, "" for open."""
        months = self.values(MONTHS[field])
        whole = [m for m in months if m and low <= m and (not high or f"{m}-31" <= high)]
        edges = {m for m in (low[:7], high[:7]) if m and m in months and m not in whole}
        found = [months[m] for m in whole]
        for day, held in self.values(field).items():
            if day[:7] in edges and low <= day and (not high or day <= high):
                found.append(held)
        return _union(found)

    def _in_force(self, day: str) -> BitMap:
        """Measures that last, from their day on until the day of the act that undid them."""
        begun = _union(self.get("kind", kind) for kind in LASTING) & self.between("", day)
        ended = self.between("", day, "ended")
        passing = self.get("extent", "temporary") & self.get("ended", "")
        return begun - ended - passing

    def newest_first(
        self, chosen: BitMap, below: tuple[str, int, bool] | None = None
    ) -> Iterator[int]:
        """Ids of chosen events, newest act first, a month after its days, the undated last; `below`
        is the place (occurred, id, …) after which to begin.
        """
        first = below[0] if below else None
        days: dict[str, list[str]] = defaultdict(list)
        for day in self.values("occurred"):
            if first is None or day <= first:
                days[day[:7]].append(day)
        for month in sorted(days, reverse=True):
            within = chosen & self.get("month", month)
            for day in sorted(days[month], reverse=True) if within else ():
                held = within & self.get("occurred", day)
                if below and day == first:
                    held = held[: held.rank(below[1] - 1)] if below[1] else NONE
                yield from reversed(held.to_array())


def words_of(query: Query) -> tuple[str, ...]:
    """The words that a query wants or excludes, each once."""
    excluded = (value for name, value in query.excluded if name == "words")
    return tuple(dict.fromkeys([*query.words, *excluded]))


def _parts(ids: Sequence[int] | None) -> Iterator[QuerySet[Any]]:
    """Queries of (field, value, ids of events) of these events, or of all."""
    events, parties = Event.objects.all(), EventEntity.objects.all()
    reports = Report.objects.filter(entry__isnull=False)
    if ids is not None:
        events = events.filter(pk__in=ids)
        parties = parties.filter(event__in=ids)
        reports = reports.filter(event__in=ids)
    for field, column in COLUMNS.items():
        yield _grouped(events, Value(field), F(column), "pk")
    yield _grouped(events.visible(), Value("visible"), Value(""), "pk")
    yield _grouped(parties, F("entity__type"), F("entity"), "event")
    for field, path in TOLD.items():
        yield _grouped(reports.filter(**{f"{path}__isnull": False}), Value(field), F(path), "event")


def _grouped(rows: QuerySet[Any], field: Value | F, value: Value | F, event: str) -> QuerySet[Any]:
    text = TextField()
    named = rows.annotate(field=Cast(field, text), value=Cast(value, text))
    grouped: QuerySet[Any] = named.values("field", "value").annotate(ids=Ids(event))
    return grouped


def _union(sets: Iterable[BitMap]) -> BitMap:
    return BitMap.union(NONE, *sets)


NONE = BitMap()
index = Index()  # of this process
