"""Split headlines that round up several news items."""

import re
from collections.abc import Iterator
from functools import cache

from tracker.classify.letters.characters import is_joined_text
from tracker.classify.letters.folding import fold
from tracker.classify.words.clean import row_phrases

SEPARATORS = ("；", ";", "｜", "丨", "|", "／", " / ", "/", "、", " • ", "•", "·", "，", ",")
ALWAYS = {"；", ";", "｜", "丨"}  # two of these divide a title that is not marked as a round-up
MARKED_ONLY = {"、", "，", ",", "·", "•"}
NUMBERED = re.compile(r"(?:^|(?<=[\s:：；;]))(?:\(?[1-9][.)、．](?!\d)|[①-⑳])")
LEAST_PART = 8  # letters, of a joined script half as many


def split_roundup(title: str) -> list[tuple[int, int]]:
    """Return the spans of a round-up headline's items; one span for any other title."""
    whole = [(0, len(title))]
    folded = fold(title)
    is_marked = _roundup_words().search(folded) is not None
    if numbered := _numbered_items(title):
        return numbered
    for separator in SEPARATORS:
        count = title.count(separator)
        if separator in MARKED_ONLY and not is_marked:
            continue
        # Commas and slashes occur in any headline: they divide it only if it calls itself a
        # round-up or has several.
        if count < (1 if is_marked and separator not in MARKED_ONLY else 2):
            continue
        if not (is_marked or separator in ALWAYS or is_joined_text(title)):
            continue
        parts = list(_split_at(title, separator))
        if _are_items(title, parts, is_marked=is_marked):
            return parts
    return whole


def _numbered_items(title: str) -> list[tuple[int, int]]:
    starts = [match.end() for match in NUMBERED.finditer(title)]
    # Two numbers may be a score or a clause.
    if len(starts) < 3:
        return []
    begins = [match.start() for match in NUMBERED.finditer(title)]
    return list(zip(starts, [*begins[1:], len(title)], strict=True))


def _split_at(title: str, separator: str) -> Iterator[tuple[int, int]]:
    at = 0
    for piece in title.split(separator):
        if piece.strip():
            yield at, at + len(piece)
        at += len(piece) + len(separator)


def _are_items(title: str, parts: list[tuple[int, int]], *, is_marked: bool) -> bool:
    """Return whether the parts are long enough to be items; the round-up's own name and a
    publisher's may be short.
    """
    long = [part for part in parts if _is_long(title[slice(*part)].strip())]
    return len(long) >= (2 if is_marked else max(3, len(parts) - 1))


def _is_long(part: str) -> bool:
    return len(part) >= (LEAST_PART // 2 if is_joined_text(part) else LEAST_PART)


@cache
def _roundup_words() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, row_phrases("digest"))))
