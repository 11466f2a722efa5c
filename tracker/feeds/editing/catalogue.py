"""Select feeds of the shipped catalogue by language, country and subject."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

import tracker.feeds
from tracker.feeds import opml
from tracker.feeds.network.addresses import parse
from tracker.feeds.opml import FeedList, Outline

CATALOGUE = Path(tracker.feeds.__file__).parent / "data" / "feeds.opml"
# The groups of the catalogue, which are stored as feeds' categories.
SUBJECTS = {
    "Platform newsrooms and policy blogs": _("Platform newsrooms and policy blogs"),
    "Digital-rights organisations": _("Digital-rights organisations"),
    "Tech and tech-policy press": _("Tech and tech-policy press"),
    "World news": _("World news"),
    "Regulators and courts": _("Regulators and courts"),
    "Academic and legal": _("Academic and legal"),
}


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


def subject_name(group: str) -> str:
    """Return a feed's category in the active language; one that people named unchanged."""
    return str(SUBJECTS.get(group, group))


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
