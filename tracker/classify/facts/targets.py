"""Find who or what is affected: listed names in the position of the affected, unlisted names if no
listed one is, categories of ads by rule.
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
from tracker.classify.words.lists import row_of
from tracker.classify.words.mention import Mention

UNLISTED = "open"  # the table of unlisted names
SURE = 0.7
PASSING_RANK = 0.15  # rank up to which it is only mentioned in passing
REFUSALS = {Kind.SERVICE_DENIAL, Kind.DEMONETIZATION}


def find_targets(
    zones: Mapping[str, str],
    mentions: Mapping[str, Sequence[Mention]],
    language: str,
    kinds: Sequence[Kind],
    slugs: Collection[str],
) -> TargetMentions:
    """Return name -> (zone, mention), in the order of the text; a state's block has none. The
    mention's table is UNLISTED for an unlisted name, which then is the words as printed.

    Listed names of the title with those of the summary, else of the summary, else of the body; for
    an ad ban without a name the category of ads. A platform that acts is no target.
    """
    if kinds[0] is Kind.PLATFORM_BLOCK:
        return {}
    acting = {slug.replace("_", " ") for slug in slugs}
    places = {zone: listed_targets(mentions.get(zone, ()), zone, acting) for zone in ZONES}
    finder = NameFinder(zones, mentions, language)
    names = {zone: finder.names(zone) for zone in ZONES[:2] if places[zone]}
    listed = drop_classes(listed_affected(places, names, kinds))
    refused = _refused_platforms(mentions, kinds, slugs)
    affected = listed or refused or _ad_categories(mentions, kinds)
    others: list[RankedName] = []
    if listed and not refused and all(map(is_class, listed)):
        # "the account of the journalist NAME": a name says more than a role.
        named = {zone: drop_class_mentions(mentions[zone]) for zone in mentions}
        others = [
            name
            for name in NameFinder(zones, named, language).unlisted_names(kinds, slugs)
            if name.zone == "title" and name.rank >= ENOUGH and name.how != "class"
        ]
        affected = {} if others else affected
    # Lists are more reliable than positions: an unlisted name wins only if no listed one counts, or
    # only in passing.
    elif not affected or (listed and not refused and _are_passing(listed, names, language)):
        others = finder.unlisted_names(kinds, slugs)
        if listed:  # only a surer name overrides them
            others = [name for name in others if name.rank >= SURE and name.zone == "title"]
        affected = {} if others else affected
    elif listed:
        # An unlisted name next to a listed one: "bans A, B and Unknown".
        others = [n for zone in names for n in names[zone] if _is_beside(n, listed)]
    unlisted = [n for n in others if not n.is_listed and n.name.lower() not in acting]
    return _in_order(affected, unlisted)


def _in_order(affected: TargetMentions, unlisted: Sequence[RankedName]) -> TargetMentions:
    """Return listed and unlisted targets by zone and position; a name counts once."""
    targets = dict(affected)
    for name in unlisted:
        mention = Mention(UNLISTED, name.name, name.start, name.end, is_weak=False)
        targets.setdefault(name.name, (name.zone, mention))
    by_place = sorted(targets.items(), key=lambda item: (ZONES.index(item[1][0]), item[1][1].start))
    return dict(by_place)


def _are_passing(
    listed: TargetMentions, names: Mapping[str, Sequence[RankedName]], language: str
) -> bool:
    """Return whether none of the listed names stands where the affected one would; without
    capitals, a place says little.
    """
    if language in CASELESS:
        return False
    if any(
        zone not in names or row_of("target", n).type in CLASSES for n, (zone, _) in listed.items()
    ):
        return False
    in_title = any(zone == "title" for zone, _ in listed.values())
    bar = PASSING_RANK if in_title else ADDED_RANK
    return all(n.rank < bar for zone in names for n in names[zone] if n.name in listed)


def unlisted_targets(affected: TargetMentions) -> tuple[str, ...]:
    """Return the unlisted targets."""
    return tuple(name for name, (_, mention) in affected.items() if mention.table == UNLISTED)


def _refused_platforms(
    mentions: Mapping[str, Sequence[Mention]], kinds: Sequence[Kind], slugs: Collection[str]
) -> TargetMentions:
    """Return the platform that a store, a host or a payment service refuses."""
    if kinds[0] not in REFUSALS:
        return {}
    own = same_company(slugs)
    platforms: TargetMentions = {}
    for mention in mentions.get("title", ()):
        if mention.table == "platform" and not mention.is_weak and mention.value not in own:
            name = row_of("platform", mention.value).name
            platforms.setdefault(name, ("title", mention))
    return platforms


def _is_beside(name: RankedName, listed: TargetMentions) -> bool:
    """Return whether the name is in a list with a listed one."""
    return name.how == "list" and any(zone == name.zone for zone, _ in listed.values())


def _ad_categories(
    mentions: Mapping[str, Sequence[Mention]], kinds: Sequence[Kind]
) -> TargetMentions:
    if Kind.AD_BAN not in kinds and Kind.REINSTATEMENT not in kinds:
        return {}
    for zone in ZONES[:2]:
        categories: TargetMentions = {}
        for mention in mentions.get(zone, ()):
            if mention.table == "ads":
                categories.setdefault(mention.value, (zone, mention))
        if categories:
            return categories
    return {}
