"""Zones of an entry, and letters: which script they belong to, and which of them go on a word."""

from dataclasses import dataclass

from tracker.classify.folding import Folding, as_written, fold, folding

__all__ = [
    "LIMITS",
    "Folding",
    "Text",
    "as_written",
    "fold",
    "folding",
    "is_joined_script",
    "is_word_letter",
]

# Characters of each zone that are read: acts stand at the top of an article.
LIMITS = {"title": 600, "summary": 3_000, "body": 6_000}


@dataclass(frozen=True)
class Text:
    """An entry's words. `language` is the feed's own tag, "" if untold."""

    title: str
    summary: str = ""
    body: str = ""
    language: str = ""

    def zones(self) -> dict[str, str]:
        """Each zone's words, as much of them as is read."""
        return {zone: getattr(self, zone)[:limit] for zone, limit in LIMITS.items()}

    @property
    def is_cut(self) -> bool:
        """Whether a zone is longer than what is read of it."""
        return any(len(getattr(self, zone)) > limit for zone, limit in LIMITS.items())


def is_joined_script(char: str) -> bool:
    """Whether the letter belongs to a script written without spaces or with endings glued on
    (Chinese, Japanese, Korean, Thai).
    """
    return (
        "\u0e00" <= char <= "\u0e7f" or "\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af"
    )


def is_word_letter(char: str) -> bool:
    """Whether a word goes on with this character: a letter, a digit, or the vowel sign of an Indic
    script, which Python counts as no letter.
    """
    return char.isalnum() or "\u0900" <= char <= "\u0963" or "\u0971" <= char <= "\u0dff"
