"""What a feed would bring, before it is followed; nothing is stored."""

from dataclasses import dataclass

from tracker.classify import Classification, Text, classify
from tracker.events.consensus import bands
from tracker.feeds.entry import ParsedEntry, ParsedFeed


@dataclass(frozen=True)
class Preview:
    """An entry as it would be stored, and what it would be taken to say."""

    entry: ParsedEntry
    said: Classification


def preview(feed: ParsedFeed) -> tuple[Preview, ...]:
    """Every entry of the feed, in its order."""
    return tuple(Preview(entry, _said(entry, feed.language)) for entry in feed.entries)


def _said(entry: ParsedEntry, language: str) -> Classification:
    day = entry.published_at.date() if entry.published_at else None
    return classify(Text(entry.title, entry.summary, entry.body, language), day, bands=bands())
