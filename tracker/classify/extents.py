"""How long an act is meant to last: "permanent", "temporary", or "" where the text does not say."""

from collections.abc import Mapping

from tracker.classify.lexicon import Hit, lexicon_of


def extent(zones: Mapping[str, str], language: str) -> dict[str, tuple[str, Hit]]:
    """At most one extent -> (zone, hit): the first that the title tells, else the summary."""
    for zone in ("title", "summary"):
        for hit in lexicon_of("extent").find(zones[zone], language)[:1]:
            return {hit.value: (zone, hit)}
    return {}
