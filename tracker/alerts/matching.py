"""Find the alerts that choose an event from its facts, without checking each alert: sets of alerts
by condition, in this process (decision D84). Same answer as query.matches; derived from the rows,
updated by Alert.changed_at.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from pyroaring import BitMap

from tracker import database_time
from tracker.alerts.models import Alert
from tracker.classify.words.lexicon import lexicon_of_names
from tracker.classify.words.matching import Lexicon
from tracker.events.record.entities import names_by_editors
from tracker.events.search.language.days import day_at
from tracker.events.search.language.matching import EventFacts, in_force, matches, values_of
from tracker.events.search.language.parsing import parse
from tracker.events.search.language.questions import asks_for_unsure, meanings
from tracker.events.search.query import FIELDS, SPANS, UNSURE, Query
from tracker.events.text import holds, phrases_of
from tracker.index.changes import TableMark, Watched
from tracker.index.sets import EMPTY, Draft, Sets, union
from tracker.index.snapshots import Snapshots
from tracker.partial_date import PartialDate

T = TypeVar("T")
COLUMNS = ("query", "state", "publishers", "without_sources")  # columns of Alert that are loaded
Row = tuple[str, str, int, str]
CHUNK = 2_000
ALL = ("all", "")  # the set of all active alerts


@dataclass(frozen=True)
class SearchedWord:
    """A searched word of a query: itself, and the entities that it is another name of."""

    word: str
    senses: tuple[tuple[str, str], ...]


Key = tuple[str, object]  # a table and a value of it
EditorNames = tuple[tuple[str, str, str], ...]
Words = Mapping[str, frozenset[SearchedWord]]
Senses = Mapping[tuple[str, str], frozenset[SearchedWord]]


def _keys(query: Query, names: Lexicon | None) -> Iterator[Key]:
    """Return the keys of an alert: (condition, value) for each condition, and ("asks", condition)
    for each restricted field.
    """
    # As typed, since "7d" means another day tomorrow.
    days = {"low": query.since, "high": query.until, "in_force": query.in_force}
    asks = {name: getattr(query, name) for name in FIELDS}
    asks |= {"day": query.since or query.until, "words": query.words}
    asks |= {"several words": query.words[1:], "more": _is_more(query)}
    asks |= {"unsure within brackets": UNSURE not in query.state and asks_for_unsure(query)}
    yield from (("asks", name) for name, asked in asks.items() if asked)
    yield from ((name, value) for name in FIELDS for value in getattr(query, name))
    yield from ((name, day) for name, day in days.items() if day)
    yield from (("word", SearchedWord(word, meanings(query, word, names))) for word in query.words)
    for name, value in query.excluded:
        if name == "words":
            yield ("no word", SearchedWord(value, meanings(query, value, names)))
        else:
            yield (f"no {name}", value)


def _is_more(query: Query) -> bool:
    """Return whether the sets do not cover the whole query: brackets, spans, and when an event was
    stored.
    """
    spans = any(getattr(query, name) for name in SPANS)
    return bool(spans or query.groups or query.barred or query.recorded or query.changed)


def _pairs(facts: EventFacts) -> Iterator[tuple[str, str]]:
    for field, values in values_of(facts).items():
        yield from ((field, value) for value in values)


@dataclass(frozen=True)
class Narrowing:
    """An alert's additional condition on the reports: a number of independent newsrooms, not
    counting some hosts.
    """

    publishers: int
    without: frozenset[str]


@dataclass(frozen=True)
class AlertSets:
    """The active alerts at one moment: their ids by what they ask for, their queries, and the words
    that they look for by first token and by sense. `names` are those that editors added. A word
    stays after its last alert is gone, in no set. `narrowed` has the few alerts with conditions on
    the reports.
    """

    names: EditorNames
    mark: TableMark
    sets: Sets
    queries: Mapping[int, str]
    words: Words
    senses: Senses
    narrowed: Mapping[int, Narrowing]

    # --- the next sets

    def changed(self, rows: Mapping[int, Row], mark: TableMark) -> "AlertSets":
        """Return the sets with alerts, COLUMNS by id, as they are now."""
        if not rows:
            return replace(self, mark=mark)
        draft, queries = Draft(self.sets), dict(self.queries)
        gathered: dict[Key, list[int]] = defaultdict(list)
        for pk, (text, state, *_narrowing) in rows.items():
            if pk in queries:
                for table, value in self._keys_of(queries.pop(pk)):
                    draft.remove(table, value, BitMap([pk]))
            if state == Alert.State.ACTIVE:
                queries[pk] = text
                for key in self._keys_of(text):
                    gathered[key].append(pk)
        for (table, value), ids in gathered.items():
            draft.add(table, value, ids)
        new = {value for _, value in gathered if isinstance(value, SearchedWord)}
        words = [(row[0], word) for word in new for row, _ in phrases_of(word.word)]
        senses = [(sense, word) for word in new for sense in word.senses]
        return replace(
            self,
            mark=mark,
            sets=draft.sets(),
            queries=queries,
            words=_with(self.words, words),
            senses=_with(self.senses, senses),
            narrowed=_narrowed(self.narrowed, rows),
        )

    def _keys_of(self, text: str) -> Iterator[Key]:
        yield ALL
        yield from _keys(parse(text), lexicon_of_names(self.names))

    # --- the question

    def choosing(self, facts: EventFacts) -> BitMap:
        """Return the active alerts whose query chooses an event."""
        get = self.sets.get
        asking_unsure = get("state", UNSURE) | get("asks", "unsure within brackets")
        chosen = asking_unsure if facts.state == UNSURE else get(*ALL)
        for name, values in values_of(facts).items():
            if asks := get("asks", name):
                chosen = chosen - (asks - self.sets.any_of(name, values))
            chosen = chosen - self.sets.any_of(f"no {name}", values)
        today = database_time.estimate().date().isoformat()
        chosen = self._on_day(chosen, facts, today)
        for asked, ids in self.sets.values("in_force").items():
            if not in_force(str(asked), facts, today):
                chosen = chosen - ids
        matched = self._matching_words(facts)
        chosen = chosen - self.sets.any_of("no word", matched)
        chosen = chosen - (get("asks", "words") - self.sets.any_of("word", matched))
        several = chosen & get("asks", "several words")
        chosen = chosen - BitMap(pk for pk in several if not self._says_all(pk, matched))
        more, names = chosen & get("asks", "more"), lexicon_of_names(self.names)
        return chosen - BitMap(
            pk for pk in more if not matches(parse(self.queries[pk]), facts, names, today=today)
        )

    def _on_day(self, chosen: BitMap, facts: EventFacts, today: str) -> BitMap:
        day = facts.occurred
        if not day:
            return chosen - self.sets.get("asks", "day")
        late = [ids for low, ids in self.sets.values("low").items() if _lowest(low, today) > day]
        early = [
            ids for high, ids in self.sets.values("high").items() if _highest(high, today) < day
        ]
        return chosen - union([*late, *early])

    def _matching_words(self, facts: EventFacts) -> set[SearchedWord]:
        """Return the words that alerts search for and that the event contains, or that are names of
        it.
        """
        words = {word for pair in _pairs(facts) for word in self.senses.get(pair, ())}
        tokens = set(facts.text.split(" "))
        starts = {token[:end] for token in tokens for end in range(1, len(token) + 1)}
        for start in starts:
            for word in self.words.get(start, ()):
                if holds(facts.text, word.word):
                    words.add(word)
        return words

    def _says_all(self, pk: int, said: set[SearchedWord]) -> bool:
        asked = self._keys_of(self.queries[pk])
        return all(value in said for table, value in asked if table == "word")


def _lowest(since: object, today: str) -> str:
    return PartialDate.parse(day_at(str(since), today)).lowest_text


def _highest(until: object, today: str) -> str:
    return PartialDate.parse(day_at(str(until), today, is_last=True)).highest_text


def _narrowed(known: Mapping[int, Narrowing], rows: Mapping[int, Row]) -> Mapping[int, Narrowing]:
    """Return alerts' conditions on the reports by id, updated for some alerts."""
    asked = {
        pk: Narrowing(publishers, frozenset(without.split()))
        for pk, (_query, state, publishers, without) in rows.items()
        if state == Alert.State.ACTIVE and (publishers > 1 or without)
    }
    return {pk: value for pk, value in known.items() if pk not in rows} | asked


def _with(
    words: Mapping[T, frozenset[SearchedWord]], new: Iterable[tuple[T, SearchedWord]]
) -> Mapping[T, frozenset[SearchedWord]]:
    """Return words by key, with new ones added."""
    more: dict[T, set[SearchedWord]] = defaultdict(set)
    for key, word in new:
        more[key].add(word)
    return {**words, **{key: words.get(key, frozenset()) | added_ for key, added_ in more.items()}}


class Alerts(Snapshots[AlertSets]):
    """The alerts of this process."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = Watched(Alert.objects.all(), "changed_at", *COLUMNS)

    def choosing(self, facts: EventFacts) -> list[int]:
        """Return the ids of the active alerts whose query chooses an event, in their order."""
        return list(self.current().choosing(facts))

    def asking_for(self, *event_ids: int) -> list[int]:
        """Return the ids of the active alerts on one of these events by number."""
        return list(self.current().sets.any_of("event", map(str, event_ids)))

    def narrowed(self) -> Mapping[int, Narrowing]:
        """Return the conditions of active alerts on the reports, by id, if they have any."""
        return self.current().narrowed

    def by_status(self) -> list[int]:
        """Return the ids of the active alerts that ask whether a measure is in force."""
        return list(union(self.current().sets.values("in_force").values()))

    def _read(self) -> AlertSets:
        return self._read_with(names_by_editors())

    def _read_with(self, names: EditorNames) -> AlertSets:
        mark = self._rows.start()
        active = Alert.objects.filter(state=Alert.State.ACTIVE).order_by()
        columns = active.values_list("pk", *COLUMNS).iterator(CHUNK)
        rows: dict[int, Row] = {pk: (a, b, c, d) for pk, a, b, c, d in columns}
        return AlertSets(names, mark, EMPTY, {}, {}, {}, {}).changed(rows, mark)

    def _refresh(self, base: AlertSets) -> AlertSets:
        names = names_by_editors()
        if names != base.names:  # the meanings of words depend on them
            return self._read_with(names)
        changes = self._rows.changes(base.mark)
        if changes is None:
            return base
        rows: dict[int, Row] = {pk: (a, b, c, d) for pk, (a, b, c, d) in changes.rows.items()}
        return base.changed(rows, changes.mark)


alerts = Alerts()  # of this process
