"""Match the items of a feed with stored entries; pure.

Publishers change guids, links, titles and dates independently and only in some items; and they give
several articles the same link or guid. So each item is matched alone, by any of its names, and its
words decide: a new article mistaken for an older one would destroy an event's evidence, while a
duplicate only costs a line.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from tracker.feeds.parsing.markup import canonical, link_hash
from tracker.feeds.parsing.notices import is_notice
from tracker.feeds.parsing.types import ParsedEntry

TITLE_TELLS = 20  # minimum characters of a distinctive title
SUMMARY_TELLS = 40  # of a summary that is more than "Read more"
TITLE_HOLDS = timedelta(days=30)  # how long the same title means the same entry
SAME_MOMENT = timedelta(minutes=1)
SAME_DATE = timedelta(hours=1)  # publishers' systems round times, and shift them by zones
SAME_DAY = timedelta(hours=6)  # less than the interval of a daily column with a fixed title
TYPO = 0.9  # common share of two texts that differ only by a correction
COMPARED = 300  # characters of two texts
LOSES = 0.5  # share of its words: what is left is a teaser or a notice, not an edit
LOSS_TELLS = 200  # characters of words below which a loss is not judged
WORD = re.compile(r"\w+")
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class StoredEntry:
    """A stored entry, as far as needed for matching. `hashes` are those of its words and of its
    versions; `length` is that of its words; `is_evidence`: an event is based on them.
    """

    key: str
    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    published_at: datetime | None = None
    hashes: frozenset[str] = frozenset()
    length: int = 0
    is_evidence: bool = False

    @property
    def name(self) -> str:
        """What names it in a body: see ParsedFeed.known_names."""
        return self.guid or link_hash(self.link)


@dataclass(frozen=True)
class StoredEntries:
    """The stored entries that items of a body may match."""

    rows: Sequence[StoredEntry] = ()
    by_key: Mapping[str, StoredEntry] = field(init=False)
    by_link: Mapping[str, list[StoredEntry]] = field(init=False)
    by_title: Mapping[str, list[StoredEntry]] = field(init=False)
    by_moment: Mapping[int, list[StoredEntry]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {row.key: row for row in self.rows})
        links: dict[str, list[StoredEntry]] = {}
        titles: dict[str, list[StoredEntry]] = {}
        for row in self.rows:
            if row.link:
                links.setdefault(canonical(row.link), []).append(row)
            if row.title:
                titles.setdefault(folded(row.title), []).append(row)
        object.__setattr__(self, "by_link", links)
        moments: dict[int, list[StoredEntry]] = {}
        for row in self.rows:
            if row.published_at is not None:
                moments.setdefault(_minute(row.published_at), []).append(row)
        object.__setattr__(self, "by_title", titles)
        object.__setattr__(self, "by_moment", moments)


def recognise(
    entries: Iterable[ParsedEntry],
    stored: StoredEntries,
    *,
    known_names: frozenset[str] = frozenset(),
    is_all_new: bool = False,
) -> list[tuple[ParsedEntry, StoredEntry | None]]:
    """Return each entry, under a key that no other article has, with the stored one that it
    matches, or None for a new one. `known_names` are those of the body's unchanged items;
    `is_all_new` says that there were none.
    """
    entries = list(entries)
    # Entries cut out of the body as known cannot match an item under another name.
    taken = {row.key for row in stored.rows if row.name in known_names}
    exact = [_exact(entry, stored) if stored.rows else None for entry in entries]
    taken |= {row.key for row in exact if row is not None}
    used = set(stored.by_key)
    matches: list[tuple[ParsedEntry, StoredEntry | None]] = []
    once: set[str] = set()
    for entry, its_row in zip(entries, exact, strict=True):
        row = its_row if its_row and its_row.key not in once else None
        if row is None and stored.rows:
            row = _moved(entry, stored, taken, is_all_new=is_all_new)
        if row is not None:
            taken.add(row.key)
            once.add(row.key)
        key = _free_key(entry, used, row)
        used.add(key)
        matches.append((entry if key == entry.key else replace(entry, key=key), row))
    return matches


def _free_key(entry: ParsedEntry, used: set[str], row: StoredEntry | None) -> str:
    """Return the first of an entry's keys that no other article has."""
    own = row.key if row else ""
    if entry.key not in used:
        return entry.key
    return next((key for key in entry.keys if key == own or key not in used), own or entry.key)


def _exact(entry: ParsedEntry, stored: StoredEntries) -> StoredEntry | None:
    """Return the entry with one of the keys, if it is the same article."""
    usual, by_title, by_words, by_link = entry.keys
    # These keys are derived from the words, so there is nothing left to compare.
    for key in (by_words, by_title):
        if row := stored.by_key.get(key):
            return row
    for key in (usual, by_link):
        row = stored.by_key.get(key)
        if row and is_same_article(entry, row):
            return row
    return None


def _moved(
    entry: ParsedEntry, stored: StoredEntries, taken: set[str], *, is_all_new: bool
) -> StoredEntry | None:
    """Return the stored entry that this one matches under other names: by its link, its title or
    its moment.
    """
    at_link = stored.by_link.get(canonical(entry.link), ()) if entry.link else ()
    is_shared = entry.is_shared or len({folded(row.title) for row in at_link}) > 1
    for row in at_link:
        if row.key not in taken and (
            _has_same_words(entry, row) if is_shared else is_same_article(entry, row)
        ):
            return row
    for row in (
        row for title in titles_of(entry) for row in stored.by_title.get(folded(title), ())
    ):
        if row.key not in taken and _has_same_title(entry, row, is_all_new=is_all_new):
            return row
    for row in () if is_shared else stored.by_moment.get(_minute(entry.published_at), ()):
        if row.key not in taken and _has_same_moment(entry, row):
            return row
    return None


def is_same_article(entry: ParsedEntry, row: StoredEntry) -> bool:
    """Return whether an entry is the stored one with its guid or link: title or summary match.
    Without two summaries to compare, an unchanged date is enough.
    """
    if _is_same(entry.title, row.title) or _is_same(entry.summary, row.summary):
        return True
    if _is_withdrawn(entry, row):
        return True
    if entry.summary and row.summary:
        return False
    is_same_guid = bool(entry.guid) and entry.guid == row.guid
    is_same_link = not entry.link or not row.link or canonical(entry.link) == canonical(row.link)
    if entry.published_at is None or row.published_at is None:
        return is_same_guid and is_same_link
    return is_same_link and _is_near(entry, row, SAME_DATE)


def _has_same_words(entry: ParsedEntry, row: StoredEntry) -> bool:
    """Return whether an entry is the stored one on a page shared by several."""
    if folded(entry.title) == folded(row.title):
        return not _is_apart(entry, row, SAME_DAY)
    is_same_summary = len(row.summary) >= SUMMARY_TELLS and entry.summary == row.summary
    return is_same_summary and not _is_apart(entry, row, SAME_DATE)


def _has_same_title(entry: ParsedEntry, row: StoredEntry, *, is_all_new: bool) -> bool:
    """Return whether an entry is the stored one of the same title, although guid and link
    differ.
    """
    is_telling = len(entry.title) >= TITLE_TELLS
    is_same_summary = len(row.summary) >= SUMMARY_TELLS and entry.summary == row.summary
    if is_all_new:  # the keys of a whole body have changed, and perhaps the dates
        return is_telling or _is_near(entry, row, SAME_MOMENT)
    if _host(entry.link) != _host(row.link) or not is_telling:
        return _is_near(entry, row, SAME_MOMENT) and (is_telling or is_same_summary)
    return _is_near(entry, row, SAME_DAY) or (
        is_same_summary and not _is_apart(entry, row, TITLE_HOLDS)
    )


def _has_same_moment(entry: ParsedEntry, row: StoredEntry) -> bool:
    """Return whether an entry is the stored one of the same moment, although guid, link and
    headline differ (a slug changes with its headline). Then the headline was extended, or most of
    its words and the whole summary are the same.
    """
    if _host(entry.link) != _host(row.link) or not _is_near(entry, row, SAME_MOMENT):
        return False
    if not entry.title or _is_same(entry.title, row.title):
        return bool(entry.title) and not (entry.summary and row.summary != entry.summary)
    words, others = set(folded(entry.title).split()), set(folded(row.title).split())
    is_alike = len(words & others) >= min(len(words), len(others)) / 2
    is_numbered_alike = NUMBER.findall(entry.title) == NUMBER.findall(row.title)
    is_same_summary = len(row.summary) >= SUMMARY_TELLS and entry.summary == row.summary
    return is_alike and is_numbered_alike and is_same_summary


def _is_withdrawn(entry: ParsedEntry, row: StoredEntry) -> bool:
    """Return whether an article's words were replaced by a notice."""
    return any(
        is_notice(new) and not is_notice(old)
        for new, old in ((entry.title, row.title), (entry.summary, row.summary))
    )


def titles_of(entry: ParsedEntry) -> tuple[str, ...]:
    """Return the headlines under which an entry may be stored: older versions kept the publisher's
    name that an aggregator adds.
    """
    if not entry.title:
        return ()
    with_name = f"{entry.title} - {entry.source_name}"
    return (entry.title, with_name) if entry.source_name else (entry.title,)


def loses_words(entry: ParsedEntry, row: StoredEntry) -> bool:
    """Return whether an edit removes an article's words: a paywall, a notice, a teaser."""
    if _is_withdrawn(entry, row):
        return True
    length = word_length(entry.title, entry.summary, entry.body)
    return row.length >= LOSS_TELLS and length < row.length * LOSES


def word_length(title: str, summary: str, body: str) -> int:
    """Return how many characters of words an entry has."""
    return len(title) + len(summary) + len(body)


def folded(text: str) -> str:
    """Return a text in the form used for comparison: its words in lower case."""
    return " ".join(WORD.findall(text.casefold()))


def _is_same(text: str, other: str) -> bool:
    """Return whether two texts are the same: equal words, one continues the other, or a mistake was
    corrected. Different numbers make different texts. False unless both are given.
    """
    text, other = folded(text[:COMPARED]), folded(other[:COMPARED])
    if not text or not other or text == other:
        return bool(text) and text == other
    short, long = sorted((text, other), key=len)
    if len(short) >= TITLE_TELLS and f" {short} " in f" {long} ":
        return True
    if NUMBER.findall(text) != NUMBER.findall(other):
        return False
    matcher = SequenceMatcher(None, text, other, autojunk=False)
    # The quick bound first: the exact ratio takes quadratic time.
    return matcher.real_quick_ratio() >= TYPO and matcher.ratio() >= TYPO


def _is_near(entry: ParsedEntry, row: StoredEntry, span: timedelta) -> bool:
    if entry.published_at is None or row.published_at is None:
        return False
    return abs(entry.published_at - row.published_at) <= span


def _is_apart(entry: ParsedEntry, row: StoredEntry, span: timedelta) -> bool:
    if entry.published_at is None or row.published_at is None:
        return False
    return abs(entry.published_at - row.published_at) > span


def _minute(at: datetime | None) -> int:
    """Return the minute of a moment, 0 for none."""
    return int(at.timestamp()) // 60 if at else 0


def _host(link: str) -> str:
    return (urlsplit(link).hostname or "") if link else ""
