"""Quote the words of a text on which each value of its classification is based."""

from collections.abc import Iterable, Mapping

from tracker.classify.classification import Evidence
from tracker.classify.kinds import Kind
from tracker.classify.model.features import Feature
from tracker.classify.model.word_model import WordScore
from tracker.classify.words.mention import Mention

WORDS_SHOWN = 4  # contributions stored as evidence of the kind
Quote = tuple[str, str, str, int, int]  # field, value, zone, start, end


def quote_mention(field: str, value: str, zone: str, mention: Mention) -> Quote:
    """Return one mention as the evidence of a value."""
    return (field, value, zone, mention.start, mention.end)


def to_evidence(quotes: Iterable[Quote], zones: Mapping[str, str]) -> tuple[Evidence, ...]:
    """Add the words to each quote, each quote once."""
    return tuple(
        Evidence(field, value, zone, start, end, zones[zone][start:end])
        for field, value, zone, start, end in dict.fromkeys(quotes)
    )


def kind_quotes(kind: Kind, word_score: WordScore) -> list[Quote]:
    """Return the concepts that gave most to the kind."""
    return [
        quote_mention("kinds", kind.value, given.zone, mention)
        for given in word_score.contributions[:WORDS_SHOWN]
        for mention in given.feature.mentions
        # Names are already evidence of platforms and targets; only words of acts and objects are
        # evidence of the kind.
        if mention.table == "concept"
    ]


def reversal_quotes(features: Mapping[str, Mapping[str, Feature]]) -> list[Quote]:
    """Return the words of the title that say that something is undone, not only demanded."""
    title = features["title"]
    if "restore" not in title or "modality" in title:
        return []
    return [
        quote_mention("kinds", Kind.REINSTATEMENT, "title", mention)
        for mention in title["restore"].mentions
    ]
