"""Where a name may stand in a zone: quotes, handles, runs of capitalised words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.classify.names.tokens import CJK, Token, is_handle
from tracker.classify.names.words import ROLE, Part

QUOTED = re.compile(
    r"[“„”«‹]([^“”„«»‹›\n]{2,60})[”“»›]"
    r"|(?<!\w)(?:\"([^\"\n]{2,60})\"|[‘‚']([^‘’'\n]{2,60})[’‘'])(?!\w)"
    r"|[「『《〈【]([^「」『』《》〈〉【】\n]{2,40})[」』》〉】]"
)
PARTICLES = {
    *("al", "bin", "bint", "ibn", "da", "de", "del", "della", "di", "do", "dos", "du", "des"),
    *("el", "la", "las", "le", "los", "van", "von", "der", "den", "ter", "zu", "of", "and", "the"),
}
TIES = {"of", "and", "the"}  # particles of English names only
ENDS = re.compile(r"(?:ed|ly|al|ous|ive)$")  # of words that are rather no beginning of a name
SHOUTS = 3  # words in capitals only, from which they are no names
SHORT = 12  # characters of a quote in a script without capitals that may be a name
PHRASE_LIMIT = 6  # words in quotes that may be a name
OPENING = re.compile(r"(?:ly|ist|ian|er|or|man)$")
# What a capitalised word must not be to be part of a name.
TITLED = (
    Part.THINGS | Part.OF | Part.GLUE | Part.AND | Part.REASON | Part.SAID | Part.AUX | Part.OWN
) | (Part.LOSES | Part.COMMON)
NOUNS = Part.THINGS | Part.COMMON
CASELESS = {"ar", "fa", "he", "hi", "ja", "ko", "zh"}


@dataclass(frozen=True)
class Span:
    """Words `first` to `last` (included) of a zone, characters `start` to `end`."""

    first: int
    last: int
    start: int
    end: int
    how: str


def spans(text: str, tokens: Sequence[Token], language: str, *, is_titled: bool) -> list[Span]:
    """The spans of a zone by position, none within another."""
    shouted = [t for t in tokens if t.end - t.start > 3 and text[t.start : t.end].isupper()]
    loud = {t.start for t in shouted} if len(shouted) >= SHOUTS else set()
    quotes = list(_quotes(text, tokens))
    taken = {i for span in quotes for i in range(span.first, span.last + 1)}
    found = [span for span in quotes if _is_title(text, span, tokens, language)]
    run: list[int] = []
    for i, token in enumerate(tokens):
        is_joined = bool(run) and _is_near(token, tokens[run[-1]]) and not tokens[run[-1]].has_ending
        if run and not is_joined:
            found += _run(tokens, run, language, is_titled=is_titled)
            run = []
        if not is_titled and _is_land_of_name(tokens, i):
            found += _run(tokens, run, language, is_titled=is_titled)
            run = [i]
        elif i in taken or token.known or token.start in loud:
            found += _run(tokens, run, language, is_titled=is_titled)
            run = []
        elif is_handle(text, token) and (token.word[0] in "@#" or not token.is_capital):
            found += _run(tokens, run, language, is_titled=is_titled)
            run = []
            found.append(Span(i, i, token.start, token.end, "handle"))
        elif _is_name(token, language, is_titled=is_titled) or (
            run and _continues(token, language, is_titled=is_titled)
        ):
            run.append(i)
        else:
            found += _run(tokens, run, language, is_titled=is_titled)
            run = []
    found += _run(tokens, run, language, is_titled=is_titled)
    return sorted(found, key=lambda span: span.start)


def _is_near(token: Token, before: Token) -> bool:
    return token.gap in {" ", "-"} or (not token.gap and before.word.endswith("'"))


def _is_land_of_name(tokens: Sequence[Token], i: int) -> bool:
    """Whether a country's name begins that of a group or channel: "group Brasil Livre"."""
    if not 0 < i < len(tokens) - 1 or tokens[i].known != "country" or not tokens[i].is_capital:
        return False
    following = tokens[i + 1]
    is_named = bool(tokens[i - 1].part & (ROLE | Part.THINGS)) and not tokens[i].breaks
    return is_named and following.is_capital and following.gap == " " and not following.known


def _is_name(token: Token, language: str, *, is_titled: bool) -> bool:
    if not token.is_capital or token.is_compound:
        return False
    if is_titled or token.is_first:
        return not (token.part & TITLED or token.is_act)
    if language == "de":
        return not (token.part & NOUNS or token.is_act)
    return not token.part & Part.COMMON


def _continues(token: Token, language: str, *, is_titled: bool) -> bool:
    """Whether the word goes on with a name, though it begins none."""
    if token.word == "&":
        return True
    if token.is_capital:
        return token.part & Part.COMMON and not (is_titled or language == "de")
    if token.word.isdigit():
        return True
    if token.word in TIES:
        return language == "en" and not is_titled and token.word == "of"
    return token.word in PARTICLES


def _run(
    tokens: Sequence[Token], run: list[int], language: str, *, is_titled: bool
) -> Iterator[Span]:
    """The run without the roles before it, the particles at its ends and, in a headline that
    capitalises all, the common words at the ends of a rarer name.
    """
    inside = [tokens[i] for i in run]
    first, last = 0, len(run) - 1
    while first <= last and (_is_role(inside[first], language) or not inside[first].is_capital):
        first += 1
    while last >= first and not (inside[last].is_capital or inside[last].word.isdigit()):
        last -= 1
    if is_titled and any(not token.is_common for token in inside[first : last + 1]):
        while inside[first].is_common and ENDS.search(inside[first].word):
            first += 1
        while inside[last].is_common:
            last -= 1
    elif first < last and inside[first].is_first and _opens(inside[first], last - first):
        first += 1
    inside = inside[first : last + 1]
    if not inside or inside[-1].end - inside[0].start <= 2:
        return
    if all(token.part & (Part.HALF | Part.COMMON) for token in inside):
        return
    if inside[-1].part & Part.RULES:
        return
    if len(inside) == 1 and inside[0].is_first and inside[0].is_common:
        return
    if language in CASELESS and len(inside) == 1:
        return  # an abbreviation mostly
    yield Span(run[first], run[last], inside[0].start, inside[-1].end, "run")


def _opens(token: Token, following: int) -> bool:
    """Whether a common word before a name only begins the sentence: "Recently", "Cartoonist"."""
    ending = OPENING.search(token.word) if token.is_common else None
    return bool(ending) and (following > 1 or ending[0] == "ly") if ending else False


def _is_role(token: Token, language: str) -> bool:
    if language == "vi" and not token.is_first:
        return False  # surnames are spelled like roles
    if token.part & Part.PERSONS:
        return True
    return token.part & Part.OUTFITS and (token.is_first or language == "de")


def _quotes(text: str, tokens: Sequence[Token]) -> Iterator[Span]:
    at = 0
    for match in QUOTED.finditer(text):
        start, end = match.span(match.lastindex or 0)
        while at < len(tokens) and tokens[at].start < start:
            at += 1
        last = at
        while last < len(tokens) and tokens[last].end <= end:
            last += 1
        if last > at:
            yield Span(at, last - 1, start, end, "quoted")


def _is_title(text: str, span: Span, tokens: Sequence[Token], language: str) -> bool:
    """Whether the quote is a name rather than a remark."""
    quote, inside = text[span.start : span.end], tokens[span.first : span.last + 1]
    if all(token.known for token in inside) or quote[-1] in ".!?,…" or len(inside) > PHRASE_LIMIT:
        return False
    has_thing = any(t.part & Part.THINGS for t in tokens[max(0, span.first - 1) : span.first])
    if language in CASELESS and not inside[0].word.isascii():
        is_joined = language in CJK
        return _is_caseless_title(text, span, tokens, has_thing=has_thing, is_joined=is_joined)
    if not inside[0].is_capital and not any(c.isdigit() for c in quote):
        return False
    if len(inside) == 1 and inside[0].is_common:
        return has_thing
    return has_thing or 2 * sum(token.is_capital for token in inside) >= len(inside)


def _is_caseless_title(
    text: str, span: Span, tokens: Sequence[Token], *, has_thing: bool, is_joined: bool
) -> bool:
    """A short quote beside a word like "account", or right beside an act."""
    inside = tokens[span.first : span.last + 1]
    if any(token.known for token in inside) or text[span.start].isdigit():
        return False
    if is_joined and any(token.is_act for token in inside):
        return False
    following = tokens[span.last + 1 : span.last + 3]
    if has_thing or any(token.part & Part.THINGS for token in (*following, inside[-1])):
        return True
    beside = [*tokens[max(0, span.first - 1) : span.first], *following]
    is_short = span.end - span.start <= SHORT and not is_joined
    return is_short and any(token.is_act for token in beside)
