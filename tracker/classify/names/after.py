"""Interpret the words after a name."""

from collections.abc import Sequence

from tracker.classify.names.quotes import NameSpan
from tracker.classify.names.signs import (
    ACCOUNT_OF,
    ACTIVE,
    ACTOR,
    COMMA,
    LOSES,
    OWNER_FIRST,
    PARTICIPLE_LAST,
    PASSING,
    PLAIN,
    REACH,
    SUBJECT,
    VERB_LAST,
    NameSign,
    TokenZone,
    Walk,
)
from tracker.classify.names.tokens import Token
from tracker.classify.names.word_uses import ROLE, WordUse

ASIDE_LIMIT = 18  # words between two commas
LINKING = WordUse.GLUE | WordUse.OF | WordUse.REASON


def sign_after(span: NameSpan, zone: TokenZone) -> NameSign:
    """Return what the words after the name say, from the nearest on."""
    walk = Walk(span, zone)
    tokens = zone.tokens
    following = tokens[span.last + 1 : span.last + 3]
    if _is_modifier(following, zone) or _is_german_place(tokens[span.first], following, zone):
        return NameSign(PASSING, "said")
    first = _after_aside(tokens, span.last + 1)
    for i in range(first, min(len(tokens), first + REACH)):
        if tokens[i].breaks or (tokens[i].uses & WordUse.REASON and _ends_clause(walk, tokens[i])):
            break
        if sign := _step_after(walk, i):
            return sign
    return walk.sign_without_act()


def _after_aside(tokens: Sequence[Token], first: int) -> int:
    """Return the word after an aside between commas, where the verb is: "NAME, whose app 600,000
    people use, was removed"; else `first`.
    """
    if first >= len(tokens) or "," not in tokens[first].gap:
        return first
    for i in range(first + 1, min(len(tokens), first + ASIDE_LIMIT)):
        if tokens[i].breaks:
            break
        if ", " in tokens[i].gap and (tokens[i].uses & WordUse.AUX or tokens[i].is_act):
            return i
    return first


def _is_modifier(following: Sequence[Token], zone: TokenZone) -> bool:
    """Return whether the name only says whose man, where from or what for somebody is:
    "AfD-Politiker", "Oxford professor", "Kredit-App Schnellgeld".
    """
    if not following:
        return False
    token = following[0]
    names_more = len(following) > 1 and following[1].is_capital and following[1].gap == " "
    is_thing = bool(token.uses & WordUse.THINGS)
    is_english = zone.language == "en" and token.gap == " " and not zone.is_titled
    if is_thing and names_more and not following[1].known and (is_english or token.gap == "-"):
        return True  # "Dashcam channel RoadRagers"
    if token.gap == "-":
        return not is_thing
    roles = ROLE if names_more and not following[1].known else WordUse.PERSONS
    is_role = bool(token.uses & roles) and (not token.is_capital or zone.is_titled)
    return is_role and zone.language == "en" and token.gap == " "


def _is_german_place(token: Token, following: Sequence[Token], zone: TokenZone) -> bool:
    """Return whether a word says where a thing or somebody is from: "der Kieler Zeitung"."""
    if zone.language != "de" or not following or following[0].gap != " ":
        return False
    is_noun = following[0].is_capital and following[0].uses & (ROLE | WordUse.THINGS)
    return token.word.endswith("er") and bool(is_noun)


def _ends_clause(walk: Walk, token: Token) -> bool:
    """Return whether the word begins a reason, and so ends what is said of the name; not if it has
    a second use.
    """
    free = (
        WordUse.AUX
        | WordUse.GLUE
        | WordUse.OF
        | WordUse.AND
        | WordUse.THINGS
        | WordUse.SAID
        | WordUse.LOSES
    )
    return not (walk.has_owned_noun or token.is_act or token.known or token.uses & free)


def _step_after(walk: Walk, i: int) -> NameSign | None:
    tokens, token, span = walk.zone.tokens, walk.zone.tokens[i], walk.span
    is_near = i <= span.last + 2
    if "," in token.gap:
        walk.cost += COMMA
    if token.uses & WordUse.THINGS and walk.cost <= COMMA and _is_owner(tokens, span, i, walk.zone):
        walk.has_owned_noun = True
        return None
    is_aside = "," in token.gap or tokens[span.last].has_ending
    if token.uses & WordUse.SAID and is_near and not is_aside:
        return NameSign(PASSING, "said")
    if token.is_act:
        return _sign_before_act(walk, i)
    if token.uses & WordUse.LOSES and is_near:
        return NameSign(LOSES - walk.cost, "loses")
    is_free = (
        token.uses & (WordUse.AUX | WordUse.GLUE | WordUse.OF | WordUse.AND)
        or token.known == "platform"
    )
    if not is_free:
        walk.add_cost(token)
    return None


def _is_owner(tokens: Sequence[Token], span: NameSpan, i: int, zone: TokenZone) -> bool:
    """Return whether the thing at word `i` is that of the name right before it."""
    if zone.language not in OWNER_FIRST and not tokens[span.last].has_ending:
        return False
    between = tokens[span.last + 1 : i]
    return all(t.known or t.uses & (WordUse.GLUE | WordUse.THINGS | WordUse.OF) for t in between)


def _sign_before_act(walk: Walk, act: int) -> NameSign:
    """Return the sign of a name before the act's word: affected where that is passive or ends the
    sentence, else who acted.
    """
    tokens, span, language = walk.zone.tokens, walk.span, walk.zone.language
    if walk.has_owned_noun:
        return NameSign(ACCOUNT_OF - walk.cost, "account_of")
    between = tokens[span.last + 1 : act]
    # Vietnamese marks the passive with a separate word.
    if language == "vi" and any(token.word == "bi" for token in (*between, tokens[act])):
        return NameSign(SUBJECT - walk.cost, "subject")
    if any(token.known == "platform" for token in tokens[: span.first]):
        return NameSign((SUBJECT if language in PARTICIPLE_LAST else ACTIVE) - walk.cost, "object")
    # "has been banned and removed": the last of several acts says how it ends. The "from" of
    # "banned from" is no act of its own.
    while act + 1 < len(tokens) and tokens[act + 1].is_act and not tokens[act + 1].uses & LINKING:
        act += 1
    following = tokens[act + 1] if act + 1 < len(tokens) else None
    if following is None or following.breaks:
        return NameSign(SUBJECT - walk.cost, "subject")
    is_object = following.known or following.uses & WordUse.THINGS
    if is_object and language not in VERB_LAST:
        return NameSign(ACTOR, "acts")
    is_passive = any(token.uses & WordUse.AUX for token in between) or (
        following.uses & (WordUse.AUX | WordUse.REASON | WordUse.OF)
    )
    return NameSign(SUBJECT - walk.cost - (0 if is_passive else PLAIN), "subject")
