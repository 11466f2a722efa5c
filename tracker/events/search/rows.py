"""Load events as pages and mails show them, with parties, reports and links."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import QuerySet

from tracker.classify import Kind
from tracker.classify.words.lexicon import lexicon_of
from tracker.events import dsa
from tracker.events.grouping import reprints
from tracker.events.grouping.publishers import agency_of, newsroom_of
from tracker.events.in_force import Term, counted_kinds, lasting_kinds, status_on
from tracker.events.models import Entity, Event, EventEntity, Report
from tracker.events.reasons import StoredReason
from tracker.events.record.checks import Checks, origin_of
from tracker.events.record.entities import stored_entities
from tracker.events.record.headlines import ReportTitle, headline_of
from tracker.events.record.terms import terms_of_records
from tracker.events.record.values import FIGURES, SCALARS, Record
from tracker.events.search.link_rows import (
    LinkedEvent,
    LinkRow,
    build_link_row,
    links_as_of,
    links_of,
    quoted_titles,
)
from tracker.events.wording.headline import Quote
from tracker.events.wording.names import RECORDED
from tracker.partial_date import PartialDate

LATE = 4  # days after the act
DECIDING = {"kinds", "occurred", "coverage"}  # evidence that is marked in titles
COLUMNS = (  # of Report: what _report reads; any other would cost a query each
    "event",
    "entry",
    "url",
    "role",
    "reasons",
    "entry__link",
    "entry__link_hash",
    "entry__title",
    "entry__summary",
    "entry__language",
    "entry__published_at",
    "entry__source__host",
    "entry__source__name",
    "entry__classification__language",
    "entry__classification__evidence",
    "entry__classification__readers",
)
# What an earlier record says of an event under the same name.
RECORDED_FIELDS = tuple(n for n in SCALARS if n not in {"kinds", "merged_into", "split_from"})


@dataclass(frozen=True)
class NamedEntity:
    """A platform, target or country as pages name it; `type` is a target's.

    `is_reported` says that reports name it, and no list, editor or third publisher confirms it
    yet.
    """

    slug: str
    name: str
    id: int = 0
    type: str = ""
    is_reported: bool = False


@dataclass(frozen=True)
class ReportRow:
    """A report as pages show it.

    `marks` are (start, end) of the words in the title that decided kind, day and role; `title` is
    "" for a history's page; `reprints` are the publishers that printed the same text; `family` is
    the newsroom, `id` the stored report's, `entry_id` its article's, 0 for a page of a history;
    `readers` is what each model made of it
    (classify.Reading, as stored). `reasons` are codes with values, as stored.
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
    reasons: tuple[StoredReason, ...]
    summary: str
    link_hash: str = ""
    family: str = ""
    id: int = 0
    entry_id: int = 0
    reprints: tuple[str, ...] = ()
    readers: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True)
class Passage:
    """Words of a report's summary; `marks` are (start, end) of the words searched for."""

    text: str
    marks: tuple[tuple[int, int], ...]
    report: ReportRow


@dataclass(frozen=True)
class EventRow:
    """An event as lists show it, with a `passage` if it matched a summary; `headline_source` is
    "facts", "report" if it quotes one, or "person" who wrote it.
    """

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
    platforms: tuple[NamedEntity, ...]
    targets: tuple[NamedEntity, ...]
    countries: tuple[NamedEntity, ...]
    reports: tuple[ReportRow, ...]
    links: tuple[LinkRow, ...]
    extent: str = ""
    ended: str = ""
    unknown_from: str = ""
    headline_language: str = RECORDED
    headline_source: str = "facts"
    passage: Passage | None = None
    origin: str = "machine"
    checks: Checks = field(default_factory=dict)
    kind_confidence: float | None = None
    effective_on: str = ""
    amount: int = 0
    currency: str = ""
    affected: int = 0
    affected_what: str = ""
    authority: str = ""
    authority_type: str = ""
    ended_on: str = ""

    def status_on(self, day: str) -> str:
        """Return whether the measure was in force on a day, one of in_force.STATUSES; "" before it
        began, and for acts that do not last.
        """
        lasts = lasting_kinds((self.kind.value, *(kind.value for kind in self.other_kinds)))
        return status_on(day, self.occurred, self.ended, self.unknown_from) if lasts else ""

    @property
    def report_count(self) -> int:
        """Count the reports, reprints included."""
        return sum(1 + len(r.reprints) for r in self.reports)

    @property
    def late_days(self) -> int:
        """Return how many days after the act it was recorded, if LATE or more and not from a
        history; else 0.
        """
        day = PartialDate.parse(self.occurred).whole
        if day is None or self.occurred_source == "history":
            return 0
        days = (self.recorded_at.date() - day).days
        return days if days >= LATE else 0

    @property
    def codes(self) -> dsa.DsaCodes:
        """Return the DSA codes, with the means that the titles of the reports name."""
        # Looked for when it is shown: the codes are no part of the record (decision D70).
        means = {
            hit.value
            for report in self.reports
            for hit in lexicon_of("means").find(report.title, report.language)
        }
        return dsa.codes_of(
            dsa.DsaFacts(
                kinds=[kind.value for kind in (self.kind, *self.other_kinds)],
                platforms=[p.slug for p in self.platforms],
                targets=[t.name for t in self.targets],
                extent=self.extent,
                grounds=self.grounds,
                means=means,
            )
        )

    @property
    def publishers(self) -> int:
        """Count the independent newsrooms; a reprint does not count."""
        return len({r.family for r in self.reports})

    @property
    def languages(self) -> int:
        return len({r.language for r in self.reports if r.language})

    def words(self, field: str, value: str) -> tuple[str, ...]:
        """Return the reports' words that gave one value of a fact, each once."""
        pieces = (piece for report in self.reports for piece in report.evidence)
        fitting = (p for p in pieces if (p["field"], p["value"]) == (field, value))
        return tuple(dict.fromkeys(str(p["words"]) for p in fitting))

    def words_for(self, field: str) -> tuple[str, ...]:
        """Return the reports' words that gave a fact, whatever its value, each once."""
        pieces = (piece for report in self.reports for piece in report.evidence)
        return tuple(dict.fromkeys(str(p["words"]) for p in pieces if p["field"] == field))

    @property
    def reactions(self) -> tuple[ReportRow, ...]:
        return tuple(r for r in self.reports if r.role == Report.Role.REACTION)

    @property
    def first_reports(self) -> tuple[ReportRow, ...]:
        """Return reports and analyses: all but reactions."""
        return tuple(r for r in self.reports if r.role != Report.Role.REACTION)


def load_rows(events: Sequence[Event], *, links_unsure: bool = False) -> tuple[EventRow, ...]:
    """Load events as rows, in their order, with parties, reports and links; four queries in all,
    or five if linked events are named by a report's title.

    Links from a shown event to an unsure one are left out unless `links_unsure`.
    """
    ids = [e.pk for e in events]
    # Nobody is shown an unsure event who did not ask for one, not even by a link.
    quiet = {e.pk for e in events if e.state != Event.State.UNSURE and not links_unsure}
    linked = links_of(ids, quiet)
    others = {o.pk: o for linked_events in linked.values() for _, o, _ in linked_events}
    parties = _parties({*ids, *others})
    titles = quoted_titles(others.values(), parties)
    reports: dict[int, list[ReportRow]] = defaultdict(list)
    for report in _report_query(Report.objects.filter(event__in=ids)).order_by("pk"):
        reports[report.event_id].append(_build_report_row(report))
    links = {
        pk: [
            replace(
                build_link_row(
                    LinkedEvent(other, parties[other.pk], titles.get(other.pk, ())),
                    link.type,
                    link.state,
                    is_ahead=is_ahead,
                ),
                reasons=tuple(link.reasons),
                score=link.score,
            )
            for link, other, is_ahead in linked_events
        ]
        for pk, linked_events in linked.items()
    }
    return tuple(_build_row(e, parties[e.pk], reports[e.pk], links.get(e.pk, ())) for e in events)


def _parties(ids: Iterable[int]) -> dict[int, list[Entity]]:
    """Return the entities of events; merged ones are replaced."""
    parties: dict[int, list[Entity]] = defaultdict(list)
    stored_parties = EventEntity.objects.filter(event__in=ids).select_related("entity__merged_into")
    for party in stored_parties.order_by("pk"):
        parties[party.event_id].append(party.entity.itself)
    return parties


def _build_row(
    event: Event, entities: Sequence[Entity], reports: Iterable[ReportRow], links: Iterable[LinkRow]
) -> EventRow:
    main, *others = counted_kinds((event.kind, *event.other_kinds))
    by_type: dict[str, list[NamedEntity]] = defaultdict(list)
    for entity in dict.fromkeys(entities):
        by_type[entity.type].append(_named_entity(entity))
    rows = list(reports)
    titles = [ReportTitle(r.role, Quote(r.publisher, r.title, r.language)) for r in rows]
    headline = headline_of(event, entities, titles)
    return EventRow(
        id=event.pk,
        kind=Kind(main),
        other_kinds=tuple(map(Kind, others)),
        headline=headline.text,
        headline_language=headline.language,
        headline_source=headline.source,
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
        reports=fold_reprints(
            sorted(rows, key=lambda r: (not r.published_at, str(r.published_at)))
        ),
        links=tuple(links),
        extent=event.extent,
        ended=event.ended,
        unknown_from=event.unknown_from,
        origin=event.origin,
        checks={row[0]: tuple(row) for row in event.checks},
        kind_confidence=event.kind_confidence,
        ended_on=event.ended_on,
        **{name: getattr(event, name) for names in FIGURES for name in names},
    )


def _named_entity(entity: Entity) -> NamedEntity:
    return NamedEntity(
        entity.slug, entity.shown_name, entity.pk, entity.description, entity.is_reported
    )


def row_of_record(event: Event, record: Record) -> EventRow:
    """Return the event as an earlier record of it says."""
    return rows_of_records({event: record})[event.pk]


def rows_of_records(records: Mapping[Event, Record]) -> dict[int, EventRow]:
    """Return events as earlier records of them say, by id; a fixed number of queries."""
    known = stored_entities(pair for record in records.values() for pair in record.parties)
    report_ids = [pk for record in records.values() for pk in record.reports]
    # Reports may have moved to other events since, so they are read by id.
    reports = _report_query(Report.stored.all()).in_bulk(report_ids)
    linked = [key[1] for record in records.values() for key in (*record.links, *record.linked_from)]
    others = Event.objects.in_bulk(linked)
    parties = _parties(others)
    titles = quoted_titles(others.values(), parties)
    terms = terms_of_records({event.pk: record for event, record in records.items()})
    ends = {pk: LinkedEvent(o, parties[pk], titles.get(pk, ())) for pk, o in others.items()}
    return {
        event.pk: _build_row(
            _event_as_recorded(event, record, terms[event.pk]),
            [known[pair] for pair in record.parties if pair in known],
            [_row_of_role(reports[pk], record) for pk in sorted(record.reports) if pk in reports],
            links_as_of(record, ends),
        )
        for event, record in records.items()
    }


def _row_of_role(report: Report, record: Record) -> ReportRow:
    """Return a report in the role that it had; it lost none where it left the event."""
    row = _build_report_row(report)
    return replace(row, role=record.roles.get(report.pk, (report.pk, row.role))[1])


def _event_as_recorded(event: Event, record: Record, term: Term) -> Event:
    then = copy(event)
    then.kind, then.other_kinds = record.kinds[0], list(record.kinds[1:])
    for name in RECORDED_FIELDS:
        setattr(then, name, getattr(record, name))
    then.checks = [list(row) for row in record.checks.values()]
    then.origin = origin_of(then.ref, then.own_headline, then.occurred_source, then.checks)
    then.ended, then.unknown_from = term.ended, term.unknown_from
    return then


def fold_reprints(reports: Sequence[ReportRow]) -> tuple[ReportRow, ...]:
    """Return the reports in order, each text once, where it was printed first."""
    texts = [
        reprints.ComparedText(
            r.publisher, r.language, r.title, r.summary, r.link_hash, agency_of(r.title, r.summary)
        )
        for r in reports
    ]
    return tuple(
        replace(reports[first], reprints=tuple(reports[i].publisher for i in others))
        for first, *others in reprints.reprint_groups(texts)
    )


def _report_query(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Return the reports with what a ReportRow needs; an entry's whole text is not loaded."""
    return reports.select_related("entry__source", "entry__classification").only(*COLUMNS)


def _build_report_row(report: Report) -> ReportRow:
    entry = report.entry
    if entry is None:
        host = report.url.split("/")[2].removeprefix("www.") if "//" in report.url else ""
        return ReportRow(
            url=report.url,
            host=host,
            publisher=host,
            language="",
            title="",
            published_at=None,
            role=report.role,
            marks=(),
            evidence=(),
            reasons=(),
            summary="",
            family=newsroom_of(host),
            id=report.pk,
        )
    classification = getattr(entry, "classification", None)
    evidence = tuple(classification.evidence) if classification else ()
    deciding = (e for e in evidence if e["zone"] == "title" and e["field"] in DECIDING)
    marks = sorted({(e["start"], e["end"]) for e in deciding})
    return ReportRow(
        url=entry.link,
        host=entry.source.host,
        publisher=entry.source.name,
        language=classification.language if classification else entry.language,
        title=entry.title or entry.summary[:120],
        published_at=entry.published_at,
        role=report.role,
        marks=tuple(marks) if entry.title else (),
        evidence=evidence,
        reasons=tuple(report.reasons),
        summary=entry.summary,
        link_hash=entry.link_hash,
        family=newsroom_of(entry.source.host),
        id=report.pk,
        entry_id=entry.pk,
        readers=tuple(classification.readers) if classification else (),
    )
