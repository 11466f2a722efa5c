"""Names that may be of those hit and are in no list: for an editor to look at, never asserted."""

from tracker.classify.names.finder import NameFinder
from tracker.classify.reading import read_text
from tracker.classify.text import Text

LIKELY = 0.35  # rank from which a name is worth a look: beside an act, an account or a role
SHOWN = 5


def suggest_names(text: Text) -> tuple[str, ...]:
    """Up to SHOWN names of title and summary that no list knows, the surest first."""
    seen = read_text(text)
    reading = NameFinder(seen.zones, seen.hits, seen.language)
    names = [name for zone in ("title", "summary") for name in reading.names(zone)]
    open_ones = [one for one in names if not one.is_listed and one.rank >= LIKELY]
    open_ones.sort(key=lambda one: -one.rank)
    return tuple(dict.fromkeys(one.name for one in open_ones))[:SHOWN]
