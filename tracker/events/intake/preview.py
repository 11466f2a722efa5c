"""Preview what a feed would bring before it is followed; nothing is stored."""

from dataclasses import dataclass

from tracker.classify import Classification, Text, classify
from tracker.events.consensus.settle import confidence_bands
from tracker.feeds.network.fetch import FetchBudget
from tracker.feeds.parsing.types import ParsedEntry, ParsedFeed


@dataclass(frozen=True)
class EntryPreview:
    """An entry as it would be stored, and its classification."""

    entry: ParsedEntry
    classification: Classification


def preview_feed(feed: ParsedFeed, budget: FetchBudget | None = None) -> tuple[EntryPreview, ...]:
    """Return the feed's entries in order; with a budget, as many as are classified in its time."""
    rows = []
    for entry in feed.entries:
        if budget and not budget.seconds_left:
            budget.spent()
            break
        rows.append(EntryPreview(entry, _classify_entry(entry, feed.language)))
    return tuple(rows)


def _classify_entry(entry: ParsedEntry, language: str) -> Classification:
    day = entry.published_at.date() if entry.published_at else None
    return classify(
        Text(entry.title, entry.summary, entry.body, language), day, bands=confidence_bands()
    )
