"""Read a text before anything is decided: language, words and features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker.classify.letters.language import languages_of
from tracker.classify.model.extraction import MENTION_LIMIT, extract_features
from tracker.classify.model.features import Feature
from tracker.classify.text import Text
from tracker.classify.words.concepts import ACTS
from tracker.classify.words.countries import find_countries
from tracker.classify.words.lexicon import lexicon
from tracker.classify.words.matching import Lexicon
from tracker.classify.words.mention import Mention
from tracker.classify.words.overlaps import drop_nested

# A changed rule is an act; "changes" without rules is business as usual.
ACTED = {*ACTS, "policy"} - {"change"}


@dataclass(frozen=True)
class TextReading:
    """A text's reading before anything is decided: its language, and by zone its words and the
    mentions by position.
    """

    language: str
    zones: Mapping[str, str]
    mentions: Mapping[str, list[Mention]]

    # What the gate refuses is never scored: a quarter of what names a platform.
    @cached_property
    def features(self) -> Mapping[str, Mapping[str, Feature]]:
        """The features by zone and name."""
        return {
            zone: extract_features(
                words, self.mentions[zone], self.language, near_only=zone == "body"
            )
            if words
            else {}
            for zone, words in self.zones.items()
        }

    @property
    def filled_zones(self) -> dict[str, str]:
        """The zones that hold words."""
        return {zone: words for zone, words in self.zones.items() if words}


def title_and_summary(text: Text) -> str:
    """Join title and summary, by which language and gate are decided."""
    zones = text.zones()
    return f"{zones['title']} {zones['summary']}"


def _language(words: str, hint: str) -> str:
    """Return the likeliest language; of several that a few words leave open the first in which one
    of them is the word of an act.
    """
    possible = languages_of(words, hint)
    if len(possible) == 1:
        return possible[0]
    telling = (code for code in possible if has_act({"title": lexicon().find(words, code)}))
    return next(telling, possible[0])


def read_text(text: Text, names: Lexicon | None = None) -> TextReading:
    """Find the language and the listed words; `names` are looked for besides the word lists."""
    zones = text.zones()
    language = _language(title_and_summary(text), text.language)
    mentions: dict[str, list[Mention]] = {}
    for zone, words in zones.items():
        if not words:
            mentions[zone] = []
            continue
        found_here = lexicon().find(words, language) + find_countries(words, language)
        # Countries come from CLDR in the text's own language, names from editors: neither is in the
        # lexicon, which is built once.
        if names is not None:
            found_here += names.find(words, language)
        # Pairs grow with the square of the mentions, so a text of nothing but listed words is cut.
        first = sorted(found_here, key=lambda mention: mention.start)[:MENTION_LIMIT]
        mentions[zone] = drop_nested(first, words)
    return TextReading(language, zones, mentions)


def has_act(mentions: Mapping[str, Sequence[Mention]]) -> bool:
    """Return whether any word says that something was done; a platform's name alone does not, and
    "new" and "changes" only beside rules.
    """
    every = (mention for in_zone in mentions.values() for mention in in_zone)
    concepts = {mention.value for mention in every if mention.table == "concept"}
    return bool(concepts & ACTED) and (bool(concepts & ACTED - {"policy"}) or "change" in concepts)
