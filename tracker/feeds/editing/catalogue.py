"""The shipped catalogue of feeds, to start with: by language and subject."""

from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

import tracker.feeds
from tracker.feeds import opml
from tracker.feeds.network.addresses import parse
from tracker.feeds.opml import FeedList, Outline

CATALOGUE = Path(tracker.feeds.__file__).parent / "data" / "feeds.opml"


def select_catalogue(languages: Collection[str], subjects: Collection[str]) -> FeedList:
    """Return the feeds in one of these languages and of one of these subjects."""
    return FeedList([o for o in _outlines() if o.language in languages and o.group in subjects])


def catalogue_languages() -> list[tuple[str, int]]:
    """Return the language tags of the catalogue with their numbers of feeds, the most first."""
    return Counter(outline.language for outline in _outlines()).most_common()


def catalogue_subjects() -> list[tuple[str, int]]:
    """Return the subjects of the catalogue with their numbers of feeds, in its order."""
    return list(Counter(outline.group for outline in _outlines()).items())


def catalogue_addresses(languages: Collection[str], subjects: Collection[str]) -> frozenset[str]:
    """Return the addresses, as feeds are stored, of the catalogue's feeds of this choice."""
    return _addresses(select_catalogue(languages, subjects).outlines)


def whole_catalogue() -> frozenset[str]:
    """Return the addresses, as feeds are stored, of all feeds of the catalogue."""
    return _addresses(_outlines())


def _addresses(outlines: Iterable[Outline]) -> frozenset[str]:
    return frozenset(str(parse(outline.url)) for outline in outlines)


@cache
def _outlines() -> tuple[Outline, ...]:
    return tuple(opml.read(CATALOGUE.read_bytes()).outlines)
