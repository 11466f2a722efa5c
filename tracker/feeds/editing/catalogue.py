"""Select feeds of the shipped catalogue by language, country and subject."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import tracker.feeds
from tracker.feeds import opml
from tracker.feeds.network.addresses import parse
from tracker.feeds.opml import FeedList, Outline

CATALOGUE = Path(tracker.feeds.__file__).parent / "data" / "feeds.opml"


@dataclass(frozen=True)
class CatalogueChoice:
    """A selection of the catalogue: feeds in one of these languages, of one of these subjects, from
    one of these countries ("" for international), or from any country if none is named.
    """

    languages: Collection[str]
    subjects: Collection[str]
    countries: Collection[str] = ()

    def has(self, outline: Outline) -> bool:
        """Return whether a feed is chosen."""
        is_spoken = outline.language in self.languages and outline.group in self.subjects
        return is_spoken and (not self.countries or outline.country in self.countries)


def select_catalogue(choice: CatalogueChoice) -> FeedList:
    """Return the feeds of a selection."""
    return FeedList([outline for outline in _outlines() if choice.has(outline)])


def catalogue_languages() -> list[tuple[str, int]]:
    """Return the language tags of the catalogue with their numbers of feeds, the most first."""
    return Counter(outline.language for outline in _outlines()).most_common()


def catalogue_countries() -> list[tuple[str, int]]:
    """Return the countries of the catalogue (ISO 3166, "" for international) with their numbers of
    feeds, the most first.
    """
    return Counter(outline.country for outline in _outlines()).most_common()


def catalogue_subjects() -> list[tuple[str, int]]:
    """Return the subjects of the catalogue with their numbers of feeds, in its order."""
    return list(Counter(outline.group for outline in _outlines()).items())


def catalogue_addresses(choice: CatalogueChoice) -> frozenset[str]:
    """Return the addresses, as feeds are stored, of the selected feeds."""
    return _addresses(select_catalogue(choice).outlines)


def whole_catalogue() -> frozenset[str]:
    """Return the addresses, as feeds are stored, of all feeds of the catalogue."""
    return _addresses(_outlines())


def _addresses(outlines: Iterable[Outline]) -> frozenset[str]:
    return frozenset(str(parse(outline.url)) for outline in outlines)


@cache
def _outlines() -> tuple[Outline, ...]:
    return tuple(opml.read(CATALOGUE.read_bytes()).outlines)
