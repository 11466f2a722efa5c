"""Find the stated grounds of an act."""

from collections.abc import Mapping

from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.mention import Mention


def find_grounds(zones: Mapping[str, str], language: str) -> dict[str, tuple[str, Mention]]:
    """Return ground -> (zone, mention), the one with most words in title and summary first; else
    those of the full text.
    """
    places: dict[str, list[tuple[str, Mention]]] = {}
    for zone in ("title", "summary"):
        for mention in lexicon_of("ground").find(zones[zone], language):
            places.setdefault(mention.value, []).append((zone, mention))
    # The full text quotes all kinds of rules, so it is used last.
    if not places:
        for mention in lexicon_of("ground").find(zones["body"], language):
            places.setdefault(mention.value, []).append(("body", mention))
    ranked = sorted(places.items(), key=lambda item: -len(item[1]))
    return {ground: first for ground, (first, *_) in ranked}
