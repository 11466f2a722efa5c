"""Who or what is hit: listed names where they stand as who was hit, names that no list knows where
the lists are silent, categories of ads by rule.
"""

from collections.abc import Collection, Mapping, Sequence

from tracker.classify.facts.companies import same_company
from tracker.classify.facts.listed_targets import (
    ADDED_RANK,
    CLASSES,
    TargetMentions,
    drop_class_mentions,
    drop_classes,
    is_class,
    listed_affected,
    listed_targets,
)
from tracker.classify.facts.platforms import ZONES
from tracker.classify.kinds import Kind
from tracker.classify.names.finder import NameFinder
from tracker.classify.names.rank import ENOUGH, RankedName
from tracker.classify.names.tokens import CASELESS
from tracker.classify.words.lists import listed_rows
from tracker.classify.words.mention import Mention

UNLISTED = "open"  # the table of a name that no list knows
SURE = 0.7
PASSING_RANK = 0.15  # up to which it is named only in passing
REFUSALS = {Kind.SERVICE_DENIAL, Kind.DEMONETIZATION}


def find_targets(
    zones: Mapping[str, str],
    hits: Mapping[str, Sequence[Mention]],
    language: str,
    kinds: Sequence[Kind],
    slugs: Collection[str],
) -> TargetMentions:
    """Name -> (zone, hit), in the order of the text; a state's block has none. The hit's table is
    OPEN for a name that no list knows, which then is the words as printed.

    Listed names of the title with those of the summary, else of the summary, else of the body; for
    an ad ban without a name the category of ads. A platform that acts is no target.
    """
    if kinds[0] is Kind.PLATFORM_BLOCK:
        return {}
    acting = {slug.replace("_", " ") for slug in slugs}
    places = {zone: listed_targets(hits.get(zone, ()), zone, acting) for zone in ZONES}
    reading = NameFinder(zones, hits, language)
    names = {zone: reading.names(zone) for zone in ZONES[:2] if places[zone]}
    listed = drop_classes(listed_affected(places, names, kinds))
    refused = _refused(hits, kinds, slugs)
    found = listed or refused or _ads(hits, kinds)
    others: list[RankedName] = []
    are_classes = bool(listed) and not refused and all(map(is_class, listed))
    if are_classes:
        # "the account of the journalist NAME": a name says more than what its bearer is.
        bare = NameFinder(
            zones, {zone: drop_class_mentions(found) for zone, found in hits.items()}, language
        )
        others = [
            one
            for one in bare.open_names(kinds, slugs)
            if one.zone == "title" and one.rank >= ENOUGH and one.how != "class"
        ]
        found = {} if others else found
    elif not found or (listed and not refused and _are_passing(listed, names, language)):
        others = reading.open_names(kinds, slugs)
        if listed:  # only by a surer name are they outdone
            others = [one for one in others if one.rank >= SURE and one.zone == "title"]
        found = {} if others else found
    elif listed:
        # An open name beside a listed one: "bans A, B and Unknown".
        others = [n for zone in names for n in names[zone] if _is_beside(n, listed)]
    for one in others:
        if not one.is_listed and one.name.lower() not in acting:
            found.setdefault(
                one.name, (one.zone, Mention(UNLISTED, one.name, one.start, one.end, False))
            )
    return dict(sorted(found.items(), key=lambda item: (ZONES.index(item[1][0]), item[1][1].start)))


def _are_passing(
    listed: TargetMentions, names: Mapping[str, Sequence[RankedName]], language: str
) -> bool:
    """Whether none of the listed names stands as who was hit; without capitals, a place says
    little.
    """
    if language in CASELESS:
        return False
    if any(
        zone not in names or listed_rows("target")[n].kind in CLASSES
        for n, (zone, _) in listed.items()
    ):
        return False
    in_title = any(zone == "title" for zone, _ in listed.values())
    bar = PASSING_RANK if in_title else ADDED_RANK
    return all(one.rank < bar for zone in names for one in names[zone] if one.name in listed)


def unlisted_targets(found: TargetMentions) -> tuple[str, ...]:
    """Those of the targets that no list knows."""
    return tuple(name for name, (_, hit) in found.items() if hit.table == UNLISTED)


def _refused(
    hits: Mapping[str, Sequence[Mention]], kinds: Sequence[Kind], slugs: Collection[str]
) -> TargetMentions:
    """The platform that a store, a host or a payment service refuses."""
    if kinds[0] not in REFUSALS:
        return {}
    own = same_company(slugs)
    found: TargetMentions = {}
    for hit in hits.get("title", ()):
        if hit.table == "platform" and not hit.is_weak and hit.value not in own:
            name = listed_rows("platform")[hit.value].name
            found.setdefault(name, ("title", hit))
    return found


def _is_beside(one: RankedName, listed: TargetMentions) -> bool:
    """Whether the name stands in a list with a listed one, or that one in a list with it."""
    return one.how == "list" and any(zone == one.zone for zone, _ in listed.values())


def _ads(hits: Mapping[str, Sequence[Mention]], kinds: Sequence[Kind]) -> TargetMentions:
    if Kind.AD_BAN not in kinds and Kind.REINSTATEMENT not in kinds:
        return {}
    for zone in ZONES[:2]:
        found: TargetMentions = {}
        for hit in hits.get(zone, ()):
            if hit.table == "ads":
                found.setdefault(hit.value, (zone, hit))
        if found:
            return found
    return {}
