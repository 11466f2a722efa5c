"""Find unlisted names of those affected."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from tracker.classify.kinds import Kind
from tracker.classify.names.classes import find_age_group, find_classes
from tracker.classify.names.rank import ENOUGH, SURE, RankedName, rank_names
from tracker.classify.names.signs import TokenZone
from tracker.classify.names.tokens import CASELESS, Token, is_title_case, tokens_of
from tracker.classify.names.word_uses import ROLE, WordUse, use_lists_of
from tracker.classify.words.mention import Mention

ZONES = ("title", "summary")
COURTS = {Kind.LEGAL_ACTION, Kind.POLICY_CHANGE}
ENOUGH_OF_LAW = 0.8  # reports on courts and rules mostly name nobody affected
MARKED = 0.25  # rank from which a name that its form shows to be one counts in a title
NOT_AFFECTED = {"said", "reason"}
MARKS, QUOTES = set("@#/"), set("\"'“„«»‘「『《")
CAMEL = re.compile("[a-z][A-Z]")
MARGIN = 0.15  # names with a rank this close to the best are included
NAMES_LIMIT = 8
NAME_BLANKS = 2  # in a full name of a person


class NameFinder:
    """Finds the names in the zones of a text, each zone once."""

    def __init__(
        self, zones: Mapping[str, str], mentions: Mapping[str, Sequence[Mention]], language: str
    ) -> None:
        self._zones, self._mentions, self._language = zones, mentions, language
        self._names: dict[str, list[RankedName]] = {}
        self._tokens: dict[str, TokenZone] = {}

    def zone(self, name: str) -> TokenZone:
        """Return the words of a zone."""
        if name not in self._tokens:
            text, mentions = self._zones.get(name, ""), self._mentions.get(name, ())
            tokens = tokens_of(text, mentions, use_lists_of(self._language), self._language)
            self._tokens[name] = TokenZone(
                tokens, self._language, is_title_case(tokens, self._language)
            )
        return self._tokens[name]

    def names(self, name: str) -> list[RankedName]:
        """Return every name of a zone, listed ones too, with its rank, in the order of the text."""
        if name not in self._names:
            text, mentions = self._zones.get(name, ""), self._mentions.get(name, ())
            self._names[name] = rank_names(name, text, mentions, self.zone(name))
        return self._names[name]

    def unlisted_names(
        self, kinds: Sequence[Kind], platforms: Collection[str], zones: Sequence[str] = ZONES
    ) -> list[RankedName]:
        """Return the names of those affected that no list knows, the surest first, else the class
        of content or people; empty for a state's block. `zones` are looked through in their order.
        """
        if not kinds or kinds[0] is Kind.PLATFORM_BLOCK:
            return []
        # A platform's measure by a court's order hits somebody, who is mostly named.
        is_of_court = set(kinds) <= COURTS
        enough = ENOUGH_OF_LAW if is_of_court else ENOUGH
        acting = {slug.replace("_", " ") for slug in platforms}
        classes: list[RankedName] = []
        for zone in zones:
            names = [n for n in self.names(zone) if n.name.casefold() not in acting]
            # "accounts linked to Egypt" are not Egypt.
            names = [n for n in names if not any(n.name in said.name for said in classes)]
            # A sure name of the summary says more than a class in the title.
            bar = SURE if classes else enough
            if result := best_names(names, bar) or best_names(self._quoted(names), ENOUGH):
                return [self._full_form(candidate) for candidate in result]
            classes = classes or self._class_names(zone, kinds[0])
            may_be_marked = zone == "title" and not is_of_court and not classes
            if may_be_marked and (result := best_names(self._marked_names(names), MARKED)):
                return result
        is_lead_read = not is_of_court and "summary" in zones
        return (self._leading_name() if is_lead_read else []) or classes

    def _leading_name(self) -> list[RankedName]:
        """Return the name that begins the summary of a title that names nobody: "Lawmaker locked
        out of X" goes on with "NAME, who has 4,000 followers". One who only speaks is none.
        """
        zone = self.zone("summary")
        # A title's own name may be that of who acted.
        if not zone.tokens or zone.language in CASELESS or any(map(_may_act, self.names("title"))):
            return []
        first = next(iter(self.names("summary")), None)
        if first is None or first.is_listed or first.how == "reason":
            return []
        before = [token for token in zone.tokens if token.start < first.start]
        inside = [t for t in zone.tokens if first.start <= t.start < first.end]
        if not all(t.uses & (ROLE | WordUse.GLUE) for t in before):
            return []
        # Of other languages fewer common words are listed, and any word that begins has a capital.
        if len(inside) == 1 and (inside[0].is_common or zone.language != "en"):
            return []
        if first.how == "said" and not _is_of_own(zone.tokens, first):
            return []
        return [replace(first, rank=ENOUGH, how="lead")]

    def _quoted(self, names: Sequence[RankedName]) -> list[RankedName]:
        """Return the names that the title quotes: reports of courts, too, mean whom they hit."""
        text = self._zones.get("title", "")
        return [n for n in names if n.zone == "title" and text[n.start - 1 : n.start] in QUOTES]

    def _marked_names(self, names: Sequence[RankedName]) -> list[RankedName]:
        """Return the names of the title that their form alone shows: in a title that names nobody
        affected, such a name mostly is it. One before a colon speaks or publishes.
        """
        text, tokens = self._zones.get("title", ""), self.zone("title")
        return [
            candidate
            for candidate in names
            if candidate.how not in NOT_AFFECTED
            and text[candidate.end : candidate.end + 1] != ":"
            and _is_marked_name(candidate, text, is_titled=tokens.is_titled)
        ]

    def _class_names(self, zone: str, kind: Kind) -> list[RankedName]:
        text = self._zones.get(zone, "")
        result = find_classes(text, self.zone(zone))
        # A court's or a state's age limit affects platforms.
        if zone == "title" and kind is not Kind.LEGAL_ACTION and (young := find_age_group(text)):
            result = [young]
        return [RankedName(name, zone, start, end, ENOUGH, "class") for name, start, end in result]

    def _full_form(self, candidate: RankedName) -> RankedName:
        """Return the fuller form of a single name that is printed elsewhere: "Lowe",
        "Gareth Lowe".
        """
        ending = f" {candidate.name}"
        for zone in () if " " in candidate.name else ZONES:
            for other in self.names(zone) if ending in self._zones.get(zone, "") else ():
                is_fuller = other.name.endswith(ending) and other.name.count(" ") <= NAME_BLANKS
                if is_fuller and not other.is_listed:
                    return replace(other, rank=candidate.rank, how=candidate.how)
        return candidate


def _may_act(candidate: RankedName) -> bool:
    """Return whether a name is more than where somebody is from: "Toulouse vlogger"."""
    return candidate.is_listed or candidate.how != "said" or " " in candidate.name


def _is_of_own(tokens: Sequence[Token], speaker: RankedName) -> bool:
    """Return whether a speaker talks about something of their own, as far as known: "says its
    videos are gone", "says eleven posts are gone".
    """
    for token in tokens:
        if token.start >= speaker.end:
            if token.breaks:
                return False
            if token.uses & (WordUse.OWN | WordUse.THINGS):
                return True
    return False


def _is_marked_name(candidate: RankedName, text: str, *, is_titled: bool) -> bool:
    """Return whether it is a handle, "CamelCase" or quoted; or, where not every word has a capital,
    of several words.
    """
    if MARKS & set(candidate.name) or CAMEL.search(candidate.name):
        return True
    if is_titled:
        return False
    return " " in candidate.name or text[candidate.start - 1 : candidate.start] in QUOTES


def best_names(names: Sequence[RankedName], enough: float) -> list[RankedName]:
    """Return the open names that are surest, each once."""
    best = max((candidate.rank for candidate in names if not candidate.is_listed), default=0.0)
    # People named together are affected together, so similar ranks are included.
    chosen = [n for n in names if not n.is_listed and n.rank >= max(enough, best - MARGIN)]
    unique = {
        candidate.name.casefold(): candidate
        for candidate in sorted(chosen, key=lambda candidate: candidate.rank)
    }
    return sorted(unique.values(), key=lambda candidate: (-candidate.rank, candidate.start))[
        :NAMES_LIMIT
    ]
