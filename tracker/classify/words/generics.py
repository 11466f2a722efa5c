"""Find words that stand for a platform without naming one: "social media", "an app", "her
channel".
"""

from tracker.classify.text import Text
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.mention import Mention

ZONES = ("title", "summary")
SOCIAL_MEDIA = "social_media"


def find_generics(words: str) -> list[Mention]:
    """Return the mentions of table "generic" in one zone, whatever its language; their values are
    "social_media" and "generic".
    """
    words_known = lexicon_of("generic")
    # Most texts contain none, and has_any stops at the first.
    return words_known.find(words, "") if words_known.has_any(words) else []


def generic_scopes(text: Text) -> frozenset[str]:
    """Return which of "social_media" (networks as such) and "generic" (an unlisted one) the
    title or the summary speaks of.
    """
    zones = text.zones()
    return frozenset(mention.value for zone in ZONES for mention in find_generics(zones[zone]))


def says_generic(text: Text) -> bool:
    """Return whether title or summary speak of a platform without its name."""
    zones = text.zones()
    return any(find_generics(zones[zone]) for zone in ZONES)
