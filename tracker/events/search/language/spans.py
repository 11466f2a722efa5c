"""Spans of numbers and days as people type them: ">=100m", "1,000..5,000", "2026-12.."; pure."""

import re
from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor

from tracker.events.search.language.days import SPAN, day_at
from tracker.partial_date import PartialDate

LARGEST = 2**63 - 1  # of a column
UNITS = {
    "": 1,
    **dict.fromkeys(("k", "thousand", "mille", "tausend", "mil"), 10**3),
    **dict.fromkeys(("m", "mn", "mio", "million", "millions", "millionen", "millones"), 10**6),
    # Not "billones": 10**12 in Spanish, and so "Billion" in German.
    **dict.fromkeys(("b", "bn", "mrd", "md", "billion", "billions", "milliard"), 10**9),
    **dict.fromkeys(("milliards", "milliarde", "milliarden"), 10**9),
}
NUMBER = re.compile(
    r"(?P<whole>\d{1,3}(?:[,_ '’\u00a0\u202f]\d{3})+|\d{1,19})"
    r"(?:\.(?P<part>\d{1,9})|,(?P<comma>\d{1,2}))?\s*(?P<unit>[a-z]*)\.?"
)
COMPARED = re.compile(r"(?P<sign>[<>]=?|[=≥≤])\s*(?P<number>.+)")
# What a form or an address says of one end -> the field and how its span reads.
ENDS = {
    "amount_from": ("amount", "%s.."),
    "amount_to": ("amount", "..%s"),
    "affected_from": ("affected", "%s.."),
    "affected_to": ("affected", "..%s"),
    "effective_since": ("effective", "%s.."),
    "effective_until": ("effective", "..%s"),
}


def stored_numbers(typed: str, *, is_divisible: bool = False) -> str:
    """Return a span of whole numbers in the form that queries store: "5", "5..", "..9" or "5..9";
    "" if it is not one. Parts of a unit are accepted if `is_divisible`, as for money, which is
    recorded in whole units: "12.5.." is "13..".
    """
    compared, span = COMPARED.fullmatch(typed.strip()), SPAN.fullmatch(typed.strip())
    if compared:
        number = _number(compared["number"], is_divisible=is_divisible)
        return _compared(compared["sign"], number) if number is not None else ""
    if not span:
        number = _number(typed.strip(), is_divisible=is_divisible)
        return "" if number is None else str(floor(number))
    ends = [_number(end, is_divisible=is_divisible) if end else None for end in span.groups()]
    is_read = all(bool(g) == (n is not None) for g, n in zip(span.groups(), ends, strict=True))
    whole = (ceil, floor)  # the whole numbers within the span
    texts = ["" if n is None else str(f(n)) for n, f in zip(ends, whole, strict=True)]
    return join_spans(["..".join(texts)]) if any(texts) and is_read else ""


def _compared(sign: str, number: Fraction) -> str:
    if sign in {">", ">=", "≥"}:
        return f"{floor(number) + 1 if sign == '>' else ceil(number)}.."
    if sign == "=":
        return str(floor(number))
    highest = ceil(number) - 1 if sign == "<" else floor(number)
    return f"..{highest}" if highest >= 0 else ""


def _number(typed: str, *, is_divisible: bool) -> Fraction | None:
    """Return a number, None if it is not one, or not whole unless `is_divisible`: "1.5m" is whole,
    "1.5" is not.
    """
    match = NUMBER.fullmatch(typed.strip().lower())
    unit = UNITS.get(match["unit"]) if match else None
    if match is None or unit is None:
        return None
    part = match["part"] or match["comma"] or ""
    digits = int(re.sub(r"\D", "", match["whole"]) + part)
    value = Fraction(digits * unit, 10 ** len(part))
    is_whole = value.denominator == 1
    return value if (is_whole or is_divisible) and value <= LARGEST else None


def join_spans(spans: Iterable[str]) -> str:
    """Return one span for several of a field: of each end, the last that is given."""
    low = high = ""
    for span in filter(None, spans):
        first, last = ends_of(span)
        low, high = first or low, last or high
    return low if low == high else f"{low}..{high}"


def ends_of(span: str) -> tuple[str, str]:
    """Return the first and the last of a stored span, "" for open."""
    low, _, high = span.partition("..")
    return (low, high) if ".." in span else (span, span)


def number_bounds(span: str) -> tuple[int, int]:
    """Return the lowest and the highest number of a stored span; 0 means unknown, and is in no
    span.
    """
    low, high = ends_of(span)
    return max(1, int(low or 1)), int(high or LARGEST)


def holds_number(span: str, number: int) -> bool:
    """Return whether a number is within a stored span; every number does without one."""
    low, high = number_bounds(span) if span else (0, LARGEST)
    return low <= number <= high


def day_bounds(span: str, today: str) -> tuple[str, str]:
    """Return the lowest and the highest text of a day that is within a stored span of days; a
    month counts if it overlaps.
    """
    low, high = ends_of(span)
    first = PartialDate.parse(day_at(low, today))
    last = PartialDate.parse(day_at(high, today, is_last=True))
    return first.lowest_text, last.highest_text
