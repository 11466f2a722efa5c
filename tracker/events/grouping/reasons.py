"""Why reports stand in one event and why acts are linked: a code with its values; pure.

Rows keep the JSON of it, [code, [values]]; wording/reasons.py puts it in the reader's language.
"""

from typing import NamedTuple


class Reason(NamedTuple):
    """One reason: a key of wording.reasons.WORDS, and slugs, names, codes or counts."""

    code: str
    values: tuple[str | int, ...] = ()


Reasons = tuple[Reason, ...]
