"""How sure it is that a name in its place is that of who was hit."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.classify.names.quotes import Span
from tracker.classify.names.tokens import Token
from tracker.classify.names.words import ROLE, Part

TIED = 3  # words between a name and the "of" that ties a thing to it, itself included
REACH = 10  # words between an act and a name that are read together
ACCOUNT_OF, OBJECT, SUBJECT, LOSES = 0.9, 0.8, 0.75, 0.7  # how sure, before what speaks against
UNREAD = 0.5  # behind a role and a platform whose verb is in no list
ACTIVE = 0.45  # before the act's word where the platform stands before it
LOOSE = 0.3  # a name that stands nowhere in particular
PASSING = 0.1  # who speaks, and what stands behind a reason
ACTOR = 0.2
PLAIN = 0.25  # what it costs if nothing shows that the verb is passive
THING_COST = 0.1  # an account or post without an act beside it
OTHER_NAME, UNKNOWN, COMMA = 0.15, 0.08, 0.06  # what each word between costs
BONUS = 0.1
VERB_LAST = {"tr", "ja", "ko", "hi", "fa"}
PARTICIPLE_LAST = VERB_LAST | {"de", "nl"}
OWNER_FIRST = {"en", "de", "tr", "ko", "hi", "ja", "zh", "nl"}  # "NAME channel"
FREE = Part.GLUE | Part.OF | Part.AND | ROLE | Part.THINGS
COMMAS = {",", "、", "،"}


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


@dataclass
class Walk:
    """What was met on the way from the name: what it costs, and whether a word like "account" ties
    itself to the name.
    """

    span: Span
    zone: Zone
    cost: float = 0.0
    has_thing: bool = False

    def pay(self, token: Token) -> None:
        """Adds what a word between costs; beyond the thing nothing speaks against the name."""
        if self.has_thing:
            return
        is_name = token.is_capital and not self.zone.is_titled
        self.cost += OTHER_NAME if is_name else UNKNOWN

    def end(self) -> Place:
        """What is known where no act was met."""
        if self.has_thing:
            return Place(ACCOUNT_OF - THING_COST - self.cost, "account_of")
        return Place(LOOSE, "loose")


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
    walk = Walk(span, zone)
    for i in range(span.first - 1, max(-1, span.first - 1 - REACH), -1):
        if zone.tokens[i + 1].breaks:
            break
        if place := _step_before(walk, i):
            return place
    tokens = zone.tokens[: span.first]
    if not walk.has_thing and tokens and ROLE & tokens[-1].part and _begins_with_platform(tokens):
        return Place(UNREAD, "object")
    return walk.end()


def _step_before(walk: Walk, i: int) -> Place | None:
    tokens, token = walk.zone.tokens, walk.zone.tokens[i]
    if COMMAS & set(tokens[i + 1].gap):
        walk.cost += COMMA
    if token.is_act and not (walk.zone.language in VERB_LAST and walk.has_thing):
        bonus = BONUS if walk.has_thing else 0.0
        return Place(OBJECT + bonus - walk.cost, "object")
    if token.part & Part.THINGS:
        walk.has_thing |= walk.cost == 0 and not token.has_ending
    elif token.part & Part.OF and i >= walk.span.first - TIED and _has_thing(tokens, i):
        pass
    elif token.part & (Part.SAID | Part.REASON):
        return _aside(walk, i)
    elif not (token.part & FREE or token.word.isdigit() or token.known == "platform"):
        walk.pay(token)
    return None


def _aside(walk: Walk, i: int) -> Place | None:
    """What a word says that makes the name one who speaks, or part of a reason."""
    token = walk.zone.tokens[i]
    if token.part & Part.SAID and not token.part & FREE:
        is_near = i >= walk.span.first - 2 and not walk.has_thing
        return Place(PASSING, "said") if is_near else walk.end()
    if token.part & Part.REASON and not _is_tied(walk.zone.tokens, i):
        if walk.has_thing:
            return Place(ACCOUNT_OF - walk.cost, "account_of")
        return Place(PASSING, "reason")
    return None


def _begins_with_platform(tokens: Sequence[Token]) -> bool:
    """Whether a platform begins the sentence and no known act follows: its verb is in no list."""
    return tokens[0].known == "platform" and not any(token.is_act for token in tokens)


def _has_thing(tokens: Sequence[Token], i: int) -> bool:
    """Whether a word like "account" stands right before word `i`, a platform's name aside."""
    for token in reversed(tokens[max(0, i - 3) : i]):
        if token.part & Part.THINGS:
            return True
        if not (token.known or token.part & (Part.OF | Part.GLUE)):
            return False
    return False


def _is_tied(tokens: Sequence[Token], i: int) -> bool:
    """Whether the word, which often begins a reason, here only leads from the act to the name:
    "ban on NAME".
    """
    return bool(tokens[i].part & (Part.OF | Part.GLUE)) and i > 0 and tokens[i - 1].is_act


def _after(span: Span, zone: Zone) -> Place:
    """What the words behind the name say, from the nearest on."""
    walk = Walk(span, zone)
    tokens = zone.tokens
    if _is_modifier(tokens[span.last + 1 : span.last + 3], zone):
        return Place(PASSING, "said")
    for i in range(span.last + 1, min(len(tokens), span.last + 1 + REACH)):
        if tokens[i].breaks or (tokens[i].part & Part.REASON and _ends_clause(walk, tokens[i])):
            break
        if place := _step_after(walk, i):
            return place
    return walk.end()


def _is_modifier(following: Sequence[Token], zone: Zone) -> bool:
    """Whether the name only says whose man, where from or what for somebody is: "AfD-Politiker",
    "Oxford professor", "Kredit-App Schnellgeld".
    """
    if not following:
        return False
    token = following[0]
    names_more = len(following) > 1 and following[1].is_capital and following[1].gap == " "
    is_thing = bool(token.part & Part.THINGS)
    is_english = zone.language == "en" and token.gap == " " and not zone.is_titled
    if is_thing and names_more and not following[1].known and (is_english or token.gap == "-"):
        return True  # "Dashcam channel RoadRagers"
    if token.gap == "-":
        return not is_thing
    is_role = bool(token.part & Part.PERSONS) and (not token.is_capital or zone.is_titled)
    return is_role and zone.language == "en" and token.gap == " "


def _ends_clause(walk: Walk, token: Token) -> bool:
    """A reason ends what is said of the name, unless the word has a second use."""
    free = Part.AUX | Part.GLUE | Part.OF | Part.AND | Part.THINGS | Part.SAID | Part.LOSES
    return not (walk.has_thing or token.is_act or token.known or token.part & free)


def _step_after(walk: Walk, i: int) -> Place | None:
    tokens, token, span = walk.zone.tokens, walk.zone.tokens[i], walk.span
    is_near = i <= span.last + 2
    if "," in token.gap:
        walk.cost += COMMA
    if token.part & Part.THINGS and walk.cost <= COMMA and _is_owner(tokens, span, i, walk.zone):
        walk.has_thing = True
        return None
    is_aside = "," in token.gap or tokens[span.last].has_ending
    if token.part & Part.SAID and is_near and not is_aside:
        return Place(PASSING, "said")
    if token.is_act:
        return _acted(walk, i)
    if token.part & Part.LOSES and is_near:
        return Place(LOSES - walk.cost, "loses")
    is_free = token.part & (Part.AUX | Part.GLUE | Part.OF | Part.AND) or token.known == "platform"
    if not is_free:
        walk.pay(token)
    return None


def _is_owner(tokens: Sequence[Token], span: Span, i: int, zone: Zone) -> bool:
    """Whether the thing at word `i` is that of the name right before it."""
    if zone.language not in OWNER_FIRST and not tokens[span.last].has_ending:
        return False
    between = tokens[span.last + 1 : i]
    return all(t.known or t.part & (Part.GLUE | Part.THINGS | Part.OF) for t in between)


def _acted(walk: Walk, act: int) -> Place:
    """A name before the word of the act: who was hit where that is passive or ends the sentence,
    else who acted.
    """
    tokens, span, language = walk.zone.tokens, walk.span, walk.zone.language
    if walk.has_thing:
        return Place(ACCOUNT_OF - walk.cost, "account_of")
    between = tokens[span.last + 1 : act]
    if language == "vi" and any(token.word == "bi" for token in (*between, tokens[act])):
        return Place(SUBJECT - walk.cost, "subject")
    if any(token.known == "platform" for token in tokens[: span.first]):
        return Place((SUBJECT if language in PARTICIPLE_LAST else ACTIVE) - walk.cost, "object")
    while act + 1 < len(tokens) and tokens[act + 1].is_act:
        act += 1
    following = tokens[act + 1] if act + 1 < len(tokens) else None
    if following is None or following.breaks:
        return Place(SUBJECT - walk.cost, "subject")
    is_object = following.known or following.part & Part.THINGS
    if is_object and language not in VERB_LAST:
        return Place(ACTOR, "acts")
    is_passive = any(token.part & Part.AUX for token in between) or (
        following.part & (Part.AUX | Part.REASON | Part.OF)
    )
    return Place(SUBJECT - walk.cost - (0 if is_passive else PLAIN), "subject")
