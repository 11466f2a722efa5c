"""Names that stand beside an act and are in no list: for an editor to look at, never asserted."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tracker.classify import dates, read
from tracker.classify.lexicon import ACTS, Hit
from tracker.classify.text import Text

NEAR = 60  # characters between a name and the word of the act
SHOWN = 5
A_DAY = date(2017, 10, 27)  # any: what resolves against it is a day's name
TITLE_CASE = 0.6  # share of capitalised words from which capitals tell nothing
QUOTED = re.compile(r"[“«「『\"‘]([^“”«»「」『』\"’\n]{2,60})[”»」』\"’]")
WORD = re.compile(r"[^\W\d_][\w’'-]*")
PARTICLES = {"al", "bin", "da", "de", "del", "di", "el", "la", "van", "von"}


def candidates(text: Text) -> tuple[str, ...]:
    """Up to SHOWN quoted or capitalised names near the word of an act, in the order of the text."""
    seen = read(text)
    found: dict[str, None] = {}
    for zone in ("title", "summary"):
        words, hits = seen.zones[zone], seen.hits[zone]
        acts = [h for h in hits if h.table == "concept" and h.value in ACTS]
        for start, end in _names(words, hits):
            name = words[start:end].strip()
            is_day = dates.occurred(name, seen.language, A_DAY, [])
            if not is_day and any(_gap(start, end, act) <= NEAR for act in acts):
                found.setdefault(name)
    return tuple(found)[:SHOWN]


def _names(words: str, hits: Sequence[Hit]) -> Iterator[tuple[int, int]]:
    """Where quoted names and runs of capitalised words stand that no list knows."""
    quoted = [match.span(1) for match in QUOTED.finditer(words)]
    yield from (span for span in quoted if not _is_known(*span, hits))
    run: list[re.Match[str]] = []
    for word in [] if _is_title_case(words.split()) else WORD.finditer(words):
        follows = bool(run) and words[run[-1].end() : word.start()] == " "
        if run and not follows:
            yield from _span(run)
            run = []
        starts = not run and words[: word.start()].rstrip()[-1:] in {"", ".", "!", "?", ":", "…"}
        is_inside = any(start <= word.start() < end for start, end in quoted)
        is_name = word[0][0].isupper() and not (starts or is_inside)
        is_name = is_name and not _is_known(*word.span(), hits)
        if is_name or (run and word[0] in PARTICLES):
            run.append(word)
        else:
            yield from _span(run)
            run = []
    yield from _span(run)


def _span(run: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    while run and run[-1][0] in PARTICLES:
        run.pop()
    if run and run[-1].end() - run[0].start() > 2:
        yield run[0].start(), run[-1].end()


def _is_known(start: int, end: int, hits: Sequence[Hit]) -> bool:
    named = (hit for hit in hits if hit.table in {"platform", "target", "country"})
    is_act = any((hit.start, hit.end) == (start, end) for hit in hits)  # a quoted "amnesty"
    return is_act or any(hit.start < end and start < hit.end for hit in named)


def _is_title_case(words: Sequence[str]) -> bool:
    cased = [word for word in words if word[:1].isupper() or word[:1].islower()]
    return sum(word[:1].isupper() for word in cased) > TITLE_CASE * max(1, len(cased))


def _gap(start: int, end: int, hit: Hit) -> int:
    return max(hit.start - end, start - hit.end, 0)
