"""Who or what is hit: listed names where they stand as who was hit, names that no list knows where
the lists are silent, categories of ads by rule.
"""

from collections.abc import Collection, Mapping, Sequence

from tracker.classify.facts.companies import same_company
from tracker.classify.facts.listed_targets import (
    ADDED_RANK,
    CLASSES,
    Places,
    _is_class,
    _listed,
    _named,
    _unclassed,
    _without_classes,
)
from tracker.classify.facts.platforms import ZONES
from tracker.classify.kinds import Kind
from tracker.classify.names.finder import Reading
from tracker.classify.names.rank import ENOUGH, OpenName
from tracker.classify.names.tokens import CASELESS
from tracker.classify.words.lists import named
from tracker.classify.words.mention import Hit

OPEN = "open"  # the table of a name that no list knows
SURE = 0.7
PASSING_RANK = 0.15  # up to which it is named only in passing
REFUSALS = {Kind.SERVICE_DENIAL, Kind.DEMONETIZATION}


def targets(
    zones: Mapping[str, str],
    hits: Mapping[str, Sequence[Hit]],
    language: str,
    kinds: Sequence[Kind],
    slugs: Collection[str],
) -> Places:
    """Name -> (zone, hit), in the order of the text; a state's block has none. The hit's table is
    OPEN for a name that no list knows, which then is the words as printed.

    Listed names of the title with those of the summary, else of the summary, else of the body; for
    an ad ban without a name the category of ads. A platform that acts is no target.
    """
    if kinds[0] is Kind.PLATFORM_BLOCK:
        return {}
    acting = {slug.replace("_", " ") for slug in slugs}
    places = {zone: _named(hits.get(zone, ()), zone, acting) for zone in ZONES}
    reading = Reading(zones, hits, language)
    names = {zone: reading.names(zone) for zone in ZONES[:2] if places[zone]}
    listed = _without_classes(_listed(places, names, kinds))
    refused = _refused(hits, kinds, slugs)
    found = listed or refused or _ads(hits, kinds)
    others: list[OpenName] = []
    is_class = bool(listed) and not refused and all(map(_is_class, listed))
    if is_class:
        # "the account of the journalist NAME": a name says more than what its bearer is.
        bare = Reading(zones, {zone: _unclassed(found) for zone, found in hits.items()}, language)
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
            found.setdefault(one.name, (one.zone, Hit(OPEN, one.name, one.start, one.end, False)))
    return dict(sorted(found.items(), key=lambda item: (ZONES.index(item[1][0]), item[1][1].start)))


def _are_passing(listed: Places, names: Mapping[str, Sequence[OpenName]], language: str) -> bool:
    """Whether none of the listed names stands as who was hit; without capitals, a place says
    little.
    """
    if language in CASELESS:
        return False
    if any(
        zone not in names or named("target")[n].kind in CLASSES for n, (zone, _) in listed.items()
    ):
        return False
    in_title = any(zone == "title" for zone, _ in listed.values())
    bar = PASSING_RANK if in_title else ADDED_RANK
    return all(one.rank < bar for zone in names for one in names[zone] if one.name in listed)


def unlisted(found: Places) -> tuple[str, ...]:
    """Those of the targets that no list knows."""
    return tuple(name for name, (_, hit) in found.items() if hit.table == OPEN)


def _refused(
    hits: Mapping[str, Sequence[Hit]], kinds: Sequence[Kind], slugs: Collection[str]
) -> Places:
    """The platform that a store, a host or a payment service refuses."""
    if kinds[0] not in REFUSALS:
        return {}
    own = same_company(slugs)
    found: Places = {}
    for hit in hits.get("title", ()):
        if hit.table == "platform" and not hit.is_weak and hit.value not in own:
            name = named("platform")[hit.value].name
            found.setdefault(name, ("title", hit))
    return found


def _is_beside(one: OpenName, listed: Places) -> bool:
    """Whether the name stands in a list with a listed one, or that one in a list with it."""
    return one.how == "list" and any(zone == one.zone for zone, _ in listed.values())


def _ads(hits: Mapping[str, Sequence[Hit]], kinds: Sequence[Kind]) -> Places:
    if Kind.AD_BAN not in kinds and Kind.REINSTATEMENT not in kinds:
        return {}
    for zone in ZONES[:2]:
        found: Places = {}
        for hit in hits.get(zone, ()):
            if hit.table == "ads":
                found.setdefault(hit.value, (zone, hit))
        if found:
            return found
    return {}
