"""Look up what queries name: entities, words, and events by number."""

from collections.abc import Iterable, Mapping, Sequence

from pyroaring import BitMap

from tracker.classify.words.lexicon import lexicon_of_names
from tracker.classify.words.matching import Lexicon
from tracker.events.models import Event
from tracker.events.record.entities import EntityRef, ids_of_all, names_by_editors
from tracker.events.search.facts import PARTIES
from tracker.events.search.index.words import WordCache, WordEvents
from tracker.events.search.language.questions import meanings, words_of
from tracker.events.search.query import Query
from tracker.index.sets import NONE

# (field of a query, value) -> (type, id) of the entities that it names
Entities = dict[tuple[str, str], list[tuple[str, int]]]


class Lookups:
    """What the queries of one snapshot name, as the database says it now; each is looked up at most
    once. `words` are the events of each word, `numbered` the event of each number.
    """

    def __init__(self, word_cache: WordCache) -> None:
        self.words: dict[str, WordEvents] = {}
        self.numbered: dict[int, BitMap] = {}
        self._word_cache = word_cache
        self._names: Lexicon | None = None
        self._entities_of: dict[Query, Entities] = {}

    def entities_of(self, query: Query) -> Entities:
        """Return the entities of each party's value and of each word's meanings, including merged
        ones.
        """
        if query not in self._entities_of:
            self._entities_of[query] = self._look_up(query)
        return self._entities_of[query]

    def _look_up(self, query: Query) -> Entities:
        wanted = {("words", word): self.meanings(query, word) for word in words_of(query)}
        asked = [(name, value) for name in PARTIES for value in getattr(query, name)]
        for pair in (*asked, *query.excluded):
            if pair[0] in PARTIES:
                wanted[pair] = (pair,)
        pairs = list(dict.fromkeys(pair for found in wanted.values() for pair in found))
        ids = self._ids_of_all(pairs) if pairs else []
        by_pair = dict(zip(pairs, ids, strict=True))
        return {
            key: [(kind, pk) for kind, slug in found for pk in by_pair[kind, slug]]
            for key, found in wanted.items()
        }

    def _ids_of_all(self, pairs: Sequence[EntityRef]) -> list[list[int]]:
        return ids_of_all([(PARTIES[kind], [slug]) for kind, slug in pairs])

    def meanings(self, query: Query, word: str) -> tuple[tuple[str, str], ...]:
        """Return (field, slug) of each other name that a word has."""
        if query.names:
            return ()
        if self._names is None:
            self._names = lexicon_of_names(self._editors_names())
        return meanings(query, word, self._names)

    def _editors_names(self) -> tuple[tuple[str, str, str], ...]:
        return names_by_editors()

    def look_for_words(self, words: Sequence[str]) -> None:
        """Look up the events that contain words."""
        new = [word for word in words if word not in self.words]
        if new:
            self.words |= self._words_of(new)

    def _words_of(self, words: Sequence[str]) -> Mapping[str, WordEvents]:
        return self._word_cache.look_up(words)

    def look_for_events(self, query: Query) -> None:
        """Look up the events that a query names by number; a merged event's number means the
        remaining one.
        """
        values = [*query.event, *(value for name, value in query.excluded if name == "event")]
        if new := {int(value) for value in values} - self.numbered.keys():
            self.numbered |= dict.fromkeys(new, NONE) | self._stands_for(new)

    def _stands_for(self, numbers: Iterable[int]) -> dict[int, BitMap]:
        events = Event.objects.filter(pk__in=numbers).select_related("merged_into")
        return {event.pk: BitMap([event.itself.pk]) for event in events}
