"""Load events as rows, with parties, reports and links."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import QuerySet

from tracker.classify import Kind
from tracker.events.grouping import reprints
from tracker.events.grouping.publishers import agency_of, newsroom_of
from tracker.events.in_force import counted_kinds
from tracker.events.models import Entity, Event, EventEntity, Link, Report
from tracker.events.record.derived.headlines import ReportTitle, headline_of, reads_titles
from tracker.events.record.values import FIGURES
from tracker.events.search.link_rows import (
    LinkedEvent,
    LinkRow,
    build_link_row,
    links_of,
)
from tracker.events.search.rows import EventRow, NamedEntity, ReportRow
from tracker.events.wording.headline import Quote
from tracker.feeds.articles.archiving import copy_address
from tracker.feeds.models import TranslatedTitle
from tracker.partial_date import PartialDate

DECIDING = {"kinds", "occurred", "coverage"}  # evidence that is marked in titles
COLUMNS = (  # columns of Report that build_report_row reads; any other would cost a query each
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
    "entry__first_seen_at",
    "entry__archived_copy__url",
    "entry__source__host",
    "entry__source__name",
    "entry__classification__language",
    "entry__classification__evidence",
    "entry__classification__readers",
)


@dataclass(frozen=True)
class Surroundings:
    """The context of events: their links with the events at the other end, and the parties of all
    of these.
    """

    linked: Mapping[int, Sequence[tuple[Link, Event, bool]]]
    parties: Mapping[int, Sequence[Entity]]


def load_surroundings(
    events: Iterable[Event],
    *,
    links_unsure: bool = False,
    beside: Mapping[int, Event] | None = None,
) -> Surroundings:
    """Load links and parties of events, and the parties of those `beside`; two queries, three if
    they are linked with events that are neither.
    """
    found = list(events)
    known = {e.pk: e for e in found} | dict(beside or {})
    # Nobody is shown an unsure event who did not ask for one, not even by a link.
    quiet = {e.pk for e in found if e.state != Event.State.UNSURE and not links_unsure}
    linked = links_of([e.pk for e in found], quiet, known)
    others = {other.pk for ends in linked.values() for _, other, _ in ends}
    return Surroundings(linked, _parties({*known, *others}))


def load_rows(
    events: Sequence[Event], *, links_unsure: bool = False, around: Surroundings | None = None
) -> tuple[EventRow, ...]:
    """Load events as rows, in their order, with parties, reports and links; three queries
    in all, and one each if they are linked and if titles are translated.

    Links from a shown event to an unsure one are left out unless `links_unsure`. What is around
    them is not loaded again if it is at hand.
    """
    around = around or load_surroundings(events, links_unsure=links_unsure)
    ids = {e.pk for e in events}
    ends = {e.pk: e for pk in ids for _, e, _ in around.linked.get(pk, ())}
    quoted = [pk for pk, e in ends.items() if reads_titles(e, around.parties[pk])]
    reports: dict[int, list[ReportRow]] = defaultdict(list)
    titles: dict[int, list[ReportTitle]] = defaultdict(list)
    asked = Report.objects.filter(event__in={*ids, *quoted})
    for report in _report_query(asked).order_by("pk"):
        row = build_report_row(report)
        titles[report.event_id].append(_title_of(row))
        if report.event_id in ids:
            reports[report.event_id].append(row)
    _add_translations(reports)
    links = {
        pk: [
            replace(
                build_link_row(
                    LinkedEvent(other, around.parties[other.pk], titles.get(other.pk, ())),
                    link.type,
                    link.state,
                    is_ahead=is_ahead,
                ),
                reasons=tuple(link.reasons),
                score=link.score,
            )
            for link, other, is_ahead in around.linked.get(pk, ())
        ]
        for pk in ids
    }
    return tuple(build_row(e, around.parties[e.pk], reports[e.pk], links[e.pk]) for e in events)


def _add_translations(reports: Mapping[int, list[ReportRow]]) -> None:
    """Add the translated titles; no query if translations are off."""
    if not settings.TRANSLATE_URL:
        return
    entry_ids = {row.entry_id for rows in reports.values() for row in rows if row.entry_id}
    stored = TranslatedTitle.objects.filter(entry__in=entry_ids).exclude(text="")
    by_entry: dict[int, dict[str, tuple[str, str]]] = defaultdict(dict)
    for pk, language, title, text in stored.values_list("entry", "language", "title", "text"):
        by_entry[pk][language] = (title, text)
    for rows in reports.values():
        rows[:] = [
            replace(
                row,
                translations=tuple(
                    (language, text)
                    # The translation is outdated if the publisher edited the title since.
                    for language, (title, text) in sorted(by_entry[row.entry_id].items())
                    if title == row.title
                ),
            )
            if row.entry_id in by_entry
            else row
            for row in rows
        ]


def _parties(ids: Iterable[int]) -> dict[int, list[Entity]]:
    """Return the entities of events; merged ones are replaced."""
    parties: dict[int, list[Entity]] = defaultdict(list)
    stored_parties = EventEntity.objects.filter(event__in=ids).select_related("entity__merged_into")
    for party in stored_parties.order_by("pk"):
        parties[party.event_id].append(party.entity.itself)
    return parties


def build_row(
    event: Event, entities: Sequence[Entity], reports: Iterable[ReportRow], links: Iterable[LinkRow]
) -> EventRow:
    """Return an event as lists show it."""
    main, *others = counted_kinds((event.kind, *event.other_kinds))
    by_type: dict[str, list[NamedEntity]] = defaultdict(list)
    for entity in dict.fromkeys(entities):
        by_type[entity.type].append(_named_entity(entity))
    rows = [_with_copy_address(row, event.occurred) for row in reports]
    headline = headline_of(event, entities, map(_title_of, rows))
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


def _title_of(row: ReportRow) -> ReportTitle:
    return ReportTitle(row.role, Quote(row.publisher, row.title, row.language))


def _with_copy_address(row: ReportRow, occurred: str) -> ReportRow:
    """Return a history's report with the address of its archived copy from about the day of the
    act.
    """
    if row.entry_id or row.archived_url:
        return row
    return replace(row, archived_url=copy_address(row.url, PartialDate.parse(occurred).whole))


def _named_entity(entity: Entity) -> NamedEntity:
    shown = entity.shown_name
    return NamedEntity(
        entity.slug,
        shown,
        entity.pk,
        entity.description,
        entity.is_reported,
        entity.name if entity.name != shown else "",
    )


def fold_reprints(reports: Sequence[ReportRow]) -> tuple[ReportRow, ...]:
    """Return the reports in order, each text once, at its first publication."""
    texts = [
        reprints.ComparedText(
            r.publisher, r.language, r.title, r.summary, r.link_hash, agency_of(r.title, r.summary)
        )
        for r in reports
    ]
    return tuple(
        replace(reports[first], reprint_rows=tuple(reports[i] for i in others))
        for first, *others in reprints.reprint_groups(texts)
    )


def _report_query(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Return the reports with what a ReportRow needs; an entry's whole text is not loaded."""
    beside = ("entry__source", "entry__classification", "entry__archived_copy")
    return reports.select_related(*beside).only(*COLUMNS)


def build_report_row(report: Report, *, is_past: bool = False) -> ReportRow:
    """Return a report, loaded with COLUMNS, as pages show it; for a past moment without what other
    services added since.
    """
    entry = report.entry
    if entry is None:
        return _build_page_row(report)
    classification = getattr(entry, "classification", None)
    copy_of = None if is_past else getattr(entry, "archived_copy", None)
    saved_url = copy_of.url if copy_of else ""
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
        archived_url=saved_url
        or copy_address(entry.link, entry.published_at or entry.first_seen_at),
        is_archived=bool(saved_url),
    )


def _build_page_row(report: Report) -> ReportRow:
    """Return a page that a history refers to, whose text was never read."""
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
