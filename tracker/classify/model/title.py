"""Represent a title for the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker.classify.model.clauses import find_signs, reason_spans, split_mentions
from tracker.classify.model.features import concept_of
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.mention import Mention


@dataclass(frozen=True)
class Title:
    """A title and its mentions by position."""

    text: str
    mentions: Sequence[Mention]
    language: str

    # Rules ask several times, and most titles reach none of them.
    @cached_property
    def names(self) -> set[str]:
        """The concepts of the mentions."""
        return {concept_of(mention) for mention in self.mentions}

    @cached_property
    def platforms(self) -> list[Mention]:
        return [mention for mention in self.mentions if mention.table == "platform"]

    @cached_property
    def main_mentions(self) -> Sequence[Mention]:
        """The mentions outside of reasons and backgrounds."""
        spans = reason_spans(self.text, find_signs(self.text, self.language))
        return split_mentions(self.mentions, spans)[0]

    @cached_property
    def countries(self) -> list[Mention]:
        return [mention for mention in self.mentions if mention.table == "country"]

    def is_place(self, country: Mention) -> bool:
        """Return whether "in" or its like is right next to the country."""
        before = self.text[: country.start].rstrip()
        after = self.text[country.end :].lstrip()
        return any(
            (word.value == "within" and word.end == len(before))
            or (word.value == "within_after" and word.start == len(self.text) - len(after))
            for word in self.words
        )

    @cached_property
    def words(self) -> list[Mention]:
        """The words of data/kind_words.toml."""
        return lexicon_of("kind_word").find(self.text, self.language)

    def says(self, name: str) -> bool:
        """Return whether a word of the list is in it."""
        return any(word.value == name for word in self.words)

    def is_word(self, mention: Mention, name: str) -> bool:
        """Return whether the mention holds, or is held by, a word of the list."""
        return any(
            word.value == name and word.start < mention.end and mention.start < word.end
            for word in self.words
        )
