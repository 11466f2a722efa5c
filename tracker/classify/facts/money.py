"""Find amounts of money, and the words around them."""

import re
from dataclasses import dataclass
from functools import cache

from babel.numbers import get_currency_name

from tracker.classify.data_files import DATA, LexiconError, read_rows
from tracker.classify.letters.plain import any_of_words, split_list, to_plain_word
from tracker.classify.words.numerals import Number

SMALLEST_FINE = 100
CONTEXTS = ("fine", "limit", "open", "other", "rate")
LAST_WORD = re.compile(r"(?P<word>[^\s\d(),:;\"]{1,8})\s?$")
SIGNS = frozenset("$€£¥₹₽₺₩₴₪₫₦₱฿")
SYMBOL_OF = {"australia": "AUD", "esafety": "AUD", "canad": "CAD", "new zealand": "NZD"}
TRADITIONAL = re.compile("[萬億罰臺]")


# Money


@cache
def amount_contexts(language: str) -> dict[str, re.Pattern[str]]:
    """Return the patterns of the words around amounts, by name, of one language."""
    row = read_rows(DATA / "amounts.toml").get(language, {})
    if not isinstance(row, dict) or set(row) - set(CONTEXTS):
        raise LexiconError(f"amounts.toml: [{language}] has a list that is not known")
    lists = {name: any_of_words(split_list(str(row.get(name, "")))) for name in CONTEXTS}
    return {
        "fine": re.compile(lists["fine"]),
        "limit": re.compile(rf"(?:{lists['limit']})[\s,:]*$"),
        "open": re.compile(lists["open"]),
        "other": re.compile(lists["other"]),
        "rate": re.compile(rf"[^.,;]{{0,14}}?(?:{lists['rate']})"),
    }


@cache
def _currency_words(language: str) -> dict[str, str]:
    """Return the words and signs for money, in plain form, with their currency; the language's own
    full names of CLDR besides those of the list.
    """
    listed: dict[str, str] = {}
    for code, text in read_rows(DATA / "currencies.toml").items():
        for word in split_list(str(text)):
            listed.setdefault(to_plain_word(word), code)
    for code in dict.fromkeys(listed.values()):
        for count in (1, 2, 5):
            name = get_currency_name(code, count, locale=language)
            if " " in name:  # the single word may also be another country's
                listed.setdefault(to_plain_word(name), code)
    return listed


@cache
def _currency_behind(language: str) -> re.Pattern[str]:
    either = any_of_words(_currency_words(language))
    return re.compile(rf"[\s-]{{0,2}}(?:(?:de|di|d'|of|dari|من)\s?)?(?P<c>{either})")


def _currency_before(text: str, start: int, language: str) -> str:
    """Return the word or sign for money that ends at the number, "" for none; only short
    ones do.
    """
    match = LAST_WORD.search(text, max(0, start - 12), start)
    if match is None:
        return ""
    word, known = match["word"], _currency_words(language)
    if word in known:
        return word
    if word[-1] in SIGNS:
        return word[-1]
    stems = (s[:-1] for s in known if s.endswith("*"))
    return word if any(word.startswith(stem) for stem in stems) else ""


@dataclass(frozen=True)
class Money:
    """A number with its currency, characters `start` to `end` of a plain text."""

    value: int
    currency: str
    start: int
    end: int


def money_at(text: str, number: Number, language: str) -> Money | None:
    """Return the number with its currency; None if that is ambiguous."""
    start, end = number.start, number.end
    word = _currency_before(text, start, language)
    if word:
        start = text.rindex(word, 0, start)
    else:
        match = _currency_behind(language).match(text, number.end, number.end + 40)
        if match is None:
            return None
        word, end = match["c"], match.end()
    currency = _currency(word, text, language)
    value = int(number.value.to_integral_value())
    if not currency or value < SMALLEST_FINE:
        return None
    return Money(value, currency, start, end)


def _currency(word: str, text: str, language: str) -> str:
    """Return the ISO code; "" if the sign is ambiguous."""
    # Latin America uses it for pesos, so in Spanish it is ambiguous.
    if word == "$":
        near = (code for name, code in SYMBOL_OF.items() if name in text)
        return "" if language == "es" else next(near, "USD")
    # Taiwan, Hong Kong and China share the sign; only the last is shown by the characters.
    if word == "元" and TRADITIONAL.search(text):
        return ""
    known = _currency_words(language)
    if word in known:
        return known[word]
    stems = (s for s in known if s.endswith("*") and word.startswith(s[:-1]))
    return known[max(stems, key=len)]


def is_money(text: str, number: Number, language: str) -> bool:
    """Return whether a currency is next to the number."""
    behind = _currency_behind(language).match(text, number.end, number.end + 40)
    return bool(behind or _currency_before(text, number.start, language))
