"""The day of the act, as the text tells it: Babel's (CLDR's) month and weekday names, "today", "ce
26 octobre", 10月26日.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from babel import Locale

from tracker.classify.language import LANGUAGES
from tracker.classify.lexicon import Hit
from tracker.classify.text import Folding, fold, folding, is_joined_script

STALE = timedelta(days=3650)
BACK = {"today": 0, "yesterday": 1}  # concepts of the lexicon: days before publication
SUNDAY = 6
# "1月7日消息": the day of the report, not of the act, where the text has another.
DATELINE = re.compile(r"\s*(?:消息|讯|訊|电|電)")


@dataclass(frozen=True)
class Found:
    """`value` is "YYYY-MM-DD" or "YYYY-MM"; characters `start` to `end` of the zone say it.
    `is_relative` tells "on Thursday" and "today" from a day with its month.
    """

    value: str
    start: int
    end: int
    is_relative: bool = False


@cache
def _months(language: str) -> dict[str, int]:
    locale = Locale.parse(language)
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                clean = fold(name).strip(". ")
                if len(clean) > 2 and not clean[0].isdigit():
                    names.setdefault(clean, number)
    return names


@cache
def _weekdays(language: str) -> dict[str, int]:
    locale = Locale.parse(language)
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for number, name in locale.days[context]["wide"].items():
            clean = fold(name)
            names.setdefault(clean, number)
            if language == "zh":  # 星期五, 周五, 週五
                names |= {f"周{clean[-1]}": number, f"週{clean[-1]}": number}
            if language in {"ru", "uk", "pl"} and clean[-1] in "аяa":  # среда, в среду
                names.setdefault(clean[:-1] + {"а": "у", "я": "ю", "a": "e"}[clean[-1]], number)
    return names


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    months = "|".join(sorted(map(re.escape, _months(language)), key=len, reverse=True)) or "(?!)"
    return (
        re.compile(
            rf"\b(?P<d>\d{{1,2}})(?:er|st|nd|rd|th|\.|º)?\s+(?:de\s+|of\s+|d')?(?P<m>{months})\b(?:\.?,?\s+(?:de\s+|del\s+)?(?P<y>20\d\d))?"
        ),
        re.compile(
            rf"\b(?P<m>{months})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d|:)(?:,?\s+(?P<y>20\d\d))?"
        ),
        re.compile(
            r"(?:(?P<y>20\d\d)\s*[年년]\s*)?(?P<m>1[0-2]|0?[1-9])\s*[月월]\s*(?P<d>3[01]|[12]\d|0?[1-9])\s*[日일]"
        ),
        re.compile(r"\b(?P<d>\d{1,2})[/.](?P<m>\d{1,2})(?:[/.](?P<y>20\d\d))(?!\d)")
        if language != "en"
        else re.compile(r"(?!)"),
        re.compile(
            r"\b(?:ngay|hom|sang|trua|chieu|toi|dem) (?P<d>\d{1,2})[/.-](?P<m>\d{1,2})"
            r"(?:[/.-](?P<y>20\d\d))?"
        )
        if language == "vi"
        else re.compile(r"(?!)"),
        re.compile(r"\b(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
        re.compile(rf"\b(?P<m>{months})\b,?\s+(?:de\s+|del\s+)?(?P<y>20\d\d)\b"),
        re.compile(r"(?P<y>20\d\d)\s*[年년]\s*(?P<m>1[0-2]|0?[1-9])\s*[月월](?!\s*\d)"),
        # Korean and Japanese news tell the day alone: 30일, 8日; but 12일간, 3日前 are spans.
        re.compile(
            r"(?<![\d.,年년月월])(?<![月월]\s)(?P<m>)(?P<d>3[01]|[12]\d|[1-9])[일日]"
            r"(?!\s?[간동째전후만間目前後連])"
        )
        if language in {"ko", "ja"}
        else re.compile(r"(?!)"),
    )


def occurred(
    text: str, language: str, published: date | None, hits: Sequence[Hit] = ()
) -> Found | None:
    """The first day that the zone tells with its month, else by a weekday or a word among `hits`
    ("today", "yesterday"), else the first month; at or before `published`, since a later one is
    when a rule takes effect.

    A day without a year is the last such day before `published`, and is not told without one.
    """
    folded = folding(text)
    found = [
        Found(value, *folded.span(*match.span()))
        for pattern in _patterns(language if language in LANGUAGES else "en")
        for match in pattern.finditer(folded.text)
        if (value := _resolve(match.groupdict(), language, published))
    ]
    days = sorted((f for f in found if len(f.value) == 10), key=lambda f: f.start)
    relative = _relative(folded, language, published, hits)
    if days and not (relative and DATELINE.match(text, days[0].end)):
        return days[0]
    months = sorted(found, key=lambda f: f.start)
    return (
        relative
        or (months[0] if months else None)
        or _week(published, hits)
        or _bare_month(folded, language, published)
    )


def _resolve(groups: dict[str, str | None], language: str, published: date | None) -> str:
    name, day, year = groups["m"] or "", groups.get("d"), groups.get("y")
    if not year and not published:
        return ""
    if day and not name:
        assert published is not None  # noqa: S101 - told above; for the type checker
        return _last(int(day), published)
    month = int(name) if name.isdigit() else _months(language)[name]
    try:
        if not day:
            first = date(int(year or 0), month, 1)
            return f"{first:%Y-%m}" if not published or first <= published else ""
        if year:
            found = date(int(year), month, int(day))
        else:
            assert published is not None  # noqa: S101 - told above; for the type checker
            found = date(published.year, month, int(day))
            if found > published + timedelta(days=1):
                found = found.replace(year=found.year - 1)
    except ValueError:
        return ""
    if published and not timedelta(0) <= published - found + timedelta(days=1) <= STALE:
        return ""
    return found.isoformat()


def _last(day: int, published: date) -> str:
    """The last such day of a month at or before `published`, which must lie in that month or the
    next.
    """
    before = published.replace(day=1) - timedelta(days=1)
    month = published if day <= published.day else before
    try:
        return month.replace(day=day).isoformat()
    except ValueError:
        return ""


def _relative(
    folded: Folding, language: str, published: date | None, hits: Sequence[Hit]
) -> Found | None:
    if published is None:
        return None
    told = [(BACK[hit.value], hit.start, hit.end) for hit in hits if _is_day_word(hit, hits)]
    for name, number in _weekdays(language).items():
        whole = name if is_joined_script(name[0]) else rf"(?<!\w){re.escape(name)}(?!\w)"
        match = re.search(whole, folded.text) if len(name) > 1 else None
        if match:
            told.append(((published.weekday() - number) % 7, *folded.span(*match.span())))
    for back, start, end in sorted(told, key=lambda t: t[1])[:1]:
        return Found((published - timedelta(days=back)).isoformat(), start, end, is_relative=True)
    return None


def _week(published: date | None, hits: Sequence[Hit]) -> Found | None:
    """The month of a weekend or week that is told without its days."""
    if published is None:
        return None
    for hit in hits:
        if hit.value == "weekend":
            day = published - timedelta(days=(published.weekday() - SUNDAY) % 7)
        elif hit.value == "week":
            day = published - timedelta(days=7)
        else:
            continue
        return Found(f"{day:%Y-%m}", hit.start, hit.end, is_relative=True)
    return None


def _bare_month(folded: Folding, language: str, published: date | None) -> Found | None:
    """A month without a year, if it is that of the publication or the one before: "in October"."""
    if published is None:
        return None
    before = published.replace(day=1) - timedelta(days=1)
    for month in (published, before):
        for name, number in _months(language).items():
            if number == month.month and len(name) > 3:
                match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded.text)
                if match:
                    span = folded.span(*match.span())
                    return Found(f"{month:%Y-%m}", *span, is_relative=True)
    return None


def _is_day_word(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Whether it says a day, and is no part of a name as in "Russia Today"."""
    return hit.value in BACK and not any(
        other.table in {"target", "platform"} and other.start <= hit.start and hit.end <= other.end
        for other in hits
    )
