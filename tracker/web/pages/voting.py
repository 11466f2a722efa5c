"""Build the page to vote an article out of an event, and the one explaining why reports are
together, pair by pair.
"""

from dataclasses import dataclass
from itertools import combinations

from tracker.events.consensus.neighbours import facts_by_entry
from tracker.events.grouping.decide import BOUND
from tracker.events.grouping.likeness.reports import likeness
from tracker.events.models import Event, Report
from tracker.events.reasons import StoredReason
from tracker.events.review.votes import NEEDED, count_votes
from tracker.events.search.load import load_rows
from tracker.events.search.rows import ReportRow

PAIRED = 12  # reports compared with each other


@dataclass(frozen=True)
class VotePage:
    """What the reader is asked; `votes` were counted of `needed`, `minutes` are to wait after too
    many, else 0.
    """

    event_id: int
    headline: str
    report_id: int
    title: str
    publisher: str
    language: str
    votes: int
    needed: int
    minutes: int
    is_editor: bool


@dataclass(frozen=True)
class PairRow:
    """Two reports of an event, and what they have in common; `is_alike` if that alone would have
    put them together.
    """

    first: ReportRow
    second: ReportRow
    reasons: tuple[StoredReason, ...]
    is_alike: bool


@dataclass(frozen=True)
class TogetherPage:
    """Why the reports of an event stand together; `more` reports are not compared."""

    event_id: int
    headline: str
    pairs: tuple[PairRow, ...]
    more: int


def build_vote_page(report: Report, *, is_editor: bool, minutes: int = 0) -> VotePage:
    """Return the page about one report of an event."""
    (row,) = load_rows([report.event])
    entry = report.entry
    return VotePage(
        event_id=row.id,
        headline=row.headline,
        report_id=report.pk,
        title=entry.title if entry else report.url,
        publisher=entry.source.name if entry else "",
        language=entry.language if entry else "",
        votes=count_votes(report),
        needed=NEEDED,
        minutes=minutes,
        is_editor=is_editor,
    )


def build_together_page(event: Event) -> TogetherPage:
    """Return each pair of the event's first reports with what they have in common."""
    (row,) = load_rows([event])
    titled = [report for report in row.reports if report.entry_id]
    facts = facts_by_entry([report.entry_id for report in titled[:PAIRED]])
    pairs = []
    for first, second in combinations(titled[:PAIRED], 2):
        if first.entry_id in facts and second.entry_id in facts:
            score, reasons = likeness(facts[first.entry_id], facts[second.entry_id])
            pairs.append(PairRow(first, second, tuple(reasons), score >= BOUND))
    return TogetherPage(row.id, row.headline, tuple(pairs), max(0, len(titled) - PAIRED))
