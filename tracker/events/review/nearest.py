"""Find the events most like one on the desk: the index of this process says where to look, and what
is compared comes with the rows that the page loads anyway.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from django.core.cache import cache
from django.db.models import Q
from pyroaring import BitMap

from tracker.classify.words.generics import SOCIAL_MEDIA
from tracker.events.consensus.neighbours import COMPARED, Neighbour
from tracker.events.grouping.likeness.days import LATER_DAYS
from tracker.events.grouping.likeness.platforms import platforms_searched
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.likeness.reports import likeness
from tracker.events.models import Entity
from tracker.events.reasons import Reasons
from tracker.events.search.index.snapshot import Snapshot
from tracker.partial_date import PartialDate, month_text

NEAREST = 3
PARTIES_READ = 50  # of an event and of a type
FAMILIES = "entity-families"
KEPT = 600  # seconds in which a merged entity or a new platform is taken in


@dataclass(frozen=True)
class NearbyEvent:
    """An event near another by its id, how alike they are, and why."""

    event_id: int
    score: float
    reasons: Reasons


def candidates(pk: int, events: Snapshot) -> list[int]:
    """Return the ids of up to COMPARED other events with the same target, or with one of the kinds
    on the same platforms, the nearest in time first; no query but one in ten minutes.
    """
    day = _first_day(pk, events)
    if day is None:
        return []
    kinds = {kind for kind, ids in events.values("kind").items() if pk in ids}
    same_kind = BitMap.union(BitMap(), *(events.get("kind", kind) for kind in kinds))
    others = events.visible - BitMap([pk])
    families = _families()
    targets = _events_of("target", _own(pk, "target", events), events, families)
    places = _platforms_searched(_own(pk, "platform", events), kinds, families)
    about = _events_of("platform", places, events, families)
    if SOCIAL_MEDIA in families.slugs_of(_own(pk, "platform", events)):
        # A law on social media names no platform to find it by, so its country is used.
        about |= _events_of("country", _own(pk, "country", events)[:1], events, families)
    near = [*islice(_nearest(others & targets, day, events), COMPARED)]
    near += islice(_nearest((others & about & same_kind) - targets, day, events), COMPARED)
    return near[:COMPARED]


def rank(pk: int, compared: Iterable[Neighbour]) -> list[NearbyEvent]:
    """Return the events most like this one, which is among those compared, with what they have in
    common.
    """
    by_id = dict(compared)
    mine = by_id.pop(pk, [])
    ranked = []
    for other, theirs in by_id.items() if mine else ():
        score, reasons = _greatest_likeness(mine, theirs)
        if reasons:
            ranked.append((score, other, reasons))
    ranked.sort(reverse=True)
    best = ranked[:NEAREST]
    return [NearbyEvent(other, round(score, 2), shared) for score, other, shared in best]


def _greatest_likeness(
    mine: Sequence[ReportFacts], theirs: Sequence[ReportFacts]
) -> tuple[float, Reasons]:
    return max(
        (likeness(own, other) for own in mine[:NEAREST] for other in theirs[:NEAREST]),
        key=lambda scored: scored[0],
    )


@dataclass(frozen=True)
class _Families:
    """The slugs of platforms by id, and for each merged entity all that were merged with it."""

    slugs: Mapping[int, str]
    together: Mapping[int, frozenset[int]]

    def slugs_of(self, ids: Iterable[int]) -> set[str]:
        return {self.slugs[pk] for pk in ids if pk in self.slugs}


def _families() -> _Families:
    known: _Families | None = cache.get(FAMILIES)
    if known is None:
        known = _load_families()
        cache.set(FAMILIES, known, KEPT)
    return known


def _load_families() -> _Families:
    asked = Entity.objects.filter(Q(type=Entity.Type.PLATFORM) | Q(merged_into__isnull=False))
    slugs: dict[int, str] = {}
    groups: dict[int, set[int]] = {}
    for pk, type_, slug, into in asked.values_list("pk", "type", "slug", "merged_into"):
        if type_ == Entity.Type.PLATFORM:
            slugs[pk] = slug
        if into is not None:
            group = groups.setdefault(into, {into}) | groups.get(pk, {pk})
            groups.update(dict.fromkeys(group, group))
    return _Families(slugs, {pk: frozenset(group) for pk, group in groups.items()})


def _own(pk: int, field: str, events: Snapshot) -> list[int]:
    """Return the ids of an event's entities of a type."""
    counts = events.ranked(field).most(BitMap([pk]), PARTIES_READ)
    return [entity for entity, count in counts.items() if count]


def _platforms_searched(ids: Iterable[int], kinds: set[str], families: _Families) -> list[int]:
    own = ReportFacts(tuple(kinds), tuple(families.slugs_of(ids)), frozenset(), (), "")
    searched = platforms_searched(own)
    return [pk for pk, slug in families.slugs.items() if slug in searched]


def _events_of(field: str, ids: Iterable[int], events: Snapshot, families: _Families) -> BitMap:
    every = {one for pk in ids for one in families.together.get(pk, (pk,))}
    return BitMap.union(BitMap(), *(events.get(field, pk) for pk in every))


def _first_day(pk: int, events: Snapshot) -> date | None:
    """Return the day of an event's act, or that of its recording; the first of a month or year."""
    for field in ("occurred", "recorded"):
        for text, ids in events.values(field).items():
            if text and pk in ids and (span := PartialDate.parse(text).span):
                return span[0]
    return None


def _nearest(among: BitMap, day: date, events: Snapshot) -> Iterator[int]:
    """Yield ids of the events within LATER_DAYS of a day, the nearest first."""
    undated = among & events.get("occurred", "")
    for distance in range(LATER_DAYS + 1) if among else ():
        for other in {day - timedelta(days=distance), day + timedelta(days=distance)}:
            text = other.isoformat()
            found = events.get("occurred", text) & among
            found |= events.get("recorded", text) & undated
            if other.day == 1:  # a month counts as its first day
                found |= events.get("occurred", month_text(text)) & among
            yield from reversed(found.to_array())
