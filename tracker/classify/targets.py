"""Who or what is hit: listed names where they stand as who was hit, names that no list knows where
the lists are silent, categories of ads by rule.
"""

from collections.abc import Collection, Mapping, Sequence

from tracker.classify.kinds import Kind
from tracker.classify.lexicon import Hit, named
from tracker.classify.names import CASELESS, ENOUGH, OpenName, Reading
from tracker.classify.platforms import ZONES, same_company

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
SURE = 0.7
ADDED_RANK = 0.2  # from which a listed name counts beside one that was hit
COURT_RANK = 0.45  # where a court or new rules act, which mostly name nobody who was hit
PASSING_RANK = 0.15  # up to which it is named only in passing
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


def _is_class(name: str) -> bool:
    """Whether a listed target is a sort of people, apps or content, and no name."""
    return named("target")[name].kind == "content" or name[0].islower()


def _unclassed(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.table != "target" or not _is_class(hit.value)]


def _without_classes(listed: Places) -> Places:
    """Without the sorts of content where somebody is named: they are the reason then."""
    names = {name: place for name, place in listed.items() if not _is_class(name)}
    return {
        name: place
        for name, place in listed.items()
        if name in names or not names or named("target")[name].kind != "content"
    }


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


def _listed(
    places: Mapping[str, Places], names: Mapping[str, Sequence[OpenName]], kinds: Sequence[Kind]
) -> Places:
    """The listed names of those hit."""
    ranks = {zone: _ranks(names.get(zone, ())) for zone in ZONES[:2]}
    title = _without_passing(places["title"], ranks["title"], kinds)
    summary = _without_passing(places["summary"], ranks["summary"], kinds)
    if any(ranks["title"].get(name, 0) >= HIT_RANK for name in title):
        # Who is hit stands in the title: the summary only adds whom it hits too.
        summary = {n: p for n, p in summary.items() if ranks["summary"].get(n, 0) >= ADDED_RANK}
    found = summary | title if title else summary or places["body"]
    for name, other in WITHIN:
        if name in found:
            found.pop(other, None)
    for campaign, person in CAMPAIGNS.items():
        if campaign in found:
            found.pop(person if kinds[0] is Kind.AD_BAN else campaign, None)
    return found


def _ranks(names: Sequence[OpenName]) -> dict[str, float]:
    """The best rank of each listed name."""
    ranks: dict[str, float] = {}
    for one in names:
        if one.is_listed:
            ranks[one.name] = max(one.rank, ranks.get(one.name, 0.0))
    return ranks


def _named(hits: Sequence[Hit], zone: str, acting: Collection[str]) -> Places:
    found: Places = {}
    for hit in hits:
        if hit.table == "target" and hit.value.lower() not in acting:
            found.setdefault(hit.value, (zone, hit))
    return found


def _without_passing(found: Places, ranks: Mapping[str, float], kinds: Sequence[Kind]) -> Places:
    """Without the names that stand only in passing, where another is hit or a court acts."""
    names = {name for name in found if named("target")[name].kind not in CLASSES}
    best = max((ranks.get(name, 0.0) for name in names), default=0.0)
    bar = COURT_RANK if set(kinds) <= COURTS else 0.0
    if best >= HIT_RANK:
        bar = max(bar, ADDED_RANK)
    return {
        name: place
        for name, place in found.items()
        if name not in names or ranks.get(name, 0.0) >= bar
    }


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
