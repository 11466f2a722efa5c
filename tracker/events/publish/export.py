"""Turn events into data: one shape for CSV, JSON Lines and the API; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

from tracker.events.dsa import DsaCodes
from tracker.events.publish.dictionary.columns import EVENT_COLUMNS, LIST, REPORT_COLUMNS
from tracker.events.publish.trust import FactTrust, check_of_event, trust_of_facts
from tracker.events.search.link_rows import LinkRow
from tracker.events.search.rows import EventRow, NamedEntity, ReportRow
from tracker.events.wording.reasons import ReasonData, reason_data, word_reason
from tracker.partial_date import PartialDate

SCHEMA = "1"


@dataclass(frozen=True)
class Provenance:
    """What a file is: the query as typed and in words, the time it answers for, how many sources
    were read, its licence and address.
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
    """A target of an event that leaves the site."""

    id: int
    name: str
    type: str
    reported: bool


class DsaData(TypedDict):
    """The DSA codes of an event that leaves the site."""

    decision: list[str]
    category: str
    keywords: list[str]
    note: str


class LinkData(TypedDict):
    """A link of an event that leaves the site; `score` is how sure the program was of it, 0 to 1,
    or None.
    """

    type: str
    is_ahead: bool
    event: int
    state: str
    score: float | None


class ReportData(TypedDict):
    """A report of an event that leaves the site."""

    url: str
    title: str
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
    """How sure one fact of an event is that leaves the site."""

    origin: str
    check: str
    checked_at: str | None


class EventData(TypedDict):
    """An event that leaves the site, as plain values for JSON; the API's EventOut describes it."""

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
        "target_details": [_target(target) for target in row.targets],
        "recorded_at": format_time(row.recorded_at),
        "changed_at": format_time(row.changed_at),
        "publishers": row.publishers,
        "languages": row.languages,
        "dsa": _dsa_codes(row.codes),
        "links": [_link(link) for link in row.links],
        "reports": [_report(report) for report in row.reports],
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


def _dsa_codes(codes: DsaCodes) -> DsaData:
    return {
        "decision": list(codes.decision),
        "category": codes.category,
        "keywords": list(codes.keywords),
        "note": codes.note,
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
        "targets_as_reported": [t.name for t in row.targets if t.is_reported],
    }
    return [_cell(values[column.name]) for column in EVENT_COLUMNS]


def report_cells(row: EventRow) -> Iterator[list[str]]:
    """Yield the cells of each of the event's reports, in the order of REPORT_COLUMNS."""
    for report in row.reports:
        data = _report(report)
        values: dict[str, object] = {
            **data,
            "event_id": row.id,
            "report_id": report.id,
            "reprinted_by": data["reprints"],
        }
        yield [_cell(values[column.name]) for column in REPORT_COLUMNS]


def _cell(value: object) -> str:
    if isinstance(value, list):
        return LIST.join(map(str, value))
    return "" if value is None else str(value)
