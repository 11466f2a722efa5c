"""Decide which of the listed targets in a text were affected."""

from collections.abc import Collection, Mapping, Sequence

from tracker.classify.facts.platforms import ZONES
from tracker.classify.kinds import Kind
from tracker.classify.names.rank import RankedName
from tracker.classify.words.lists import listed_rows, row_of
from tracker.classify.words.mention import Mention

# The second adds nothing to the first: a name within a longer one, a group besides its members.
WITHIN = (
    ("Team Trump", "Donald Trump"),
    ("RT", "Russian state media"),
    ("Sputnik", "Russian state media"),
)
# Whose advertisements they are that an ad ban affects.
CAMPAIGNS = {"Donald Trump campaign": "Donald Trump"}
AFFECTED_RANK = 0.5  # rank from which a listed name counts as affected
ADDED_RANK = 0.2  # rank from which a listed name counts in addition to an affected one
COURT_RANK = 0.45  # for acts of courts and new rules, which mostly name nobody affected
CLASSES = {"content", "topic"}  # types of targets that are not names: they occur anywhere
COURTS = {Kind.LEGAL_ACTION, Kind.POLICY_CHANGE}
TargetMentions = dict[str, tuple[str, Mention]]  # name -> (zone, mention)


def is_class(name: str) -> bool:
    """Return whether a target is a category of people, apps or content, and no name; one that no
    list has is a name.
    """
    row = listed_rows("target").get(name)
    return row is not None and (row.type == "content" or name[0].islower())


def drop_class_mentions(mentions: Sequence[Mention]) -> list[Mention]:
    """Drop the mentions of targets that are not names."""
    return [
        mention for mention in mentions if mention.table != "target" or not is_class(mention.value)
    ]


def drop_classes(listed: TargetMentions) -> TargetMentions:
    """Drop categories of content if somebody is named, since they are then the reason."""
    names = {name: place for name, place in listed.items() if not is_class(name)}
    return {
        name: place
        for name, place in listed.items()
        if name in names or not names or row_of("target", name).type != "content"
    }


def listed_affected(
    places: Mapping[str, TargetMentions],
    names: Mapping[str, Sequence[RankedName]],
    kinds: Sequence[Kind],
) -> TargetMentions:
    """Return the listed names of those affected."""
    ranks = {zone: _ranks(names.get(zone, ())) for zone in ZONES[:2]}
    title = _drop_passing(places["title"], ranks["title"], kinds)
    summary = _drop_passing(places["summary"], ranks["summary"], kinds)
    if any(ranks["title"].get(name, 0) >= AFFECTED_RANK for name in title):
        # The title names who is affected: the summary only adds others who are.
        summary = {n: p for n, p in summary.items() if ranks["summary"].get(n, 0) >= ADDED_RANK}
    # The title's position wins if both name a target.
    targets = summary | title if title else summary or places["body"]
    for name, other in WITHIN:
        if name in targets:
            targets.pop(other, None)
    for campaign, person in CAMPAIGNS.items():
        if campaign in targets:
            # An ad ban affects the campaign's ads, any other act the person.
            targets.pop(person if kinds[0] is Kind.AD_BAN else campaign, None)
    return targets


def _ranks(names: Sequence[RankedName]) -> dict[str, float]:
    """Return the best rank of each listed name."""
    ranks: dict[str, float] = {}
    for candidate in names:
        if candidate.is_listed:
            ranks[candidate.name] = max(candidate.rank, ranks.get(candidate.name, 0.0))
    return ranks


def listed_targets(
    mentions: Sequence[Mention], zone: str, acting: Collection[str]
) -> TargetMentions:
    """Return the first mention of each listed target, but for platforms that act."""
    targets: TargetMentions = {}
    for mention in mentions:
        if mention.table == "target" and mention.value.lower() not in acting:
            targets.setdefault(mention.value, (zone, mention))
    return targets


def _drop_passing(
    targets: TargetMentions, ranks: Mapping[str, float], kinds: Sequence[Kind]
) -> TargetMentions:
    """Drop names mentioned only in passing, where another is affected or a court acts."""
    names = {name for name in targets if row_of("target", name).type not in CLASSES}
    best = max((ranks.get(name, 0.0) for name in names), default=0.0)
    # Reports of courts and rules name judges, ministers and experts.
    bar = COURT_RANK if set(kinds) <= COURTS else 0.0
    if best >= AFFECTED_RANK:
        bar = max(bar, ADDED_RANK)
    return {
        name: place
        for name, place in targets.items()
        if name not in names or ranks.get(name, 0.0) >= bar
    }
