"""Time to knowledge: how long from the first article to entry, event and mail."""

from dataclasses import dataclass
from datetime import datetime

from babel.numbers import format_percent
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.events.models import Event
from tracker.events.wording.names import active_locale, format_day, format_number, language_name
from tracker.operations.health.knowledge import (
    RECENT,
    STEPS,
    KnowledgeSpan,
    latest_knowledge,
    times_of_event,
)

MINUTES_OF_HOUR = 60
MINUTES_OF_DAY = 24 * 60
LONG_HOURS = 48  # from then on counted in days


@dataclass(frozen=True)
class StepCells:
    """The times that half and 95 % of the events took at most; "" if unknown."""

    median: str
    p95: str


@dataclass(frozen=True)
class KnowledgeRow:
    """One span in words; `steps` are entry, event and mail. `not_english` is a share, "" if no
    language is known; `unknown` are events without a time of their first article.
    """

    name: str
    events: int
    steps: tuple[StepCells, ...]
    mailed: int
    not_english: str
    unknown: int


@dataclass(frozen=True)
class LanguageShare:
    """How many events of the last days were first reported in a language."""

    name: str
    events: int
    share: str


@dataclass(frozen=True)
class KnowledgePage:
    """The table of spans, the last days first, and the languages of first articles."""

    days: int
    rows: tuple[KnowledgeRow, ...]
    languages: tuple[LanguageShare, ...]


@dataclass(frozen=True)
class KnowledgeLine:
    """One event's times as its page tells them: when the first article appeared ("" for unknown),
    and what followed how long after.
    """

    article_at: datetime | None
    steps: tuple[tuple[str, str], ...]


def build_knowledge_page(now: datetime) -> KnowledgePage:
    """Return the page."""
    spans = latest_knowledge(now)
    recent = spans[0]
    return KnowledgePage(
        days=RECENT.days,
        rows=tuple(_row(span) for span in spans),
        languages=tuple(
            LanguageShare(capfirst(language_name(code)), n, _percent(n / recent.first_known))
            for code, n in recent.by_language.items()
        ),
    )


def build_knowledge_line(event: Event, at: datetime | None = None) -> KnowledgeLine | None:
    """Return the line of an event's page; None if none of its articles was read while new, and on
    pages of past moments, since it would reveal what came later.
    """
    times = None if at else times_of_event(event)
    if times is None:
        return None
    labels = {"entry": _("read"), "event": _("recorded"), "mail": _("first mailed")}
    minutes = {step: times.minutes_to(step) for step in STEPS}
    steps = tuple((labels[s], format_minutes(m)) for s, m in minutes.items() if m is not None)
    return KnowledgeLine(times.article_at, steps)


def format_minutes(minutes: float) -> str:
    """Return a time in words: "less than a minute", "12 minutes", "3 hours", "4 days"."""
    if minutes < 1:
        return _("less than a minute")
    if minutes < 2 * MINUTES_OF_HOUR:
        count = round(minutes)
        return ngettext("%s minute", "%s minutes", count) % format_number(count)
    if minutes < LONG_HOURS * MINUTES_OF_HOUR:
        count = round(minutes / MINUTES_OF_HOUR)
        return ngettext("%s hour", "%s hours", count) % format_number(count)
    count = round(minutes / MINUTES_OF_DAY)
    return ngettext("%s day", "%s days", count) % format_number(count)


def _percent(share: float) -> str:
    return str(format_percent(share, locale=active_locale()))


def _row(span: KnowledgeSpan) -> KnowledgeRow:
    steps = [span.steps[step] for step in STEPS]
    name = format_day(span.span) if span.span else _("Last %s days") % RECENT.days
    return KnowledgeRow(
        name=capfirst(name),
        events=span.events,
        steps=tuple(
            StepCells(*("" if m is None else format_minutes(m) for m in (step.median, step.p95)))
            for step in steps
        ),
        mailed=span.steps["mail"].known,
        not_english=_percent(span.not_english / span.first_known) if span.first_known else "",
        unknown=span.events - span.steps["entry"].known,
    )
