"""Decide whether a measure is in force on a day, ended, or of unknown status; pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.classify import Kind
from tracker.classify.facts.durations import stated_length
from tracker.partial_date import PartialDate

IN_FORCE, ENDED, UNKNOWN = "yes", "ended", "unknown"
STATUSES = (IN_FORCE, ENDED, UNKNOWN)
# For how many days after it was last reported or extended a lasting measure counts as in force, by
# kind. From the ends in the known history (decision D117):
CONFIRMED_FOR = {
    Kind.PLATFORM_BLOCK: 30,  # three of four known ends came within 23 days
    Kind.SERVICE_DENIAL: 90,  # five of six came within 96 days
    Kind.DEMONETIZATION: 180,  # few ends are known; most are appeals, heard within weeks
    Kind.AD_BAN: 365,  # rules: half stood for 112 days or longer, and are reviewed each year
    Kind.ACCOUNT_SUSPENSION: 730,  # three of four ends came within 680 days
}
LASTING = tuple(kind.value for kind in CONFIRMED_FOR)
TEMPORARY_FOR = 14  # "temporarily", "briefly": the end of a short measure is rarely reported
PERMANENT_FOR = 5 * 365  # a platform's "for good": even those were undone within a few years
OF_PLATFORMS = set(CONFIRMED_FOR) - {Kind.PLATFORM_BLOCK}  # a state's "for good" has no term


@dataclass(frozen=True)
class StatedText:
    """A text that may state how long the measure lasts, and its language."""

    text: str
    language: str


@dataclass(frozen=True)
class MeasureFacts:
    """The facts that determine how long a measure lasts: its kinds, duration and day, the day of
    its last report, "" for none, and the texts that may state its length.
    """

    kinds: Sequence[str]
    extent: str
    occurred: str
    reported: str = ""
    texts: Sequence[StatedText] = ()


@dataclass(frozen=True)
class Term:
    """The day on which a measure `ended`, as stated, and the day from which it is unknown whether
    it is in force, for `confirmed_for` days after the last news of it. All are "" and 0 for an act
    that does not last.
    """

    ended: str = ""
    unknown_from: str = ""
    confirmed_for: int = 0


def counted_kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds as counted in lists and charts: a state that lifts its block reinstates."""
    if Kind.PLATFORM_BLOCK not in kinds or Kind.REINSTATEMENT not in kinds:
        return tuple(kinds)
    counted = (kind for kind in kinds if kind not in {Kind.PLATFORM_BLOCK, Kind.REINSTATEMENT})
    return (Kind.REINSTATEMENT.value, *counted)


def term_of(facts: MeasureFacts) -> Term:
    """Return how long a measure is known to be in force, by its own reports."""
    limits = [CONFIRMED_FOR[Kind(kind)] for kind in lasting_kinds(facts.kinds)]
    span = PartialDate.parse(facts.occurred).span
    if span is None or not limits:
        return Term()
    days = _confirmed_for(facts, max(limits))
    last = max(span[1], _last_day(facts.reported))
    return Term(_stated_end(facts, span[1]), _days_after(last, days), days)


def linked_term(term: Term, occurred: str, undone: Iterable[str], extended: Iterable[str]) -> Term:
    """Return the term with the days of the acts that undid and extended the measure."""
    ended = min(undone, default="")
    later = [day for day in extended if occurred and day >= occurred]
    if not ended and term.ended and not any(day <= term.ended for day in later):
        # Unless it was extended before: an extension overrides the end stated first.
        ended = term.ended
    if ended:
        return Term(ended)
    if not term.unknown_from or not later:
        return term
    longest = _days_after(max(map(_last_day, later)), term.confirmed_for)
    return Term("", max(term.unknown_from, longest), term.confirmed_for)


def lasting_kinds(kinds: Sequence[str]) -> list[str]:
    """Return the kinds that last until they are undone; none for an act that undoes another."""
    counted = counted_kinds(kinds)
    return [] if Kind.REINSTATEMENT in counted else [kind for kind in counted if kind in LASTING]


def status_on(day: str, occurred: str, ended: str, unknown_from: str) -> str:
    """Return the status of a lasting measure on a day, one of STATUSES; "" before it began."""
    if not occurred or occurred > day:
        return ""
    if ended:
        return ENDED if ended <= day else IN_FORCE
    return UNKNOWN if unknown_from and unknown_from <= day else IN_FORCE


def asked_status(value: str, today: str) -> tuple[str, str]:
    """Return the status and the day that a query's `in_force` asks for: "unknown" refers to today;
    a day means in force on that day.
    """
    return (value, today) if value in STATUSES else (IN_FORCE, value)


def _confirmed_for(facts: MeasureFacts, limit: int) -> int:
    if facts.extent == "temporary":
        return min(limit, TEMPORARY_FOR)
    is_for_good = facts.extent == "permanent" and OF_PLATFORMS.intersection(facts.kinds)
    return max(limit, PERMANENT_FOR) if is_for_good else limit


def _stated_end(facts: MeasureFacts, begun: date) -> str:
    """Return the end by the duration that most texts state; "" if none does."""
    if facts.extent == "permanent":
        return ""
    lengths = Counter(_lengths(facts.texts))
    if not lengths:
        return ""
    days = -(-lengths.most_common(1)[0][0] // timedelta(days=1))  # hours count as a whole day
    return _days_after(begun, days)


def _lengths(texts: Iterable[StatedText]) -> Iterable[timedelta]:
    for stated in texts:
        if length := stated_length(stated.text, stated.language):
            yield length


def _last_day(text: str) -> date:
    span = PartialDate.parse(text).span
    return span[1] if span else date.min


def _days_after(day: date, days: int) -> str:
    return (day + timedelta(days=min(days, (date.max - day).days))).isoformat()
