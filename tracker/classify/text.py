"""Hold an entry's words by zone: title, summary, full text."""

from dataclasses import dataclass

# Characters of each zone that are read, since acts are at the top of an article.
LIMITS = {"title": 600, "summary": 3_000, "body": 6_000}


@dataclass(frozen=True)
class Text:
    """An entry's words. `language` is the feed's own tag, "" if unknown."""

    title: str
    summary: str = ""
    body: str = ""
    language: str = ""

    # A hostile feed may send a book, so the text that is read is limited.
    def zones(self) -> dict[str, str]:
        """Return each zone's words, as much of them as is read."""
        return {zone: getattr(self, zone)[:limit] for zone, limit in LIMITS.items()}

    @property
    def is_cut(self) -> bool:
        """Whether a zone is longer than what is read of it."""
        return any(len(getattr(self, zone)) > limit for zone, limit in LIMITS.items())
