"""What does this text say? Pure: nothing but text and dates; no Django, no network, no clock.

`classify(text, published)` is the only entry point; it takes a `Text` and returns a
`Classification`.
"""

from dataclasses import replace
from datetime import date

from tracker.classify.answer import find_facts
from tracker.classify.bands import DEFAULT, Bands
from tracker.classify.classification import Classification, Evidence, ModelScore, Role
from tracker.classify.kinds import Kind
from tracker.classify.letters.language import known_language, language_of
from tracker.classify.model.combine import SentenceModel, combine, probability_of
from tracker.classify.model.word_model import Weights, shipped_weights
from tracker.classify.reading import read_text, title_and_summary
from tracker.classify.scoring import names_platform, passes_gate, score_text
from tracker.classify.text import Text
from tracker.classify.words.clean import clean
from tracker.classify.words.matching import Lexicon
from tracker.classify.words.roundups import split_roundup

__all__ = [
    "Bands",
    "Classification",
    "Evidence",
    "Kind",
    "ModelScore",
    "Role",
    "SentenceModel",
    "Text",
    "Weights",
    "classify",
    "names_platform",
    "passes_gate",
    "read_text",
    "shipped_weights",
]

ROUNDUP_PARTS = 12  # of a round-up headline that are classified


def classify(
    text: Text,
    published: date | None = None,
    learned: Weights | None = None,
    names: Lexicon | None = None,
    sentence: SentenceModel | None = None,
    bands: Bands = DEFAULT,
) -> Classification:
    """Return the classification of an entry. `published` (the publisher's own day) resolves "on
    Thursday" and is the fallback for the day; `learned` are weights to use instead of the shipped
    ones, `names` additional names of platforms and targets (lexicon_of_names), `sentence` the
    sentence model. Never raises because of a text's content.
    """
    cleaned = clean(text)
    # The items of a round-up are classified separately: together, the verb of one would apply to
    # the name of another.
    parts = split_roundup(cleaned.title)
    if len(parts) > 1:
        items = [
            _classify_cleaned(
                _roundup_item(cleaned, *span), published, learned, names, sentence, bands
            )
            for span in parts[:ROUNDUP_PARTS]
        ]
        result = _of_roundup(items)
    else:
        result = _classify_cleaned(cleaned, published, learned, names, sentence, bands)
    return replace(result, is_cut=True) if text.is_cut else result


def _roundup_item(text: Text, start: int, end: int) -> Text:
    """Return an item of a round-up headline, at its position in the title."""
    title = " " * start + text.title[start:end]
    return replace(text, title=title, summary="", body="")


def _of_roundup(items: list[Classification]) -> Classification:
    """Join a round-up's items: one act makes it an analysis of that act; several, or none, no
    event.
    """
    acts = [item for item in items if item.is_event]
    if len(acts) == 1:
        return replace(acts[0], coverage=Role.ANALYSIS)
    return Classification(items[0].language)


def _classify_cleaned(
    text: Text,
    published: date | None,
    learned: Weights | None,
    names: Lexicon | None,
    sentence: SentenceModel | None,
    bands: Bands,
) -> Classification:
    scored = score_text(text, learned, names, sentence)
    # Nine entries in ten of a feed end here (decision of 25 November, "an act's word").
    if scored is None:
        return Classification(known_language(text.language) or language_of(title_and_summary(text)))
    combined = combine(scored.word_score, scored.sentence_score, scored.placement)
    result = Classification(scored.reading.language)
    # Facts are only searched in acts: below the bound nobody would see them.
    if combined.confidence >= bands.unsure and (scored.acting or scored.scope):
        result = find_facts(scored, combined, published)
    return replace(
        result,
        confidence=round(combined.confidence, 2),
        kind_confidence=round(probability_of(result.kinds[0], combined.kinds), 2)
        if result.kinds
        else 0.0,
        shown=bool(result.kinds) and combined.confidence >= bands.shown,
        readers=combined.model_scores,
    )
