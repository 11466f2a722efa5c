"""Doubt whether two similar reports are about one person, outlet or firm: where names are missing,
unrecognised or differ.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from tracker.classify import Kind
from tracker.classify.facts.details import LEAST_WORD, STEM, end_of_content
from tracker.classify.letters.folding import fold
from tracker.classify.names.tokens import CASELESS
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.likeness.targets import compare_targets, mentioned_targets
from tracker.events.grouping.spellings.comparison import Likeness
from tracker.events.grouping.spellings.parsing import HOME, is_name

LONGEST_NAME = 6  # maximum words of a name, or characters in scripts without spaces
TITLE_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
COUNT = re.compile(r"(?!(?:19|20)\d\d$)\d{2,}")  # of accounts or posts; not a year
# Kinds of acts that affect somebody whom reports usually name.
HITTING = frozenset(
    kind.value
    for kind in (
        Kind.ACCOUNT_SUSPENSION,
        Kind.CONTENT_REMOVAL,
        Kind.REACH_RESTRICTION,
        Kind.DEMONETIZATION,
        Kind.SERVICE_DENIAL,
        Kind.AD_BAN,
        Kind.REINSTATEMENT,
    )
)
OF_SOMEBODY = HITTING | {Kind.LEGAL_ACTION.value}


def may_be_two(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether the reports may be of two people, outlets or firms, as far as known."""
    if not HITTING.intersection(a.kinds) or not HITTING.intersection(b.kinds):
        return False
    if a.targets and b.targets:
        return _are_names(a) and _are_names(b) and compare_targets(a, b) is not Likeness.SAME
    if a.language != b.language:
        return False
    if a.targets or b.targets:
        named, other = (a, b) if a.targets else (b, a)
        return not mentioned_targets(named, other) and differ_by_a_name(a, b)
    return differ_by_a_name(a, b)


def may_hide_a_name(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether only one report names the target and the other, in another language, does not
    place the act in the same country: it may be about somebody else. What only describes ("bot
    networks") names nobody.
    """
    has_name = [any(map(is_name, facts.targets)) for facts in (a, b)]
    if a.language == b.language:
        return False
    if not any(has_name):
        return _are_cases_apart(a, b)
    if all(has_name):
        return False
    # A court's case may be about somebody, too.
    if not OF_SOMEBODY.intersection(a.kinds) or not OF_SOMEBODY.intersection(b.kinds):
        return False
    named, other = (a, b) if has_name[0] else (b, a)
    if set(_places(a)) & set(_places(b)):
        return False
    return _are_names(named) and not mentioned_targets(named, other)


def _are_cases_apart(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether two nameless court cases have nothing in common but the platform and the day:
    no country, authority, word or number.
    """
    if a.main_kind != Kind.LEGAL_ACTION.value or b.main_kind != Kind.LEGAL_ACTION.value:
        return False
    is_one_authority = bool(a.authority) and a.authority == b.authority
    is_alike = is_one_authority or not a.details.isdisjoint(b.details)
    return not is_alike and not set(_places(a)) & set(_places(b))


def _places(facts: ReportFacts) -> tuple[str, ...]:
    """Return the countries of a report, else the one in which its language is spoken."""
    home = HOME.get(facts.language)
    return facts.countries or ((home,) if home else ())


def differ_by_a_name(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether two titles in one language differ only by unlisted words in one place, which
    are then two unrecognised names.
    """
    words_a, words_b = (_title_words(facts.title) for facts in (a, b))
    least = min(len(words_a), len(words_b))
    places = [
        (low, high, first, last)
        for code, low, high, first, last in SequenceMatcher(
            None, words_a, words_b, autojunk=False
        ).get_opcodes()
        if code != "equal"
    ]
    if not least or not places:
        return False
    low, high, first, last = places[0][0], places[-1][1], places[0][2], places[-1][3]
    replaced = max(high - low, last - first)
    # Each title has different words there, and most other words match.
    if low == high or first == last or 2 * (least - min(high - low, last - first)) < least:
        return False
    # "340 pages" and "340 accounts" differ by what was counted, not by a name.
    if low and COUNT.fullmatch(words_a[low - 1]):
        return False
    around = slice(max(0, low - 1), high + 1), slice(max(0, first - 1), last + 1)
    own = [(words_a[low:high], words_a[around[0]]), (words_b[first:last], words_b[around[1]])]
    return replaced <= LONGEST_NAME and any(
        _is_in_no_list(*words, facts) for words, facts in zip(own, (a, b), strict=True)
    )


@lru_cache(1_000)
def _title_words(title: str) -> tuple[str, ...]:
    """Return the words of a title (characters in scripts without spaces), without the publisher's
    name at its end.
    """
    return tuple(TITLE_WORD.findall(fold(title[: end_of_content(title)])))


def _is_in_no_list(words: Sequence[str], around: Sequence[str], facts: ReportFacts) -> bool:
    """Return whether some of these words between others distinguish the act from others of its
    kind; without capitals, short words may be names, too.
    """
    joined = "".join(around)
    pairs = {joined[i : i + 2] for i in range(len(joined) - 1)}
    is_caseless = facts.language in CASELESS and any(len(word) < LEAST_WORD for word in words)
    return (
        is_caseless
        or not facts.details.isdisjoint(pairs)
        or any(word[:STEM] in facts.details for word in words)
    )


def _are_names(facts: ReportFacts) -> bool:
    """Return whether the targets are unlisted names rather than descriptions."""
    return bool(facts.unlisted) and all(is_name(name) for name in facts.targets)
