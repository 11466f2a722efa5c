"""Turn events into data: one shape for CSV, JSON Lines and the API; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypedDict

from tracker.events.publish.dictionary.columns import EVENT_COLUMNS, LIST, REPORT_COLUMNS
from tracker.events.publish.platform_links import archive_links
from tracker.events.publish.trust import FactTrust, check_of_event, trust_of_facts
from tracker.events.search.link_rows import LinkRow
from tracker.events.search.rows import EventRow, NamedEntity, ReportRow
from tracker.events.wording.reasons import ReasonData, reason_data, word_reason
from tracker.partial_date import PartialDate

SCHEMA = "1"
DSA_COLUMNS: tuple[
    Literal["keywords", "categories", "content_types", "territory", "ground", "links"], ...
] = (
    "keywords",
    "categories",
    "content_types",
    "territory",
    "ground",
    "links",
)


@dataclass(frozen=True)
class Provenance:
    """The provenance of a file: the query as typed and in words, the time it is valid for, how many
    sources were read, its licence and address.
    """

    query: str
    words: str
    as_of: datetime
    coverage: str
    licence: str
    address: str

    def as_dict(self) -> dict[str, str]:
        """Return plain strings, for JSON."""
        return {
            "query": self.query,
            "in_words": self.words,
            "as_of": format_time(self.as_of),
            "coverage": self.coverage,
            "licence": self.licence,
            "address": self.address,
            "schema": SCHEMA,
        }


def format_time(at: datetime) -> str:
    """Return a time in UTC, as in "2017-10-26T09:00:00Z"."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class TargetData(TypedDict):
    """A target of an exported event."""

    id: int
    name: str
    type: str
    reported: bool


class DsaData(TypedDict):
    """The DSA codes of an exported event."""

    decision: list[str]
    category: str
    keywords: list[str]
    note: str
    categories: list[str]
    content_types: list[str]
    territory: list[str]
    ground: str
    links: list[str]


class LinkData(TypedDict):
    """A link of an exported event; `score` is how sure the program was of it, 0 to 1, or None."""

    type: str
    is_ahead: bool
    event: int
    state: str
    score: float | None


class ReportData(TypedDict):
    """A report of an exported event."""

    url: str
    title: str
    title_translated: str
    excerpt: str
    archived_url: str
    publisher: str
    language: str
    published_at: str | None
    role: str
    reprints: list[str]
    reasons: list[str]
    reason_codes: list[ReasonData]
    evidence: list[dict[str, object]]
    readers: list[dict[str, object]]


class FactData(TypedDict):
    """How sure one fact of an exported event is."""

    origin: str
    check: str
    checked_at: str | None


class CircumstanceData(TypedDict):
    """The law an act is based on, its territory and degree, and the outcome of an appeal."""

    law: str
    law_article: str
    appeal: str
    territory: str
    region: str
    degree: str
    ordered_by: str
    ordered_by_type: str


class EventData(TypedDict):
    """An exported event as plain values for JSON; the API's EventOut describes it."""

    id: int
    url: str
    headline: str
    headline_source: str
    kinds: list[str]
    platforms: list[str]
    targets: list[str]
    countries: list[str]
    grounds: str
    occurred: str | None
    precision: str
    occurred_source: str
    extent: str
    ended: str | None
    unknown_from: str | None
    state: str
    origin: str
    check: str
    facts: dict[str, FactData]
    confidence: float | None
    kind_confidence: float | None
    effective_on: str | None
    amount: int | None
    currency: str
    affected: int | None
    affected_what: str
    authority: str
    authority_type: str
    law: str
    law_article: str
    appeal: str
    territory: str
    region: str
    degree: str
    ordered_by: str
    ordered_by_type: str
    target_details: list[TargetData]
    recorded_at: str
    changed_at: str
    publishers: int
    languages: int
    dsa: DsaData
    links: list[LinkData]
    reports: list[ReportData]


def event_as_dict(row: EventRow, address: str) -> EventData:
    """Return an event with all that pages show; `address` is its own.

    Machine-made values come with the words they were read from (`evidence` of each report).
    """
    return {
        "id": row.id,
        "url": address,
        "headline": row.headline,
        "headline_source": row.headline_source,
        "kinds": [kind.value for kind in (row.kind, *row.other_kinds)],
        "platforms": [p.slug for p in row.platforms],
        "targets": [t.name for t in row.targets],
        "countries": [c.slug for c in row.countries],
        "grounds": row.grounds,
        "occurred": row.occurred or None,
        "precision": PartialDate.parse(row.occurred).precision,
        "occurred_source": row.occurred_source,
        "extent": row.extent,
        "ended": row.ended or None,
        "unknown_from": row.unknown_from or None,
        "state": row.state,
        "origin": row.origin,
        "check": check_of_event(row),
        "facts": _facts(row),
        "confidence": row.confidence,
        "kind_confidence": row.kind_confidence or None,
        "effective_on": row.effective_on or None,
        "amount": row.amount or None,
        "currency": row.currency,
        "affected": row.affected or None,
        "affected_what": row.affected_what,
        "authority": row.authority,
        "authority_type": row.authority_type,
        **_circumstances(row),
        "target_details": [_target(target) for target in row.targets],
        "recorded_at": format_time(row.recorded_at),
        "changed_at": format_time(row.changed_at),
        "publishers": row.publishers,
        "languages": row.languages,
        "dsa": _dsa_codes(row),
        "links": [_link(link) for link in row.links],
        "reports": [_report(report) for report in row.reports],
    }


def _circumstances(row: EventRow) -> CircumstanceData:
    return {
        "law": row.law,
        "law_article": row.law_article,
        "appeal": row.appeal,
        "territory": row.territory,
        "region": row.region,
        "degree": row.degree,
        "ordered_by": row.ordered_by,
        "ordered_by_type": row.ordered_by_type,
    }


def _target(target: NamedEntity) -> TargetData:
    return {
        "id": target.id,
        "name": target.name,
        "type": target.type,
        "reported": target.is_reported,
    }


def _facts(row: EventRow) -> dict[str, FactData]:
    facts = trust_of_facts(row).items()
    return {"headline" if f == "own_headline" else f: _fact(trust) for f, trust in facts}


def _fact(trust: FactTrust) -> FactData:
    at = format_time(datetime.fromisoformat(trust.at)) if trust.at else None
    return {"origin": trust.origin, "check": trust.check, "checked_at": at}


def _dsa_codes(row: EventRow) -> DsaData:
    codes = row.codes
    return {
        "decision": list(codes.decision),
        "category": codes.category,
        "keywords": list(codes.keywords),
        "note": codes.note,
        "categories": list(codes.categories),
        "content_types": list(codes.content_types),
        "territory": list(codes.territory),
        "ground": codes.ground,
        "links": [link.address for link in archive_links(row, codes)],
    }


def _link(link: LinkRow) -> LinkData:
    return {
        "type": link.type,
        "is_ahead": link.is_ahead,
        "event": link.event_id,
        "state": link.state,
        "score": link.score,
    }


def _report(report: ReportRow) -> ReportData:
    return {
        "url": report.url,
        "title": report.title,
        "title_translated": report.title_translated,
        "excerpt": report.excerpt,
        "archived_url": report.archived_url,
        "publisher": report.publisher,
        "language": report.language,
        "published_at": format_time(report.published_at) if report.published_at else None,
        "role": report.role,
        "reprints": list(report.reprints),
        "reasons": [word_reason(reason) for reason in report.reasons],
        "reason_codes": [reason_data(reason) for reason in report.reasons],
        "evidence": list(report.evidence),
        "readers": list(report.readers),
    }


def event_cells(row: EventRow, address: str) -> list[str]:
    """Return the event's cells, in the order of EVENT_COLUMNS."""
    data = event_as_dict(row, address)
    values: dict[str, object] = {
        **data,
        "reports": row.report_count,
        "dsa_decision": data["dsa"]["decision"],
        "dsa_category": data["dsa"]["category"],
        **{f"dsa_{name}": data["dsa"][name] for name in DSA_COLUMNS},
        "targets_as_reported": [t.name for t in row.targets if t.is_reported],
    }
    return [_cell(values[column.name]) for column in EVENT_COLUMNS]


def report_cells(row: EventRow) -> Iterator[list[str]]:
    """Yield the cells of each of the event's reports, in the order of REPORT_COLUMNS; reprints
    follow the report that was printed first.
    """
    for report in row.reports:
        yield _report_line(row.id, report, None)
        for reprint in report.reprint_rows:
            yield _report_line(row.id, reprint, report.id)


def _report_line(event_id: int, report: ReportRow, reprint_of: int | None) -> list[str]:
    data = _report(report)
    values: dict[str, object] = {
        **data,
        "event_id": event_id,
        "report_id": report.id,
        "reprinted_by": data["reprints"],
        "reprint_of": reprint_of,
    }
    return [_cell(values[column.name]) for column in REPORT_COLUMNS]


def _cell(value: object) -> str:
    if isinstance(value, list):
        return LIST.join(map(str, value))
    return "" if value is None else str(value)
