"""What a feed would bring, before it is followed; nothing is stored."""

from dataclasses import dataclass

from tracker.classify import Classification, Text, classify
from tracker.events.consensus.settle import bands
from tracker.feeds.network.fetch import FetchBudget
from tracker.feeds.parsing.types import ParsedEntry, ParsedFeed


@dataclass(frozen=True)
class Preview:
    """An entry as it would be stored, and what it would be taken to say."""

    entry: ParsedEntry
    said: Classification


def preview(feed: ParsedFeed, budget: FetchBudget | None = None) -> tuple[Preview, ...]:
    """The entries of the feed in its order; of a budget as many as are classified in its time."""
    rows = []
    for entry in feed.entries:
        if budget and not budget.seconds_left:
            budget.spent()
            break
        rows.append(Preview(entry, _said(entry, feed.language)))
    return tuple(rows)


def _said(entry: ParsedEntry, language: str) -> Classification:
    day = entry.published_at.date() if entry.published_at else None
    return classify(Text(entry.title, entry.summary, entry.body, language), day, bands=bands())
