"""Compare the days of two reports: how far apart reports of one act may be."""

from tracker.classify import Role
from tracker.classify.facts.days.yearless import Yearless, days_between, named_days
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.likeness.terms import LikenessTerms, OtherActError
from tracker.events.reasons import Reason
from tracker.partial_date import PartialDate

REPORT_DAYS = 4  # reports of one act are at most this far apart
LATER_DAYS = 60  # reactions and analyses come this long after the act
SAME_DAY, NEAR_DAY = 0.25, 0.1


def day_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    """Yield the terms of the days; too far apart, they are of two acts."""
    span_a, span_b = PartialDate.parse(a.occurred).span, PartialDate.parse(b.occurred).span
    if span_a is None or span_b is None:
        yield from _yearless_day_terms(a, b)
        return
    after, before = (span_a[0] - span_b[1]).days, (span_b[0] - span_a[1]).days
    if after > _reporting_days(a) or before > _reporting_days(b):
        raise OtherActError
    days = max(after, before, 0)
    reason = Reason("days_apart", (days,)) if days else Reason("same_day")
    yield SAME_DAY if days <= 1 else NEAR_DAY if days <= REPORT_DAYS else 0.0, reason


def _yearless_day_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    """Yield the terms of the days of two reports, at least one of which is undated: its text may
    name a day without saying the year.
    """
    # A reaction may name its own day.
    if {a.coverage, b.coverage} != {Role.REPORT.value}:
        return
    pairs = [(mine, theirs) for mine in _named_days(a) for theirs in _named_days(b)]
    if not pairs:
        return
    days = min(days_between(mine, theirs) for mine, theirs in pairs)
    if days > REPORT_DAYS:
        raise OtherActError
    if days <= 1:
        yield NEAR_DAY, Reason("same_day")


def _named_days(facts: ReportFacts) -> frozenset[Yearless]:
    occurred = PartialDate.parse(facts.occurred)
    if occurred.day:
        return frozenset([(occurred.month, occurred.day)])
    return named_days(f"{facts.title}\n{facts.summary}", facts.language)


def _reporting_days(later: ReportFacts) -> int:
    """Return how many days after another report this one may appear."""
    return REPORT_DAYS if later.coverage == Role.REPORT else LATER_DAYS
