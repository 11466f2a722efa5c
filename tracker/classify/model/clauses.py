"""Tell the main clause of a headline from reasons; words that say what type of news it is. The
words are data, in data/structure.toml.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cache

from tracker.classify.data_files import DATA, LexiconError, read_rows
from tracker.classify.words.lists import parse_words
from tracker.classify.words.matching import Lexicon
from tracker.classify.words.mention import Mention, Word

TOPICS = ("product", "market", "crime", "show", "statement")
SIGNS = {*TOPICS, "reason", "reason_end", "place", "place_end"}
STOPS = re.compile(r"[!?;|…、，。；：—–]|[.:,،](?=\s|$)|\s-\s")  # "3.5" and "12:30" hold none
PLACE_GAP = 2  # characters between "on" and the name
PLACE_END_GAP = 1
TextSpan = tuple[int, int]


@cache
def _lists() -> dict[str, dict[str, str]]:
    """Return language -> sign -> its words. Raises LexiconError."""
    lists: dict[str, dict[str, str]] = {}
    for language, row in read_rows(DATA / "structure.toml").items():
        if not isinstance(row, dict):
            raise LexiconError(f"structure.toml: {language} is no table")
        for sign, text in row.items():
            if sign not in SIGNS or not isinstance(text, str):
                raise LexiconError(f"structure.toml: [{language}] {sign} is no list of signs")
        lists[language] = row
    return lists


@cache
def _signs(language: str) -> Lexicon:
    """Return the signs of one language: such words are short, and of all languages many fit
    anywhere.
    """
    words: list[Word] = []
    for sign, text in _lists().get(language, {}).items():
        # Each sign is a table of its own: of two tables both mentions stay.
        words += parse_words(sign, sign, language, text)
    return Lexicon(words)


def find_signs(text: str, language: str) -> list[Mention]:
    """Return the signs in one zone, by position; table and value are both the name of the sign."""
    return _signs(language).find(text, language)


def reason_spans(text: str, signs: Sequence[Mention]) -> list[TextSpan]:
    """Return the parts of the text that give a reason, a background or a consequence: from "because
    of" up to the next stop or comma, or from the stop before it up to "nedeniyle". By position,
    apart.
    """
    # A reason ends with its clause; grammar would need a parser a language.
    stops = [match.start() for match in STOPS.finditer(text)]
    spans: list[TextSpan] = []
    for sign in signs:
        if sign.value == "reason":
            at = bisect_left(stops, sign.end)
            spans.append((sign.start, stops[at] if at < len(stops) else len(text)))
        elif sign.value == "reason_end":
            at = bisect_left(stops, sign.start)
            spans.append((stops[at - 1] if at else 0, sign.end))
    return _merged(sorted(spans))


def _merged(spans: Sequence[TextSpan]) -> list[TextSpan]:
    merged: list[TextSpan] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def split_mentions(
    mentions: Sequence[Mention], spans: Sequence[TextSpan]
) -> tuple[list[Mention], list[Mention]]:
    """Return the mentions outside of the spans, and those that begin within one."""
    starts = [start for start, _ in spans]
    outside: list[Mention] = []
    inside: list[Mention] = []
    for mention in mentions:
        at = bisect_right(starts, mention.start) - 1
        is_inside = at >= 0 and mention.start < spans[at][1]
        (inside if is_inside else outside).append(mention)
    return outside, inside


def mentions_as_place(names: Iterable[Mention], signs: Iterable[Mention]) -> list[Mention]:
    """Return the names that are the place of something: "on X", "X'te"."""
    opened, closed = set[int](), set[int]()
    for sign in signs:
        if sign.value == "place":
            opened |= {sign.end + gap for gap in range(PLACE_GAP + 1)}
        elif sign.value == "place_end":
            closed |= {sign.start - gap for gap in range(PLACE_END_GAP + 1)}
    return [name for name in names if name.start in opened or name.end in closed]
