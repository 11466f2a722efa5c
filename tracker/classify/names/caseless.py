"""Names in scripts without capitals: after a role, before an honorific, tied to a word like
"account". Anything less certain there is mostly no name.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from tracker.classify.data_files import DATA, read_rows
from tracker.classify.names.quotes import NameSpan
from tracker.classify.names.tokens import CJK, Token
from tracker.classify.names.word_uses import ROLE, WordUse

NAME_LIMIT = 3  # words
SHORTEST, LONGEST = 2, 24  # characters
GIVEN = 2  # characters of a given name
DOTS = "・·、"
ACTOR = re.compile(r"[\w .]{1,15}、", re.ASCII)  # "X、NAME": the actor is before the comma
HEAD_LAST = {"ko", "hi", "ja", "zh"}  # "NAME's account"; in the others "account of NAME"
TYING = {"hi", "he"}  # languages whose "of" says that a name follows or went before
HONOURS = re.compile(r"(?:氏|さん|容疑者|選手|議員|先生|女士|씨|씨의|의)$")
OTHER = (
    WordUse.THINGS
    | WordUse.OF
    | WordUse.GLUE
    | WordUse.AND
    | WordUse.REASON
    | WordUse.SAID
    | WordUse.AUX
    | WordUse.OWN
)
BETWEEN = WordUse.OF | WordUse.GLUE | WordUse.THINGS


def find_caseless(
    text: str, tokens: Sequence[Token], others: Sequence[NameSpan], language: str
) -> Iterator[NameSpan]:
    """Yield spans of one to three words next to a word like "account"."""
    taken = {i for span in others for i in range(span.first, span.last + 1)}
    step = -1 if language in HEAD_LAST else 1
    for i, token in enumerate(tokens):
        # Without capitals only a word like "account" says that a name is near.
        if token.uses & WordUse.THINGS and i not in taken:
            run, is_marked = _beside(text, tokens, i, step, language)
            if run and is_marked and not taken & set(run):
                taken |= set(run)
                start, end = tokens[min(run)].start, tokens[max(run)].end
                if actor := ACTOR.match(text, start, end):
                    start = actor.end()
                start, end = _without_titles(text, start, end, language)
                if SHORTEST <= end - start <= LONGEST:
                    yield NameSpan(min(run), max(run), start, end, "beside")


def _beside(
    text: str, tokens: Sequence[Token], noun: int, step: int, language: str
) -> tuple[list[int], bool]:
    """Return the words next to the thing that may be a name, and whether a sign says that
    they are.
    """
    at = noun + step
    is_marked = False
    while 0 <= at < len(tokens) and _is_between(tokens[at]):
        is_marked |= bool(ROLE & tokens[at].uses)
        is_marked |= language in TYING and bool(tokens[at].uses & WordUse.OF)
        at += step
    run: list[int] = []
    while 0 <= at < len(tokens) and len(run) < NAME_LIMIT and _may_name(tokens[at]):
        if step > 0 and run and tokens[at].breaks:
            break
        run.append(at)
        at += step
        if tokens[at - step].breaks and step < 0:
            break
    if step < 0 and run:
        is_marked |= at >= 0 and bool(ROLE & tokens[at].uses)
        first, last = tokens[min(run)], tokens[max(run)]
        is_marked |= bool(HONOURS.search(text[first.start : last.end]))
        is_marked |= language in CJK and text.startswith(roles_of(language), first.start)
        start, end = _without_titles(text, first.start, last.end, language)
        is_marked |= is_full_name(text[start:end], language)
    return run, is_marked


def is_full_name(words: str, language: str) -> bool:
    """Return whether a word of a language has the form of a person's full name there: a surname and
    a given name of two characters.
    """
    single, double, others = _surnames_of(language)
    size = len(words) - GIVEN
    surname = words[:size]
    is_surname = surname in single if size == 1 else surname in double
    return size > 0 and is_surname and words[-1] not in others


@cache
def _surnames_of(language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    row = read_rows(DATA / "surnames.toml").get(language, {})
    lists = row if isinstance(row, dict) else {}
    double = {name.strip() for name in str(lists.get("double", "")).split(",")}
    return frozenset(lists.get("single", "")), frozenset(double), frozenset(lists.get("not", ""))


def _without_titles(text: str, start: int, end: int, language: str) -> tuple[int, int]:
    """Cut off what some languages write onto a name."""
    if ending := HONOURS.search(text[start:end]):
        end = start + ending.start()
    if language in CJK:
        # "dissident artist NAME": the words before the role belong to it.
        ends = [
            place + len(role)
            for role in roles_of(language)
            if len(role) > 1 and (place := text.rfind(role, start, end)) >= 0
        ]
        ends = [place for place in ends if place + SHORTEST <= end]
        if ends:
            return max(ends) + (text[max(ends)] in DOTS), end
    return start, end


@cache
def roles_of(language: str) -> tuple[str, ...]:
    """Return the roles of a language, the longest first."""
    row = read_rows(DATA / "roles.toml").get(language)
    text = str(row.get("persons", "")) if isinstance(row, dict) else ""
    items = (item.strip() for item in text.split(","))
    return tuple(sorted((item for item in items if len(item) > 1), key=len, reverse=True))


def _is_between(token: Token) -> bool:
    """Return whether the word may be between a word like "account" and the name."""
    return bool(token.known == "platform" or (token.uses & (BETWEEN | ROLE) and not token.is_act))


def _may_name(token: Token) -> bool:
    if token.uses & (OTHER | ROLE | WordUse.COMMON) or token.known or token.is_act:
        return False
    return not any(char.isdigit() for char in token.word)
