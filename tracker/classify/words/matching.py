"""One Aho-Corasick automaton over the words of all languages: text -> mentions."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import ahocorasick

from tracker.classify.letters.boundaries import continues_word, is_boundary, stands_alone
from tracker.classify.letters.folding import Folding, as_written, folding
from tracker.classify.letters.transliteration import Spellings
from tracker.classify.words.concepts import ACTS
from tracker.classify.words.contexts import Need, Occurrence, has_capital, has_context, has_trade
from tracker.classify.words.mention import ANY, NOTHING, Mention, Word

ENDING = 3  # letters of the longest ending that a platform's name takes
LONGEST_ENDING = 30  # letters; without a limit a stem repeated without blanks takes quadratic time
DOUBTFUL_LIMIT = 25  # common words of a zone that are examined


class Lexicon:
    """All words of all languages, ready to search."""

    def __init__(self, words: list[Word], spellings: Spellings | None = None) -> None:
        self._spellings = spellings
        by_key: dict[str, list[Word]] = defaultdict(list)
        for word in words:
            by_key[word.key].append(word)
        self._automaton = ahocorasick.Automaton()
        for key, same_key in by_key.items():
            self._automaton.add_word(key, (len(key), tuple(same_key), _by_language(same_key)))
        if by_key:  # an empty one can neither be made nor searched
            self._automaton.make_automaton()

    def find(self, text: str, language: str) -> list[Mention]:
        """Return the mentions in one zone, by position; of one table's mentions within each other
        only the longest. What holds a name and is another thing is none.
        """
        if not text or not self._automaton:
            return []
        every = self._mentions(text, folding(text), language)
        every.sort(key=lambda h: (h.start, -h.end, h.value != NOTHING))
        longest: list[Mention] = []
        reach: dict[str, int] = {}
        for mention in every:
            # Each concept counts as a table of its own: "lifts the ban" undoes something and names
            # a ban.
            table = mention.value if mention.table == "concept" else mention.table
            if mention.end > reach.get(table, -1):
                longest.append(mention)
                reach[table] = mention.end
        return [mention for mention in longest if mention.value != NOTHING]

    def _mentions(self, text: str, folded: Folding, language: str) -> list[Mention]:
        """Return all mentions of the language; of common words those that the words around make a
        name.
        """
        certain = list(self._find_spellings(folded))
        doubtful: list[tuple[Word, Mention, int]] = []
        for word, start in self._words_begun(folded.text, language):
            # Each doubtful word is compared with every act, so a text of only "X" would take
            # quadratic time.
            if word.need and len(doubtful) >= DOUBTFUL_LIMIT:
                continue
            mention = _check_word(word, text, folded, start)
            if mention is None:
                continue
            if word.need:
                doubtful.append((word, mention, start))
            else:
                certain.append(mention)
        return (
            certain + _settle_doubtful(doubtful, certain, text, folded, language)
            if doubtful
            else certain
        )

    # Contexts are not checked here: a false yes costs one reading, a false no would lose the event.
    def has_any(self, text: str) -> bool:
        """Return whether any word is in the text, in whatever language."""
        if not text or not self._automaton:
            return False
        folded = folding(text)
        if next(self._find_spellings(folded), None):
            return True
        return any(
            _check_word(word, text, folded, start)
            for word, start in self._words_begun(folded.text)
            if word.value != NOTHING
        )

    def _find_spellings(self, folded: Folding) -> Iterator[Mention]:
        """Yield names of platforms in a spelling of another script that no list has."""
        if self._spellings is not None:
            for slug, start, end in self._spellings.find(folded.text):
                yield Mention("platform", slug, *folded.span(start, end), is_weak=False)

    def _words_begun(self, letters: str, language: str | None = None) -> Iterator[tuple[Word, int]]:
        """Yield the words, of one language or of all, that may begin where their first letters
        stand in the text, and where.
        """
        # Most places where a key ends are passed over, so the cheapest question comes first.
        for last, (length, every, by_language) in self._automaton.iter(letters):
            words = every
            if language is not None and by_language is not None:
                words = by_language.get(language) or by_language[ANY]
                if not words:
                    continue
            start = last + 1 - length
            begins = not start or is_boundary(letters[start - 1], letters[start])
            for word in words:
                if begins or word.open_left:
                    yield word, start


def _by_language(words: list[Word]) -> dict[str, tuple[Word, ...]] | None:
    """Return the words that count in each language that has some of its own, and under ANY those
    that count in the others; None if all count in all.
    """
    languages = {word.language for word in words}
    if languages == {ANY}:  # three keys in four: names
        return None
    return {
        language: tuple(word for word in words if word.language in {language, ANY})
        for language in languages | {ANY}
    }


def _check_word(word: Word, text: str, folded: Folding, start: int) -> Mention | None:
    """Return the mention of a word that may begin at `start`, None if it does not stand there."""
    letters, end = folded.text, _end_of(word, folded.text, start)
    if end < 0 or not _has_edges(word, letters, start, end):
        return None
    if word.exact and not _is_exact(text[slice(*folded.span(start, end))], word.exact):
        return None
    if word.open_right:
        end = _whole_end(word, letters, end)
    return Mention(word.table, word.value, *folded.span(start, end), word.is_weak)


def _settle_doubtful(
    doubtful: Sequence[tuple[Word, Mention, int]],
    others: Sequence[Mention],
    text: str,
    folded: Folding,
    language: str,
) -> list[Mention]:
    """Return the common words that are names where they stand; weak where only a capital letter
    says so.
    """
    acts = [(h.start, h.end) for h in others if h.table == "concept" and h.value in ACTS]
    settled = []
    for word, mention, start in doubtful:
        occurrence = Occurrence(text, folded, start, _end_of(word, folded.text, start), acts)
        is_open = word.need is Need.CONTEXT
        is_said = occurrence.is_whole or (is_open and has_context(occurrence))
        if is_said or has_trade(occurrence, word.trade):
            settled.append(mention)
        elif is_open and has_capital(occurrence, language):
            settled.append(replace(mention, is_weak=True))
    return settled


def _end_of(word: Word, letters: str, start: int) -> int:
    """Return where a word that begins at `start` ends, -1 where its later pieces do not follow."""
    end = start + len(word.key)
    if word.tail is None:
        return end
    match = word.tail.match(letters, end)
    return match.end() if match else -1


def _has_edges(word: Word, letters: str, start: int, end: int) -> bool:
    if not word.open_left and start and not is_boundary(letters[start - 1], letters[start]):
        return False
    is_ended = word.open_right or end == len(letters) or is_boundary(letters[end], letters[end - 1])
    return is_ended and (not word.is_name or stands_alone(letters, start, end))


def _whole_end(word: Word, letters: str, end: int) -> int:
    """Return where the word with its ending ends. "Twitterkonto" names Twitter and says "konto"."""
    whole = end
    last = min(len(letters), end + LONGEST_ENDING)
    while whole < last and continues_word(letters[whole], letters[whole - 1]):
        whole += 1
    return whole if word.table != "platform" or whole - end <= ENDING else end


def _is_exact(written: str, exact: str) -> bool:
    return written == exact or as_written(written) == as_written(exact)
