"""Find day, time and zone in the folded text of a date, in numbers and in words; pure."""

import re
from collections.abc import Sequence
from datetime import date, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tracker.feeds.dates.words import PERSIAN, WORD, halves, month_names, order, zone_named

NEVER_TIME = timedelta(days=-1)  # recognised but impossible: 25 o'clock
FARTHEST = timedelta(hours=14)  # of a zone from UTC
# Years that are read as another calendar's, since no feed means the Gregorian ones.
PERSIAN_YEARS = range(1373, 1421)
BUDDHIST_YEARS = range(2538, 2644)
BUDDHIST = 543
NOWRUZ = date(1994, 3, 21)  # the first day of PERSIAN_YEARS
# Japan and Taiwan: the year before the first of the era.
ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}


YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?!\d)")
YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d:])")
WEEK = re.compile(r"(?<!\d)(\d{4})-?w(\d{2})-?([1-7])(?!\d)")
DAY_OF_YEAR = re.compile(r"(?<!\d)(\d{4})-(\d{3})(?![\d-])")
COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?=\D|$|(?:\d{4}|\d{6})(?!\d))")
MONTH_ALONE = re.compile(r"^\d{4}[-/.]\d{1,2}$")
UNITS = re.compile(r"(?<=\d)\s?([年月日号號时時點点分秒년월일시분초])")
PIECE = re.compile(rf"\d+|{WORD.pattern}|\S")
# What may separate day, month and year.
FILLERS = {
    ",", ".", "/", "-", "'", "de", "del", "of", "d", "di", "nam", "st", "nd", "rd", "th", "er", "o",
    "a", "е", "го", "г", "年", "년", "日", "일", "号", "號",
}  # fmt: skip
MOST_FILLERS = 3
PIECES = 40  # numbers, words and signs of a text that are examined
MONTH_WORDS = 3  # of the longest name of a month
YEAR_UNITS = {"年", "년"}
MONTH_UNITS = {"月", "월"}
MONTH_BEFORE = {"thang", "thg", "th"}  # Vietnamese: tháng 11, Th11

CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2})\s?:\s?(\d{1,2})(?:\s?:\s?(\d{1,2})(?:[.,]\d{1,12})?)?(?![\d:])"
)
EAST_ASIAN = re.compile(
    r"(?<!\d)(\d{1,2})\s{0,2}[时時點点시]\s{0,2}"
    r"(?:(\d{1,2})\s{0,2}[分분])?\s{0,2}(?:(\d{1,2})\s{0,2}[秒초])?"
)
HOURS = re.compile(
    r"(?<![\d.:])(\d{1,2})\s?(?:h|u|uhr|ч)(?:\s?(\d{2})(?:\s?m(?:in)?)?)?()(?![\w.:])"
)
HALF = re.compile(r"(?<![\d.:])(\d{1,2})()()(?=\s?[ap]\.?\s?m\b)")
DOTTED = re.compile(r"(?<![\d.:])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?![\d.:])")
BASIC = re.compile(r"t\s?(\d{2})(?:(\d{2})(?:(\d{2})(?:[.,]\d{1,12})?)?)?(?![\d:])")
TIMES = (CLOCK, EAST_ASIAN, HOURS, HALF, DOTTED, BASIC)
NEAR = 60  # characters after a time that are searched for a zone
OFFSET = re.compile(
    r"([+-])(\d{2})(?::?(\d{2}))?(?![\d:])|([+-])(\d):(\d{2})(?!\d)"
    r"|(?:utc|gmt)\s?([+-])\s?(\d{1,2})(?::(\d{2}))?(?!\d)"
)
PLACE = re.compile(r"[a-z]+/[a-z_]+")


class ParsedDay(NamedTuple):
    """A day, None if impossible, and its position in the text. `exchanged` is the day with the
    month first, if the text leaves the order open; `is_month_first` is the order that the text
    shows.
    """

    day: date | None
    spans: tuple[tuple[int, int], ...]
    exchanged: date | None = None
    is_month_first: bool | None = None


def day_and_rest(text: str, language: str) -> tuple[ParsedDay, str] | None:
    """Return the day of a folded text and the text without it; None if the text has no day."""
    day = _in_numbers(text, language)
    if day is None or day.day is None:
        spaced = UNITS.sub(r" \1 ", text)
        in_words = _in_words(spaced, language)
        if in_words and (in_words.day or day is None):
            day, text = in_words, spaced
    if day is None:
        return None
    for start, end in day.spans:
        after = text[end:].removeprefix(":")  # 29/Nov/2026:13:05:00
        text = text[:start] + (" t" if after[:1].isdigit() else " ") + after  # 20261129130500
    return day, text


def _in_numbers(text: str, language: str) -> ParsedDay | None:
    """Return the day that a text gives in numbers only: the first possible one, else an impossible
    one.
    """
    days = [
        *(_ymd(m, m[1], m[3], m[4]) for m in YEAR_FIRST.finditer(text)),
        *(_year_last(m, language) for m in YEAR_LAST.finditer(text)),
        *(
            ParsedDay(_week(int(m[1]), int(m[2]), int(m[3])), (m.span(),))
            for m in WEEK.finditer(text)
        ),
        *(
            ParsedDay(_of_year(int(m[1]), int(m[2])), (m.span(),))
            for m in DAY_OF_YEAR.finditer(text)
        ),
        *(_ymd(m, m[1], m[2], m[3]) for m in COMPACT.finditer(text)),
        *(ParsedDay(None, (m.span(),)) for m in MONTH_ALONE.finditer(text)),
    ]
    return next((day for day in days if day.day), days[0] if days else None)


def _ymd(m: re.Match[str], year: str, month: str, day: str) -> ParsedDay:
    return ParsedDay(_calendar(int(year), int(month), int(day)), (m.span(),))


def _year_last(m: re.Match[str], language: str) -> ParsedDay:
    """Read 29/11/2026 or 11/29/2026. With points the day comes before the month everywhere. Two
    digits at the end are the day in a language that begins with the year; "26-11-29" may be either,
    and is read only if just one order gives a day.
    """
    first, separator, second, span = int(m[1]), m[2], int(m[3]), (m.span(),)
    year = _full_year(m[4])
    if len(m[4]) == 2 and len(m[1]) == 2 and order(language).startswith("y"):
        return ParsedDay(_calendar(_full_year(m[1]), second, int(m[4])), span)
    by_day = _calendar(year, second, first)
    if separator == ".":
        return ParsedDay(by_day, span)
    by_month = _calendar(year, first, second)
    if len(m[4]) == 2 and separator == "-":
        by_year = _calendar(_full_year(m[1]), second, int(m[4])) if len(m[1]) == 2 else None
        days = {day for day in (by_day, by_month, by_year) if day}
        return ParsedDay(days.pop() if len(days) == 1 else None, span)
    if by_day and by_month and by_day != by_month:
        return ParsedDay(by_day, span, exchanged=by_month)
    shows = bool(by_month) if bool(by_month) != bool(by_day) else None
    return ParsedDay(by_day or by_month, span, is_month_first=shows)


def _full_year(digits: str) -> int:
    """Return the full year (RFC 2822 4.3: two digits up to 49 are in this century)."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 50 else 1900)


def _calendar(year: int, month: int, day: int) -> date | None:
    """Return the Gregorian day; a month above PERSIAN belongs to that calendar."""
    if year in BUDDHIST_YEARS:
        year -= BUDDHIST
    try:
        if year in PERSIAN_YEARS:
            return _persian(year, month % PERSIAN, day)
        return date(year, month, day)
    except ValueError:
        return None


def _persian(year: int, month: int, day: int) -> date:
    """Convert by the arithmetic 33-year cycle, which agrees with the observed calendar from 1799 to
    2256.
    """
    lengths = [31] * 6 + [30] * 5 + [29 + _is_persian_leap(year)]
    if not (1 <= month <= 12 and 1 <= day <= lengths[month - 1]):
        raise ValueError("no such day")
    before = sum(365 + _is_persian_leap(y) for y in range(PERSIAN_YEARS.start, year))
    return NOWRUZ + timedelta(days=before + sum(lengths[: month - 1]) + day - 1)


def _is_persian_leap(year: int) -> bool:
    return (25 * year + 11) % 33 < 8


def _week(year: int, week: int, weekday: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, weekday)
    except ValueError:
        return None


def _of_year(year: int, number: int) -> date | None:
    try:
        day = date(year, 1, 1) + timedelta(days=number - 1)
    except (ValueError, OverflowError):
        return None
    return day if day.year == year else None


class _Piece(NamedTuple):
    """Digits, a word or a sign."""

    text: str
    start: int
    end: int


class _Item(NamedTuple):
    """A number, the name or number of a month, a year with its unit, or what is between."""

    type: str  # "number", "month", "year", "other"
    text: str
    start: int
    end: int
    value: int = 0


def _in_words(text: str, language: str) -> ParsedDay | None:
    """Return the day that a text gives with the name of a month: by English, by the feed's
    language, then by all.
    """
    tokens = islice(PIECE.finditer(text), PIECES)
    pieces = [_Piece(m[0], m.start(), m.end()) for m in tokens]
    has_words = any(WORD.match(piece.text) for piece in pieces)
    if not has_words or not any(piece.text.isdigit() for piece in pieces):
        return None
    impossible = None
    for tongue in dict.fromkeys(("en", language.partition("-")[0], "")):
        items = _items(pieces, month_names(tongue))
        months = [i for i, item in enumerate(items) if item.type == "month"]
        starts = (i for month in months for i in range(max(0, month - MOST_FILLERS - 1), month + 1))
        for i in starts:
            day = _sequence(items, i)
            if day is not None and day.day:
                return day
            impossible = impossible or day
        if impossible:
            break
    return impossible


def _items(pieces: Sequence[_Piece], months: dict[str, int]) -> list[_Item]:
    items: list[_Item] = []
    i = 0
    while i < len(pieces):
        after = pieces[i + 1] if i + 1 < len(pieces) else _Piece("", -1, -1)
        is_number = pieces[i].text.isdigit()
        item, length = (
            _number(pieces[i], after) if is_number else _word(pieces[i], after, pieces, i, months)
        )
        items.append(item)
        i += length
    return items


def _number(piece: _Piece, after: _Piece) -> tuple[_Item, int]:
    """Return the item that begins with a number, and its number of pieces."""
    value = int(piece.text)
    if after.text in YEAR_UNITS:
        return _Item("year", piece.text, piece.start, after.end, value), 2
    if after.text in MONTH_UNITS and value <= 12:
        return _Item("month", piece.text, piece.start, after.end, value), 2
    return _Item("number", *piece, value), 1


def _word(
    piece: _Piece, after: _Piece, pieces: Sequence[_Piece], i: int, months: dict[str, int]
) -> tuple[_Item, int]:
    """Return the item that begins with a word or a sign, and its number of pieces."""
    number = int(after.text) if after.text.isdigit() else 0
    if piece.text in ERAS and number:
        return _Item("year", after.text, piece.start, after.end, ERAS[piece.text] + number), 2
    is_near = after.start == piece.end or piece.text != "th"  # Th11, but not "5th 11:00"
    if piece.text in MONTH_BEFORE and is_near and 1 <= number <= 12:
        return _Item("month", piece.text, piece.start, after.end, number), 2
    for length in range(min(MONTH_WORDS, len(pieces) - i), 0, -1):
        words = pieces[i : i + length]
        if month := months.get(" ".join(word.text for word in words), 0):
            return _Item("month", piece.text, piece.start, words[-1].end, month), length
    return _Item("other", *piece), 1


def _sequence(items: Sequence[_Item], i: int) -> ParsedDay | None:
    """Return the day of a sequence of day, month and year that begins at `i`; the year may follow
    the time, as in asctime().
    """
    first, second, third = items[i], _next(items, i), _next(items, _next(items, i))
    if second is None or third is None:
        return None
    middle, last = items[second], items[third]
    if middle.type == "month" and last.type == "number" and _is_full_year(first):
        return _day(first, middle, last, ((first.start, last.end),))
    day, month = (first, middle) if middle.type == "month" else (middle, first)
    is_minute = i > 1 and (items[i - 2].type, items[i - 1].text) == ("number", ":")
    if (day.type, month.type) != ("number", "month") or len(day.text) > 2 or is_minute:
        return None
    if _is_year(items, third):
        return _day(last, month, day, ((first.start, last.end),))
    year = _later_year(items, second + 1) if last.type == "number" else None
    spans = ((year.start, year.end), (first.start, middle.end)) if year else ()
    return _day(year, month, day, spans) if year else None


def _next(items: Sequence[_Item], i: int | None) -> int | None:
    """Return the next position that is not filler."""
    if i is None:
        return None
    for place in range(i + 1, min(i + 2 + MOST_FILLERS, len(items))):
        if items[place].text not in FILLERS or items[place].type != "other":
            return place
    return None


def _is_full_year(item: _Item) -> bool:
    return item.type == "year" or (item.type == "number" and len(item.text) == 4)


def _is_year(items: Sequence[_Item], i: int) -> bool:
    """Return whether the item is a year: four digits, or two that are not the hour."""
    is_hour = i + 1 < len(items) and items[i + 1].text == ":"
    is_short = items[i].type == "number" and len(items[i].text) == 2
    return _is_full_year(items[i]) or (is_short and not is_hour)


def _later_year(items: Sequence[_Item], i: int) -> _Item | None:
    for before, item in pairwise(items[i:]):
        is_offset = before.text in {"+", "-"} and before.end == item.start
        if item.type == "number" and _is_full_year(item) and not is_offset:
            return item
    return None


def _day(year: _Item, month: _Item, day: _Item, spans: tuple[tuple[int, int], ...]) -> ParsedDay:
    full = year.value if year.type == "year" else _full_year(year.text)
    if (month.value > PERSIAN) != (full in PERSIAN_YEARS) or len(day.text) > 2:
        return ParsedDay(None, spans)
    return ParsedDay(_calendar(full, month.value, day.value), spans)


def time_and_zone(text: str, language: str) -> tuple[timedelta | None, tzinfo | None]:
    """Return the time of day in the remaining text, None if there is none, NEVER_TIME if
    impossible; and the zone after it, or None.
    """
    m = next((m for pattern in TIMES if (m := pattern.search(text))), None)
    if m is None:
        return None, None
    hour, minute, second = int(m[1]), int(m[2] or 0), int(m[3] or 0)
    before = WORD.findall(text[max(0, m.start() - NEAR) : m.start()])[-1:]
    is_late, after = _half(before, text[m.end() : m.end() + NEAR], language)
    if is_late is not None and hour <= 12:
        hour = hour % 12 + 12 * is_late
    is_midnight = (hour, minute, second) == (24, 0, 0)
    is_possible = is_midnight or (hour < 24 and minute < 60 and second <= 60)  # a leap second
    clock = timedelta(hours=hour, minutes=minute, seconds=second) if is_possible else NEVER_TIME
    return clock, _zone(after, language)


def _half(before: Sequence[str], after: str, language: str) -> tuple[bool | None, str]:
    """Return whether words next to a time say that it is after noon (None if there are none), and
    the text after them.
    """
    follow = list(WORD.finditer(re.split(r"[\d+]", after, maxsplit=1)[0]))[:2]
    near = [m[0] for m in follow]
    names = halves(language if _may_be_half([*before, *near]) else "")
    for length in (2, 1):
        word = "".join(near[:length])
        if len(near) >= length and word in names:
            return names[word], after[follow[length - 1].end() :]
    for word in before:
        for part in (word, word[-2:]):
            if part in names:
                return names[part], after
    return None, after


def _may_be_half(words: Sequence[str]) -> bool:
    """Return whether a language's own words for AM and PM need to be looked up, which takes time.
    Among those that are ASCII after folding, only Vietnamese and Turkish use other words than "am"
    and "pm".
    """
    return any(not word.isascii() or word in {"sa", "ch", "oo", "os"} for word in words)


def _zone(after: str, language: str) -> tzinfo | None:
    if m := OFFSET.search(after):
        sign, hours, minutes = next(m.groups()[i : i + 3] for i in (0, 3, 6) if m[i + 1])
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if "etc/gmt" in after:  # whose signs are reversed
            offset = -offset
        is_possible = abs(offset) <= FARTHEST and int(minutes or 0) < 60
        return timezone(offset if sign == "+" else -offset) if is_possible else None
    if m := PLACE.search(after):
        return _place(m[0])
    return zone_named(WORD.findall(after), language)


@lru_cache(maxsize=64)
def _place(name: str) -> tzinfo | None:
    """Return a zone of the tz database, whose names are case-sensitive, for "europe/berlin"."""
    try:
        return ZoneInfo(name.title().replace("_Of_", "_of_"))
    except (ValueError, OSError, LookupError):
        return None
