"""Read days as people type them, also relative ones: "2017-10", "7d", "last-month"; pure. A
relative day is stored as typed and resolved each day, so that a saved search moves on.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from tracker.classify.letters.folding import fold
from tracker.partial_date import PartialDate

DAY = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?")
YEAR = re.compile(r"(19|20)\d\d")
MOMENT = re.compile(r"(19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SPAN = re.compile(r"(.*?)\.\.(.*)")
AGO = re.compile(r"(?P<count>[1-9]\d{0,3})(?P<unit>[dwmy])")
# Early and late in a week, month and year: a relative span is reversed if it is on each.
SOME_DAYS = ("2024-01-01", "2024-06-16", "2024-12-31")
DATED = (  # fields whose values are days
    *("since", "until", "date", "recorded", "changed"),
    *("effective", "effective_since", "effective_until"),
)
UNIT_WORDS = {
    **dict.fromkeys(("day", "days", "jour", "jours"), "d"),
    **dict.fromkeys(("week", "weeks", "semaine", "semaines"), "w"),
    **dict.fromkeys(("month", "months", "mois"), "m"),
    **dict.fromkeys(("year", "years", "an", "ans", "annee", "annees"), "y"),
}
LAST_FEW = re.compile(r"(?:(?:last|past)-)?(?P<count>[1-9]\d{0,3})-?(?P<unit>[a-z]+?)(?:-ago)?")
NAMED = {  # -> the form that is stored
    "today": "today",
    "aujourd-hui": "today",
    "yesterday": "yesterday",
    "hier": "yesterday",
    **{f"{word}-{unit}": f"last-{unit}" for word in ("last", "past") for unit in ("week", "month")},
    **{f"{word}-year": "last-year" for word in ("last", "past")},
    **{f"this-{unit}": f"this-{unit}" for unit in ("week", "month", "year")},
    "semaine-derniere": "last-week",
    "mois-dernier": "last-month",
    "annee-derniere": "last-year",
    "cette-semaine": "this-week",
    "ce-mois": "this-month",
    "cette-annee": "this-year",
}


def stored_day(typed: str) -> str:
    """Return a day in the form that queries store, "" if it is not a day: "last month" as
    "last-month", "7 days ago" as "7d".
    """
    if YEAR.fullmatch(typed) or DAY.fullmatch(typed):
        return typed
    text = re.sub(r"[\s_’']+", "-", fold(typed).strip())
    if text in NAMED or AGO.fullmatch(text):
        return NAMED.get(text, text)
    few = LAST_FEW.fullmatch(text)
    unit = UNIT_WORDS.get(few["unit"]) if few else None
    return f"{few['count']}{unit}" if few and unit else ""


def stored_span(typed: str) -> str:
    """Return a span in the form that queries store, "2017-10..2018" or one day; "" if it is not a
    span. "7 days ago" begins an open span.
    """
    span = SPAN.fullmatch(typed)
    if not span:
        day = _stored_end(typed)
        return f"{day}.." if AGO.fullmatch(day) or MOMENT.fullmatch(day) else day
    ends = [_stored_end(end) for end in span.groups()]
    is_read = all(bool(end) == bool(typed) for end, typed in zip(ends, span.groups(), strict=True))
    return "..".join(ends) if any(ends) and is_read else ""


def _stored_end(typed: str) -> str:
    """Return the same as stored_day, also accepting an existing time."""
    try:
        if MOMENT.fullmatch(typed):
            return f"{datetime.fromisoformat(typed):%Y-%m-%dT%H:%M:%SZ}"
    except ValueError:
        return ""
    return stored_day(typed)


def is_in_calendar(stored: str) -> bool:
    """Return whether each day of a stored day or span exists."""
    days = filter(DAY.fullmatch, stored.split(".."))
    return all(PartialDate.parse(day).is_in_calendar for day in days)


def is_reversed(low: str, high: str) -> bool:
    """Return whether a span of days ends before it begins, whatever day it is; unknown, and so
    False, of a relative day and a fixed one.
    """
    if not (low and high) or is_relative(low) != is_relative(high):
        return False
    spans = [(_edge(low, day, is_last=False), _edge(high, day, is_last=True)) for day in SOME_DAYS]
    # A day and a moment within it are compared as days.
    lengths = [min(len(first), len(last)) for first, last in spans]
    return all(a[:n] > b[:n] for (a, b), n in zip(spans, lengths, strict=True))


def is_relative(stored: str) -> bool:
    """Return whether a stored day or span will mean another one tomorrow."""
    return any(end in NAMED.values() or AGO.fullmatch(end) for end in stored.split(".."))


def day_at(stored: str, today: str, *, is_last: bool = False) -> str:
    """Return the first or last day of a stored day as the text of a PartialDate, "" for ""."""
    if not stored or not is_relative(stored):
        return stored
    first, last = _days_of(stored, date.fromisoformat(today))
    return (last if is_last else first).isoformat()


def span_at(stored: str, today: str) -> tuple[str, str]:
    """Return the first and the last whole day of a stored span, "" for open; a time is returned
    unchanged.
    """
    low, high = stored.split("..") if ".." in stored else (stored, stored)
    return _edge(low, today, is_last=False), _edge(high, today, is_last=True)


def edge_moments(day: str, low: str, high: str) -> tuple[datetime, datetime]:
    """Return the part of a day between `low` and `high`, each a day or a time, as its first moment
    and the one after its last.
    """
    begin = datetime.combine(date.fromisoformat(day), time(), UTC)
    end = begin + timedelta(days=1)
    if MOMENT.fullmatch(low):
        begin = max(begin, datetime.fromisoformat(low))
    if MOMENT.fullmatch(high):
        # The whole second is included.
        end = min(end, datetime.fromisoformat(high) + timedelta(seconds=1))
    return begin, end


def _edge(stored: str, today: str, *, is_last: bool) -> str:
    if MOMENT.fullmatch(stored):
        return stored
    span = PartialDate.parse(day_at(stored, today, is_last=is_last)).span
    return span[is_last].isoformat() if span else ""


def _days_of(stored: str, today: date) -> tuple[date, date]:
    ago = AGO.fullmatch(stored)
    if ago:
        day = _ago(int(ago["count"]), ago["unit"], today)
        return day, day
    when, _, unit = stored.partition("-")
    if not unit:
        day = today - timedelta(days=when == "yesterday")
        return day, day
    step = 1 if when == "last" else 0
    if unit == "week":
        first = today - timedelta(days=today.weekday() + 7 * step)
        return first, first + timedelta(days=6)
    if unit == "year":
        year = today.year - step
        return date(year, 1, 1), date(year, 12, 31)
    first = _ago(step, "m", today.replace(day=1))
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _ago(count: int, unit: str, today: date) -> date:
    if unit in "dw":
        days = min(count * (7 if unit == "w" else 1), (today - date.min).days)
        return today - timedelta(days=days)
    months = max(12, today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1))
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
