"""The names of a text with how sure it is of each that its bearer was hit."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tracker.classify.kinds import Kind
from tracker.classify.lexicon import Hit
from tracker.classify.names.caseless import caseless
from tracker.classify.names.classes import classes, under_age
from tracker.classify.names.places import COMMAS, Place, Zone, place_of
from tracker.classify.names.quotes import Span
from tracker.classify.names.spans import spans
from tracker.classify.names.tokens import CASELESS, Token, is_title_case, tokens_of
from tracker.classify.names.words import ROLE, Part, words_of

ZONES = ("title", "summary")
COURTS = {Kind.LEGAL_ACTION, Kind.POLICY_CHANGE}
ENOUGH = 0.5  # rank from which a name counts
ENOUGH_OF_LAW = 0.8  # reports of courts and rules mostly name nobody who was hit
OWNER = 0.6
MARKED = 0.25  # rank from which a name that its form shows to be one counts in a title
NOT_HIT = {"said", "reason"}
MARKS, QUOTES = set("@#/"), set("\"'“„«»‘「『《")
CAMEL = re.compile("[a-z][A-Z]")
SUMMARY_COST = 0.1
COMMON_COST = 0.6  # words that are mostly no names, in a headline that capitalises all
PART_COST = 0.3  # of a platform's name: "Twitter Blue"
FIRST_COST = 0.2  # a single word that begins a sentence
TITLED_COST = 0.15  # few of the common words of other languages are listed
NOUN_COST = 0.25  # a single German word
MARGIN = 0.15  # names this near the best are named with it
NAMES_LIMIT = 8
NAME_BLANKS = 2  # in a full name of a person
LIST_COST = 0.01
LIST_GAP = 30  # characters between two names of a list


POSSESSIVE = re.compile(r"['’]s ")
ASIDE = Place(0.0, "said")  # "pro-Trump"


@dataclass(frozen=True)
class OpenName:
    """A name in a zone, characters `start` to `end`; `rank` says how sure it is (0 to 1) that its
    bearer was hit, `how` by which sign: "object", "account_of", "subject", "loses", "list" …
    `is_listed` says that a list knows it; `name` is then its listed spelling.
    """

    name: str
    zone: str
    start: int
    end: int
    rank: float
    how: str
    is_listed: bool = False


class Reading:
    """The zones of a text as they are read for names, each once."""

    def __init__(
        self, zones: Mapping[str, str], hits: Mapping[str, Sequence[Hit]], language: str
    ) -> None:
        self._zones, self._hits, self._language = zones, hits, language
        self._names: dict[str, list[OpenName]] = {}
        self._places: dict[str, Zone] = {}

    def zone(self, name: str) -> Zone:
        """The words of a zone."""
        if name not in self._places:
            text, hits = self._zones.get(name, ""), self._hits.get(name, ())
            tokens = tokens_of(text, hits, words_of(self._language), self._language)
            self._places[name] = Zone(tokens, self._language, is_title_case(tokens, self._language))
        return self._places[name]

    def names(self, name: str) -> list[OpenName]:
        """Every name of a zone, listed ones too, with its rank, in the order of the text."""
        if name not in self._names:
            text, hits = self._zones.get(name, ""), self._hits.get(name, ())
            self._names[name] = _ranked(name, text, hits, self.zone(name))
        return self._names[name]

    def open_names(self, kinds: Sequence[Kind], platforms: Collection[str]) -> list[OpenName]:
        """See the function."""
        if not kinds or kinds[0] is Kind.PLATFORM_BLOCK:
            return []
        enough = ENOUGH_OF_LAW if kinds[0] in COURTS else ENOUGH
        acting = {slug.replace("_", " ") for slug in platforms}
        for zone in ZONES:
            names = [n for n in self.names(zone) if n.name.casefold() not in acting]
            if found := best_of(names, enough):
                return [self._in_full(one) for one in found]
            if found := self._classes(zone, kinds[0]):
                return found
            may_be_marked = zone == "title" and kinds[0] not in COURTS
            if may_be_marked and (found := best_of(self._marked(names), MARKED)):
                return found
        return []

    def _marked(self, names: Sequence[OpenName]) -> list[OpenName]:
        """Those of the title that their form alone shows to be names: in a title that names nobody
        who was hit, such a name mostly is it. One before a colon speaks or publishes.
        """
        text, place = self._zones.get("title", ""), self.zone("title")
        return [
            one
            for one in names
            if one.how not in NOT_HIT
            and text[one.end : one.end + 1] != ":"
            and _is_marked_name(one, text, is_titled=place.is_titled)
        ]

    def _classes(self, zone: str, kind: Kind) -> list[OpenName]:
        text = self._zones.get(zone, "")
        found = classes(text, self.zone(zone))
        # A court's or a state's age limit hits platforms.
        if zone == "title" and kind is not Kind.LEGAL_ACTION and (young := under_age(text)):
            found = [young]
        return [OpenName(name, zone, start, end, ENOUGH, "class") for name, start, end in found]

    def _in_full(self, one: OpenName) -> OpenName:
        """The fuller form of a single name that is printed elsewhere: "Lowe", "Gareth Lowe"."""
        ending = f" {one.name}"
        for zone in () if " " in one.name else ZONES:
            for other in self.names(zone) if ending in self._zones.get(zone, "") else ():
                is_fuller = other.name.endswith(ending) and other.name.count(" ") <= NAME_BLANKS
                if is_fuller and not other.is_listed:
                    return replace(other, rank=one.rank, how=one.how)
        return one


def open_names(
    zones: Mapping[str, str],
    hits: Mapping[str, Sequence[Hit]],
    language: str,
    kinds: Sequence[Kind],
    platforms: Collection[str],
) -> list[OpenName]:
    """The names of those hit that no list knows, the surest first, else the class of content or
    people that is hit; empty for a state's block.
    """
    return Reading(zones, hits, language).open_names(kinds, platforms)


def _is_marked_name(one: OpenName, text: str, *, is_titled: bool) -> bool:
    """Whether it is a handle, "CamelCase" or quoted; or, where not every word has a capital, of
    several words.
    """
    if MARKS & set(one.name) or CAMEL.search(one.name):
        return True
    if is_titled:
        return False
    return " " in one.name or text[one.start - 1 : one.start] in QUOTES


def best_of(names: Sequence[OpenName], enough: float) -> list[OpenName]:
    """The open names that are surest, each once."""
    best = max((one.rank for one in names if not one.is_listed), default=0.0)
    chosen = [n for n in names if not n.is_listed and n.rank >= max(enough, best - MARGIN)]
    unique = {one.name.casefold(): one for one in sorted(chosen, key=lambda one: one.rank)}
    return sorted(unique.values(), key=lambda one: (-one.rank, one.start))[:NAMES_LIMIT]


def _ranked(zone: str, text: str, here: Sequence[Hit], place: Zone) -> list[OpenName]:
    tokens, language = place.tokens, place.language
    found = spans(text, tokens, language, is_titled=place.is_titled)
    if language in CASELESS:
        found += caseless(text, tokens, found, language)
    keys = {}
    for hit in here:
        if hit.table == "target" and (span := _span_of(hit, tokens)):
            # What overlaps a listed name, or stands right beside it, is part of it.
            gap = 0 if place.tokens[span.first].is_platform else 1
            found = [o for o in found if o.end + gap < span.start or span.end + gap < o.start]
            found.append(span)
            keys[span] = hit.value
    found.sort(key=lambda span: span.start)
    cost = 0.0 if zone == "title" else SUMMARY_COST
    given = []
    for span in found:
        sign = place_of(span, place) if text[span.start - 1 : span.start] != "-" else ASIDE
        rank = max(0.0, sign.rank - cost - _doubt(span, place, sign.how))
        name = keys.get(span) or _clean(text[span.start : span.end])
        given.append(OpenName(name, zone, span.start, span.end, rank, sign.how, span in keys))
    given = _heads(given, text)
    return _owners(_listed(given, found, tokens, text), found, place)


def _heads(names: Sequence[OpenName], text: str) -> list[OpenName]:
    """The same; of "Freetown's Radio Kolenten" the second is hit, however the first stands."""
    given = list(names)
    for i, (owner, head) in enumerate(pairwise(given)):
        if POSSESSIVE.fullmatch(text, owner.end, head.start) and not head.is_listed:
            given[i] = replace(owner, rank=0.0, how="said")
            given[i + 1] = replace(head, rank=max(owner.rank, head.rank))
    return given


def _owners(names: list[OpenName], found: Sequence[Span], zone: Zone) -> list[OpenName]:
    """The same; where an act hits "her account" and no name stands as hit, the first name before
    is that of its owner.
    """
    if not names or any(one.rank >= ENOUGH for one in names):
        return names
    tokens = zone.tokens
    if not any(token.is_act for token in tokens):
        return names
    for i, token in enumerate(tokens[:-1]):
        if token.part & Part.OWN and any(t.part & Part.THINGS for t in tokens[i + 1 : i + 4]):
            if found[0].last < i and not tokens[found[0].first].known:
                names[0] = replace(names[0], rank=OWNER, how="owner")
            break
    return names


def _span_of(hit: Hit, tokens: Sequence[Token]) -> Span | None:
    inside = [i for i, t in enumerate(tokens) if t.start < hit.end and hit.start < t.end]
    return Span(inside[0], inside[-1], hit.start, hit.end, "listed") if inside else None


def _doubt(span: Span, zone: Zone, how: str) -> float:
    """What speaks against the words themselves."""
    inside = zone.tokens[span.first : span.last + 1]
    if span.how == "listed":
        return 0.0
    if zone.is_titled and all(token.is_common for token in inside):
        return COMMON_COST / 2 if how == "account_of" or span.how == "quoted" else COMMON_COST
    if zone.is_titled and zone.language != "en" and how != "account_of":
        return TITLED_COST
    return _doubt_of_one(span, zone) if span.how == "run" and len(inside) == 1 else 0.0


def _doubt_of_one(span: Span, zone: Zone) -> float:
    """What speaks against a single word."""
    token = zone.tokens[span.first]
    if span.first and zone.tokens[span.first - 1].known == "platform" and token.gap == " ":
        return PART_COST
    if zone.language == "de" and not _is_marked(span, zone):
        return NOUN_COST
    return FIRST_COST if token.is_first and zone.language != "en" else 0.0


def _is_marked(span: Span, zone: Zone) -> bool:
    """Whether a role stands before it: a name, then, and no noun."""
    return span.first > 0 and bool(zone.tokens[span.first - 1].part & ROLE)


def _listed(
    names: Sequence[OpenName], found: Sequence[Span], tokens: Sequence[Token], text: str
) -> list[OpenName]:
    """The same; names that a comma or "and" joins to a surer one are as sure."""
    given = list(names)
    joined = [
        (i, i + 1)
        for i, (before, here) in enumerate(pairwise(found))
        if _are_joined(before, here, tokens, text)
    ]
    for one, other in [*joined, *((after, before) for before, after in reversed(joined))]:
        if given[one].rank > given[other].rank + 2 * LIST_COST and given[other].how != "said":
            given[other] = replace(given[other], rank=given[one].rank - LIST_COST, how="list")
    return given


def _are_joined(before: Span, here: Span, tokens: Sequence[Token], text: str) -> bool:
    between = tokens[before.last + 1 : here.first]
    gap = text[before.end : here.start]
    if len(gap) > LIST_GAP or any(t.breaks for t in (*between, tokens[here.first])):
        return False
    has_sign = bool(COMMAS & set(gap)) or any(t.part & Part.AND for t in between)
    return has_sign and all(t.part & (Part.AND | Part.GLUE | Part.OF | ROLE) for t in between)


def _clean(name: str) -> str:
    return " ".join(name.split()).strip(" ,.;:-–—")
