"""Interpret the words before a name."""

from collections.abc import Sequence

from tracker.classify.names.quotes import NameSpan
from tracker.classify.names.signs import (
    ACCOUNT_OF,
    BONUS,
    COMMA,
    COMMAS,
    FREE,
    OBJECT,
    PASSING,
    REACH,
    TIED,
    UNREAD,
    VERB_LAST,
    NameSign,
    TokenZone,
    Walk,
)
from tracker.classify.names.tokens import Token
from tracker.classify.names.word_uses import ROLE, WordUse


def sign_before(span: NameSpan, zone: TokenZone) -> NameSign:
    """Return what the words before the name say, from the nearest on."""
    if _is_origin(zone.tokens[max(0, span.first - 3) : span.first]):
        return NameSign(PASSING, "said")
    walk = Walk(span, zone)
    for i in range(span.first - 1, max(-1, span.first - 1 - REACH), -1):
        if zone.tokens[i + 1].breaks:
            break
        if sign := _step_before(walk, i):
            return sign
    tokens = zone.tokens[: span.first]
    if (
        not walk.has_owned_noun
        and tokens
        and ROLE & tokens[-1].uses
        and _begins_with_platform(tokens)
    ):
        return NameSign(UNREAD, "object")
    return walk.sign_without_act()


def _is_origin(before: Sequence[Token]) -> bool:
    """Return whether the words before a name make it the place or group that somebody is from: "une
    vidéaste de Lyon", "un média local de Savoie".
    """
    if not before or not before[-1].uses & WordUse.ORIGIN or before[-1].breaks:
        return False
    roles = [*before[:-1]]
    if roles and not roles[-1].uses & (ROLE | WordUse.THINGS) and _is_plain(roles[-1]):
        roles.pop()  # "local"
    return bool(roles) and bool(roles[-1].uses & ROLE) and not roles[-1].uses & WordUse.THINGS


def _is_plain(token: Token) -> bool:
    return not (token.is_capital or token.known or token.is_act or token.breaks or token.uses)


def _step_before(walk: Walk, i: int) -> NameSign | None:
    tokens, token = walk.zone.tokens, walk.zone.tokens[i]
    if COMMAS & set(tokens[i + 1].gap):
        walk.cost += COMMA
    if token.is_act and not (walk.zone.language in VERB_LAST and walk.has_owned_noun):
        bonus = BONUS if walk.has_owned_noun else 0.0
        return NameSign(OBJECT + bonus - walk.cost, "object")
    if token.uses & WordUse.THINGS:
        walk.has_owned_noun |= walk.cost == 0 and not token.has_ending
    elif token.uses & WordUse.OF and i >= walk.span.first - TIED and _has_owned_noun(tokens, i):
        pass
    elif token.uses & (WordUse.SAID | WordUse.REASON):
        return _sign_of_aside(walk, i)
    elif not (token.uses & FREE or token.word.isdigit() or token.known == "platform"):
        walk.add_cost(token)
    return None


def _sign_of_aside(walk: Walk, i: int) -> NameSign | None:
    """Return the sign of a word that makes the name one who speaks, or part of a reason."""
    token = walk.zone.tokens[i]
    if token.uses & WordUse.SAID and not token.uses & FREE:
        is_near = i >= walk.span.first - 2 and not walk.has_owned_noun
        return NameSign(PASSING, "said") if is_near else walk.sign_without_act()
    if token.uses & WordUse.REASON and not _is_tied(walk.zone.tokens, i):
        if walk.has_owned_noun:
            return NameSign(ACCOUNT_OF - walk.cost, "account_of")
        return NameSign(PASSING, "reason")
    return None


def _begins_with_platform(tokens: Sequence[Token]) -> bool:
    """Return whether a platform begins the sentence and no known act follows: its verb is in no
    list.
    """
    return tokens[0].known == "platform" and not any(token.is_act for token in tokens)


def _has_owned_noun(tokens: Sequence[Token], i: int) -> bool:
    """Return whether a word like "account" is right before word `i`, a platform's
    name aside.
    """
    for token in reversed(tokens[max(0, i - 3) : i]):
        if token.uses & WordUse.THINGS:
            return True
        if not (token.known or token.uses & (WordUse.OF | WordUse.GLUE)):
            return False
    return False


def _is_tied(tokens: Sequence[Token], i: int) -> bool:
    """Return whether the word, which often begins a reason, here only leads from the act to the
    name: "ban on NAME".
    """
    return bool(tokens[i].uses & (WordUse.OF | WordUse.GLUE)) and i > 0 and tokens[i - 1].is_act
