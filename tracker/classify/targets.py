"""Who or what is hit: listed names where they stand as who was hit, names that no list knows where
the lists are silent, categories of ads by rule.
"""

from collections.abc import Collection, Mapping, Sequence

from tracker.classify.kinds import Kind
from tracker.classify.lexicon import Hit, named
from tracker.classify.names import OpenName, open_names, rank_hits
from tracker.classify.platforms import ZONES

OPEN = "open"  # the table of a name that no list knows
# Beside the first the second says nothing more: a name within a longer one, a group beside its
# members.
WITHIN = (
    ("Team Trump", "Donald Trump"),
    ("RT", "Russian state media"),
    ("Sputnik", "Russian state media"),
)
# Whose advertisements they are that an ad ban hits.
CAMPAIGNS = {"Donald Trump campaign": "Donald Trump"}
HIT_RANK = 0.5  # from which a listed name stands as who was hit
PASSING_RANK = 0.2  # up to which it is named only in passing
CLASSES = {"content", "topic"}  # kinds of targets that are no names: they stand anywhere
COURTS = {Kind.LEGAL_ACTION, Kind.POLICY_CHANGE}
REFUSALS = {Kind.SERVICE_DENIAL, Kind.DEMONETIZATION}

Places = dict[str, tuple[str, Hit]]  # name -> (zone, hit)


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
    listed = _listed(zones, hits, language, kinds, acting)
    refused = {} if listed else _refused(hits, kinds, slugs)
    if not listed and not refused and (ads := _ads(hits, kinds)):
        return ads
    named_openly = open_names(zones, hits, language, kinds, slugs)
    if listed or refused:
        named_openly = [one for one in named_openly if _is_beside(one, listed)]
    found = {**listed, **refused}
    for one in named_openly:
        if not _is_known(one, found, acting):
            found.setdefault(one.name, (one.zone, Hit(OPEN, one.name, one.start, one.end, False)))
    return dict(sorted(found.items(), key=lambda item: (ZONES.index(item[1][0]), item[1][1].start)))


def unlisted(found: Places) -> tuple[str, ...]:
    """Those of the targets that no list knows."""
    return tuple(name for name, (_, hit) in found.items() if hit.table == OPEN)


def _listed(
    zones: Mapping[str, str],
    hits: Mapping[str, Sequence[Hit]],
    language: str,
    kinds: Sequence[Kind],
    acting: Collection[str],
) -> Places:
    """The listed names of those hit."""
    by_zone = {zone: _named(hits.get(zone, ()), zone, acting) for zone in ZONES}
    ranks = {
        zone: rank_hits(zones.get(zone, ""), hits.get(zone, ()), language, found)
        for zone, found in by_zone.items()
        if zone != "body"
    }
    for zone, given in ranks.items():
        by_zone[zone] = _without_passing(by_zone[zone], given, kinds)
    title, summary = by_zone["title"], by_zone["summary"]
    if any(ranks["title"].get(name, 0) >= HIT_RANK for name in title):
        # Who is hit stands in the title: the summary only adds whom it hits too.
        summary = {n: p for n, p in summary.items() if ranks["summary"].get(n, 0) >= HIT_RANK}
    found = summary | title if title else summary or by_zone["body"]
    for name, other in WITHIN:
        if name in found:
            found.pop(other, None)
    for campaign, person in CAMPAIGNS.items():
        if campaign in found:
            found.pop(person if kinds[0] is Kind.AD_BAN else campaign, None)
    return found


def _named(hits: Sequence[Hit], zone: str, acting: Collection[str]) -> Places:
    found: Places = {}
    for hit in hits:
        if hit.table == "target" and hit.value.lower() not in acting:
            found.setdefault(hit.value, (zone, hit))
    return found


def _without_passing(found: Places, ranks: Mapping[str, float], kinds: Sequence[Kind]) -> Places:
    """Without the names that stand only in passing, where another is hit or a court acts."""
    names = {n for n in found if named("target")[n].kind not in CLASSES} if found else set()
    best = max((ranks.get(name, 0.0) for name in names), default=0.0)
    bar = HIT_RANK if kinds[0] in COURTS or best >= HIT_RANK else PASSING_RANK
    return {
        name: place for name, place in found.items() if name not in names or ranks[name] >= bar
    }


def _refused(
    hits: Mapping[str, Sequence[Hit]], kinds: Sequence[Kind], slugs: Collection[str]
) -> Places:
    """The platform that a store, a host or a payment service refuses."""
    if kinds[0] not in REFUSALS:
        return {}
    found: Places = {}
    for hit in hits.get("title", ()):
        if hit.table == "platform" and not hit.is_weak and hit.value not in slugs:
            name = named("platform")[hit.value].name
            found.setdefault(name, ("title", hit))
    return found


def _is_beside(one: OpenName, listed: Places) -> bool:
    """Whether the name stands in a list with a listed one."""
    return one.how == "list" and any(zone == one.zone for zone, _ in listed.values())


def _is_known(one: OpenName, found: Places, acting: Collection[str]) -> bool:
    overlaps = (
        zone == one.zone and hit.start < one.end and one.start < hit.end
        for zone, hit in found.values()
    )
    return one.name.lower() in acting or any(overlaps)


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
