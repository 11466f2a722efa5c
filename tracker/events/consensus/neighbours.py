"""Load the stored events that an entry may belong to, with what grouping compares."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Left

from tracker.classify import Role
from tracker.classify.facts.companies import same_company
from tracker.classify.words.generics import SOCIAL_MEDIA
from tracker.events.grouping import decide
from tracker.events.grouping.decide import ReportFacts
from tracker.events.models import Entity, EntryClassification, Event, EventEntity
from tracker.events.record.entities import entity_value, ids_of_all, target_slug
from tracker.partial_date import PartialDate

COMPARED = 24  # events that an entry is compared with: of the same target, then the nearest in time
SCANNED = COMPARED  # of each target, and of each platform and kind, before the day and from it on
REPORTS_READ = 2_000  # of all of them together

# The columns of a classification that are Facts, and what each becomes.
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

# What an event itself says of what is compared.
OWN = ("kind", "other_kinds", "occurred", "extent", "authority", "kind_confidence")
# Events that an entry may join; an unsure one is lifted so.
JOINED = (Event.State.UNSURE, Event.State.MACHINE, Event.State.REVIEWED)
DECIDED = ("state", "occurred_source")  # whether somebody decided it

Neighbour = tuple[int, list[ReportFacts]]


def lock_names_of(facts: ReportFacts) -> frozenset[str]:
    """Return the names to lock before an entry is grouped, so that one act is grouped by one worker
    at a time.

    They cover whatever `neighbouring_events` searches by. A company stands for its products; social
    media as such, and entries without a platform, have a lock of their own, which needs no row.
    """
    named = {slug for slug in decide.platforms_searched(facts) if slug}
    # Any fixed member stands for the company, so that Meta and Facebook meet at one lock.
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
    # A law on social media names no platform to find it by, so its country stands in.
    is_general = SOCIAL_MEDIA in facts.platforms
    platforms, targets, countries = ids_of_all(
        [
            (Entity.Type.PLATFORM, decide.platforms_searched(facts)),
            (Entity.Type.TARGET, map(target_slug, facts.targets)),
            (Entity.Type.COUNTRY, facts.countries[:1] if is_general else ()),
        ]
    )
    first, last = PartialDate.parse(facts.occurred).span or (today, today)
    is_report = facts.coverage == Role.REPORT
    # Reactions and analyses come long after the act, reports within days.
    low = first - timedelta(days=decide.REPORT_DAYS if is_report else decide.LATER_DAYS)
    high = last + timedelta(days=decide.LATER_DAYS)
    scans = [_IndexScan(entity, "") for entity in targets]
    scans += [
        _IndexScan(entity, kind) for entity in (*platforms, *countries) for kind in facts.kinds
    ]
    nearness: dict[int, tuple[bool, int, int]] = {}
    for event, around, has_target in _scan_index(scans, first, low, high):
        # A common target first, then the nearest day; of equals the newest event.
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

    Written as SQL so that each scan ends after SCANNED rows, on SQLite too: the cost grows with the
    depth of the index, not with the events of a month.
    """
    parts: list[str] = []
    values: list[int | str] = []
    for scan in scans:
        where, kind = ("AND kind = %s", [scan.kind]) if scan.kind else ("", [])
        # A month sorts before its days.
        for bounds, order, ends in (
            ("around < %s AND around >= %s", "DESC", [day.isoformat(), f"{low:%Y-%m}"]),
            ("around >= %s AND around <= %s", "ASC", [day.isoformat(), high.isoformat()]),
        ):
            # A limit in each branch keeps the cost at the depth of the index; SQLite takes it only
            # in a subselect (decision D51).
            parts.append(
                f"SELECT * FROM (SELECT event_id, around, {int(not scan.kind)} FROM events_party"  # noqa: S608 - no value is written into it
                f" WHERE entity_id = %s {where} AND {bounds}"
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
    """Load what grouping compares: the facts of each report as the classifier read them, overridden
    by what an editor or a history decided.
    """
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
    words = (F("entry__title"), Left("entry__summary", decide.SUMMARY_READ))
    ordered = rows.order_by("entry__reports").values_list(*columns, "scope", *words, *READ)
    for event_id, state, source, scope, title, summary, *columns_read in ordered[:REPORTS_READ]:
        values = {name: READ[name](v) for name, v in zip(READ, columns_read, strict=True)}
        values |= {"title": title, "summary": summary}
        # Grouping treats social media as such as a platform; the record stores it as scope.
        if not values["platforms"] and scope == SOCIAL_MEDIA:
            values["platforms"] = (SOCIAL_MEDIA,)
        reports[event_id].append(ReportFacts(**values))
        if _is_decided(state, source):
            decided.add(event_id)
    # An event without classified reports, as of a history, is compared by its own record.
    own_ids = [pk for pk in ids if pk in decided or pk not in reports]
    if own_ids:
        joined = Event.objects.filter(merged_into=None, state__in=JOINED)
        events = joined.filter(pk__in=own_ids).only(*OWN)
        for pk, own in own_facts(events).items():
            reports[pk] = [_complete_facts(own, report) for report in reports.get(pk, [])] or [own]
    return [(pk, reports[pk]) for pk in dict.fromkeys(ids) if pk in reports]


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
    """Return the facts of events as their records have them, by id."""
    by_id = {event.pk: event for event in events}
    parties: dict[tuple[int, str], list[str]] = defaultdict(list)
    unlisted: dict[int, list[str]] = defaultdict(list)
    for party in (
        EventEntity.objects.filter(event__in=by_id)
        .select_related("entity__merged_into")
        .order_by("pk")
    ):
        entity = party.entity.itself
        parties[party.event_id, entity.type].append(entity_value(entity))
        if entity.type == Entity.Type.TARGET and entity.is_reported:
            unlisted[party.event_id].append(entity_value(entity))
    return {
        pk: ReportFacts(
            kinds=(event.kind, *event.other_kinds),
            platforms=tuple(parties[pk, Entity.Type.PLATFORM]) or ("",),
            targets=frozenset(parties[pk, Entity.Type.TARGET]),
            countries=tuple(parties[pk, Entity.Type.COUNTRY]),
            occurred=event.occurred,
            extent=event.extent,
            unlisted=frozenset(unlisted[pk]),
            authority=event.authority,
            kind_confidence=event.kind_confidence or 0.0,
        )
        for pk, event in by_id.items()
    }
