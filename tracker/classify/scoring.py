"""Apply the gate, and score texts that pass it with both models."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.classify.encoder.run import SentenceScore
from tracker.classify.facts.platforms import find_platforms
from tracker.classify.facts.terms.laws import names_moderation_law
from tracker.classify.kinds import Kind
from tracker.classify.model.combine import Placement, SentenceModel
from tracker.classify.model.word_model import Weights, WordScore, score_features
from tracker.classify.reading import TextReading, has_act, read_text
from tracker.classify.text import Text
from tracker.classify.words.generics import SOCIAL_MEDIA, generic_scopes, says_generic
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.matching import Lexicon
from tracker.classify.words.mention import Mention

# Score of the word model below which the sentence model is not used: of 565 labelled acts of real
# feeds that pass the gate the lowest has -5.2.
HOPELESS = -6.0
# Features of a title that explains, threatens or quotes: a law in it says nothing of an act.
NO_NEWS = {"analysis", "modality", "is:statement"}
BODY_READ = 400  # characters of the full text that the sentence model reads if there is no summary


def passes_gate(text: Text, names: Lexicon | None = None) -> bool:
    """Return whether a text is worth scoring: the text names a platform, or a general word for one
    ("social media", "app") next to a word of an act. Most entries of a feed do not, and need no
    more time.
    """
    return score_text(text, names=names) is not None


def names_platform(text: Text, names: Lexicon | None = None) -> bool:
    """Return whether any zone names a platform, or title or summary use a general word for one."""
    lists = [lexicon_of("platform"), *([names] if names is not None else [])]
    is_named = any(known.has_any(words) for words in text.zones().values() for known in lists)
    return is_named or says_generic(text)


@dataclass(frozen=True)
class ScoredText:
    """The scores of a text that passed the gate; `scope` is set if no platform is named."""

    reading: TextReading
    word_score: WordScore
    sentence_score: SentenceScore | None
    acting: Mapping[str, tuple[str, Mention]]
    scope: str

    @property
    def placement(self) -> Placement:
        """Where a platform is named, whether a listed word says that something was done, and
        whether a court or regulator did it by a law about moderation.
        """
        reading = self.reading
        is_in_title = any(zone == "title" for zone, _ in self.acting.values())
        is_acted = has_act(reading.mentions)
        is_legal = is_acted and self.word_score.kinds[0][0] is Kind.LEGAL_ACTION
        is_told = NO_NEWS.isdisjoint(reading.features["title"])
        on_law = is_legal and is_told and names_moderation_law(reading.zones, reading.language)
        return Placement(bool(self.acting), is_in_title, is_acted, on_law)


def score_text(
    text: Text,
    learned: Weights | None = None,
    names: Lexicon | None = None,
    sentence: SentenceModel | None = None,
) -> ScoredText | None:
    """Score a text with the models; None if it does not pass the gate. Parameters as in
    classify.
    """
    # The cheap question first: one pass finds a platform's name, before the language is known.
    if not names_platform(text, names):
        return None
    reading = read_text(text, names)
    is_acted = has_act(reading.mentions)
    acting = find_platforms(reading.mentions, reading.zones, reading.language, has_act=is_acted)
    if not (acting or is_acted):
        return None
    word_score = score_features(reading.features, learned)
    sentence_score = None
    # The sentence model takes 20 ms, which hopeless texts are not worth.
    if sentence is not None and word_score.event > HOPELESS:
        sentence_score = sentence.read([sentence_input(text)])[0]
    return ScoredText(reading, word_score, sentence_score, acting, "" if acting else _scope(text))


def sentence_input(text: Text) -> tuple[str, str]:
    """Return title and summary (else the beginning of the full text) as the sentence model reads
    them.
    """
    summary = text.summary or text.body[:BODY_READ]
    return " ".join(text.title.split()), " ".join(summary.split())


def _scope(text: Text) -> str:
    """Return the scope of a text without a platform: social media as such, or one that no list
    knows.
    """
    scopes = generic_scopes(text)
    return SOCIAL_MEDIA if SOCIAL_MEDIA in scopes else "".join(scopes)
