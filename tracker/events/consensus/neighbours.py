"""Load the stored events that an entry may belong to, with what grouping compares."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Left

from tracker.classify import Role
from tracker.classify.facts.companies import same_company
from tracker.classify.words.generics import SOCIAL_MEDIA
from tracker.events.grouping.likeness.days import LATER_DAYS, REPORT_DAYS
from tracker.events.grouping.likeness.platforms import platforms_searched
from tracker.events.grouping.likeness.report_facts import SUMMARY_READ, ReportFacts
from tracker.events.models import Entity, EntryClassification, Event, EventEntity
from tracker.events.record.entities import entity_value, ids_of_all, target_slug
from tracker.partial_date import PartialDate

# events that an entry is compared with: those of the same target, then the nearest in time
COMPARED = 24
SCANNED = COMPARED  # per target, and per platform and kind, before the day and from it on
REPORTS_READ = 2_000  # in total

# The columns of a classification that become ReportFacts, and their conversions.
READ: dict[str, Callable[[Any], Any]] = {
    "kinds": tuple,
    "platforms": tuple,
    "targets": frozenset,
    "countries": tuple,
    "occurred": str,
    "coverage": str,
    "extent": str,
    "details": frozenset,
    "language": str,
    "unlisted": frozenset,
    "authority": str,
    "kind_confidence": float,
}

# The event's own columns that are compared.
OWN = ("kind", "other_kinds", "occurred", "extent", "authority", "kind_confidence")
# States of events that an entry may join; joining can make an unsure one sure.
JOINED = (Event.State.UNSURE, Event.State.MACHINE, Event.State.REVIEWED)
DECIDED = ("state", "occurred_source")  # to see whether somebody decided it

Neighbour = tuple[int, list[ReportFacts]]


def lock_names_of(facts: ReportFacts) -> frozenset[str]:
    """Return the names to lock before an entry is grouped, so that one act is grouped by one worker
    at a time.

    They cover whatever `neighbouring_events` searches by. A company stands for its products; social
    media as such, and entries without a platform, have a lock of their own, which needs no row.
    """
    named = {slug for slug in platforms_searched(facts) if slug}
    # A fixed product represents the company, so that Meta and Facebook use one lock.
    companies = {min(same_company({slug})) for slug in named} or {SOCIAL_MEDIA}
    targets = map(target_slug, facts.targets)
    return frozenset([f"platform {slug}" for slug in companies] + [f"target {t}" for t in targets])


def is_joinable(event: Event) -> bool:
    """Return whether an entry may join the event: it has a page and was not refused."""
    return event.merged_into_id is None and event.state in JOINED


def neighbouring_events(facts: ReportFacts, today: date) -> list[Neighbour]:
    """Return events near the day of `facts` with the same target, or on the same platforms (or
    their company) with one of the same kinds.

    An entry without a day counts as of about `today`. Laws on social media are also searched by
    country.
    """
    # A law on social media names no platform to search by, so its country is used.
    is_general = SOCIAL_MEDIA in facts.platforms
    platforms, targets, countries = ids_of_all(
        [
            (Entity.Type.PLATFORM, platforms_searched(facts)),
            (Entity.Type.TARGET, map(target_slug, facts.targets)),
            (Entity.Type.COUNTRY, facts.countries[:1] if is_general else ()),
        ]
    )
    first, last = PartialDate.parse(facts.occurred).span or (today, today)
    is_report = facts.coverage == Role.REPORT
    # Reactions and analyses appear long after the act, reports within days.
    low = first - timedelta(days=REPORT_DAYS if is_report else LATER_DAYS)
    high = last + timedelta(days=LATER_DAYS)
    scans = [_IndexScan(entity, "") for entity in targets]
    scans += [
        _IndexScan(entity, kind) for entity in (*platforms, *countries) for kind in facts.kinds
    ]
    nearness: dict[int, tuple[bool, int, int]] = {}
    for event, around, has_target in _scan_index(scans, first, low, high):
        # A common target first, then the nearest day, then the newest event.
        place = (not has_target, abs((_first_day(around) - first).days), -event)
        nearness[event] = min(place, nearness.get(event, place))
    return load_neighbours(sorted(nearness, key=lambda event: nearness[event])[:COMPARED])


@dataclass(frozen=True)
class _IndexScan:
    """One scan of the index: an entity's events of one kind, or of any ("")."""

    entity: int
    kind: str


def _scan_index(
    scans: Sequence[_IndexScan], day: date, low: date, high: date
) -> list[tuple[int, str, bool]]:
    """Return (event, around, whether it has the target) of the events of each scan nearest to the
    day, within the bounds; one query.

    Written as SQL so that each scan ends after SCANNED rows, on SQLite too: the cost depends on the
    depth of the index, not on the events of a month.
    """
    parts: list[str] = []
    values: list[int | str] = []
    for scan in scans:
        kind_condition, kind = ("AND kind = %s", [scan.kind]) if scan.kind else ("", [])
        # A month sorts before its days.
        for bounds, order, ends in (
            ("around < %s AND around >= %s", "DESC", [day.isoformat(), f"{low:%Y-%m}"]),
            ("around >= %s AND around <= %s", "ASC", [day.isoformat(), high.isoformat()]),
        ):
            # A limit in each branch keeps the cost at the depth of the index; SQLite takes it only
            # in a subselect (decision D51).
            parts.append(
                f"SELECT * FROM (SELECT event_id, around, {int(not scan.kind)} FROM events_party"  # noqa: S608 - no value is written into it
                f" WHERE entity_id = %s {kind_condition} AND {bounds}"
                f" ORDER BY around {order} LIMIT {SCANNED}) AS scan{len(parts)}"
            )
            values += [scan.entity, *kind, *ends]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return [
            (event, around, bool(has_target)) for event, around, has_target in cursor.fetchall()
        ]


def _first_day(around: str) -> date:
    span = PartialDate.parse(around).span
    return span[0] if span else date.min


def load_neighbours(ids: Sequence[int]) -> list[Neighbour]:
    """Load what grouping compares: the classified facts of each report, overridden by the decisions
    of an editor or a history.
    """
    read = read_reports(ids)
    # An event without classified reports, as of a history, is compared by its own record.
    own_ids = [pk for pk in ids if read.needs_own(pk)]
    own: Mapping[int, ReportFacts] = {}
    if own_ids:
        joined = Event.objects.filter(merged_into=None, state__in=JOINED)
        own = own_facts(joined.filter(pk__in=own_ids).only(*OWN))
    return read.completed(ids, own)


@dataclass(frozen=True)
class ReadReports:
    """The facts of the reports of events, and which events somebody decided."""

    reports: Mapping[int, list[ReportFacts]]
    decided: frozenset[int]

    def needs_own(self, pk: int) -> bool:
        """Return whether what the event's own record says is compared."""
        return pk in self.decided or pk not in self.reports

    def completed(self, ids: Iterable[int], own: Mapping[int, ReportFacts]) -> list[Neighbour]:
        """Return the events of these ids with what is compared, given the facts of their own."""
        reports = dict(self.reports)
        for pk, facts in own.items():
            reports[pk] = [_complete_facts(facts, one) for one in reports.get(pk, [])] or [facts]
        return [(pk, reports[pk]) for pk in dict.fromkeys(ids) if pk in reports]


def read_reports(ids: Sequence[int]) -> ReadReports:
    """Return the facts of the reports of joinable events as the classifier read them; one query."""
    reports: dict[int, list[ReportFacts]] = defaultdict(list)
    decided = set[int]()
    rows = EntryClassification.objects.filter(
        entry__reports__withdrawn_at=None,
        entry__reports__event__in=ids,
        entry__reports__event__merged_into=None,
        entry__reports__event__state__in=JOINED,
        coverage__gt="",
    )
    columns = ("entry__reports__event", *(f"entry__reports__event__{name}" for name in DECIDED))
    words = (F("entry__title"), Left("entry__summary", SUMMARY_READ))
    ordered = rows.order_by("entry__reports").values_list(*columns, "scope", *words, *READ)
    for event_id, state, source, scope, title, summary, *columns_read in ordered[:REPORTS_READ]:
        reports[event_id].append(_read_facts(scope, title, summary, columns_read))
        if _is_decided(state, source):
            decided.add(event_id)
    return ReadReports(reports, frozenset(decided))


def facts_by_entry(entry_ids: Sequence[int]) -> dict[int, ReportFacts]:
    """Return the classified facts that grouping compares, for articles that report an act."""
    rows = EntryClassification.objects.filter(entry__in=entry_ids, coverage__gt="")
    words = (F("entry__title"), Left("entry__summary", SUMMARY_READ))
    return {
        entry: _read_facts(scope, title, summary, columns)
        for entry, scope, title, summary, *columns in rows.values_list(
            "entry", "scope", *words, *READ
        )
    }


def _read_facts(scope: str, title: str, summary: str, columns: Sequence[Any]) -> ReportFacts:
    values = {name: READ[name](v) for name, v in zip(READ, columns, strict=True)}
    values |= {"title": title, "summary": summary}
    # Grouping treats social media as such as a platform; the record stores it as scope.
    if not values["platforms"] and scope == SOCIAL_MEDIA:
        values["platforms"] = (SOCIAL_MEDIA,)
    return ReportFacts(**values)


def _is_decided(state: str, occurred_source: str) -> bool:
    return state == Event.State.REVIEWED or occurred_source == "history"


def _complete_facts(own: ReportFacts, report: ReportFacts) -> ReportFacts:
    return replace(
        own,
        countries=own.countries or report.countries,
        coverage=report.coverage,
        extent=own.extent or report.extent,
        details=report.details,
        language=report.language,
        title=report.title,
        summary=report.summary,
        authority=own.authority or report.authority,
    )


def own_facts(events: Iterable[Event]) -> dict[int, ReportFacts]:
    """Return the facts in the records of events, by id."""
    by_id = {event.pk: event for event in events}
    parties: dict[int, list[Entity]] = defaultdict(list)
    for party in (
        EventEntity.objects.filter(event__in=by_id)
        .select_related("entity__merged_into")
        .order_by("pk")
    ):
        parties[party.event_id].append(party.entity.itself)
    return {pk: facts_of_record(event, parties[pk]) for pk, event in by_id.items()}


def facts_of_record(event: Event, parties: Iterable[Entity]) -> ReportFacts:
    """Return the facts of an event as its record has them, with these parties."""
    values: dict[str, list[str]] = defaultdict(list)
    unlisted = set[str]()
    for entity in parties:
        values[entity.type].append(entity_value(entity))
        if entity.type == Entity.Type.TARGET and entity.is_reported:
            unlisted.add(entity_value(entity))
    return ReportFacts(
        kinds=(event.kind, *event.other_kinds),
        platforms=tuple(values[Entity.Type.PLATFORM]) or ("",),
        targets=frozenset(values[Entity.Type.TARGET]),
        countries=tuple(values[Entity.Type.COUNTRY]),
        occurred=event.occurred,
        extent=event.extent,
        unlisted=frozenset(unlisted),
        authority=event.authority,
        kind_confidence=event.kind_confidence or 0.0,
    )
