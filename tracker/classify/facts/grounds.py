"""What an act is done for: the grounds that a text names."""

from collections.abc import Mapping

from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.mention import Mention


def find_grounds(zones: Mapping[str, str], language: str) -> dict[str, tuple[str, Mention]]:
    """Ground -> (zone, hit), the one with most words in title and summary first; else those of the
    full text.
    """
    found: dict[str, list[tuple[str, Mention]]] = {}
    for zone in ("title", "summary"):
        for hit in lexicon_of("ground").find(zones[zone], language):
            found.setdefault(hit.value, []).append((zone, hit))
    if not found:
        for hit in lexicon_of("ground").find(zones["body"], language):
            found.setdefault(hit.value, []).append(("body", hit))
    ranked = sorted(found.items(), key=lambda item: -len(item[1]))
    return {ground: places[0] for ground, places in ranked}
