"""Find how long an act is meant to last: "permanent", "temporary", or "" if unknown; and the stated
length.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache

from tracker.classify.data_files import DATA, LexiconError, read_rows
from tracker.classify.letters.characters import is_joined_script
from tracker.classify.letters.plain import any_of_words, split_list, to_plain, to_plain_word
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.mention import Mention
from tracker.classify.words.numerals import parse_numbered, small_numbers

LENGTHS = DATA / "lengths.toml"
LISTS = {"units", "before", "after", "ongoing", "alone"}
LONGEST_HOURS = 10 * 8_760  # a longer one is a prison sentence or an anniversary


def find_duration(zones: Mapping[str, str], language: str) -> dict[str, tuple[str, Mention]]:
    """Return at most one duration -> (zone, mention): the first of the title, else of the
    summary.
    """
    # Not in the full text, which recalls other acts and their durations.
    for zone in ("title", "summary"):
        for mention in lexicon_of("extent").find(zones[zone], language)[:1]:
            return {mention.value: (zone, mention)}
    return {}


def stated_length(text: str, language: str) -> timedelta | None:
    """Return how long a measure lasts that a title states ("for 72 hours", "a ten-day ban"); None
    for no length, or two different ones.
    """
    hours = {h for h in _stated_hours(text, language) if 0 < h <= LONGEST_HOURS}
    return timedelta(hours=hours.pop()) if len(hours) == 1 else None


def _stated_hours(text: str, language: str) -> set[int]:
    pattern, numbers, units = _length_pattern(language)
    if pattern is None:
        return set()
    found = set()
    for match in pattern.finditer(to_plain(text).text):
        is_cued = match["before"] is not None or match["after"] is not None
        if is_cued and match["ongoing"] is None:
            digits = match["digits"]
            number = int(digits) if digits else numbers.get(match["word"] or "", 1)
            found.add(number * units[match["unit"]])
    return found


@cache
def _length_pattern(
    language: str,
) -> tuple[re.Pattern[str] | None, dict[str, int], dict[str, int]]:
    """Return the pattern of a length in plain text, and the values of its numbers and units."""
    row = read_rows(LENGTHS).get(language)
    if row is None:
        return None, {}, {}
    if not isinstance(row, dict) or set(row) - LISTS:
        raise LexiconError(f"{LENGTHS.name}: [{language}] has a list that is not known")
    units, numbers = parse_numbered(str(row["units"])), small_numbers(language)
    lists = {
        name: any_of_words(split_list(str(row.get(name, ""))))
        for name in ("before", "after", "ongoing")
    }
    is_joined = is_joined_script(next(iter(units))[0])
    edge = "" if is_joined else r"(?!\w)"
    either = "|".join(map(re.escape, sorted(units, key=len, reverse=True)))
    words = "|".join(map(re.escape, sorted(numbers, key=len, reverse=True))) or "(?!)"
    number = rf"(?:(?P<digits>(?<![\d.,])\d{{1,3}})|(?<!\w)(?P<word>{words})(?!\w))[\s-]{{0,2}}"
    if row.get("alone"):
        number = rf"(?:{number})?"
    pattern = re.compile(
        rf"(?:(?P<before>{lists['before']})\s{{0,2}})?{number}"
        rf"(?P<unit>(?:{either})){edge}"
        rf"(?:[\s-]{{0,2}}(?:(?P<ongoing>{lists['ongoing']})|(?P<after>{lists['after']})))?"
    )
    return pattern, numbers, {to_plain_word(unit): hours for unit, hours in units.items()}
