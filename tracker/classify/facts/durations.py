"""How long an act is meant to last: "permanent", "temporary", or "" where the text does not say."""

from collections.abc import Mapping

from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.mention import Mention


def find_duration(zones: Mapping[str, str], language: str) -> dict[str, tuple[str, Mention]]:
    """Return at most one duration -> (zone, mention): the first of the title, else of the
    summary.
    """
    # Not of the full text, which recalls other acts and their terms.
    for zone in ("title", "summary"):
        for mention in lexicon_of("extent").find(zones[zone], language)[:1]:
            return {mention.value: (zone, mention)}
    return {}
