"""Rank the names of a text by how sure it is that each was affected."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tracker.classify.names.best_sign import best_sign
from tracker.classify.names.caseless import find_caseless
from tracker.classify.names.quotes import NameSpan
from tracker.classify.names.signs import COMMAS, NameSign, TokenZone
from tracker.classify.names.spans import find_spans
from tracker.classify.names.tokens import CASELESS, Token
from tracker.classify.names.word_uses import ROLE, WordUse
from tracker.classify.words.mention import Mention

ENOUGH = 0.5  # rank from which a name counts
SURE = 0.7  # and from which one counts beside a class, or instead of a listed name in passing
OWNER = 0.6
SUMMARY_COST = 0.1
COMMON_COST = 0.6  # words that are mostly no names, in a headline that capitalises all
PART_COST = 0.3  # of a platform's name: "Twitter Blue"
FIRST_COST = 0.2  # a single word that begins a sentence
TITLED_COST = 0.15  # few of the common words of other languages are listed
TRADE_COST = 0.3  # in English only if it may be what somebody does: "Gardener", "Pianist"
NOUN_COST = 0.25  # a single German word
EIN = {"ein", "eine", "einem", "einen", "einer", "eines"}  # no name has it before it
ACRONYM_COST = 0.3  # mostly an office's or a trade's
OWNED = re.compile(  # what a German compound gives an owner
    "(?:kont|account|kanal|profil|video|tweet|post|beitrag|kommentar|interview|rede|song|lied)"
)
LIST_COST = 0.01
LIST_GAP = 30  # characters between two names of a list
TRADE = re.compile(r"(?:ist|ian|er|or|man)$")
POSSESSIVE = re.compile(r"['’]s ")
OPEN = " \"'“„«‹‘‚"  # what opens a quote
ASIDE = NameSign(0.0, "said")  # "pro-Trump"


@dataclass(frozen=True)
class RankedName:
    """A name in a zone, characters `start` to `end`; `rank` says how sure it is (0 to 1) that its
    bearer was affected, `how` by which sign: "object", "account_of", "subject", "loses", "list" …
    `is_listed` says that it is listed; `name` is then its listed spelling.
    """

    name: str
    zone: str
    start: int
    end: int
    rank: float
    how: str
    is_listed: bool = False


def rank_names(
    zone: str, text: str, here: Sequence[Mention], zone_tokens: TokenZone
) -> list[RankedName]:
    tokens, language = zone_tokens.tokens, zone_tokens.language
    spans = find_spans(text, tokens, language, is_titled=zone_tokens.is_titled)
    if language in CASELESS:
        spans += find_caseless(text, tokens, spans, language)
    keys = {}
    for mention in here:
        if mention.table == "target" and (span := _span_of(mention, tokens)):
            # A span that overlaps a listed name, or is right next to it, is part of it.
            # A category ("loan apps") or a platform has its own name behind it.
            is_apart = mention.value[0].islower() or tokens[span.first].is_platform
            gap = 0 if is_apart else 1
            spans = [o for o in spans if o.end + gap < span.start or span.end + gap < o.start]
            spans.append(span)
            keys[span] = mention.value
    spans.sort(key=lambda span: span.start)
    cost = 0.0 if zone == "title" else SUMMARY_COST
    given = []
    for span in spans:
        # "pro-Trump" names a cause, not a person.
        sign = best_sign(span, zone_tokens) if text[span.start - 1 : span.start] != "-" else ASIDE
        rank = max(0.0, sign.rank - cost - _cost_of_words(span, zone_tokens, sign.how))
        name = keys.get(span) or _tidy(text[span.start : span.end])
        given.append(RankedName(name, zone, span.start, span.end, rank, sign.how, span in keys))
    given = _rank_possessed(given, spans, tokens, text)
    return _rank_owners(_rank_lists(given, spans, tokens, text), spans, zone_tokens)


def _rank_possessed(
    names: Sequence[RankedName], spans: Sequence[NameSpan], tokens: Sequence[Token], text: str
) -> list[RankedName]:
    """Rank the second of "Freetown's Radio Kolenten" as affected, however the first stands; and of
    "the Dune Choir's 'Night Road'", a work in quotes, its maker too.
    """
    given = list(names)
    for i, (owner, head) in enumerate(pairwise(spans)):
        if not tokens[owner.last].has_ending or given[i + 1].is_listed:
            continue
        rank = max(given[i].rank, given[i + 1].rank)
        if head.how == "quoted" and not text[tokens[owner.last].full_end : head.start].strip(OPEN):
            given[i] = replace(given[i], rank=rank)
        elif POSSESSIVE.fullmatch(text, owner.end, head.start):
            given[i] = replace(given[i], rank=0.0, how="said")
            given[i + 1] = replace(given[i + 1], rank=rank)
    return given


def _rank_owners(
    names: list[RankedName], spans: Sequence[NameSpan], zone: TokenZone
) -> list[RankedName]:
    """Rank the first name before "her account", where an act affects that and no name is in the
    place of the affected.
    """
    if not names or any(candidate.rank >= ENOUGH for candidate in names):
        return names
    tokens = zone.tokens
    if not any(token.is_act for token in tokens):
        return names
    for i, token in enumerate(tokens[:-1]):
        if token.uses & WordUse.OWN and any(t.uses & WordUse.THINGS for t in tokens[i + 1 : i + 4]):
            if spans[0].last < i and not tokens[spans[0].first].known:
                names[0] = replace(names[0], rank=OWNER, how="owner")
            break
    return names


def _span_of(mention: Mention, tokens: Sequence[Token]) -> NameSpan | None:
    inside = [i for i, t in enumerate(tokens) if t.start < mention.end and mention.start < t.end]
    return NameSpan(inside[0], inside[-1], mention.start, mention.end, "listed") if inside else None


def _cost_of_words(span: NameSpan, zone: TokenZone, how: str) -> float:
    """Return what the words themselves cost."""
    inside = zone.tokens[span.first : span.last + 1]
    if span.how == "listed":
        return 0.0
    # Where every word has a capital, capitals say nothing; common words are then no names.
    if zone.is_titled and all(token.is_common for token in inside):
        return COMMON_COST / 2 if how == "account_of" or span.how == "quoted" else COMMON_COST
    if zone.is_titled and zone.language != "en" and how != "account_of":
        return TITLED_COST
    return _cost_of_word(span, zone) if span.how == "run" and len(inside) == 1 else 0.0


def _cost_of_word(span: NameSpan, zone: TokenZone) -> float:
    """Return what a single word costs."""
    token = zone.tokens[span.first]
    if span.first and zone.tokens[span.first - 1].known == "platform" and token.gap == " ":
        return PART_COST
    if zone.language == "de" and _is_german_noun(span, zone):
        return COMMON_COST
    if zone.language == "de" and not _has_role_before(span, zone):
        return NOUN_COST
    if token.is_acronym and not _has_role_before(span, zone):
        return ACRONYM_COST
    if token.is_first and zone.language == "en":
        return TRADE_COST if TRADE.search(token.word) else 0.0
    return FIRST_COST if token.is_first else 0.0


def _is_german_noun(span: NameSpan, zone: TokenZone) -> bool:
    """Return whether a single word is a noun by what is beside it: "ein Kanal", "Warn-App", "App
    für Migranten"; but "Brandt-Konto".
    """
    before = zone.tokens[span.first - 1].word if span.first else ""
    following = zone.tokens[span.last + 1 : span.last + 2]
    is_compound = bool(following) and following[0].gap == "-"
    return before in {*EIN, "fur"} or (is_compound and not OWNED.match(following[0].word))


def _has_role_before(span: NameSpan, zone: TokenZone) -> bool:
    """Return whether a role is before it: a name, then, and no noun."""
    return span.first > 0 and bool(zone.tokens[span.first - 1].uses & ROLE)


def _rank_lists(
    names: Sequence[RankedName], spans: Sequence[NameSpan], tokens: Sequence[Token], text: str
) -> list[RankedName]:
    """Rank names that a comma or "and" joins to a surer one as high."""
    given = list(names)
    joined = [
        (i, i + 1)
        for i, (before, here) in enumerate(pairwise(spans))
        if _are_joined(before, here, tokens, text)
    ]
    for surer, other in [*joined, *((after, before) for before, after in reversed(joined))]:
        if given[surer].rank > given[other].rank + 2 * LIST_COST and given[other].how != "said":
            given[other] = replace(given[other], rank=given[surer].rank - LIST_COST, how="list")
    return given


def _are_joined(before: NameSpan, here: NameSpan, tokens: Sequence[Token], text: str) -> bool:
    between = tokens[before.last + 1 : here.first]
    gap = text[before.end : here.start]
    if len(gap) > LIST_GAP or any(t.breaks for t in (*between, tokens[here.first])):
        return False
    has_sign = bool(COMMAS & set(gap)) or any(t.uses & WordUse.AND for t in between)
    return has_sign and all(
        t.uses & (WordUse.AND | WordUse.GLUE | WordUse.OF | ROLE) for t in between
    )


def _tidy(name: str) -> str:
    return " ".join(name.split()).strip(" ,.;:-–—")
