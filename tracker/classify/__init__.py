"""What does this text say? Pure: nothing but text and dates; no Django, no network, no clock.

`classify(text, published)` is the one door; `Text` goes in, `Classification` comes out.
"""

from dataclasses import replace
from datetime import date

from tracker.classify.answer import facts_of
from tracker.classify.bands import DEFAULT, Bands
from tracker.classify.classification import Classification, Coverage, Evidence, Reading
from tracker.classify.kinds import Kind
from tracker.classify.letters.language import known, language_of
from tracker.classify.model.combine import SentenceReader, combine, share_of
from tracker.classify.model.word_model import Weights, weights
from tracker.classify.reading import read, words_of
from tracker.classify.scoring import names_platform, passes_gate, weigh
from tracker.classify.text import Text
from tracker.classify.words.boilerplate import clean
from tracker.classify.words.matching import Lexicon
from tracker.classify.words.roundups import split_digest

__all__ = [
    "Bands",
    "Classification",
    "Coverage",
    "Evidence",
    "Kind",
    "Reading",
    "SentenceReader",
    "Text",
    "Weights",
    "classify",
    "names_platform",
    "passes_gate",
    "read",
    "weights",
]

DIGEST_PARTS = 12  # of a round-up headline that are read


def classify(
    text: Text,
    published: date | None = None,
    learned: Weights | None = None,
    names: Lexicon | None = None,
    sentence: SentenceReader | None = None,
    bands: Bands = DEFAULT,
) -> Classification:
    """What the entry says. `published` (the publisher's own day) resolves "on Thursday" and is the
    fallback for the day; `learned` are weights to read with instead of the shipped ones, `names`
    further names of platforms and targets (see lexicon.added), `sentence` the second reader.

    Never raises for what a text holds.
    """
    cleaned = clean(text)
    parts = split_digest(cleaned.title)
    if len(parts) > 1:
        found = [
            _classify(_part(cleaned, *span), published, learned, names, sentence, bands)
            for span in parts[:DIGEST_PARTS]
        ]
        said = _of_digest(found)
    else:
        said = _classify(cleaned, published, learned, names, sentence, bands)
    return replace(said, is_cut=True) if text.is_cut else said


def _part(text: Text, start: int, end: int) -> Text:
    """An item of a round-up headline, where it stands in the title."""
    title = " " * start + text.title[start:end]
    return replace(text, title=title, summary="", body="")


def _of_digest(found: list[Classification]) -> Classification:
    """A round-up of one act is an analysis of it; one of several, or of none, reports none."""
    acts = [one for one in found if one.is_event]
    if len(acts) == 1:
        return replace(acts[0], coverage=Coverage.ANALYSIS)
    return Classification(found[0].language)


def _classify(
    text: Text,
    published: date | None,
    learned: Weights | None,
    names: Lexicon | None,
    sentence: SentenceReader | None,
    bands: Bands,
) -> Classification:
    weighed = weigh(text, learned, names, sentence)
    if weighed is None:
        return Classification(known(text.language) or language_of(words_of(text)))
    joint = combine(weighed.verdict, weighed.opinion, weighed.place)
    found = Classification(weighed.seen.language)
    if joint.confidence >= bands.unsure and (weighed.acting or weighed.scope):
        found = facts_of(weighed, joint, published)
    return replace(
        found,
        confidence=round(joint.confidence, 2),
        kind_confidence=round(share_of(found.kinds[0], joint.kinds), 2) if found.kinds else 0.0,
        shown=bool(found.kinds) and joint.confidence >= bands.shown,
        readers=joint.readings,
    )
