"""Measure the time from the first article on an act until the tracker has recorded and
mailed it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from django.core.cache import cache
from django.db.models import Min, QuerySet

from tracker.alerts.models import Delivery, Hit
from tracker.events.models import Event, Report

RECENT = timedelta(days=30)
MONTHS = 12
ENGLISH = "en"
STEPS = ("entry", "event", "mail")
MAILS = (Delivery.Type.DIGEST,)
LATEST, MEASURED_EVERY = "latest-knowledge", 600
STREAMED = 2_000  # rows that are read at once
COLUMNS = (
    "event",
    "event__recorded_at",
    "entry__published_at",
    "entry__published_raw",
    "entry__first_seen_at",
    "entry__classification__language",
    "entry__language",
)
computed: dict[str, tuple[int, "KnowledgeSpan"]] = {}  # past months, by number of reports


@dataclass(frozen=True)
class KnowledgeTimes:
    """When the first article on an event appeared, was read, became an event and was mailed; None
    if unknown, `language` "" likewise.
    """

    event_id: int
    article_at: datetime | None
    entry_at: datetime
    event_at: datetime
    mail_at: datetime | None = None
    language: str = ""

    def minutes_to(self, step: str) -> float | None:
        """Return the minutes from the first article to one of STEPS; None if either is unknown."""
        at: datetime | None = getattr(self, f"{step}_at")
        if self.article_at is None or at is None:
            return None
        return (at - self.article_at).total_seconds() / 60


@dataclass(frozen=True)
class StepTimes:
    """Minutes to a step: half of the events took at most `median`, 95 % at most `p95`; None without
    events. `known` is the number of events behind these.
    """

    known: int
    median: float | None
    p95: float | None


@dataclass(frozen=True)
class KnowledgeSpan:
    """The times of the events that were recorded in a span; `span` is "2026-11", or "" for the last
    days. `first_known` counts events with a known language of the first article; `by_language`
    counts them by language.
    """

    span: str
    events: int
    steps: Mapping[str, StepTimes]
    first_known: int
    by_language: Mapping[str, int]

    @property
    def not_english(self) -> int:
        """Count the events whose first article was in another language than English."""
        return self.first_known - self.by_language.get(ENGLISH, 0)


def times_of_event(event: Event) -> KnowledgeTimes | None:
    """Return the times of one event; None if it has no page, or no article was read while new."""
    if not event.is_visible:
        return None
    # Not through the visible events: SQLite lists all of them first, half a second at a million.
    reports = _news().filter(event=event)
    return next(iter(_times(reports, Hit.objects.filter(event=event))), None)


def latest_knowledge(now: datetime) -> list[KnowledgeSpan]:
    """Return the times of the last RECENT days, then those of the months, as measured at most
    MEASURED_EVERY seconds ago: a year of reports is read for them.
    """
    spans: list[KnowledgeSpan] | None = cache.get(LATEST)
    if spans is None:
        spans = [recent_knowledge(now), *monthly_knowledge(now)]
        cache.set(LATEST, spans, MEASURED_EVERY)
    return spans


def recent_knowledge(now: datetime) -> KnowledgeSpan:
    """Return the times of the events that were recorded in the last RECENT days."""
    return _span("", now - RECENT, now)


def monthly_knowledge(now: datetime) -> list[KnowledgeSpan]:
    """Return the times of the last MONTHS months by the month of recording, the latest first;
    months without events are left out.
    """
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spans = []
    end = now
    for _ in range(MONTHS):
        spans.append(_month(first, end))
        end = first
        first = (first - timedelta(days=1)).replace(day=1)
    return [span for span in spans if span.events]


def _month(first: datetime, end: datetime) -> KnowledgeSpan:
    """Return a month's times; those of a past month are recomputed only when its reports change."""
    name = f"{first:%Y-%m}"
    count = _within(first, end).count()
    if name in computed and computed[name][0] == count:
        return computed[name][1]
    span = _span(name, first, end)
    computed[name] = (count, span)
    return span


def _news() -> QuerySet[Report]:
    # Articles in a feed when it was added were not news: only those read while new count.
    return Report.objects.filter(entry__is_news=True)


def _within(since: datetime, until: datetime) -> QuerySet[Report]:
    recorded = {"event__recorded_at__gte": since, "event__recorded_at__lt": until}
    return _news().filter(event__in=Event.objects.visible(), **recorded)


def _span(name: str, since: datetime, until: datetime) -> KnowledgeSpan:
    hits = Hit.objects.filter(event__recorded_at__gte=since, event__recorded_at__lt=until)
    times = _times(_within(since, until), hits)
    languages: dict[str, int] = defaultdict(int)
    for each in times:
        if each.language:
            languages[each.language] += 1
    return KnowledgeSpan(
        span=name,
        events=len(times),
        steps={step: _step_times(each.minutes_to(step) for each in times) for step in STEPS},
        first_known=sum(languages.values()),
        by_language=dict(sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def _times(reports: QuerySet[Report], hits: QuerySet[Hit]) -> list[KnowledgeTimes]:
    """Return the times of each event of these reports; two queries."""
    sent = hits.filter(
        reason=Hit.Reason.NEW, delivery__state=Delivery.State.SENT, delivery__type__in=MAILS
    )
    mailed = dict(sent.values_list("event").annotate(at=Min("delivery__ended_at")).order_by())
    firsts: dict[int, KnowledgeTimes] = {}
    rows = reports.order_by().values_list(*COLUMNS).iterator(STREAMED)
    for event, recorded_at, published_at, raw, seen_at, read, language in rows:
        article_at = _article_time(published_at, raw, seen_at)
        known_times = KnowledgeTimes(
            event, article_at, seen_at, recorded_at, mailed.get(event), (read or language or "")[:2]
        )
        firsts[event] = _earlier(firsts[event], known_times) if event in firsts else known_times
    return list(firsts.values())


def _article_time(published: datetime | None, raw: str, first_seen: datetime) -> datetime | None:
    """Return when an article appeared; None for a day without a time, or a time in the future."""
    if published is None or published > first_seen or (raw and ":" not in raw):
        return None
    return published


def _earlier(a: KnowledgeTimes, b: KnowledgeTimes) -> KnowledgeTimes:
    """Return the times of both reports' event: of the first article, and of the first one read."""
    first, other = (a, b) if _order(a) <= _order(b) else (b, a)
    entry_at = min(first.entry_at, other.entry_at)
    return KnowledgeTimes(
        first.event_id, first.article_at, entry_at, first.event_at, first.mail_at, first.language
    )


def _order(times: KnowledgeTimes) -> tuple[bool, datetime]:
    return times.article_at is None, times.article_at or times.entry_at


def _step_times(minutes: Iterable[float | None]) -> StepTimes:
    known = sorted(value for value in minutes if value is not None)
    return StepTimes(len(known), _share(known, 50), _share(known, 95))


def _share(values: Sequence[float], percent: int) -> float | None:
    """Return the value that `percent` of the values do not exceed."""
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=100, method="inclusive")[percent - 1]
