"""Suggest unlisted names that may have been affected, for an editor to check."""

from tracker.classify.names.finder import NameFinder
from tracker.classify.reading import read_text
from tracker.classify.text import Text

LIKELY = 0.35  # rank from which a name is worth a look: beside an act, an account or a role
SHOWN = 5


def suggest_names(text: Text) -> tuple[str, ...]:
    """Return up to SHOWN names of title and summary that no list knows, the surest first."""
    reading = read_text(text)
    finder = NameFinder(reading.zones, reading.mentions, reading.language)
    # The full text is left out, since it names too many who were not affected.
    names = [name for zone in ("title", "summary") for name in finder.names(zone)]
    unlisted = [
        candidate for candidate in names if not candidate.is_listed and candidate.rank >= LIKELY
    ]
    unlisted.sort(key=lambda candidate: -candidate.rank)
    return tuple(dict.fromkeys(candidate.name for candidate in unlisted))[:SHOWN]
