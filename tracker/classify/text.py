"""Zones and folding: text as it is matched, character for character beside the text as it was
written.
"""

import unicodedata
from dataclasses import dataclass

LAST_CASED = 0x1E943  # no letter beyond it has a lower-case form
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


def _fold_table() -> dict[int, str]:
    """Each letter to one lower-case letter without accent. One for one, so that offsets stay those
    of the original.
    """
    table: dict[int, str] = {}
    for code in range(LAST_CASED + 1):
        char = chr(code)
        low = char.lower()
        if len(low) != 1:
            low = low[0]
        # Accents go only where they are ornaments of an alphabet; Japanese and Indic marks change
        # the letter.
        if code < 0x0530 or 0x1E00 <= code <= 0x1FFF:
            low = unicodedata.normalize("NFD", low)[0]
        if low != char:
            table[code] = low
    one_for_one = dict(
        zip(
            "’‘ʼ`“”«»–—‐‑đıłøأإآٱىیکة\u00a0\u202f\u200c\n\r\t",
            "''''\"\"\"\"----dilo" + "اااا" + "ييكه      ",
            strict=True,
        )
    )
    return table | {ord(a): b for a, b in one_for_one.items()}


FOLD = _fold_table()


def fold(text: str) -> str:
    """`text` in lower case, without accents, with one form of quotes, dashes and Arabic letters; of
    the same length.
    """
    return text.translate(FOLD)


def is_joined_script(char: str) -> bool:
    """Whether the letter belongs to a script written without spaces or with endings glued on
    (Chinese, Japanese, Korean, Thai).
    """
    return (
        "\u0e00" <= char <= "\u0e7f" or "\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af"
    )
