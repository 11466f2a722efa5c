"""Why an event is found: where the words of a search stand in its reports; pure."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from tracker.events.search.rows import EventRow, Passage, ReportRow
from tracker.events.text import places

BEFORE, WIDTH = 60, 200  # characters of a passage: before its first word, and altogether


def highlighted(
    rows: Sequence[EventRow], words: Sequence[str], mentioned: Collection[int]
) -> tuple[EventRow, ...]:
    """Rows whose reports' titles have the words marked, in place of what decided; `mentioned` ones
    with the passage of a summary that holds a word which no title has.
    """
    if not words:
        return tuple(rows)
    return tuple(_highlighted(row, words, is_mentioned=row.id in mentioned) for row in rows)


def _highlighted(row: EventRow, words: Sequence[str], *, is_mentioned: bool) -> EventRow:
    marked = tuple(replace(r, marks=places(r.title, words)) for r in row.reports)
    if not is_mentioned:
        return replace(row, reports=marked)
    titles = [row.headline, *(r.title for r in marked)]
    wanted = [word for word in words if not any(places(title, [word]) for title in titles)]
    found = (passage_of(r, wanted) for r in marked)
    return replace(row, reports=marked, passage=next(filter(None, found), None))


def passage_of(report: ReportRow, words: Sequence[str]) -> Passage | None:
    """What a report's summary says around the first of the words; None if it holds none."""
    marks = places(report.summary, words)
    if not marks:
        return None
    first, last = _cut(report.summary, marks[0][0])
    head = "…" if first else ""
    tail = "…" if last < len(report.summary) else ""
    shift = len(head) - first
    within = [(start, end) for start, end in marks if first <= start and end <= last]
    return Passage(
        head + report.summary[first:last] + tail,
        tuple((start + shift, end + shift) for start, end in within),
        report,
    )


def _cut(text: str, at: int) -> tuple[int, int]:
    """From where to where to quote, between words where there are spaces."""
    first = max(0, at - BEFORE)
    if first:
        first = max(text.find(" ", first, at), first - 1) + 1
    last = min(len(text), first + WIDTH)
    if last < len(text):
        gap = text.rfind(" ", at, last)
        last = gap if gap > at + BEFORE else last
    return first, last
