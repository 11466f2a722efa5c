"""Add up the terms of all subjects to the likeness of two reports."""

from tracker.events.grouping.likeness.countries import country_terms
from tracker.events.grouping.likeness.days import day_terms
from tracker.events.grouping.likeness.doubts import may_be_two
from tracker.events.grouping.likeness.kinds import kind_terms
from tracker.events.grouping.likeness.platforms import platform_terms
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.likeness.story import story_terms
from tracker.events.grouping.likeness.targets import target_terms
from tracker.events.grouping.likeness.terms import OtherActError
from tracker.events.reasons import Reasons

ASKED = 0.85  # maximum likeness of two reports if a person must decide whether two names are one
CONTRADICTS = -0.5  # likeness of two reports that cannot be of one act


def likeness(a: ReportFacts, b: ReportFacts) -> tuple[float, Reasons]:
    """Return how likely two reports describe one act, and why; CONTRADICTS if platform, kind,
    target, state or day rule it out.
    """
    try:
        terms = [
            *platform_terms(a, b),
            *kind_terms(a, b),
            *day_terms(a, b),
            *target_terms(a, b),
            *country_terms(a, b),
            *story_terms(a, b),
        ]
    except OtherActError:
        return CONTRADICTS, ()
    score = sum(score for score, _ in terms)
    # However similar otherwise, a possibly different name never counts as the same (decision D120).
    if score > ASKED and may_be_two(a, b):
        score = ASKED
    return score, tuple(reason for _, reason in terms if reason)
