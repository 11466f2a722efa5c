"""Load events as pages and mails show them, with parties, reports and links."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language

from tracker.classify import Kind
from tracker.classify.words.lexicon import lexicon_of
from tracker.events import dsa
from tracker.events.grouping import reprints
from tracker.events.grouping.publishers import agency_of, newsroom_of
from tracker.events.in_force import counted_kinds, lasting_kinds, status_on
from tracker.events.models import Entity, Event, EventEntity, Link, Report
from tracker.events.reasons import StoredReason
from tracker.events.record.checks import Checks
from tracker.events.record.headlines import ReportTitle, headline_of, reads_titles
from tracker.events.record.values import FIGURES
from tracker.events.search.link_rows import (
    LinkedEvent,
    LinkRow,
    build_link_row,
    links_of,
)
from tracker.events.wording.headline import Quote
from tracker.events.wording.names import RECORDED
from tracker.events.wording.quotation import first_sentence
from tracker.feeds.articles.archiving import copy_address
from tracker.feeds.models import TranslatedTitle
from tracker.partial_date import PartialDate

LATE = 4  # days after the act
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
class NamedEntity:
    """A platform, target or country as pages name it; `type` is a target's, `name` is in the active
    language and `recorded` in that of the record, "" if it is the same.

    `is_reported` means that only reports name it, not yet confirmed by a list, an editor or a third
    publisher.
    """

    slug: str
    name: str
    id: int = 0
    type: str = ""
    is_reported: bool = False
    recorded: str = ""

    @property
    def recorded_name(self) -> str:
        """Return the name in the language of the record, which evidence and codes refer to."""
        return self.recorded or self.name


@dataclass(frozen=True)
class ReportRow:
    """A report as pages show it.

    `marks` are (start, end) of the words in the title that decided kind, day and role; `title` is
    "" for a history's page; `reprint_rows` are the reports of the same text; `family` is the
    newsroom, `id` the stored report's, `entry_id` its article's, 0 for a page of a history;
    `readers` are the models' readings (classify.Reading, as stored). `reasons` are codes with
    values, as stored. `translations` are (language, machine-translated title). `archived_url` is
    the address of its copy, "" for none; `is_archived` if an archive saved it when it was read.
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
    reprint_rows: tuple["ReportRow", ...] = ()
    readers: tuple[dict[str, object], ...] = ()
    translations: tuple[tuple[str, str], ...] = ()
    archived_url: str = ""
    is_archived: bool = False

    @property
    def title_translated(self) -> str:
        """Return the machine translation of the title into the active language, "" if there is
        none.
        """
        return dict(self.translations).get((get_language() or RECORDED).partition("-")[0], "")

    @property
    def excerpt(self) -> str:
        """Return the article's first sentence, cut short; "" if it only repeats the title."""
        return first_sentence(self.title, self.summary)

    @property
    def reprints(self) -> tuple[str, ...]:
        """Return the publishers that printed the same text."""
        return tuple(row.publisher for row in self.reprint_rows)


@dataclass(frozen=True)
class Passage:
    """Words of a report's summary; `marks` are (start, end) of the searched words."""

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
    law: str = ""
    law_article: str = ""
    appeal: str = ""
    territory: str = ""
    region: str = ""
    degree: str = ""
    ordered_by: str = ""
    ordered_by_type: str = ""
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
        """Return how many days after the act it was recorded, if at least LATE and not from a
        history; else 0.
        """
        day = PartialDate.parse(self.occurred).whole
        if day is None or self.occurred_source == "history":
            return 0
        days = (self.recorded_at.date() - day).days
        return days if days >= LATE else 0

    @property
    def codes(self) -> dsa.DsaCodes:
        """Return the DSA codes, including the means that the reports' titles name."""
        # Derived when shown: the codes are not part of the record (decision D70).
        means, words = (
            {
                hit.value
                for report in self.reports
                for hit in lexicon_of(table).find(report.title, report.language)
            }
            for table in ("means", "statement")
        )
        return dsa.codes_of(
            dsa.DsaFacts(
                kinds=[kind.value for kind in (self.kind, *self.other_kinds)],
                platforms=[p.slug for p in self.platforms],
                targets=[t.recorded_name for t in self.targets],
                extent=self.extent,
                grounds=self.grounds,
                means=means,
                words=words,
                countries=[c.slug for c in self.countries],
                territory=self.territory,
                law=self.law,
                affected_what=self.affected_what if self.affected else "",
                is_ordered=bool(self.ordered_by),
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
        """Return the words of the reports that gave one value of a fact, each once."""
        pieces = (piece for report in self.reports for piece in report.evidence)
        matching = (p for p in pieces if (p["field"], p["value"]) == (field, value))
        return tuple(dict.fromkeys(str(p["words"]) for p in matching))

    def words_for(self, field: str) -> tuple[str, ...]:
        """Return the words of the reports that gave a fact, whatever its value, each once."""
        pieces = (piece for report in self.reports for piece in report.evidence)
        return tuple(dict.fromkeys(str(p["words"]) for p in pieces if p["field"] == field))

    @property
    def reactions(self) -> tuple[ReportRow, ...]:
        return tuple(r for r in self.reports if r.role == Report.Role.REACTION)

    @property
    def first_reports(self) -> tuple[ReportRow, ...]:
        """Return reports and analyses: all but reactions."""
        return tuple(r for r in self.reports if r.role != Report.Role.REACTION)


@dataclass(frozen=True)
class Surroundings:
    """The context of events: their links with the events at the other end, and the parties of all
    of these.
    """

    linked: Mapping[int, Sequence[tuple[Link, Event, bool]]]
    parties: Mapping[int, Sequence[Entity]]


def load_surroundings(
    events: Iterable[Event], *, links_unsure: bool = False, beside: Iterable[int] = ()
) -> Surroundings:
    """Load links and parties of events, and the parties of those `beside`; two queries."""
    found = list(events)
    # Nobody is shown an unsure event who did not ask for one, not even by a link.
    quiet = {e.pk for e in found if e.state != Event.State.UNSURE and not links_unsure}
    ids = [e.pk for e in found]
    linked = links_of(ids, quiet)
    others = {other.pk for ends in linked.values() for _, other, _ in ends}
    return Surroundings(linked, _parties({*ids, *others, *beside}))


def load_rows(
    events: Sequence[Event], *, links_unsure: bool = False, around: Surroundings | None = None
) -> tuple[EventRow, ...]:
    """Load events as rows, in their order, with parties, reports and links; three queries
    in all, and one if titles are translated.

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
