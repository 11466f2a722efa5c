"""Facts of an event -> the alerts that choose it, without looking at each alert: the sets of alerts
by what they ask for, held by this process (docs/decisions.md).

The same answer as query.matches; derived from the rows, brought up to date by Alert.changed_at.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, QuerySet
from pyroaring import BitMap

from tracker import database_time
from tracker.alerts.models import Alert
from tracker.classify.lexicon import Lexicon, added
from tracker.events.record.entities import names_by_editors
from tracker.events.search.query import (
    FIELDS,
    UNSURE,
    EventFacts,
    Query,
    bounds,
    in_force,
    meanings,
    parse,
    values_of,
)
from tracker.events.text import holds, phrase_of

OVERLAP = timedelta(minutes=15)  # a transaction may be seen this long after the moment it wrote
CHUNK = 2_000
NONE = BitMap()


@dataclass(frozen=True)
class Wanted:
    """A word of a query as it is looked for: itself, and what it is another name of."""

    word: str
    senses: tuple[tuple[str, str], ...]


Key = tuple[str, object]  # a table and a value of it


def _keys(query: Query, names: Lexicon | None) -> Iterator[Key]:
    """What an alert stands under: for each condition (condition, value), and under ("asks",
    condition) for each field that it says anything of.
    """
    low, high = bounds(query)
    days = {"low": low, "high": high, "in_force": query.in_force}
    asks = {name: getattr(query, name) for name in FIELDS}
    asks |= {"day": low or high, "words": query.words, "several words": query.words[1:]}
    yield from (("asks", name) for name, asked in asks.items() if asked)
    yield from ((name, value) for name in FIELDS for value in getattr(query, name))
    yield from ((name, day) for name, day in days.items() if day)
    yield from (("word", Wanted(word, meanings(query, word, names))) for word in query.words)
    for name, value in query.excluded:
        if name == "words":
            yield ("no word", Wanted(value, meanings(query, value, names)))
        else:
            yield (f"no {name}", value)


def _pairs(facts: EventFacts) -> Iterator[tuple[str, str]]:
    for field, values in values_of(facts).items():
        yield from ((field, value) for value in values)


class Alerts:
    """Sets of the ids of active alerts by what they ask for."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.forget()

    def forget(self) -> None:
        """Reads everything anew before the next answer."""
        with self._lock:
            self._all = BitMap()
            self._tables: dict[str, dict[object, BitMap]] = defaultdict(dict)
            self._texts: dict[int, str] = {}
            self._words: dict[str, dict[Wanted, None]] = defaultdict(dict)  # by first token
            self._named: dict[tuple[str, str], dict[Wanted, None]] = defaultdict(dict)  # by sense
            self._seen: dict[int, datetime] = {}
            self._low: datetime | None = None
            self._mark: tuple[int, datetime | None] = (0, None)
            self._editors: tuple[tuple[str, str, str], ...] = ()

    def choosing(self, facts: EventFacts) -> list[int]:
        """The ids of the active alerts whose query chooses an event, in their order."""
        with self._lock:
            self._refresh()
            return list(self._choosing(facts))

    def asking_for(self, event_id: int) -> list[int]:
        """The ids of the active alerts that ask for an event by its number."""
        with self._lock:
            self._refresh()
            return list(self._tables["event"].get(str(event_id), NONE))

    # --- up to date

    def _refresh(self) -> None:
        editors = names_by_editors()
        if editors != self._editors or self._low is None:
            self.forget()
            self._editors = editors
        now = database_time.estimate()
        rows = Alert.objects.all()
        if self._low is not None:
            rows = rows.filter(changed_at__gte=self._low)
            told = rows.aggregate(n=Count("pk"), latest=Max("changed_at"))
            if (told["n"], told["latest"]) == self._mark and now - self._low < 2 * OVERLAP:
                return
        seen = self._take(rows)
        self._low = now - OVERLAP
        self._seen = {pk: at for pk, at in seen.items() if at >= self._low}
        self._mark = (len(self._seen), max(self._seen.values(), default=None))

    def _take(self, rows: QuerySet[Alert]) -> dict[int, datetime]:
        """Holds alerts as their rows stand now; when each changed."""
        seen: dict[int, datetime] = {}
        gathered: dict[Key, list[int]] = defaultdict(list)
        columns = rows.order_by().values_list("pk", "query", "state", "changed_at")
        for pk, text, state, at in columns.iterator(CHUNK):
            seen[pk] = at
            if self._seen.get(pk) == at:
                continue
            if pk in self._texts:
                self._drop(pk)
            if state == Alert.State.ACTIVE:
                self._texts[pk] = text
                gathered["all", ""].append(pk)
                for key in _keys(parse(text), added(self._editors)):
                    gathered[key].append(pk)
        self._put(gathered)
        return seen

    def _put(self, gathered: dict[Key, list[int]]) -> None:
        for (table, value), ids in gathered.items():
            if table == "all":
                self._all |= BitMap(ids)
                continue
            held = self._tables[table].get(value)
            self._tables[table][value] = BitMap(ids) if held is None else held | BitMap(ids)
            if isinstance(value, Wanted):
                row, _ = phrase_of(value.word)
                self._words[row[0] if row else ""][value] = None
                for sense in value.senses:
                    self._named[sense][value] = None

    def _drop(self, pk: int) -> None:
        self._all.discard(pk)
        for table, value in _keys(parse(self._texts.pop(pk)), added(self._editors)):
            held = self._tables[table].get(value, NONE)
            self._tables[table][value] = held - BitMap([pk])

    # --- the question

    def _choosing(self, facts: EventFacts) -> BitMap:
        chosen = self._all
        if facts.state == UNSURE:
            chosen = self._tables["state"].get(UNSURE, NONE)
        for name, values in values_of(facts).items():
            asks = self._tables["asks"].get(name, NONE)
            if asks:
                chosen = chosen - (asks - self._any(name, values))
            chosen = chosen - self._any(f"no {name}", values)
        chosen = self._on_day(chosen, facts)
        for day, held in self._tables["in_force"].items():
            if held and not in_force(str(day), facts):
                chosen = chosen - held
        said = self._said(facts)
        chosen = chosen - self._any("no word", said)
        asks = self._tables["asks"].get("words", NONE)
        chosen = chosen - (asks - self._any("word", said))
        several = chosen & self._tables["asks"].get("several words", NONE)
        return chosen - BitMap(pk for pk in several if not self._says_all(pk, said))

    def _on_day(self, chosen: BitMap, facts: EventFacts) -> BitMap:
        day = facts.occurred
        if not day:
            return chosen - self._tables["asks"].get("day", NONE)
        late = [held for low, held in self._tables["low"].items() if str(low) > day]
        early = [held for high, held in self._tables["high"].items() if str(high) < day]
        return chosen - BitMap.union(NONE, *late, *early)

    def _any(self, table: str, values: Iterable[object]) -> BitMap:
        held = self._tables[table]
        return BitMap.union(NONE, *(held[value] for value in values if value in held))

    def _said(self, facts: EventFacts) -> set[Wanted]:
        """The words that alerts look for and that the event holds, or is named by."""
        said = {one for pair in _pairs(facts) for one in self._named.get(pair, ())}
        tokens = set(facts.text.split(" "))
        starts = {token[:end] for token in tokens for end in range(1, len(token) + 1)}
        for start in starts:
            for one in self._words.get(start, ()):
                if holds(facts.text, one.word):
                    said.add(one)
        return said

    def _says_all(self, pk: int, said: set[Wanted]) -> bool:
        asked = _keys(parse(self._texts[pk]), added(self._editors))
        return all(value in said for table, value in asked if table == "word")


alerts = Alerts()  # of this process
