"""Who or what is hit: names from the alias table, categories of ads by rule."""

from collections.abc import Collection, Mapping, Sequence

from tracker.classify.kinds import Kind
from tracker.classify.lexicon import Hit
from tracker.classify.platforms import ZONES

# Beside the first the second says nothing more: a name within a longer one, a group beside its
# members.
WITHIN = (
    ("Team Trump", "Donald Trump"),
    ("RT", "Russian state media"),
    ("Sputnik", "Russian state media"),
)
# Whose advertisements they are that an ad ban hits.
CAMPAIGNS = {"Donald Trump campaign": "Donald Trump"}


def targets(
    hits: Mapping[str, Sequence[Hit]], kinds: Sequence[Kind], slugs: Collection[str]
) -> dict[str, tuple[str, Hit]]:
    """Name -> (zone, hit). Named targets of the title with those of the summary, else of the
    summary, else of the body; for an ad ban without a named target the category of ads. A platform
    that acts is no target, and a state's block has none.
    """
    if kinds[0] is Kind.PLATFORM_BLOCK:
        return {}
    acting = {slug.replace("_", " ") for slug in slugs}
    told = {zone: _named(hits.get(zone, ()), zone, acting) for zone in ZONES}
    found = told["summary"] | told["title"] if told["title"] else told["summary"] or told["body"]
    found = dict(sorted(found.items(), key=lambda item: ZONES.index(item[1][0])))
    for name, other in WITHIN:
        if name in found:
            found.pop(other, None)
    for campaign, person in CAMPAIGNS.items():
        if campaign in found:
            found.pop(person if kinds[0] is Kind.AD_BAN else campaign, None)
    if found:
        return found
    if Kind.AD_BAN in kinds or Kind.REINSTATEMENT in kinds:
        return _ads(hits)
    return {}


def _named(hits: Sequence[Hit], zone: str, acting: Collection[str]) -> dict[str, tuple[str, Hit]]:
    found: dict[str, tuple[str, Hit]] = {}
    for hit in hits:
        if hit.table == "target" and hit.value.lower() not in acting:
            found.setdefault(hit.value, (zone, hit))
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
