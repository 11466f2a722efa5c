"""Find reports that print the same text: a page in two feeds, an agency's text under many names;
pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.classify.letters.folding import fold

LIKE_TITLE, LIKE_TEXT = 0.8, 0.6  # shares of words in common
LEAST_WORDS = 4  # of a title that is distinctive
# texts of an event that are compared word by word; beyond that, only equal titles count
COMPARED = 80


@dataclass(frozen=True)
class ComparedText:
    """The compared parts of a report; `link_hash` is the hash of the canonical link, `agency` the
    agency that signs it, "" for none.
    """

    publisher: str
    language: str
    title: str
    summary: str
    link_hash: str
    agency: str = ""


def reprint_groups(texts: Sequence[ComparedText]) -> list[list[int]]:
    """Return the positions of `texts`, grouped by text, in the order of each group's first."""
    head = list(range(len(texts)))
    first_with: dict[tuple[str, str], int] = {}
    for i, text in enumerate(texts):
        for key in (("link", text.link_hash), ("title", fold(text.title))):
            if key[1]:
                head[i] = head[first_with.setdefault(key, i)] if head[i] == i else head[i]
    # Comparing word by word is quadratic, so only the first COMPARED distinct texts are.
    firsts = [i for i in range(len(texts)) if head[i] == i][:COMPARED]
    words = {i: (title_words(texts[i].title), title_words(texts[i].summary)) for i in firsts}
    for place, i in enumerate(firsts):
        like = next((j for j in firsts[:place] if _is_reprint(texts, words, i, j)), i)
        head[i] = head[like]
    groups: dict[int, list[int]] = {}
    for i in range(len(texts)):
        groups.setdefault(head[head[i]], []).append(i)
    return list(groups.values())


def _is_reprint(
    texts: Sequence[ComparedText],
    words: dict[int, tuple[frozenset[str], frozenset[str]]],
    i: int,
    j: int,
) -> bool:
    (title, text), (other_title, other_text) = words[i], words[j]
    if texts[i].language != texts[j].language:
        return False
    # A text signed by an agency is the agency's text, however papers cut it.
    if texts[i].agency and texts[i].agency == texts[j].agency:
        return True
    if min(len(title), len(other_title)) < LEAST_WORDS:
        return False
    is_like = _word_overlap(title, other_title) >= LIKE_TITLE
    return is_like and (not text or not other_text or _word_overlap(text, other_text) >= LIKE_TEXT)


def _word_overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b)


def title_words(title: str) -> frozenset[str]:
    """Return the distinctive words of a title; pairs of characters in scripts without spaces."""
    folded = fold(title)
    spaced = {w for w in re.findall(r"[^\W\d_]{4,}", folded) if w.isascii() or ord(w[0]) < 0x3000}
    # Scripts without spaces have no words to split at, so pairs of neighbouring characters stand
    # in.
    joined = re.findall(r"[\u3040-\u9fff\uac00-\ud7af]{2,}", folded)
    return frozenset(spaced | {run[i : i + 2] for run in joined for i in range(len(run) - 1)})
