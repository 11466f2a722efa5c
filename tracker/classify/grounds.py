"""What an act is done for: the grounds that a text names."""

from collections.abc import Mapping
from functools import cache

from tracker.classify.lexicon import (
    ANY,
    DATA,
    Hit,
    Lexicon,
    LexiconError,
    Word,
    named,
    rows_of,
    words,
)


@cache
def _words() -> Lexicon:
    found: list[Word] = []
    for key, row in rows_of(DATA / "grounds.toml").items():
        if key not in named("ground") or not isinstance(row, dict):
            raise LexiconError(f"grounds.toml: {key} is no ground")
        found += words("ground", key, ANY, row["words"])
    return Lexicon(found)


def grounds(zones: Mapping[str, str], language: str) -> dict[str, tuple[str, Hit]]:
    """Ground -> (zone, hit), the one with most words in title and summary first; else those of the
    full text.
    """
    found: dict[str, list[tuple[str, Hit]]] = {}
    for zone in ("title", "summary"):
        for hit in _words().find(zones[zone], language):
            found.setdefault(hit.value, []).append((zone, hit))
    if not found:
        for hit in _words().find(zones["body"], language):
            found.setdefault(hit.value, []).append(("body", hit))
    ranked = sorted(found.items(), key=lambda item: -len(item[1]))
    return {ground: places[0] for ground, places in ranked}
