"""How sure it is that a name in its place is that of who was hit."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.classify.names.quotes import Span
from tracker.classify.names.tokens import Token
from tracker.classify.names.words import ROLE, Part

REACH = 10  # words between an act and a name that are read together
ACCOUNT_OF, OBJECT, SUBJECT, LOSES = 0.9, 0.8, 0.75, 0.7  # how sure, before what speaks against
UNREAD = 0.5  # behind a role and a platform whose verb is in no list
LOOSE = 0.3  # a name that stands nowhere in particular
UNKNOWN = 0.08  # what each word between costs that is in no list
OTHER_NAME, COMMA = 0.15, 0.06
PASSING = 0.1  # who speaks, and what stands behind a reason
BONUS = 0.1
VERB_LAST = {"tr", "ja", "ko", "hi", "fa"}
FREE = Part.GLUE | Part.OF | Part.AND | ROLE | Part.THINGS


@dataclass(frozen=True)
class Place:
    """How sure (0 to 1), and by which sign."""

    rank: float
    how: str


@dataclass(frozen=True)
class Zone:
    """A zone as it is read for names."""

    tokens: Sequence[Token]
    language: str
    is_titled: bool


def place_of(span: Span, zone: Zone) -> Place:
    """The best sign for the span in its zone."""
    before = _before(span, zone)
    after = _after(span, zone)
    if "said" in {before.how, after.how} and "account_of" not in {before.how, after.how}:
        return Place(PASSING, "said")
    best = max(before, after, key=lambda place: place.rank)
    if before.how == "reason" and after.rank <= LOOSE:
        return before
    return Place(min(1.0, best.rank + _bonus(span, zone)), best.how)


def _bonus(span: Span, zone: Zone) -> float:
    """A quote, a handle or a role beside it speak for a name."""
    bonus = BONUS if span.how in {"quoted", "handle"} else 0.0
    if span.first and ROLE & zone.tokens[span.first - 1].part:
        bonus += BONUS
    return bonus


def _before(span: Span, zone: Zone) -> Place:
    """What the words before the name say, from the nearest on."""
    tokens = zone.tokens
    cost = 0.0
    has_thing = False
    ties = 0
    for i in range(span.first - 1, max(-1, span.first - 1 - REACH), -1):
        token, later = tokens[i], tokens[i + 1]
        if later.breaks:
            break
        if "," in later.gap or "、" in later.gap or "،" in later.gap:
            cost += COMMA
        if token.is_act and not (zone.language in VERB_LAST and has_thing):
            return Place(OBJECT + (BONUS if has_thing else 0) - cost, "object")
        if token.part & Part.THINGS:
            if cost == 0 and not has_thing and not token.has_ending:
                has_thing = True
            continue
        if token.part & Part.SAID and not has_thing and i >= span.first - 2:
            return Place(PASSING, "said")
        if token.part & Part.OF and i >= span.first - 2 and _has_thing(tokens, i):
            ties += 1
            continue
        if token.part & Part.REASON and not _is_tied(tokens, i, span):
            return Place(ACCOUNT_OF - cost, "account_of") if has_thing else Place(PASSING, "reason")
        if token.part & FREE or token.word.isdigit():
            continue
        if token.known == "platform":
            continue
        if token.part & Part.SAID:
            break
        cost += OTHER_NAME if token.is_capital and not zone.is_titled else UNKNOWN
    if has_thing:
        return Place(ACCOUNT_OF - 0.1 - cost, "account_of")
    if span.first and ROLE & tokens[span.first - 1].part and _acts(tokens[: span.first]):
        return Place(UNREAD, "object")
    return Place(LOOSE, "loose")


def _acts(before: Sequence[Token]) -> bool:
    """Whether a platform begins the sentence: its verb, then, is one that no list has."""
    return bool(before) and before[0].known == "platform" and not any(t.is_act for t in before)


def _has_thing(tokens: Sequence[Token], i: int) -> bool:
    """Whether a word like "account" stands right before word `i`, a platform's name aside."""
    for token in reversed(tokens[max(0, i - 3) : i]):
        if token.part & Part.THINGS:
            return True
        if not (token.known or token.part & (Part.OF | Part.GLUE)):
            return False
    return False


def _is_tied(tokens: Sequence[Token], i: int, span: Span) -> bool:
    """Whether the word, which often begins a reason, here only leads to the name: "pages for
    NAME", "gegen NAME".
    """
    token = tokens[i]
    return bool(token.part & (Part.OF | Part.GLUE)) and (i > 0 and tokens[i - 1].is_act)


def _after(span: Span, zone: Zone) -> Place:
    """What the words behind the name say."""
    tokens = zone.tokens
    cost = 0.0
    own = tokens[span.last].has_ending
    following = tokens[span.last + 1] if span.last + 1 < len(tokens) else None
    if following is not None and following.gap == "-" and not following.part & Part.THINGS:
        return Place(PASSING, "said")  # "AfD-Politiker"
    if following is not None and zone.language == "en" and following.gap == " ":
        if following.part & Part.PERSONS and not (following.is_capital and not zone.is_titled):
            return Place(PASSING, "said")  # "Oxford professor"
    has_thing = False
    for i in range(span.last + 1, min(len(tokens), span.last + 1 + REACH)):
        token = tokens[i]
        near = i <= span.last + 2
        if token.breaks:
            break
        if "," in token.gap:
            cost += COMMA
        if token.part & Part.THINGS and cost <= COMMA and _is_owner(tokens, span, i, zone, own=own):
            has_thing = True
            continue
        if token.part & Part.SAID and near and not own:
            return Place(PASSING, "said")
        if token.is_act:
            return _acted(span, zone, i, cost, has_thing=has_thing)
        if token.part & Part.LOSES and near:
            return Place(LOSES - cost, "loses")
        if token.part & (Part.AUX | Part.GLUE | Part.OF | Part.AND) or token.known == "platform":
            continue
        if token.part & Part.REASON and not has_thing:
            break
        cost += OTHER_NAME if token.is_capital and not zone.is_titled else UNKNOWN
    if has_thing:
        return Place(ACCOUNT_OF - 0.1 - cost, "account_of")
    return Place(LOOSE, "loose")


def _is_owner(tokens: Sequence[Token], span: Span, i: int, zone: Zone, *, own: bool) -> bool:
    """Whether the thing at word `i` is that of the name right before it."""
    between = tokens[span.last + 1 : i]
    if zone.language not in {"en", "de", "tr", "ko", "hi", "ja", "zh", "nl"} and not own:
        return False
    return all(t.known or t.part & (Part.GLUE | Part.THINGS | Part.OF) for t in between)


def _acted(span: Span, zone: Zone, act: int, cost: float, *, has_thing: bool) -> Place:
    """A name before the word of the act: who was hit where that is passive or ends the sentence,
    else who acted.
    """
    tokens = zone.tokens
    if has_thing:
        return Place(ACCOUNT_OF - cost, "account_of")
    if zone.language == "vi" and any(t.word == "bi" for t in tokens[span.last + 1 : act + 1]):
        return Place(SUBJECT - cost, "subject")
    if any(token.known == "platform" for token in tokens[: span.first]):
        is_last = zone.language in VERB_LAST or zone.language in {"de", "nl"}
        return Place((SUBJECT if is_last else 0.45) - cost, "object")
    end = act
    while end + 1 < len(tokens) and tokens[end + 1].is_act:
        end += 1
    following = tokens[end + 1] if end + 1 < len(tokens) else None
    if (
        following is not None
        and not following.breaks
        and (following.known or following.part & Part.THINGS)
        and zone.language not in VERB_LAST
    ):
        return Place(PASSING + 0.1, "acts")
    if any(token.part & Part.AUX for token in tokens[span.last + 1 : act]) or (
        following is None or following.breaks or following.part & (Part.AUX | Part.REASON | Part.OF)
    ):
        return Place(SUBJECT - cost, "subject")
    return Place(SUBJECT - 0.25 - cost, "subject")
