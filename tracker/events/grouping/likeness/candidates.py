"""Tell which pairs of reports an editor is asked about ("same event?"): likeness alone would ask
about every act of a kind on a busy day.
"""

from tracker.classify.facts.companies import companies, same_company
from tracker.classify.words.generics import SOCIAL_MEDIA
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.likeness.targets import compare_targets
from tracker.events.grouping.spellings.comparison import Likeness
from tracker.partial_date import PartialDate

DAY_APART = 1  # papers of two time zones give the day of one act differently


def is_candidate(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether two reports with much in common may be of one act. Without a name in common,
    their kinds, platforms, days and words have to agree.
    """
    if compare_targets(a, b) is Likeness.SAME:
        return _may_be_of_one_platform(a, b)
    return (
        a.main_kind == b.main_kind
        and _is_same_platform(a, b)
        and _is_same_day(a, b)
        and _is_worded_alike(a, b)
    )


def _may_be_of_one_platform(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether the texts have a platform in common, or one says only the other's company, or
    social media as such. Another product of that company is another platform.
    """
    if set(a.platforms) & set(b.platforms) or not (any(a.platforms) and any(b.platforms)):
        return True
    if SOCIAL_MEDIA in {*a.platforms, *b.platforms}:
        return True
    return any(
        company in one.platforms and same_company({company}).intersection(other.platforms)
        for company in companies()
        for one, other in ((a, b), (b, a))
    )


def _is_same_platform(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether each report also names the platform that the other names first."""
    shared = {slug for slug in a.platforms if slug}.intersection(b.platforms)
    return bool(shared) and {a.platforms[0], b.platforms[0]} <= shared


def _is_same_day(a: ReportFacts, b: ReportFacts) -> bool:
    days_a, days_b = PartialDate.parse(a.occurred), PartialDate.parse(b.occurred)
    if days_a.span is None or days_b.span is None:
        return False
    after, before = days_a.span[0] - days_b.span[1], days_b.span[0] - days_a.span[1]
    return max(after.days, before.days) <= DAY_APART


def _is_worded_alike(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether the reports share a word or a number; words of two languages cannot be
    compared.
    """
    return a.language != b.language or not a.details.isdisjoint(b.details)
