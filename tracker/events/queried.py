"""List the further facts of an act that queries ask for, and normalise their values; pure."""

from tracker.classify.letters.folding import fold

QUERIED = (
    *("law", "appeal", "territory", "degree", "authority", "ordered_by"),
    *("currency", "affected_what"),
)
FOLDED = ("authority", "ordered_by")  # names, which people write one way or another
LONGEST = 200  # characters of a name that are compared


def queried_value(field: str, value: str) -> str:
    """Return a value of one of QUERIED in the form that queries compare."""
    return fold(value)[:LONGEST] if field in FOLDED else value
