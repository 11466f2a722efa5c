"""What tells one act from another of its kind: words of the title that are in no list, numbers."""

import re
from collections.abc import Mapping, Sequence

from tracker.classify.lexicon import Hit
from tracker.classify.text import fold

STEM = 6  # letters of a word that are kept, so that its endings do not matter
LIMIT = 40
GENERAL = {"concept", "platform", "ads"}  # their words stand in every report of such an act
WORD = re.compile(r"[^\W\d_]{4,}")
JOINED = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]{2,}")
NUMBER = re.compile(r"\d[\d.,]*\d")
YEAR = re.compile(r"(19|20)\d\d")


def details(zones: Mapping[str, str], hits: Mapping[str, Sequence[Hit]]) -> tuple[str, ...]:
    """Stems, pairs of characters in joined scripts, numbers of two digits and more; sorted."""
    title = list(zones["title"])
    for hit in hits["title"]:
        if hit.table in GENERAL:
            title[hit.start : hit.end] = " " * (hit.end - hit.start)
    rest = fold("".join(title))
    found = {w[:STEM] for w in WORD.findall(rest) if w.isascii() or ord(w[0]) < 0x3000}
    for run in JOINED.findall(rest):
        found.update(run[i : i + 2] for i in range(len(run) - 1))
    numbers = NUMBER.findall(f"{zones['title']} {zones['summary']}")
    found.update(n for n in numbers if not YEAR.fullmatch(n))
    return tuple(sorted(found)[:LIMIT])
