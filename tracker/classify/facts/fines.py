"""Find the amount of a fine."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from tracker.classify.facts.money import Money, amount_contexts, money_at
from tracker.classify.letters.language import LANGUAGES
from tracker.classify.letters.plain import sentence_around, to_plain
from tracker.classify.words.numerals import BODY_READ, Number, find_numbers

NEAR_FINE = 90  # characters between an amount and the word for a fine
FINES_READ = 20  # words for a fine in a zone that are examined
# The verb is at the end of the sentence: a mere threat shows after the amount.
VERB_LAST = {"ja", "ko", "hi", "tr", "fa"}
RANGE_BEFORE = re.compile(r"\d\s?[-~]\s?$")
RANGE_AFTER = re.compile(r"\s?[-~]\s?[$€£]?\d")
IN_A_YEAR = re.compile(r"[^.,;]{0,24}(?<!\w)(?:in|en|im|w|в|у|em|nel|pada|năm|nam) (?:19|20)\d\d")


@dataclass(frozen=True)
class Fine:
    """A fine in whole units of `currency` (ISO 4217); its words are `start` to `end` of `zone`."""

    value: int
    currency: str
    zone: str
    start: int
    end: int


def find_fine(zones: Mapping[str, str], language: str) -> Fine | None:
    """Return the fine, penalty or settlement that is imposed or agreed: the first in the title,
    else the summary, else the beginning of the full text; under a title that tells of a fine, the
    first sum that the summary's first sentence states. None for one that is threatened, a maximum,
    a daily rate or a range, and for money that is something else.
    """
    code = language if language in LANGUAGES else "en"
    title_tells = False
    for zone, words in zones.items():
        plain_text = to_plain(words[:BODY_READ])
        # Words for a fine first: most texts have none, and parsing numbers is more expensive.
        fines = list(islice(amount_contexts(code)["fine"].finditer(plain_text.text), FINES_READ))
        is_summary_of_fine = title_tells and zone == "summary"
        for number in find_numbers(plain_text.text, code) if fines or is_summary_of_fine else ():
            is_near = any(_is_near(number, fine) for fine in fines)
            if not (is_near or is_summary_of_fine):
                continue
            money = money_at(plain_text.text, number, code)
            if money is None:
                continue
            is_its_sum = is_summary_of_fine and _is_its_sum(plain_text.text, money, code)
            if is_its_sum or _is_fine(plain_text.text, money, code):
                start, end = plain_text.span(money.start, money.end)
                return Fine(money.value, money.currency, zone, start, end)
        title_tells |= zone == "title" and bool(fines) and not _is_open(plain_text.text, code)
    return None


def _is_open(title: str, language: str) -> bool:
    """Return whether a title leaves it open if there will be a fine."""
    cues = amount_contexts(language)
    return bool(cues["open"].search(title) or cues["limit"].search(title))


def _is_its_sum(text: str, money: Money, language: str) -> bool:
    """Return whether a sum of the first sentence is that of the fine that the title tells of."""
    first, last = sentence_around(text, money.start, money.end)
    is_left_open = amount_contexts(language)["open"].search(text, first, last)
    return first == 0 and not is_left_open and not _is_other(text, money, language)


def _is_fine(text: str, money: Money, language: str) -> bool:
    cues = amount_contexts(language)
    first, last = sentence_around(text, money.start, money.end)
    if _is_other(text, money, language):
        return False
    fine = cues["fine"].search(text, max(first, money.start - NEAR_FINE), money.end + NEAR_FINE)
    if fine is None or fine.start() >= last:
        return False
    # "could be fined": the word that leaves it open is before the amount, or at the end.
    until = last if language in VERB_LAST else money.start
    return not cues["open"].search(text, first, until)


def _is_other(text: str, money: Money, language: str) -> bool:
    """Return whether the words around a sum make it a maximum, a rate, a range, or the money of
    something else.
    """
    cues = amount_contexts(language)
    first, last = sentence_around(text, money.start, money.end)
    before, behind = text[first : money.start], text[money.end : last]
    return bool(
        cues["limit"].search(before)
        or RANGE_BEFORE.search(before)
        or RANGE_AFTER.match(behind)
        or cues["rate"].match(behind)
        or cues["rate"].search(before[-30:])
        or IN_A_YEAR.match(behind)
        or cues["other"].search(before[-24:])
        or cues["other"].search(behind[:20])
    )


def _is_near(number: Number, fine: re.Match[str]) -> bool:
    return fine.start() - number.end <= NEAR_FINE and number.start - fine.end() <= NEAR_FINE
