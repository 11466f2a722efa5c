"""How each language writes days and months, as patterns."""

import re
from collections.abc import Iterator
from functools import cache

from babel import Locale

from tracker.classify.facts.days.cues import cues_of
from tracker.classify.letters.characters import is_joined_script
from tracker.classify.letters.plain import to_plain_word

YEAR = r"(?P<y>20\d\d)"
# Reforms of spelling and regional names that CLDR lists for other countries of the language.
VARIANTS = {"ar": ("LB", "DZ", "MA")}
HIJRI = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن",
    "اسفند",
)  # fmt: skip
PARENTHESISED = {"pt", "es", "it", "fr", "id", "tr"}  # "(30/8)"


@cache
def month_names(language: str) -> dict[str, int]:
    """Return the names and short forms of the months in plain form."""
    names: dict[str, int] = dict(cues_of(language).months)
    for locale in (Locale(language), *(Locale(language, t) for t in VARIANTS.get(language, ()))):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    clean = to_plain_word(name).strip(". ")
                    if len(clean) > 2 and not clean[0].isdigit():
                        names.setdefault(clean, number)
    return names


@cache
def _weekdays(language: str) -> dict[str, int]:
    locale = Locale.parse(language)
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for number, name in locale.days[context]["wide"].items():
            clean = to_plain_word(name)
            names.setdefault(clean, number)
            if language == "zh":  # 星期五, 周五, 週五
                names |= {f"周{clean[-1]}": number, f"週{clean[-1]}": number}
            if language in {"ru", "uk", "pl"}:
                names |= dict.fromkeys(_weekday_cases(clean), number)
    return names


def _weekday_cases(weekday: str) -> list[str]:
    """Return the other cases of a weekday: среда: среду, среды; понедельник: понедельника; piątek:
    piątku.
    """
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
    """Return the ways to write a day or a month with its year, the fullest first."""
    months = (
        "|".join(sorted(map(re.escape, month_names(language)), key=len, reverse=True)) or "(?!)"
    )
    written = (
        *_with_month_name(months, language),
        *_in_numbers(language),
        *_without_day(months),
        *_day_alone(language),
    )
    return tuple(map(re.compile, written))


def _with_month_name(months: str, language: str) -> Iterator[str]:
    prefix = "ב?" if language == "he" else ""
    # 26 October 2017, 26. Oktober, le 1er mars.
    yield (
        rf"(?<![\d.,:])(?P<d>\d{{1,2}})(?:er|st|nd|rd|th|\.|º|°|-?го|-?е)?\s+(?:de\s+|of\s+|d')?"
        rf"{prefix}(?P<m>{months})(?!\w)(?:\.?,?\s*/\s*\w+(?:\s+\w+)?)?(?:\.?,?\s+(?:de\s+|del\s+|nam\s+)?{YEAR})?"
    )
    # October 26, 2017.
    yield rf"\b(?P<m>{months})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d|:)(?:,?\s+{YEAR})?"
    # 2017年10月26日, 10월 26일.
    yield (
        rf"(?:{YEAR}\s*[年년]\s*)?(?P<m>1[0-2]|0?[1-9])\s*[月월]\s*"
        r"(?P<d>3[01]|[12]\d|0?[1-9])\s*[日일号號]"
    )


def _in_numbers(language: str) -> Iterator[str]:
    # 26.10.2017 and 26/10/2017; in English nobody knows which number is the month.
    if language != "en":
        yield rf"\b(?P<d>\d{{1,2}})[/.](?P<m>\d{{1,2}})(?:[/.]{YEAR})(?!\d)"
    # ngày 26/10: Vietnamese has words for a part of the day before the two numbers.
    if language == "vi":
        yield (
            r"\b(?:ngay|hom|sang|trua|chieu|toi|dem) (?P<d>\d{1,2})[/.-](?P<m>\d{1,2})"
            rf"(?:[/.-]{YEAR})?(?![/.-]?\d)"
        )
    if language in PARENTHESISED:
        yield r"(?<=\()(?P<d>\d{1,2})/(?P<m>\d{1,2})(?=\))"
    # 2017-10-26.
    yield rf"\b{YEAR}-(?P<m>\d\d)-(?P<d>\d\d)\b"


def _without_day(months: str) -> Iterator[str]:
    # October 2017, then 2017年10月.
    yield rf"(?<!\w)(?P<m>{months})(?!\w),?\s+(?:de\s+|del\s+|nam\s+)?{YEAR}\b"
    yield rf"{YEAR}\s*[年년]\s*(?P<m>1[0-2]|0?[1-9])\s*[月월](?!\s*\d)"


def _day_alone(language: str) -> Iterator[str]:
    # East Asian news gives the day alone: 30일, 8日; but 12일간, 3日前 are spans.
    if language in {"ko", "ja", "zh"}:
        yield (
            r"(?<![\d.,年년月월第])(?<![月월]\s)(?<!\d\s)(?P<m>)(?P<d>3[01]|[12]\d|[1-9])\s?[日일]"
            r"(?!\s?[간동째전후만間间目前後后連连内內曜本])"
        )


@cache
def _month_alone(language: str) -> re.Pattern[str]:
    """Match a month without day and year."""
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
    names = "|".join(to_plain_word(name) for name in HIJRI)
    return re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})\s+(?P<m>{names})(?!\w)(?:\s+(?P<y>1[34]\d\d))?")


@cache
def _weekday_pattern(language: str) -> re.Pattern[str]:
    names = sorted((n for n in _weekdays(language) if len(n) > 1), key=len, reverse=True)
    whole = [
        re.escape(n) if is_joined_script(n[0]) else rf"(?<!\w){re.escape(n)}(?!\w)" for n in names
    ]
    return re.compile("|".join(whole))
