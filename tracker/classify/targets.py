"""Who or what is hit: names from the alias table, categories of ads by rule."""

from collections.abc import Collection, Mapping, Sequence

from tracker.classify.kinds import Kind
from tracker.classify.lexicon import Hit
from tracker.classify.platforms import ZONES

# A name within a longer one: whoever is named by the longer one is meant.
WITHIN = {"Donald Trump campaign": "Donald Trump"}


def targets(
    hits: Mapping[str, Sequence[Hit]], kinds: Sequence[Kind], slugs: Collection[str]
) -> dict[str, tuple[str, Hit]]:
    """Name -> (zone, hit). Named targets of the title, else of the summary, else of the body; for
    an ad ban without a named target the category of ads. A platform that acts is no target, and a
    state's block has none.
    """
    if kinds[0] is Kind.PLATFORM_BLOCK:
        return {}
    acting = {slug.replace("_", " ") for slug in slugs}
    for zone in ZONES:
        if found := _named(zone, hits.get(zone, ()), acting):
            return found
    if Kind.AD_BAN in kinds or Kind.REINSTATEMENT in kinds:
        return _ads(hits)
    return {}


def _named(zone: str, hits: Sequence[Hit], acting: Collection[str]) -> dict[str, tuple[str, Hit]]:
    found: dict[str, tuple[str, Hit]] = {}
    for hit in hits:
        if hit.table == "target" and hit.value.lower() not in acting:
            found.setdefault(hit.value, (zone, hit))
    for longer, shorter in WITHIN.items():
        if longer in found:
            found.pop(shorter, None)
    return found


def _ads(hits: Mapping[str, Sequence[Hit]]) -> dict[str, tuple[str, Hit]]:
    for zone in ZONES[:2]:
        found: dict[str, tuple[str, Hit]] = {}
        for hit in hits.get(zone, ()):
            if hit.table == "ads":
                found.setdefault(hit.value, (zone, hit))
        if found:
            return found
    return {}
