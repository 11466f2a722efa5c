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
from tracker.classify.names.rank import ENOUGH, SURE, RankedName
from tracker.classify.names.tokens import CASELESS
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.lists import row_of
from tracker.classify.words.mention import Mention

UNLISTED = "open"  # the table of unlisted names
PASSING_RANK = 0.15  # rank up to which it is only mentioned in passing
TITLE = ("title",)
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
    categories = _ad_categories(zones, mentions, kinds, language)
    if categories and kinds[0] is Kind.AD_BAN and all(map(is_class, listed)):
        listed = {}  # the category of ads says more than one of apps or content
    affected = listed or refused or categories
    if refused:
        return _in_order(affected, _beside(listed, names, acting))
    if not listed:
        others = finder.unlisted_names(kinds, slugs)
        others = _advertisers(others, categories) if categories else others
    elif all(map(is_class, listed)):
        # "the account of the journalist NAME": a name says more than a role.
        named = {zone: drop_class_mentions(mentions[zone]) for zone in mentions}
        in_title = any(zone == "title" for zone, _ in listed.values())
        others = NameFinder(zones, named, language).unlisted_names(
            kinds, slugs, TITLE if in_title else ZONES[:2]
        )
        others = _at_least(ENOUGH, others)
    elif _are_passing(listed, names, language):
        # Lists are more reliable than positions: only a surer name overrides those in passing.
        others = _at_least(SURE, finder.unlisted_names(kinds, slugs, TITLE))
    else:
        return _in_order(affected, _beside(listed, names, acting))
    return _in_order({} if others else affected, _without(acting, others))


def _beside(
    listed: TargetMentions, names: Mapping[str, Sequence[RankedName]], acting: Collection[str]
) -> list[RankedName]:
    """Return the unlisted names in a list with a listed one: "bans A, B and Unknown"."""
    beside = [
        name
        for in_zone in names.values()
        for name in in_zone
        if name.how == "list" and any(zone == name.zone for zone, _ in listed.values())
    ]
    return _without(acting, beside)


def _advertisers(names: Sequence[RankedName], categories: TargetMentions) -> list[RankedName]:
    """Return the names that are surer than categories of ads: any of the title if those are only in
    the summary.
    """
    words = [mention for zone, mention in categories.values() if zone == "title"]
    of_title = [
        name
        for name in names
        if name.zone == "title"
        # "Bitcoin" is a word of the category.
        and not any(word.start < name.end and name.start < word.end for word in words)
    ]
    return _at_least(SURE if words else ENOUGH, of_title)


def _at_least(rank: float, names: Sequence[RankedName]) -> list[RankedName]:
    """Return the names, not the classes, that are so sure."""
    return [name for name in names if name.rank >= rank and name.how != "class"]


def _without(acting: Collection[str], names: Sequence[RankedName]) -> list[RankedName]:
    return [n for n in names if not n.is_listed and n.name.lower() not in acting]


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


def _ad_categories(
    zones: Mapping[str, str],
    mentions: Mapping[str, Sequence[Mention]],
    kinds: Sequence[Kind],
    language: str,
) -> TargetMentions:
    """Return the categories of advertisements in the title, else in the summary. Their words are
    everyday ones ("beer", "loans"): they count for a ban of ads, or where ads are spoken of.
    """
    if Kind.AD_BAN not in kinds and Kind.REINSTATEMENT not in kinds:
        return {}
    for zone in ZONES[:2]:
        says_ads = any(mention.value == "ads" for mention in mentions.get(zone, ()))
        if kinds[0] is not Kind.AD_BAN and not says_ads:
            continue
        categories: TargetMentions = {}
        for mention in lexicon_of("ads").find(zones.get(zone, ""), language):
            categories.setdefault(mention.value, (zone, mention))
        if categories:
            return categories
    return {}
