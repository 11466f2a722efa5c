"""Who or what was hit, found by where the name stands: also names that no list knows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.classify.kinds import Kind
from tracker.classify.lexicon import Hit
from tracker.classify.names.caseless import caseless
from tracker.classify.names.places import Place, Zone, place_of
from tracker.classify.names.spans import CASELESS, Span, spans
from tracker.classify.names.tokens import Token, is_title_case, tokens_of
from tracker.classify.names.words import ROLE, Part, words_of

__all__ = ["OpenName", "open_names", "rank_hits"]

ZONES = ("title", "summary")
ENOUGH = 0.5  # rank from which a name counts
ENOUGH_OF_LAW = 0.7  # reports of courts and rules mostly name nobody who was hit
SUMMARY_COST = 0.1
COMMON_COST = 0.3  # words that are mostly no names, in a headline that capitalises all
NOUN_COST = 0.25  # a single German word
MARGIN = 0.15  # names this near the best are named with it
NAMES_LIMIT = 8


@dataclass(frozen=True)
class OpenName:
    """A name in a zone, characters `start` to `end`; `rank` says how sure it is (0 to 1) that its
    bearer was hit, `how` by which sign: "object", "account_of", "subject", "loses", "list" …
    """

    name: str
    zone: str
    start: int
    end: int
    rank: float
    how: str


def open_names(
    zones: Mapping[str, str],
    hits: Mapping[str, Sequence[Hit]],
    language: str,
    kinds: Sequence[Kind],
    platforms: Collection[str],
) -> list[OpenName]:
    """The names of those hit, the surest first; empty for a state's block."""
    if not kinds or kinds[0] is Kind.PLATFORM_BLOCK:
        return []
    found: list[OpenName] = []
    ranked: dict[str, list[OpenName]] = {}
    for zone in ZONES:
        ranked[zone] = _ranked(zones.get(zone, ""), hits.get(zone, ()), language, zone)
    enough = ENOUGH_OF_LAW if kinds[0] in {Kind.LEGAL_ACTION, Kind.POLICY_CHANGE} else ENOUGH
    for zone in ZONES:
        found = _best(ranked[zone], enough)
        if found:
            break
    return [_in_full(one, ranked["summary"]) for one in found]


def rank_hits(
    text: str, hits: Sequence[Hit], language: str, found: Mapping[str, tuple[str, Hit]]
) -> dict[str, float]:
    """How sure it is of each listed name of a zone that its bearer was hit, by its best place."""
    if not found:
        return {}
    tokens = tokens_of(text, hits, words_of(language), language)
    zone = Zone(tokens, language, is_title_case(tokens))
    ranks = dict.fromkeys(found, 0.0)
    for hit in hits:
        if hit.table == "target" and hit.value in found:
            inside = [i for i, t in enumerate(tokens) if t.start < hit.end and hit.start < t.end]
            if inside:
                span = Span(inside[0], inside[-1], hit.start, hit.end, "listed")
                ranks[hit.value] = max(ranks[hit.value], place_of(span, zone).rank)
    return ranks


def _best(ranked: Sequence[OpenName], enough: float) -> list[OpenName]:
    best = max((one.rank for one in ranked), default=0.0)
    chosen = [one for one in ranked if one.rank >= max(enough, best - MARGIN)]
    unique = {one.name.casefold(): one for one in reversed(chosen)}
    return sorted(unique.values(), key=lambda one: (-one.rank, one.start))[:NAMES_LIMIT]


def _ranked(text: str, hits: Sequence[Hit], language: str, zone: str) -> list[OpenName]:
    """Every name of a zone with its rank, in the order of the text."""
    tokens = tokens_of(text, hits, words_of(language), language)
    place = Zone(tokens, language, is_title_case(tokens))
    found = spans(text, tokens, language, is_titled=place.is_titled)
    if language in CASELESS:
        found += caseless(text, tokens, found, language)
    cost = 0.0 if zone == "title" else SUMMARY_COST
    ranked = []
    for span in found:
        given = place_of(span, place)
        rank = max(0.0, given.rank - cost - _doubt(span, place))
        ranked.append(
            OpenName(_clean(text[span.start : span.end]), zone, span.start, span.end, rank, given.how)
        )
    return _listed(ranked, found, tokens, text)


def _doubt(span: Span, zone: Zone) -> float:
    """What speaks against the words themselves."""
    inside = zone.tokens[span.first : span.last + 1]
    if span.how != "run":
        return 0.0
    if zone.is_titled and all(Part.LOWER in token.part for token in inside):
        return COMMON_COST
    if zone.language == "de" and len(inside) == 1 and not _is_marked(span, zone):
        return NOUN_COST
    return 0.0


def _is_marked(span: Span, zone: Zone) -> bool:
    """Whether a role stands before it: a name, then, and no noun."""
    return span.first > 0 and bool(zone.tokens[span.first - 1].part & ROLE)


def _listed(
    ranked: Sequence[OpenName], found: Sequence[Span], tokens: Sequence[Token], text: str
) -> list[OpenName]:
    """The same; names that a comma or "and" joins to a surer one before are as sure."""
    given = list(ranked)
    for i in range(1, len(found)):
        before, here = found[i - 1], found[i]
        between = tokens[before.last + 1 : here.first]
        gap = text[before.end : here.start]
        joins = "," in gap or any(t.part & Part.AND for t in between)
        plain = all(t.part & (Part.AND | Part.GLUE | ROLE) for t in between)
        if joins and plain and len(gap) < 30 and not any(t.breaks for t in between):
            if given[i - 1].rank > given[i].rank and given[i - 1].how != "said":
                given[i] = replace(given[i], rank=given[i - 1].rank - 0.02, how="list")
    return given


def _in_full(one: OpenName, others: Sequence[OpenName]) -> OpenName:
    """The fuller form of a single name that the summary prints: "Lowe", "Gareth Lowe"."""
    if " " in one.name:
        return one
    ending = f" {one.name}"
    for other in others:
        if other.name.endswith(ending) and other.name.count(" ") <= 2:
            return replace(other, rank=one.rank, how=one.how)
    return one


def _clean(name: str) -> str:
    return " ".join(name.split()).strip(" ,.;:-–—")
