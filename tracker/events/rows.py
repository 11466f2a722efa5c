"""Events as pages and mails show them, with their parties, reports and links."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.classify import Kind
from tracker.events import copies
from tracker.events.models import Entity, Event, Link, Party, Report

DECIDING = {"kinds", "occurred", "coverage"}  # evidence that is marked in titles


@dataclass(frozen=True)
class Named:
    slug: str
    name: str


@dataclass(frozen=True)
class ReportRow:
    """A report as pages show it: `marks` are (start, end) of the words in the title that decided
    kind, day and coverage; `title` is "" for a history's page; `reprints` are the publishers that
    printed the same text.
    """

    url: str
    host: str
    publisher: str
    language: str
    title: str
    published_at: datetime | None
    role: str
    marks: tuple[tuple[int, int], ...]
    evidence: tuple[dict[str, object], ...]
    reasons: tuple[str, ...]
    summary: str
    link_hash: str = ""
    reprints: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkRow:
    """A linked event: `words` say how, as in "Undone by"."""

    words: str
    event_id: int
    headline: str
    kind: str
    occurred: str


@dataclass(frozen=True)
class EventRow:
    """An event as lists show it."""

    id: int
    kind: Kind
    other_kinds: tuple[Kind, ...]
    headline: str
    occurred: str
    occurred_source: str
    state: str
    confidence: float | None
    grounds: str
    recorded_at: datetime
    changed_at: datetime
    platforms: tuple[Named, ...]
    targets: tuple[Named, ...]
    countries: tuple[Named, ...]
    reports: tuple[ReportRow, ...]
    links: tuple[LinkRow, ...]

    @property
    def report_count(self) -> int:
        """Reports, reprints among them."""
        return sum(1 + len(r.reprints) for r in self.reports)

    @property
    def publishers(self) -> int:
        """Independent ones: who reprints does not count."""
        return len({r.publisher for r in self.reports})

    @property
    def languages(self) -> int:
        return len({r.language for r in self.reports if r.language})

    def words(self, field: str, value: str) -> tuple[str, ...]:
        """The words of the reports that gave one value of a fact, each once."""
        told = (piece for report in self.reports for piece in report.evidence)
        fitting = (p for p in told if (p["field"], p["value"]) == (field, value))
        return tuple(dict.fromkeys(str(p["words"]) for p in fitting))

    @property
    def reactions(self) -> tuple[ReportRow, ...]:
        return tuple(r for r in self.reports if r.role == Report.Role.REACTION)

    @property
    def first_reports(self) -> tuple[ReportRow, ...]:
        """Reports and analyses: what is not a reaction."""
        return tuple(r for r in self.reports if r.role != Report.Role.REACTION)


def load(events: Sequence[Event]) -> tuple[EventRow, ...]:
    """Events as rows, in their order, with parties, reports and links; four queries in all."""
    ids = [e.pk for e in events]
    parties: dict[int, list[Entity]] = defaultdict(list)
    for party in Party.objects.filter(event__in=ids).select_related("entity").order_by("pk"):
        parties[party.event_id].append(party.entity)
    reports: dict[int, list[ReportRow]] = defaultdict(list)
    found = Report.objects.filter(event__in=ids).select_related(
        "entry__source", "entry__classification"
    )
    for report in found.order_by("pk"):
        reports[report.event_id].append(_report(report))
    links = _links(ids)
    return tuple(_row(e, parties[e.pk], reports[e.pk], links[e.pk]) for e in events)


def _row(
    event: Event, entities: Iterable[Entity], reports: Iterable[ReportRow], links: Iterable[LinkRow]
) -> EventRow:
    by_type: dict[str, list[Named]] = defaultdict(list)
    for entity in entities:
        by_type[entity.type].append(Named(entity.slug, entity.name))
    return EventRow(
        id=event.pk,
        kind=Kind(event.kind),
        other_kinds=tuple(map(Kind, event.other_kinds)),
        headline=event.headline,
        occurred=event.occurred,
        occurred_source=event.occurred_source,
        state=event.state,
        confidence=event.confidence,
        grounds=event.grounds,
        recorded_at=event.recorded_at,
        changed_at=event.changed_at,
        platforms=tuple(by_type[Entity.Type.PLATFORM]),
        targets=tuple(by_type[Entity.Type.TARGET]),
        countries=tuple(by_type[Entity.Type.COUNTRY]),
        reports=folded(sorted(reports, key=lambda r: (not r.published_at, str(r.published_at)))),
        links=tuple(links),
    )


def folded(reports: Sequence[ReportRow]) -> tuple[ReportRow, ...]:
    """The reports in their order, each text once, in the first place that printed it."""
    texts = [copies.Text(r.publisher, r.language, r.title, r.summary, r.link_hash) for r in reports]
    return tuple(
        replace(reports[first], reprints=tuple(reports[i].publisher for i in rest))
        for first, *rest in copies.copies(texts)
    )


def _report(report: Report) -> ReportRow:
    entry = report.entry
    if entry is None:
        host = report.url.split("/")[2].removeprefix("www.") if "//" in report.url else ""
        return ReportRow(report.url, host, host, "", "", None, report.role, (), (), (), "")
    found = getattr(entry, "classification", None)
    evidence = tuple(found.evidence) if found else ()
    deciding = (e for e in evidence if e["zone"] == "title" and e["field"] in DECIDING)
    marks = sorted({(e["start"], e["end"]) for e in deciding})
    return ReportRow(
        url=entry.link,
        host=entry.source.host,
        publisher=entry.source.name,
        language=found.language if found else entry.language,
        title=entry.title or entry.summary[:120],
        published_at=entry.published_at,
        role=report.role,
        marks=tuple(marks) if entry.title else (),
        evidence=evidence,
        reasons=tuple(report.reasons),
        summary=entry.summary,
        link_hash=entry.link_hash,
    )


LINK_WORDS = {
    Link.Type.UNDOES: ("Undoes", "Undone by"),
    Link.Type.EXTENDS: ("Extends", "Extended by"),
    Link.Type.FOLLOWS: ("Follows", "Followed by"),
    Link.Type.TESTED_BY: ("Tested in court by", "Tests in court"),
}


def _links(ids: Sequence[int]) -> dict[int, list[LinkRow]]:
    rows: dict[int, list[LinkRow]] = defaultdict(list)
    wanted = set(ids)
    links = Link.objects.filter(source__in=ids) | Link.objects.filter(target__in=ids)
    for link in links.select_related("source", "target").order_by("pk"):
        ahead, back = LINK_WORDS[Link.Type(link.type)]
        for event_id, other, words in (
            (link.source_id, link.target, ahead),
            (link.target_id, link.source, back),
        ):
            if event_id in wanted:
                rows[event_id].append(
                    LinkRow(words, other.pk, other.headline, other.kind, other.occurred)
                )
    return rows
