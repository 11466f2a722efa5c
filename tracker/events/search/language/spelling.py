"""Find names spelt nearly like a word that matched nothing; pure."""

from collections.abc import Iterable
from difflib import get_close_matches

from tracker.classify.letters.folding import fold
from tracker.classify.words.lists import listed_rows
from tracker.events.search.language.values import name_of

SHORTEST = 4  # letters of a word that may be misspelt
NEAR = 0.78


def near_name(word: str, names: Iterable[str]) -> str:
    """Return the name that a word may mean, "" for none, among platforms, listed targets, and
    `names`.
    """
    if len(word) < SHORTEST:
        return ""
    known = {fold(name): name for name in (*_listed(), *names)}
    # People often search for a name by one of its words.
    parts = {part: part.title() for name in known for part in name.split() if len(part) > SHORTEST}
    close = get_close_matches(fold(word), {**parts, **known}, n=1, cutoff=NEAR)
    nearest = {**parts, **known}.get(close[0], "") if close else ""
    return "" if fold(nearest) == fold(word) else nearest


def _listed() -> Iterable[str]:
    platforms = (name_of("platform", code).partition(" (")[0] for code in listed_rows("platform"))
    return (*platforms, *listed_rows("target"))
