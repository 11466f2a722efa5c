"""Decide whether an entry joins a neighbouring event or opens a new one, with score and reasons;
pure.

An event is the facts of its reports. An entry is compared with each of them and joins the event
that is most like it on average: a chain of reports, each a little like the next, is no event.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.events.grouping.likeness.candidates import is_candidate
from tracker.events.grouping.likeness.doubts import may_hide_a_name
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.likeness.reports import ASKED, CONTRADICTS, likeness
from tracker.events.grouping.likeness.targets import compare_targets
from tracker.events.grouping.spellings.comparison import Likeness
from tracker.events.reasons import Reasons

BOUND = 0.9  # the mean likeness from which an entry joins
NEARLY = 0.5  # from which an editor may be asked
MEMBERS_COMPARED = 20  # first and last reports of an event that are compared
LASTS_OTHERWISE = -1.5  # for an event whose reports mostly give another duration


@dataclass(frozen=True)
class GroupingDecision:
    """The event to join, or None for a new one, with `score` and `reasons`; `nearly` is the event
    that a new one almost joined, if an editor should be asked about it.
    """

    event: int | None
    score: float
    reasons: Reasons
    nearly: int | None = None


def choose_event(
    entry: ReportFacts, neighbours: Iterable[tuple[int, Sequence[ReportFacts]]]
) -> GroupingDecision:
    """Choose the neighbour most like the entry, if it reaches BOUND; the lowest id on a tie.

    A neighbour is the facts of an event's reports, at least one.
    """
    # The mean rather than the maximum: a chain of slightly different reports is no event (decision
    # D50).
    ranked = sorted(
        (-event_likeness(entry, reports), event, reports) for event, reports in neighbours
    )
    for negative, event, reports in ranked:
        score, joins = -negative, -negative >= BOUND
        if score < NEARLY:
            break
        # Below the bound an editor is asked: a needless proposal costs a glance, a wrong join a
        # wrong record.
        if joins or may_be_of_event(entry, reports):
            compared = (likeness(entry, report) for report in reports)
            return GroupingDecision(
                event=event if joins else None,
                score=round(score, 2),
                reasons=max(compared, key=lambda terms: terms[0])[1],
                nearly=None if joins else event,
            )
    return GroupingDecision(None, 0.0, ())


def may_be_of_event(entry: ReportFacts, reports: Sequence[ReportFacts]) -> bool:
    """Return whether an editor should be asked if an entry that is like an event belongs to it; if
    the entry names a target, its named reports decide.
    """
    named = [report for report in reports if report.targets] if entry.targets else []
    return any(is_candidate(entry, report) for report in named or reports)


def event_likeness(entry: ReportFacts, reports: Sequence[ReportFacts]) -> float:
    """Return the mean likeness to an event's reports; if the entry names a target, only to reports
    that name one, so that nameless reports cannot join two names.
    """
    half = MEMBERS_COMPARED // 2
    compared = reports if len(reports) <= 2 * half else [*reports[:half], *reports[-half:]]
    scores = [likeness(entry, report)[0] for report in compared]
    mean = sum(scores) / len(scores)
    # Decided for the event as a whole: one report with a misread duration must not split it.
    if _lasts_otherwise(entry, compared):
        mean += LASTS_OTHERWISE
    if mean > ASKED and all(may_hide_a_name(entry, report) for report in compared):
        mean = ASKED
    if not entry.targets:
        return mean
    alike = [compare_targets(entry, report) for report in compared]
    # A name contradicted by most of the event's named reports means another act, however similar
    # otherwise.
    others = alike.count(Likeness.OTHER)
    if others and others >= alike.count(Likeness.SAME):
        return CONTRADICTS
    # Nameless reports match everything and would join two names into one event.
    named = [score for score, report in zip(scores, compared, strict=True) if report.targets]
    return min(mean, sum(named) / len(named)) if named else mean


def _lasts_otherwise(entry: ReportFacts, reports: Sequence[ReportFacts]) -> bool:
    """Return whether most reports with a duration contradict the entry's: a suspension of twelve
    hours is another act than the permanent one two days later.
    """
    durations = [report.extent for report in reports if report.extent]
    return bool(entry.extent and durations) and 2 * durations.count(entry.extent) < len(durations)


def mean_likeness(reports: Sequence[ReportFacts], others: Sequence[ReportFacts]) -> float:
    """Return how alike two events are: the mean over the reports of the first, 0 without any."""
    total = sum(event_likeness(report, others) for report in reports)
    return total / len(reports) if reports else 0.0
