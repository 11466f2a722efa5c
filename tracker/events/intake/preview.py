"""Preview the entries of a feed before it is followed; nothing is stored."""

from dataclasses import dataclass

from django.db import OperationalError, ProgrammingError

from tracker.classify import Classification, Text, classify
from tracker.classify.words.lexicon import lexicon_of_names
from tracker.classify.words.matching import Lexicon
from tracker.events.consensus.settle import confidence_bands
from tracker.events.record.entities import names_by_editors
from tracker.feeds.network.types import FetchBudget
from tracker.feeds.parsing.types import ParsedEntry, ParsedFeed


@dataclass(frozen=True)
class EntryPreview:
    """An entry as it would be stored, and its classification."""

    entry: ParsedEntry
    classification: Classification


def known_names() -> Lexicon | None:
    """Return the names that editors added, as entries are classified with; None where there is no
    database of the tracker yet.
    """
    try:
        return lexicon_of_names(names_by_editors())
    except (OperationalError, ProgrammingError):
        return None


def preview_feed(feed: ParsedFeed, budget: FetchBudget | None = None) -> tuple[EntryPreview, ...]:
    """Return the feed's entries in order; with a budget, as many as can be classified in
    its time.
    """
    names = known_names()
    rows = []
    for entry in feed.entries:
        if budget and not budget.seconds_left:
            budget.spent()
            break
        rows.append(EntryPreview(entry, _classify_entry(entry, feed.language, names)))
    return tuple(rows)


def _classify_entry(entry: ParsedEntry, language: str, names: Lexicon | None) -> Classification:
    day = entry.published_at.date() if entry.published_at else None
    return classify(
        Text(entry.title, entry.summary, entry.body, language),
        day,
        names=names,
        bands=confidence_bands(),
    )
