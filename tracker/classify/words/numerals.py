"""Find numbers as people write them: "25,000", "1,2 Mio.", "2,3 лакх", "deux millions", "3천만"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

from babel import Locale

from tracker.classify.data_files import DATA, LexiconError, read_rows
from tracker.classify.letters.plain import split_list, to_plain_word

# characters of the full text that are read, since numbers are at the top of an article
BODY_READ = 1500
NUMERALS = DATA / "numerals.toml"
EAST_ASIAN = {"ja", "ko", "zh"}
LONGEST = 22  # characters of a number
LARGEST = 10**15
LIMIT = 40  # numbers of a zone that are examined
LARGE = 4  # from this power of ten on a scale closes a section: 5천만 is 5 * 1000 * 10000


@dataclass(frozen=True)
class Number:
    """A number at `start` to `end` of a plain text; `is_bare` where it is digits only, without
    separators and scale, and may be a year.
    """

    value: Decimal
    start: int
    end: int
    is_bare: bool


@cache
def _language_row(language: str) -> tuple[dict[str, int], dict[str, int], bool]:
    row = read_rows(NUMERALS).get(language, {})
    if not isinstance(row, dict):
        raise LexiconError(f"{NUMERALS.name}: {language} is no table")
    return (
        parse_numbered(str(row.get("scales", ""))),
        parse_numbered(str(row.get("words", ""))),
        bool(row.get("spaces")),
    )


def small_numbers(language: str) -> dict[str, int]:
    """Return the small numbers as words, in plain form, with one and "a" among them."""
    return _language_row(language)[1]


def parse_numbered(text: str) -> dict[str, int]:
    """Return the words of a list "word = 3, …", in plain form, with their numbers."""
    pairs = (item.partition("=") for item in split_list(text))
    return {to_plain_word(word): int(number) for word, _, number in pairs}


def _longest_first(words: dict[str, int]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"


@cache
def _pattern(language: str) -> re.Pattern[str]:
    scales, words, has_spaces = _language_row(language)
    if language in EAST_ASIAN:
        digits, scale = r"\d[\d,]{0,14}(?:\.\d{1,3})?", f"[{''.join(scales)}]"
        unit = rf"{digits}(?:\s?{scale})+"
        return re.compile(rf"(?<![\d.,])(?P<east>{unit}(?:\s?{unit})*(?:{digits})?|{digits})")
    apart = r"[.,' ]" if has_spaces else r"[.,']"
    # Grouped by threes, grouped the Indian way (12,34,567), or plain.
    digits = (
        rf"\d{{1,3}}(?:{apart}\d{{3}}){{1,4}}(?:[.,]\d{{1,2}})?(?!\d)"
        r"|\d{1,2}(?:,\d\d){1,5},\d{3}(?!\d)"
        r"|\d{1,15}(?:[.,]\d{1,3})?(?!\d)"
    )
    return re.compile(
        rf"(?<![\d.,])(?:(?P<digits>{digits})|(?<!\w)(?P<word>{_longest_first(words)})(?!\w))"
        rf"(?:[\s-]{{0,2}}(?P<scale>{_longest_first(scales)})(?!\w)(?:\.(?=\s))?)?"
    )


def find_numbers(text: str, language: str) -> Iterator[Number]:
    """Yield the numbers of a plain text by position, of words only those from two on."""
    for count, match in enumerate(_pattern(language).finditer(text)):
        if count >= LIMIT:
            return
        read = _read_east_asian if language in EAST_ASIAN else _read_spaced
        number = read(match, language)
        if number is not None and number.value <= LARGEST:
            yield number


def _read_spaced(match: re.Match[str], language: str) -> Number | None:
    scales, words, _ = _language_row(language)
    digits, scale = match["digits"], match["scale"]
    if digits is None:
        value: Decimal | None = Decimal(words[match["word"]])
        if not scale and value is not None and value < 2:
            return None
    else:
        value = (
            _parse_digits(digits, language, is_scaled=bool(scale))
            if len(digits) <= LONGEST
            else None
        )
    if value is None:
        return None
    if scale:
        value *= 10 ** scales[scale]
    is_bare = digits is not None and digits.isdigit() and not scale
    return Number(value, match.start(), match.end(), is_bare)


@cache
def _decimal_sign(language: str) -> str:
    symbols = Locale.parse(language).number_symbols
    return str(symbols.get("latn", {}).get("decimal", "."))


def _parse_digits(digits: str, language: str, *, is_scaled: bool) -> Decimal | None:
    """Return what the digits mean: a last separator before one or two digits is a decimal sign;
    before three it parts thousands, unless a scale follows and the language writes decimals with
    it.
    """
    raw = digits.replace(" ", "").replace("'", "")
    last = max(raw.rfind("."), raw.rfind(","))
    if last >= 0:
        sign, behind = raw[last], len(raw) - last - 1
        is_decimal = behind != 3 or (
            raw.count(sign) == 1
            and (raw.startswith("0") or (is_scaled and sign == _decimal_sign(language)))
        )
        whole = raw[:last].replace(".", "").replace(",", "")
        raw = f"{whole}.{raw[last + 1 :]}" if is_decimal else whole + raw[last + 1 :]
    try:
        return Decimal(raw)
    except InvalidOperation:
        return None


def _read_east_asian(match: re.Match[str], language: str) -> Number | None:
    scales, _, _ = _language_row(language)
    raw = match["east"]
    total = section = Decimal(0)
    # 5천만 is (5 x 1,000) x 10,000: a large scale closes a section, a small one only multiplies.
    pieces = re.findall(rf"(\d[\d,]*(?:\.\d+)?)\s?((?:\s?[{''.join(scales)}])*)", raw)
    for digits, tail in pieces:
        value = Decimal(digits.replace(",", ""))
        for scale in tail.replace(" ", ""):
            power = scales[scale]
            if power >= LARGE:
                total += (section + value) * 10**power
                section = value = Decimal(0)
            else:
                value *= 10**power
        section += value
    value = total + section
    return Number(value, match.start(), match.end(), raw.isdigit())
