"""Read dates as feeds write them: RFC 822, ISO 8601 and words in twenty languages; pure. The
standard library reads dates that follow a standard, these tables the others. An uncertain date
counts as unknown: a wrong day in a record is worse than none.
"""

import email.utils
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from tracker.feeds.dates.forms import COMPACT, NEVER_TIME, day_and_rest, time_and_zone
from tracker.feeds.dates.words import fold, is_month_first

# Older than any feed: epoch 0 and wrong digits give such dates (fault P10).
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
# publishers' clocks are inaccurate, and some days begin before UTC's
FUTURE_LIMIT = timedelta(days=1)
MOST = 1_000  # characters of a text that are examined, including blanks and markup
NEVER = datetime(1, 1, 1)  # noqa: DTZ001 - a date that was read and cannot be, like 31 February
RFC_2822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}"
    r" (?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)? (?:GMT|UTC|[+-](?:0\d|1[0-4])[0-5]\d)"
)
RFC_3339 = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?"
    r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)"
)
EPOCH = re.compile(r"(?:/?date\()?([+-]?\d{1,19})(?:\.\d{1,9})?(?:[+-]\d{4})?(?:\)/?)?")


@dataclass(frozen=True)
class Published:
    """When an entry was published, UTC; None if unknown. `raw` is the feed's text. `is_ahead`: that
    date is more than a day ahead, so `at` is when it was read.
    """

    at: datetime | None = None
    raw: str = ""
    is_ahead: bool = False


@dataclass(frozen=True)
class Written:
    """A date as written: `local` time, NEVER if impossible; its zone, None if not given.
    `exchanged` is the same with the month first, if the text leaves the order open;
    `is_month_first` is the order that the text shows.
    """

    local: datetime
    zone: tzinfo | None = None
    has_time: bool = False
    exchanged: datetime | None = None
    is_month_first: bool | None = None


def read_date(text: str, language: str, now: datetime) -> datetime | None:
    """Return the time that a text gives, in UTC; `now` if it is in the future, None if it is not a
    date or before 1995.
    """
    return publication_dates([[(text, None)]], (), language, now)[0].at


def publication_dates(
    entries: Iterable[Sequence[tuple[str, time.struct_time | None]]],
    channel: Sequence[str],
    language: str,
    now: datetime,
) -> list[Published]:
    """Return when each entry of a body was published. Each entry gives its dates, the best first,
    with feedparser's reading of each; the first known one counts. A missing zone, or an ambiguous
    order of day and month, is resolved by the other dates of the body, then by those of its channel
    and by the language.
    """
    language = language.lower().replace("_", "-")
    texts_by_entry = [list(dates) for dates in entries]
    written = [
        [_written(text, guess, language) for text, guess in dates] for dates in texts_by_entry
    ]
    flat = [w for dates in written for w in dates if w is not None]
    zone: tzinfo = UTC
    if any(w.zone is None and w.has_time for w in flat):
        told = _zones(flat) or _zones(w for text in channel if (w := read(text, language)))
        zone = told.most_common(1)[0][0] if told else UTC
    orders = {w.is_month_first for w in flat} - {None}
    month_first = orders.pop() if len(orders) == 1 else None
    if month_first is None and any(w.exchanged for w in flat):
        month_first = is_month_first(language)
    return [
        _first_known(
            [
                (text, _moment(w, zone, month_first, now))
                for (text, _), w in zip(dates, found, strict=True)
            ],
            now,
        )
        for dates, found in zip(texts_by_entry, written, strict=True)
    ]


def _zones(written: Iterable[Written]) -> Counter[tzinfo]:
    return Counter(w.zone for w in written if w.zone is not None and w.has_time)


def _first_known(dates: Sequence[tuple[str, datetime | None]], now: datetime) -> Published:
    for raw, at in dates:
        if at is not None:
            return Published(min(at, now), raw, at > now + FUTURE_LIMIT)
    return Published(raw=next((raw for raw, _ in dates if raw), ""))


def _moment(
    written: Written | None, zone: tzinfo, month_first: bool | None, now: datetime
) -> datetime | None:
    if written is None:
        return None
    choices = [written.local, written.exchanged or written.local]
    if written.exchanged is not None:
        latest = (now + FUTURE_LIMIT).replace(tzinfo=None)
        past = [local for local in choices if local <= latest]
        if len(past) == 1:
            choices = past * 2
        elif month_first is None:
            return None
    # A day without a time is that day in any zone.
    zone = (written.zone or zone) if written.has_time else UTC
    try:
        at = choices[bool(month_first)].replace(tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return at if at >= EARLIEST else None


def _written(text: str, guess: time.struct_time | None, language: str) -> Written | None:
    parsed = read(text, language)
    # feedparser read 2026/11/27 09:00 as 1 November, so the text must contain the day of a guess
    # (decision D31).
    if parsed is None and guess is not None and _is_plausible(text, guess):
        return Written(datetime(*guess[:6]), UTC, has_time=True)  # noqa: DTZ001
    return parsed


def _is_plausible(text: str, guess: time.struct_time) -> bool:
    """Return whether a guess rests on more than the year: the text also contains its day, give or
    take the zone.
    """
    numbers = [int(n) for n in re.findall(r"\d+", fold(text))]
    days = {guess.tm_mday - 1, guess.tm_mday, guess.tm_mday + 1}
    return guess.tm_year in numbers and len(numbers) > 2 and bool(days & set(numbers))


def read(text: str, language: str) -> Written | None:
    """Return the date that a text gives; None if none is recognised."""
    # So a date of any length takes about a millisecond.
    text = text.strip()[:MOST]
    if standard := _standard(text):
        return standard
    text = fold(text)
    number = EPOCH.fullmatch(text)
    return (_epoch(number[1]) if number else None) or _in_forms(text, language)


def _in_forms(text: str, language: str) -> Written | None:
    parts = day_and_rest(text, language)
    if parts is None:
        return None
    day, rest = parts
    clock, zone = time_and_zone(rest, language)
    if day.day is None or clock == NEVER_TIME:
        return Written(NEVER)
    since_midnight = clock or timedelta(0)
    try:
        return Written(
            _local(day.day, since_midnight),
            zone,
            clock is not None,
            _local(day.exchanged, since_midnight) if day.exchanged else None,
            day.is_month_first,
        )
    except OverflowError:
        return Written(NEVER)


def _local(day: date, since_midnight: timedelta) -> datetime:
    return datetime(day.year, day.month, day.day) + since_midnight  # noqa: DTZ001


def is_standard(text: str) -> bool:
    """Return whether a text follows one of the standards, so that no guess is needed."""
    text = text.strip()
    return bool(RFC_2822.fullmatch(text) or RFC_3339.fullmatch(text))


def _standard(text: str) -> Written | None:
    try:
        if RFC_2822.fullmatch(text):
            at = email.utils.parsedate_to_datetime(text)
        elif RFC_3339.fullmatch(text):
            at = datetime.fromisoformat(text)
        else:
            return None
    except ValueError:
        return Written(NEVER)
    # "-0000" is UTC without information about the local zone (RFC 2822 3.3).
    return Written(at.replace(tzinfo=None), at.tzinfo or UTC, has_time=True)


def _epoch(digits: str) -> Written | None:
    """Read seconds since 1970, or milli-, micro- or nanoseconds; None if it is no such number."""
    scale = {9: 1, 10: 1, 12: 10**3, 13: 10**3, 16: 10**6, 19: 10**9}.get(len(digits))
    if digits.startswith(("19", "20")) and len(digits) in {8, 12, 14} and COMPACT.match(digits):
        return None  # a date without separators
    if not scale:
        return Written(NEVER)
    at = datetime(1970, 1, 1) + timedelta(seconds=int(digits) / scale)  # noqa: DTZ001
    return Written(at, UTC, has_time=True)
