"""Determine from links and reports how long measures are known to be in force."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from tracker.events.in_force import MeasureFacts, StatedText, Term, linked_term, term_of
from tracker.events.models import Event, Link, Report
from tracker.events.record.derived.headlines import (
    TITLE_COLUMNS,
    TITLES_READ,
    ReportTitle,
    report_title,
)
from tracker.events.record.values import Record
from tracker.events.wording.names import RECORDED

K = TypeVar("K", bound=Hashable)
TELLING = (Link.Type.UNDOES, Link.Type.EXTENDS)  # links that say how long a measure lasts


@dataclass(frozen=True)
class ToldTexts:
    """Texts of an event's reports that may state its duration: titles and summaries in order, and
    the day of the last report, "" if unknown.
    """

    titles: Sequence[ReportTitle] = ()
    summaries: Sequence[str] = ()
    last_day: str = ""


NOTHING = ToldTexts()


@dataclass
class LinkedDays:
    """The days of the acts that undid an event, and of those that extended it."""

    undone: list[str] = field(default_factory=list)
    extended: list[str] = field(default_factory=list)


def day_of(moment: datetime | None) -> str:
    """Return the day of a report, "" if it has none."""
    return moment.date().isoformat() if moment else ""


def measure_term(said: Event | Record, reported: ToldTexts, linked: LinkedDays) -> Term:
    """Return the term of an event, or of an earlier record of one."""
    kinds = said.kinds if isinstance(said, Record) else (said.kind, *said.other_kinds)
    titles = reported.titles[:TITLES_READ]
    texts = [StatedText(title.quote.title, title.quote.language) for title in titles]
    if said.extent == "temporary":  # a summary also recalls other acts and their durations
        pairs = zip(titles, reported.summaries, strict=False)
        texts += [StatedText(summary, title.quote.language) for title, summary in pairs]
    facts = MeasureFacts(
        kinds=kinds,
        extent=said.extent,
        occurred=said.occurred,
        reported=reported.last_day,
        texts=[StatedText(said.own_headline, RECORDED), *texts],
    )
    term = term_of(facts)
    if said.ended_on and term.confirmed_for:  # an editor knows better than a stated duration
        return Term(min([said.ended_on, *linked.undone]))
    return linked_term(term, said.occurred, linked.undone, linked.extended)


def linked_days(ids: Iterable[int]) -> dict[int, LinkedDays]:
    """Return the days of the confirmed acts that undo or extend events, by id; one query."""
    linked: dict[int, LinkedDays] = defaultdict(LinkedDays)
    links = Link.objects.filter(
        target__in=list(ids),
        type__in=TELLING,
        state=Link.State.CONFIRMED,
        source__in=Event.objects.shown(),
    ).exclude(source__occurred="")
    for pk, kind, day in links.values_list("target", "type", "source__occurred"):
        _days_by_type(linked[pk], kind).append(day)
    return linked


def days_of(ids: Iterable[int]) -> dict[int, str]:
    """Return the days of acts that undo or extend; unsure acts and those without a known day are
    left out.
    """
    acts = Event.objects.exclude(state=Event.State.UNSURE).exclude(occurred="")
    return dict(acts.filter(pk__in=set(ids)).values_list("pk", "occurred"))


def terms_of_records(records: Mapping[K, Record]) -> dict[K, Term]:
    """Return the terms of earlier records of events, by their keys; two queries."""
    sources = {key: list(_linked_sources(record)) for key, record in records.items()}
    days = days_of(pk for pairs in sources.values() for _, pk in pairs)
    reports = {pk for record in records.values() for pk in record.reports}
    columns = ("pk", "entry__published_at", "entry__summary", *TITLE_COLUMNS)
    rows = {pk: row for pk, *row in Report.stored.filter(pk__in=reports).values_list(*columns)}
    terms = {}
    for key, record in records.items():
        linked = LinkedDays()
        for kind, pk in sources[key]:
            if pk in days:
                _days_by_type(linked, kind).append(days[pk])
        reported = [rows[pk] for pk in sorted(record.reports) if pk in rows and rows[pk][2]]
        texts = ToldTexts(
            [report_title(*row[2:]) for row in reported],
            [row[1] or "" for row in reported],
            max((day_of(row[0]) for row in reported), default=""),
        )
        terms[key] = measure_term(record, texts, linked)
    return terms


def _linked_sources(record: Record) -> Iterable[tuple[str, int]]:
    for kind, source, state in record.linked_from.values():
        if kind in TELLING and state == Link.State.CONFIRMED:
            yield kind, source


def _days_by_type(linked: LinkedDays, kind: str) -> list[str]:
    return linked.undone if kind == Link.Type.UNDOES else linked.extended
