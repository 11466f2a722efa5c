"""The events that contain a word: queried once, cached, and updated with the events."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from pyroaring import BitMap

from tracker.events.models import Event
from tracker.events.search.fulltext import find_words
from tracker.events.text import holds, join_texts

WORDS_CACHED = 500  # words whose events are cached; the least recently used are dropped first


@dataclass(frozen=True)
class WordEvents:
    """The events that contain a word: anywhere in what is searched, and in a title."""

    anywhere: BitMap
    titled: BitMap


FindWords = Callable[[Sequence[str]], Mapping[str, WordEvents]]


def find_present(words: Sequence[str]) -> dict[str, WordEvents]:
    """Return the events that contain words, as the rows are now."""
    pairs = zip(words, find_words(words), strict=True)
    return {word: WordEvents(*events) for word, events in pairs}


class WordCache:
    """The events of recently searched words; never older than the accompanying sets."""

    def __init__(self, words: Mapping[str, WordEvents] | None = None) -> None:
        self._lock = Lock()  # for the order of the words; never held during a query
        self._words = OrderedDict(words or {})

    def copy(self) -> dict[str, WordEvents]:
        """Return all words, the least recently used first."""
        with self._lock:
            return dict(self._words)

    def look_up(
        self, words: Sequence[str], find: FindWords = find_present
    ) -> dict[str, WordEvents]:
        """Return the events of words, with one query for those that are not cached."""
        with self._lock:
            known = {word: self._words[word] for word in words if word in self._words}
        if new := [word for word in words if word not in known]:
            known |= find(new)
        with self._lock:
            for word in words:
                self._words.setdefault(word, known[word])
                self._words.move_to_end(word)
            while len(self._words) > max(WORDS_CACHED, len(words)):
                self._words.popitem(last=False)
        return known


def reload_words(words: Mapping[str, WordEvents], ids: Sequence[int]) -> dict[str, WordEvents]:
    """Return the events of words, updated for these events from their current rows."""
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
