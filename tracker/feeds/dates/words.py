"""Provide the words of dates in feeds, from CLDR through Babel: months, halves of the day, the
order of day and month; names of time zones; pure.
"""

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

LANGUAGES = (
    "en", "ar", "de", "es", "fa", "fr", "he", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru",
    "tr", "uk", "vi", "zh",
)  # fmt: skip
# By hand, since a feed with English dates should not need Babel (40 ms and 10 MB per process).
ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
TEXT_LIMIT = 100  # characters of a date that are read
PREFIX = 3  # minimum letters of an abbreviation
PERSIAN = 100  # added to the number of a month of the Persian calendar

# Variants in other countries of the language, which CLDR lists separately.
VARIANTS = {"ar": ("ar_LB", "ar_DZ", "ar_MA", "ar_TN"), "de": ("de_AT",), "pt": ("pt_PT",)}
# Used by publishing systems, but not in CLDR.
MORE_MONTHS: dict[str, dict[str, int]] = {
    "de": {"mrz": 3},
    "id": {"pebruari": 2, "agt": 8, "ags": 8, "nop": 11, "nopember": 11},
    "es": {"setiembre": 9, "set": 9},
    "it": {"sett": 9},
    "fa": {"اوت": 8, "آگوست": 8},
    "hi": {"सितम्बर": 9, "अक्तूबर": 10, "नवम्बर": 11, "दिसम्बर": 12},
    "ar": {"آب": 8, "كانون ثاني": 1, "تشرين أول": 10, "تشرين ثاني": 11, "كانون أول": 12},
    "vi": {
        "tháng một": 1, "tháng hai": 2, "tháng ba": 3, "tháng tư": 4, "tháng năm": 5,
        "tháng sáu": 6, "tháng bảy": 7, "tháng tám": 8, "tháng chín": 9, "tháng mười": 10,
        "tháng mười một": 11, "tháng mười hai": 12,
    },
}  # fmt: skip
PERSIAN_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن",
    "اسفند",
)  # fmt: skip
# CLDR lists other parts of the day separately, and for some languages only AM and PM.
MORE_HALVES = {
    "am": ("上午", "午前", "早上", "凌晨", "오전", "صباحا", "ص", "לפנה״צ"),
    "pm": ("下午", "午後", "晚上", "中午", "오후", "مساء", "م", "אחה״צ"),
}
# Hours from UTC. An ambiguous abbreviation is read as most feeds mean it, or by the feed's
# language. "CEST" in November is taken literally, although an hour less was meant.
HOURS: dict[str, float] = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1,
    "mez": 1, "cest": 2, "mest": 2, "mesz": 2, "wat": 1, "cat": 2, "sast": 2, "eet": 2, "eest": 3,
    "idt": 3, "eat": 3, "msk": 3, "мск": 3, "msd": 4, "trt": 3, "gst": 4, "irst": 3.5, "irdt": 4.5,
    "pkt": 5, "ist": 5.5, "npt": 5.75, "ict": 7, "wib": 7, "wita": 8, "wit": 9, "hkt": 8,
    "sgt": 8, "pht": 8, "myt": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5,
    "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "nst": -3.5, "ndt": -2.5, "ast": -4, "adt": -3,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10, "brt": -3, "art": -3, "uyt": -3, "clt": -4, "clst": -3,
    "pet": -5, "cot": -5, "vet": -4,
}  # fmt: skip
HOURS_IN: dict[str, dict[str, float]] = {
    "he": {"ist": 2},
    "ar": {"ast": 3},
    "zh": {"cst": 8},
    "en-ie": {"ist": 1},
    "en-au": {"est": 10, "edt": 11, "cst": 9.5},
}
PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
# Zones that are also words: read only if nothing follows them.
WORDS = {"art", "cat", "ct", "eat", "est", "et", "met", "mt", "pet", "pt", "wat", "west", "wit"}

LIKE = str.maketrans(
    "ııيىكة،–—−‐‑‒/／’‘´`״׳॰",
    "iiییکه,------//''''\"' ",
)
# Letters with their marks, which re's \w leaves out in Devanagari.
WORD = re.compile(r"""[^\s\d!-/:-@\[-`{-~«»„“”؛·•|]+""")


def fold(text: str) -> str:
    """Return the beginning of a text in normal form: lower case, ASCII digits, no accents, one
    blank.
    """
    text = " ".join(text[: TEXT_LIMIT * 4].split())[: TEXT_LIMIT * 2]
    if "&" in text:
        text = html.unescape(text)
    if "<" in text or "]]>" in text:
        text = re.sub(r"<!\[CDATA\[|\]\]>|<[^<>]*>", " ", text)
    text = text[:TEXT_LIMIT]
    if not text.isascii():
        # One character may become eighteen.
        text = unicodedata.normalize("NFKD", text.translate(LIKE))[: TEXT_LIMIT * 4]
        text = "".join(_folded(text.casefold().translate(LIKE)))
        text = unicodedata.normalize("NFKC", text)[:TEXT_LIMIT]
    return " ".join(text.lower().split())


def _folded(text: str) -> Iterator[str]:
    for character in text:
        category = unicodedata.category(character)
        if category == "Nd":
            yield str(unicodedata.decimal(character))
        elif category == "Cf":  # marks of direction, joiners
            yield "" if character != "\u200c" else " "
        elif not unicodedata.combining(character):
            yield character


@lru_cache(maxsize=64)
def month_names(language: str) -> dict[str, int]:
    """Return the names of the months in a language and their unambiguous beginnings, folded; for ""
    those of all LANGUAGES, without ambiguous ones; {} for an unknown one.
    """
    if language:
        return _with_prefixes(_months(language))
    meanings = defaultdict[str, set[int]](set)
    for known in LANGUAGES:
        for name, number in month_names(known).items():
            meanings[name].add(number)
    return {name: min(numbers) for name, numbers in meanings.items() if len(numbers) == 1}


def _months(language: str) -> dict[str, int]:
    if language == "en":
        return {name: number for number, name in enumerate(ENGLISH, 1)}
    names: dict[str, int] = {}
    for code in (language, *VARIANTS.get(language, ())):
        locale = _locale(code)
        for context in ("format", "stand-alone") if locale else ():
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    names.setdefault(_name(name), number)
    names |= {fold(name): number for name, number in MORE_MONTHS.get(language, {}).items()}
    if language == "he":  # בנובמבר: "in November"
        names |= {f"ב{name}": number for name, number in names.items()}
    if language == "fa":
        names |= {fold(n): PERSIAN + i for i, n in enumerate(PERSIAN_MONTHS, 1)}
    return {name: number for name, number in names.items() if name and not name[0].isdigit()}


def _name(name: str) -> str:
    return " ".join(WORD.findall(fold(name)))


def _with_prefixes(names: dict[str, int]) -> dict[str, int]:
    meanings = defaultdict[str, set[int]](set)
    for name, number in names.items():
        for length in range(PREFIX, len(name)):
            meanings[name[:length].strip()].add(number)
    short = {name: min(numbers) for name, numbers in meanings.items() if len(numbers) == 1}
    return short | names


@lru_cache(maxsize=64)
def halves(language: str) -> dict[str, bool]:
    """Return the words that say whether a time is after noon, folded, without points and blanks:
    the common ones for "", else a language's own.
    """
    words = {_joined(w): half == "pm" for half, ws in MORE_HALVES.items() for w in ws}
    for code in (language.partition("-")[0],) if language else ():
        if not (locale := _locale(code)):
            continue
        periods = locale.day_periods["format"]
        for names in (periods.get(width, {}) for width in ("wide", "abbreviated")):
            words |= {_joined(names[half]): half == "pm" for half in ("am", "pm") if half in names}
    return words | {"am": False, "pm": True}


def _joined(word: str) -> str:
    return "".join(WORD.findall(fold(word)))


@lru_cache(maxsize=64)
def order(language: str) -> str:
    """Return how the language writes short dates: "dmy", "mdy" or "ymd"; "" if unknown."""
    locale = _locale(language)
    pattern = str(locale.date_formats["short"].pattern).lower() if locale else ""
    return "".join(dict.fromkeys(letter for letter in pattern if letter in "dmy"))


def is_month_first(language: str) -> bool | None:
    """Return whether the language writes the month before the day in short dates; None if
    unknown.
    """
    letters = order(language)
    return letters.index("m") < letters.index("d") if letters else None


@lru_cache(maxsize=64)
def _locale(language: str) -> Any:
    # Not at the top: loading CLDR's names takes 0.3 s per process, which English feeds do not need.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return None


def zone_named(words: Iterable[str], language: str) -> tzinfo | None:
    """Return the zone that the first of the folded words after a time names; None if it is
    no zone.
    """
    first, *others = [*words, ""]
    others = [word for word in others if word]
    if not first or (others and first in WORDS):
        return None
    if first in PLACES:
        return ZoneInfo(PLACES[first])
    base = language.partition("-")[0]
    for table in (HOURS_IN.get(language, {}), HOURS_IN.get(base, {}), HOURS):
        if first in table:
            return timezone(timedelta(hours=table[first]))
    # RFC 2822 4.3: military letters are UTC, since RFC 822 had their signs the wrong way round.
    # "13:05 h" and "13:05 u" are hours.
    if len(first) == 1 and not others and first in "abcdefgiklmnopqrstvwxyz":
        return UTC
    return None
