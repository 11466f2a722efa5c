"""Words that name a day, found in a text: Babel's (CLDR's) month and weekday names, "today", "ce 26
octobre", 10月26日, ۲۶ آبان; and the days they may mean.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from babel import Locale

from tracker.classify.daycues import cues
from tracker.classify.lexicon import Hit
from tracker.classify.plain import plain_word
from tracker.classify.text import is_joined_script

SLACK = timedelta(days=1)  # between time zones
DAYS_BEFORE = {"today": 0, "yesterday": 1}  # concepts of the lexicon
NEVER = re.compile(r"(?!)")
# Reforms of spelling and regional names that CLDR lists for other countries of the language.
VARIANTS = {"ar": ("LB", "DZ", "MA")}
HIJRI = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن",
    "اسفند",
)  # fmt: skip
PARENTHESISED = {"pt", "es", "it", "fr", "id", "tr"}  # "(30/8)"


@dataclass(frozen=True)
class DayWords:
    """Words that name a day, before it is known which: `year`, `day` 0 where they are not said."""

    start: int
    end: int
    month: int = 0
    day: int = 0
    year: int = 0
    weekday: int = -1
    days_after: int | None = None  # from publication
    months_after: int | None = None
    is_hijri: bool = False
    is_last_year: bool = False  # by the words "last year" beside it

    @property
    def is_relative(self) -> bool:
        return self.month == 0 and self.day == 0


@cache
def month_names(language: str) -> dict[str, int]:
    """The names and short forms of the months in plain form."""
    names: dict[str, int] = dict(cues(language).months)
    for locale in (Locale(language), *(Locale(language, t) for t in VARIANTS.get(language, ()))):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    clean = plain_word(name).strip(". ")
                    if len(clean) > 2 and not clean[0].isdigit():
                        names.setdefault(clean, number)
    return names


@cache
def _weekdays(language: str) -> dict[str, int]:
    locale = Locale.parse(language)
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for number, name in locale.days[context]["wide"].items():
            clean = plain_word(name)
            names.setdefault(clean, number)
            if language == "zh":  # 星期五, 周五, 週五
                names |= {f"周{clean[-1]}": number, f"週{clean[-1]}": number}
            if language in {"ru", "uk", "pl"}:
                names |= dict.fromkeys(_bent(clean), number)
    return names


def _bent(weekday: str) -> list[str]:
    """среда: в среду, среды; понедельник: понедельника; piątek: piątku."""
    stem, last = weekday[:-1], weekday[-1]
    if last in "аяa":
        return [
            stem + {"а": "у", "я": "ю", "a": "e"}[last],
            stem + {"а": "ы", "я": "і", "a": "y"}[last],
        ]
    if weekday.endswith("ek"):
        return [weekday[:-2] + "ku"]
    return [weekday + "а"] if last == "к" else []


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    months = (
        "|".join(sorted(map(re.escape, month_names(language)), key=len, reverse=True)) or "(?!)"
    )
    year = r"(?P<y>20\d\d)"
    prefix = "ב?" if language == "he" else ""
    day_first = (
        rf"(?<![\d.,:])(?P<d>\d{{1,2}})(?:er|st|nd|rd|th|\.|º|°|-?го|-?е)?\s+(?:de\s+|of\s+|d')?"
        rf"{prefix}(?P<m>{months})(?!\w)(?:\.?,?\s*/\s*\w+(?:\s+\w+)?)?(?:\.?,?\s+(?:de\s+|del\s+|nam\s+)?{year})?"
    )
    return (
        re.compile(day_first),
        re.compile(
            rf"\b(?P<m>{months})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d|:)(?:,?\s+{year})?"
        ),
        re.compile(
            rf"(?:{year}\s*[年년]\s*)?(?P<m>1[0-2]|0?[1-9])\s*[月월]\s*"
            r"(?P<d>3[01]|[12]\d|0?[1-9])\s*[日일号號]"
        ),
        re.compile(rf"\b(?P<d>\d{{1,2}})[/.](?P<m>\d{{1,2}})(?:[/.]{year})(?!\d)")
        if language != "en"
        else NEVER,
        re.compile(
            r"\b(?:ngay|hom|sang|trua|chieu|toi|dem) (?P<d>\d{1,2})[/.-](?P<m>\d{1,2})"
            rf"(?:[/.-]{year})?(?![/.-]?\d)"
        )
        if language == "vi"
        else NEVER,
        re.compile(r"(?<=\()(?P<d>\d{1,2})/(?P<m>\d{1,2})(?=\))")
        if language in PARENTHESISED
        else NEVER,
        re.compile(rf"\b{year}-(?P<m>\d\d)-(?P<d>\d\d)\b"),
        re.compile(rf"(?<!\w)(?P<m>{months})(?!\w),?\s+(?:de\s+|del\s+|nam\s+)?{year}\b"),
        re.compile(rf"{year}\s*[年년]\s*(?P<m>1[0-2]|0?[1-9])\s*[月월](?!\s*\d)"),
        # East Asian news tells the day alone: 30일, 8日; but 12일간, 3日前 are spans.
        re.compile(
            r"(?<![\d.,年년月월第])(?<![月월]\s)(?<!\d\s)(?P<m>)(?P<d>3[01]|[12]\d|[1-9])\s?[日일]"
            r"(?!\s?[간동째전후만間间目前後后連连内內曜本])"
        )
        if language in {"ko", "ja", "zh"}
        else NEVER,
    )


@cache
def _month_alone(language: str) -> re.Pattern[str]:
    """A month without day and year."""
    if language in {"ja", "zh", "ko"}:
        return re.compile(
            r"(?<!\d)(?<!\d[年년])(?<!\d[年년]\s)(?P<m>1[0-2]|[1-9])\s?[月월](?!\s?\d)"
        )
    names = sorted((n for n in month_names(language) if len(n) > 3 or n == "may"), key=len)
    prefix = "[במ]?" if language == "he" else ""
    if language == "en":  # "may" and "march" are verbs too
        prefix = r"(?:(?<=in )|(?<=of )|(?<=from )|(?<=by )|(?<=until )|(?<=since )|(?!may|march))"
    return re.compile(rf"(?<!\w){prefix}(?P<m>{'|'.join(map(re.escape, reversed(names)))})(?!\w)")


@cache
def _hijri() -> re.Pattern[str]:
    names = "|".join(plain_word(name) for name in HIJRI)
    return re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})\s+(?P<m>{names})(?!\w)(?:\s+(?P<y>1[34]\d\d))?")


def day_words(folded: str, language: str, hits: Sequence[Hit]) -> Iterator[DayWords]:
    for pattern in _patterns(language):
        for match in pattern.finditer(folded):
            yield _words_of(match, month_names(language))
    if language == "fa":
        numbers = {plain_word(name): number for number, name in enumerate(HIJRI, 1)}
        for match in _hijri().finditer(folded):
            yield _words_of(match, numbers, is_hijri=True)
    for match in _month_alone(language).finditer(folded):
        yield _words_of(match, month_names(language))
    yield from _relative_words(folded, language, hits)


def _words_of(
    match: re.Match[str], months: Mapping[str, int], *, is_hijri: bool = False
) -> DayWords:
    groups = match.groupdict()
    name = groups.get("m") or ""
    month = int(name) if name.isdigit() else months.get(name, 0)
    day, year = int(groups.get("d") or 0), int(groups.get("y") or 0)
    return DayWords(match.start(), match.end(), month, day, year, is_hijri=is_hijri)


def _relative_words(folded: str, language: str, hits: Sequence[Hit]) -> Iterator[DayWords]:
    for hit in hits:
        if _is_day_word(hit, hits):
            yield DayWords(hit.start, hit.end, days_after=-DAYS_BEFORE[hit.value])
    known = cues(language)
    for match in _weekday_pattern(language).finditer(folded):
        number = _weekdays(language)[match.group()]
        is_next = known.words["next"].search(folded[max(0, match.start() - 24) : match.start()])
        is_next = is_next or known.words["next_after"].match(folded, match.end())
        yield DayWords(match.start(), match.end(), weekday=number + (7 if is_next else 0))
    for match in known.words["tomorrow"].finditer(folded):
        yield DayWords(match.start(), match.end(), days_after=1)
    for match in known.words["next_month"].finditer(folded):
        yield DayWords(match.start(), match.end(), months_after=1)


@cache
def _weekday_pattern(language: str) -> re.Pattern[str]:
    names = sorted((n for n in _weekdays(language) if len(n) > 1), key=len, reverse=True)
    whole = [
        re.escape(n) if is_joined_script(n[0]) else rf"(?<!\w){re.escape(n)}(?!\w)" for n in names
    ]
    return re.compile("|".join(whole))


def in_its_year(words: DayWords, folded: str, language: str, published: date | None) -> DayWords:
    """With the year that "last year" or "next year" beside the month means."""
    if words.year or not words.month or published is None:
        return words
    known = cues(language).words
    before = folded[max(0, words.start - 16) : words.start]
    for key, step in (("last_year", -1), ("next_year", 1)):
        if known[key].match(folded, words.end) or known[f"{key}_before"].search(before):
            year = published.year + step
            return replace(words, year=year, is_last_year=step < 0)
    return words


def last_day(words: DayWords, published: date | None) -> date | None:
    """The day (of a month its first) that is meant, without a year the last one before
    `published`; None where there is no such day or no way to know its year.
    """
    if words.year:
        return _day_in(words, words.year)
    if published is None:
        return None
    if not words.month:  # the day alone: of this month or the one before
        before = published.replace(day=1) - timedelta(days=1)
        month = published if words.day <= published.day else before
        return _day_in(DayWords(0, 0, month.month, words.day), month.year)
    days = (_day_in(words, published.year + step) for step in (1, 0, -1))
    return next((day for day in days if day is not None and day <= published + SLACK), None)


def next_day(words: DayWords, published: date) -> date | None:
    """The first such day (of a month its first) at or after `published`."""
    if not words.month:
        ahead = (published + timedelta(days=days) for days in range(62))
        return next((day for day in ahead if day.day == words.day), None)
    first = published if words.day else published.replace(day=1)
    days = (_day_in(words, published.year + step) for step in (-1, 0, 1))
    return next((day for day in days if day is not None and day >= first), None)


def day_of(words: DayWords) -> date | None:
    """The day (of a month its first) that words with their year mean, if there is such a day."""
    return _day_in(words, words.year)


def _day_in(words: DayWords, year: int) -> date | None:
    try:
        if words.is_hijri:
            return _gregorian(year if words.year else year - 621, words.month, words.day or 1)
        return date(year, words.month, words.day or 1)
    except (ValueError, OverflowError):
        return None


def _gregorian(year: int, month: int, day: int) -> date:
    """A day of the Solar Hijri calendar, by the 33-year cycle of its leap years."""
    if not 1 <= day <= (31 if month <= 6 else 30):
        raise ValueError("no such day")
    first = date(2017, 3, 21) + timedelta(days=365 * (year - 1396))  # 1 Farvardin 1396
    leaps = {1, 5, 9, 13, 17, 22, 26, 30}
    span = range(min(year, 1396), max(year, 1396))
    leap_days = sum(y % 33 in leaps for y in span) * (1 if year >= 1396 else -1)
    passed = 31 * min(month - 1, 6) + 30 * max(month - 7, 0)
    return first + timedelta(days=leap_days + passed + day - 1)


def _is_day_word(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Whether it says a day, and is no part of a name as in "Russia Today"."""
    return hit.value in DAYS_BEFORE and not any(
        other.table in {"target", "platform"} and other.start <= hit.start and hit.end <= other.end
        for other in hits
    )
