"""Find names in quotes, and tell them from remarks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.classify.names.tokens import CASELESS, CJK, Token
from tracker.classify.names.word_uses import WordUse

QUOTED = re.compile(
    r"[“„”«‹]([^“”„«»‹›\n]{2,60})[”“»›]"
    r"|(?<!\w)(?:\"([^\"\n]{2,60})\"|[‘‚']([^‘’'\n]{2,60})[’‘'])(?!\w)"
    r"|[「『《〈【]([^「」『』《》〈〉【】\n]{2,40})[」』》〉】]"
)
BEFORE = 2  # words before a quote that may say what it names: "documental chileno"
TITLE_LIMIT = 4  # words in quotes right after an act that are a work's title
PHRASE_LIMIT = 6  # words in quotes that may be a name
SHORT = 12  # characters of a quote in a script without capitals that may be a name


@dataclass(frozen=True)
class NameSpan:
    """Words `first` to `last` (included) of a zone, characters `start` to `end`."""

    first: int
    last: int
    start: int
    end: int
    how: str


def find_quotes(text: str, tokens: Sequence[Token]) -> Iterator[NameSpan]:
    """Yield every quote of a zone."""
    at = 0
    for match in QUOTED.finditer(text):
        start, end = match.span(match.lastindex or 0)
        while at < len(tokens) and tokens[at].start < start:
            at += 1
        last = at
        while last < len(tokens) and tokens[last].end <= end:
            last += 1
        if last > at:
            yield NameSpan(at, last - 1, start, end, "quoted")


def is_quoted_name(text: str, span: NameSpan, tokens: Sequence[Token], language: str) -> bool:
    """Return whether the quote is a name rather than a remark."""
    quote, inside = text[span.start : span.end], tokens[span.first : span.last + 1]
    is_remark = quote[-1] in ".!?,…" or len(inside) > PHRASE_LIMIT
    # As in: Channel closed: 'We carry on'. "A mistake": X restores it.
    is_remark |= ":" in inside[0].gap and len(inside) > 1
    is_remark |= text[span.end + 1 : span.end + 3].strip() == ":"
    if is_remark or all(token.known for token in inside):
        return False
    before = tokens[max(0, span.first - BEFORE) : span.first]
    has_owned_noun = any(token.uses & WordUse.THINGS for token in before)
    if language in CASELESS and not inside[0].word.isascii():
        is_joined = language in CJK
        return _is_caseless_title(
            text, span, tokens, has_owned_noun=has_owned_noun, is_joined=is_joined
        )
    # A remark begins with a small letter; a title, a song or a channel does not.
    if not inside[0].is_capital and not any(c.isdigit() for c in quote):
        return False
    if has_owned_noun or (len(inside) == 1 and inside[0].is_common):
        return has_owned_noun
    # "Amazon pulls 'Healing without pills'"
    is_object = bool(before) and before[-1].is_act and len(inside) <= TITLE_LIMIT
    return is_object or 2 * sum(token.is_capital for token in inside) >= len(inside)


def _is_caseless_title(
    text: str, span: NameSpan, tokens: Sequence[Token], *, has_owned_noun: bool, is_joined: bool
) -> bool:
    """Return whether a short quote is next to a word like "account", or right next to an act."""
    inside = tokens[span.first : span.last + 1]
    if any(token.known for token in inside) or text[span.start].isdigit():
        return False
    if is_joined and any(token.is_act for token in inside):
        return False
    following = tokens[span.last + 1 : span.last + 3]
    if has_owned_noun or any(token.uses & WordUse.THINGS for token in (*following, inside[-1])):
        return True
    beside = [*tokens[max(0, span.first - 1) : span.first], *following]
    is_short = span.end - span.start <= SHORT and not is_joined
    return is_short and any(token.is_act for token in beside)
