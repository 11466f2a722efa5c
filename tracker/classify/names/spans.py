"""Where a name may stand in a zone: quotes, handles, runs of capitalised words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.classify.names.tokens import Token, is_handle
from tracker.classify.names.words import ROLE, Part

QUOTED = re.compile(
    r"(?<!\w)(?:[“„”«‹]([^“”„«»‹›\n]{2,60})[”“»›]|\"([^\"\n]{2,60})\"|[‘‚']([^‘’'\n]{2,60})[’‘'])(?!\w)"
    r"|[「『《〈【]([^「」『』《》〈〉【】\n]{2,40})[」』》〉】]"
)
PARTICLES = {
    *("al", "bin", "bint", "ibn", "da", "de", "del", "della", "di", "do", "dos", "du", "des"),
    *("el", "la", "las", "le", "los", "van", "von", "der", "den", "ter", "zu", "of", "and", "the"),
}
TIES = {"of", "and", "the"}  # particles of English names only
PHRASE_LIMIT = 6  # words in quotes that may be a name
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
    found = list(_quoted(text, tokens, language))
    taken = {i for span in found for i in range(span.first, span.last + 1)}
    run: list[int] = []
    for i, token in enumerate(tokens):
        is_joined = bool(run) and token.gap in {" ", "-"} and not tokens[run[-1]].has_ending
        if run and not is_joined:
            found += _run(tokens, run, language)
            run = []
        if i in taken or token.known:
            found += _run(tokens, run, language)
            run = []
        elif is_handle(text, token) and (token.word[0] in "@#" or not token.is_capital):
            found += _run(tokens, run, language)
            run = []
            found.append(Span(i, i, token.start, token.end, "handle"))
        elif _is_name(token, language, is_titled=is_titled) or (
            run and _is_particle(token, language, is_titled=is_titled)
        ):
            run.append(i)
        else:
            found += _run(tokens, run, language)
            run = []
    found += _run(tokens, run, language)
    return sorted(found, key=lambda span: span.start)


def _is_name(token: Token, language: str, *, is_titled: bool) -> bool:
    if not token.is_capital:
        return False
    if is_titled:
        return not (token.part & TITLED or token.is_act)
    if token.is_first:
        return not (token.part & (TITLED & ~Part.GLUE) or token.is_act)
    if language == "de":
        return not (token.part & NOUNS or token.is_act)
    return Part.COMMON not in token.part


def _is_particle(token: Token, language: str, *, is_titled: bool) -> bool:
    if token.word == "&":
        return True
    if token.is_capital:
        return False
    if token.word.isdigit():
        return True
    if token.word in TIES:
        return language == "en" and not is_titled and token.word == "of"
    return token.word in PARTICLES


def _run(tokens: Sequence[Token], run: list[int], language: str) -> Iterator[Span]:
    """The run without the roles before it and the particles at its ends."""
    first, last = 0, len(run) - 1
    while first <= last and (
        _is_role(tokens[run[first]], language) or not _is_solid(tokens[run[first]])
    ):
        first += 1
    while last >= first and not _is_solid(tokens[run[last]], at_end=True):
        last -= 1
    if first <= last and (tokens[run[last]].end - tokens[run[first]].start > 2):
        start, end = tokens[run[first]].start, tokens[run[last]].end
        yield Span(run[first], run[last], start, end, "run")


def _is_solid(token: Token, *, at_end: bool = False) -> bool:
    return token.is_capital or (at_end and token.word.isdigit())


def _is_role(token: Token, language: str) -> bool:
    if language == "vi" and not token.is_first:
        return False  # surnames are spelled like roles
    if Part.PERSONS in token.part:
        return True
    return Part.OUTFITS in token.part and (token.is_first or language == "de")


def _quoted(text: str, tokens: Sequence[Token], language: str) -> Iterator[Span]:
    """Quotes that hold a name rather than a remark."""
    at = 0
    for match in QUOTED.finditer(text):
        start, end = match.span(match.lastindex or 0)
        while at < len(tokens) and tokens[at].start < start:
            at += 1
        last = at
        while last < len(tokens) and tokens[last].end <= end:
            last += 1
        inside = tokens[at:last]
        if inside and _is_title(text[start:end], inside, language):
            yield Span(at, last - 1, start, end, "quoted")


def _is_title(quote: str, inside: Sequence[Token], language: str) -> bool:
    if all(token.known for token in inside) or quote[-1] in ".!?,…" or len(inside) > PHRASE_LIMIT:
        return False
    if language in CASELESS and not inside[0].word.isascii():
        return not inside[0].is_act
    if not inside[0].is_capital and not any(c.isdigit() for c in quote):
        return False
    solid = [token for token in inside if len(token.word) >= 4]
    return all(token.part & ROLE or token.is_capital for token in solid[:1]) and (
        2 * sum(t.is_capital for t in inside) >= len(inside)
    )
