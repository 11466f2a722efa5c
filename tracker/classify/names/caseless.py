"""Names in scripts without capitals: by the words beside them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from tracker.classify.lexicon import DATA, rows_of
from tracker.classify.names.spans import Span
from tracker.classify.names.tokens import CJK, Token
from tracker.classify.names.words import ROLE, Part

NAME_LIMIT = 3  # words
MIN, MAX = 1, 24  # characters
HONOURS = re.compile(r"(?:氏|さん|容疑者|選手|議員|先生|女士|等)$")
OTHER = Part.THINGS | Part.OF | Part.GLUE | Part.AND | Part.REASON | Part.SAID | Part.AUX | Part.OWN
HEAD_LAST = {"ko", "hi", "ja", "zh"}


def caseless(
    text: str, tokens: Sequence[Token], found: Sequence[Span], language: str
) -> Iterator[Span]:
    """Spans of one to three words right beside a word like "account" or behind a role."""
    taken = {i for span in found for i in range(span.first, span.last + 1)}
    step = -1 if language in HEAD_LAST else 1
    for i, token in enumerate(tokens):
        if Part.THINGS not in token.part or i in taken:
            continue
        at = i + step
        while 0 <= at < len(tokens) and _is_between(tokens[at]):
            at += step
        run: list[int] = []
        while 0 <= at < len(tokens) and len(run) < NAME_LIMIT and _may_name(tokens, at, taken):
            if step > 0 and run and tokens[at].breaks:
                break
            run.append(at)
            at += step
        if run:
            first, last = min(run), max(run)
            taken |= set(run)
            start, end = tokens[first].start, tokens[last].end
            start, end = _without_titles(text, start, end, language)
            if MIN < end - start <= MAX:
                yield Span(first, last, start, end, "beside")


def _without_titles(text: str, start: int, end: int, language: str) -> tuple[int, int]:
    """Without the titles that Chinese and Japanese write onto a name."""
    if language not in CJK:
        return start, end
    if ending := HONOURS.search(text[start:end]):
        end = start + ending.start()
    for role in roles_of(language):
        if text.startswith(role, start) and start + len(role) < end:
            return start + len(role), end
    return start, end


@cache
def roles_of(language: str) -> tuple[str, ...]:
    """The roles of a language, the longest first."""
    text = str(rows_of(DATA / "roles.toml")[language]["persons"])  # type: ignore[index]
    return tuple(sorted((item.strip() for item in text.split(",")), key=len, reverse=True))


def _is_between(token: Token) -> bool:
    """A word between the thing and the name."""
    parts = Part.OF | Part.GLUE | Part.THINGS | ROLE
    return bool(token.known == "platform" or (token.part & parts and not token.is_act))


def _may_name(tokens: Sequence[Token], at: int, taken: set[int]) -> bool:
    token = tokens[at]
    is_other = bool(token.part & (OTHER | ROLE)) or token.known or token.is_act
    return not is_other and at not in taken and re.search(r"[^\W\d_]", token.word) is not None
