"""What is seen in a text before anything is decided, and what both readers think of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.classify.combine import Place, SentenceReader
from tracker.classify.countries import countries
from tracker.classify.encoder.run import Opinion
from tracker.classify.feature import Feature
from tracker.classify.features import HIT_LIMIT, features
from tracker.classify.generics import SOCIAL_MEDIA, generic_scopes, says_generic
from tracker.classify.language import languages_of
from tracker.classify.lexicon import ACTS, Hit, Lexicon, lexicon, lexicon_of, outermost
from tracker.classify.model import Verdict, Weights, judge
from tracker.classify.platforms import platforms
from tracker.classify.text import Text

ACTED = {*ACTS, "policy"} - {"change"}
# A score of the word model at which the sentence model is not asked: of 565 labelled acts of real
# feeds that pass the gate the lowest has -5.2.
HOPELESS = -6.0
BODY_READ = 400  # characters of the full text that the sentence model reads where no summary is


@dataclass(frozen=True)
class Seen:
    """What is seen in a text before anything is decided: its language, and by zone its words, the
    hits by position and the features by name.
    """

    language: str
    zones: Mapping[str, str]
    hits: Mapping[str, list[Hit]]
    features: Mapping[str, Mapping[str, Feature]]

    @property
    def filled_zones(self) -> dict[str, str]:
        """The zones that hold words."""
        return {zone: words for zone, words in self.zones.items() if words}


def passes_gate(text: Text, names: Lexicon | None = None) -> bool:
    """Whether the readers are asked: the text names a platform, or a sort of them ("social media",
    "app") beside a word of an act. Most entries of a feed do not, and need no more time.
    """
    return weigh(text, names=names) is not None


def names_platform(text: Text, names: Lexicon | None = None) -> bool:
    """Whether any zone names a platform, or title or summary a sort of them."""
    lists = [lexicon_of("platform"), *([names] if names is not None else [])]
    is_named = any(one.has_any(words) for words in text.zones().values() for one in lists)
    return is_named or says_generic(text)


def words_of(text: Text) -> str:
    zones = text.zones()
    return f"{zones['title']} {zones['summary']}"


def _language(words: str, hint: str) -> str:
    """The likeliest language; of several that a few words leave open the first in which one of them
    tells of an act.
    """
    open_ones = languages_of(words, hint)
    if len(open_ones) == 1:
        return open_ones[0]
    telling = (code for code in open_ones if has_act({"title": lexicon().find(words, code)}))
    return next(telling, open_ones[0])


def read(text: Text, names: Lexicon | None = None) -> Seen:
    """Finds language, words and features; `names` are looked for besides the word lists."""
    zones = text.zones()
    language = _language(words_of(text), text.language)
    hits: dict[str, list[Hit]] = {}
    found: dict[str, dict[str, Feature]] = {}
    for zone, words in zones.items():
        if not words:
            hits[zone], found[zone] = [], {}
            continue
        found_here = lexicon().find(words, language) + countries(words, language)
        if names is not None:
            found_here += names.find(words, language)
        first = sorted(found_here, key=lambda hit: hit.start)[:HIT_LIMIT]
        hits[zone] = outermost(first, words)
        found[zone] = features(words, hits[zone], language, near_only=zone == "body")
    return Seen(language, zones, hits, found)


@dataclass(frozen=True)
class Weighed:
    """What both readers think of a text that passed the gate; `scope` stands where no platform is
    named.
    """

    seen: Seen
    verdict: Verdict
    opinion: Opinion | None
    acting: Mapping[str, tuple[str, Hit]]
    scope: str

    @property
    def place(self) -> Place:
        """Where a platform is named, and whether a listed word says that something was done."""
        is_in_title = any(zone == "title" for zone, _ in self.acting.values())
        return Place(bool(self.acting), is_in_title, has_act(self.seen.hits))


def weigh(
    text: Text,
    learned: Weights | None = None,
    names: Lexicon | None = None,
    sentence: SentenceReader | None = None,
) -> Weighed | None:
    """Asks the readers; None for a text that the gate refuses. Parameters as in classify."""
    if not names_platform(text, names):
        return None
    seen = read(text, names)
    is_acted = has_act(seen.hits)
    acting = platforms(seen.hits, seen.zones, seen.language, has_act=is_acted)
    if not (acting or is_acted):
        return None
    verdict = judge(seen.features, learned)
    opinion = None
    if sentence is not None and verdict.event > HOPELESS:
        opinion = sentence.read([sentence_of(text)])[0]
    return Weighed(seen, verdict, opinion, acting, "" if acting else _scope(text))


def sentence_of(text: Text) -> tuple[str, str]:
    """Title and summary (else the beginning of the full text) as the sentence model reads them."""
    summary = text.summary or text.body[:BODY_READ]
    return " ".join(text.title.split()), " ".join(summary.split())


def _scope(text: Text) -> str:
    """What stands where no platform is named: social media as such, or one that no list knows."""
    scopes = generic_scopes(text)
    return SOCIAL_MEDIA if SOCIAL_MEDIA in scopes else "".join(scopes)


def has_act(hits: Mapping[str, Sequence[Hit]]) -> bool:
    """Whether any word says that something was done; a platform's name alone says nothing, and
    "new" and "changes" only beside rules.
    """
    told = {hit.value for found in hits.values() for hit in found if hit.table == "concept"}
    return bool(told & ACTED) and (bool(told & ACTED - {"policy"}) or "change" in told)
