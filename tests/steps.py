"""What a text costs those who search it, counted and not timed: the same on every machine."""

import re
import sys
from re import _constants, _parser

ENDLESS = 1_000  # repetitions from which a repeat counts as one without an end
REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
SEARCHING = ("search", "finditer", "findall", "sub", "split")
ANCHORED = ("match", "fullmatch")


def retries(pattern: str) -> int:
    """How many times over a search by a pattern may read a text, as a power of its length: for each
    endless repeat that something follows, which may fail; 9 for one within another.
    """
    return int(_retries(_parser.parse(pattern), is_last=True))


def _retries(items, *, is_last):
    count = 0
    for number, (code, value) in enumerate(items):
        ends = is_last and number == len(items) - 1
        if code in REPEATS:
            _, most, inner = value
            within = _retries(inner, is_last=most == 1 and ends)
            if most >= ENDLESS:
                within = 9 if _has_endless(inner) else within + (not ends)
            count += within
        elif code is _constants.SUBPATTERN:
            count += _retries(value[-1], is_last=ends)
        elif code is _constants.BRANCH:
            count += max(_retries(branch, is_last=ends) for branch in value[1])
        elif code in {_constants.ASSERT, _constants.ASSERT_NOT}:
            count += _retries(value[1], is_last=False)
    return count


def _has_endless(items):
    return "MAXREPEAT" in str(items)


class CountedPattern:
    """A compiled pattern that adds up the steps that its searches may take at most."""

    def __init__(self, pattern, counted):
        self.plain, self.counted, self.pattern = pattern, counted, pattern.pattern

    def __getattr__(self, name):
        if name not in (*SEARCHING, *ANCHORED):
            return getattr(self.plain, name)

        def search(*words, **options):
            text = words[1] if name == "sub" else words[0]
            power = retries(self.pattern) + (name in SEARCHING)
            self.counted.append(len(text) ** max(1, power))
            return getattr(self.plain, name)(*words, **options)

        return search


class CountedRe:
    """The module `re` for code that names its patterns where it uses them."""

    def __init__(self, counted):
        self.counted = counted

    def __getattr__(self, name):
        if name not in (*SEARCHING, *ANCHORED):
            return getattr(re, name)
        return lambda pattern, *words, **options: getattr(
            CountedPattern(re.compile(pattern), self.counted), name
        )(*words, **options)


def counted_patterns(monkeypatch, *modules):
    """Has all patterns of modules counted; the list to which each search adds its steps."""
    counted: list[int] = []
    for module in modules:
        for name, value in list(vars(module).items()):
            if value is re:
                monkeypatch.setattr(module, name, CountedRe(counted))
            elif isinstance(value, re.Pattern):
                monkeypatch.setattr(module, name, CountedPattern(value, counted))
            elif isinstance(value, tuple) and value and isinstance(value[0], re.Pattern):
                patterns = tuple(CountedPattern(pattern, counted) for pattern in value)
                monkeypatch.setattr(module, name, patterns)
    return counted


def calls_of(act) -> int:
    """How many functions are called while `act()` runs, Python's and C's."""
    count = 0

    def note(frame, event, value):
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count
