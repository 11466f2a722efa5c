"""Mark the words of a search in an event's reports; pure."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from tracker.events.search.rows import EventRow, Passage, ReportRow
from tracker.events.text import word_spans

BEFORE, WIDTH = 60, 200  # characters of a passage: before its first word, and altogether


def highlight_rows(
    rows: Sequence[EventRow], words: Sequence[str], mentioned: Collection[int]
) -> tuple[EventRow, ...]:
    """Return rows with the words marked in reports' titles, instead of the deciding words;
    `mentioned` rows with the passage of a summary that contains a word missing from the titles.
    """
    if not words:
        return tuple(rows)
    return tuple(_highlight_row(row, words, is_mentioned=row.id in mentioned) for row in rows)


def _highlight_row(row: EventRow, words: Sequence[str], *, is_mentioned: bool) -> EventRow:
    marked = tuple(replace(r, marks=word_spans(r.title, words)) for r in row.reports)
    if not is_mentioned:
        return replace(row, reports=marked)
    # A word in a title is marked there; the passage is for words in no title.
    titles = [row.headline, *(r.title for r in marked)]
    untitled = [word for word in words if not any(word_spans(title, [word]) for title in titles)]
    passages = (passage_of(r, untitled) for r in marked)
    return replace(row, reports=marked, passage=next(filter(None, passages), None))


def passage_of(report: ReportRow, words: Sequence[str]) -> Passage | None:
    """Return the part of a report's summary around the first of the words; None if it contains
    none.
    """
    marks = word_spans(report.summary, words)
    if not marks:
        return None
    first, last = _passage_bounds(report.summary, marks[0][0])
    head = "…" if first else ""
    tail = "…" if last < len(report.summary) else ""
    shift = len(head) - first
    within = [(start, end) for start, end in marks if first <= start and end <= last]
    return Passage(
        head + report.summary[first:last] + tail,
        tuple((start + shift, end + shift) for start, end in within),
        report,
    )


def _passage_bounds(text: str, at: int) -> tuple[int, int]:
    """Return the start and end of the passage, at word boundaries if there are spaces."""
    first = max(0, at - BEFORE)
    if first:
        first = max(text.find(" ", first, at), first - 1) + 1
    last = min(len(text), first + WIDTH)
    if last < len(text):
        gap = text.rfind(" ", at, last)
        last = gap if gap > at + BEFORE else last
    return first, last
