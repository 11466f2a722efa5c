"""The stored events that an entry may belong to, with what grouping compares of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Left

from tracker.classify import Coverage
from tracker.classify.generics import SOCIAL_MEDIA
from tracker.classify.platforms import same_company
from tracker.events.grouping import decide
from tracker.events.grouping.decide import Facts
from tracker.events.models import Classification, Entity, Event, Party
from tracker.events.record.entities import ids_of_all, target_slug, value_of

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

Neighbour = tuple[int, list[Facts]]


def names_locked(facts: Facts) -> frozenset[str]:
    """What to lock before an entry is grouped, for one grouping of an act at a time: whatever
    `neighbours` finds events by. A company stands for its products; social media as such, and what
    names no platform, have a lock of their own, which needs no row.
    """
    named = {slug for slug in decide.looked_for(facts) if slug}
    companies = {min(same_company({slug})) for slug in named} or {SOCIAL_MEDIA}
    targets = map(target_slug, facts.targets)
    return frozenset([f"platform {slug}" for slug in companies] + [f"target {t}" for t in targets])


def is_joinable(event: Event) -> bool:
    """Whether an entry may join the event: it has a page, which was not refused."""
    return event.merged_into_id is None and event.state in JOINED


def neighbours(facts: Facts, today: date) -> list[Neighbour]:
    """Events with the same target, or on the same platforms (or their family) with one of the same
    kinds, near the day of `facts`; an entry without a day is of about `today`. Laws on social media
    are looked for by their country, too.
    """
    is_general = SOCIAL_MEDIA in facts.platforms
    platforms, targets, countries = ids_of_all(
        [
            (Entity.Type.PLATFORM, decide.looked_for(facts)),
            (Entity.Type.TARGET, map(target_slug, facts.targets)),
            (Entity.Type.COUNTRY, facts.countries[:1] if is_general else ()),
        ]
    )
    first, last = decide.day_span(facts.occurred) or (today, today)
    is_report = facts.coverage == Coverage.REPORT
    low = first - timedelta(days=decide.REPORT_DAYS if is_report else decide.LATER_DAYS)
    high = last + timedelta(days=decide.LATER_DAYS)
    scans = [_Scan(entity, "") for entity in targets]
    scans += [_Scan(entity, kind) for entity in (*platforms, *countries) for kind in facts.kinds]
    found: dict[int, tuple[bool, int, int]] = {}
    for event, around, has_target in _near(scans, first, low, high):
        place = (not has_target, abs((_first_day(around) - first).days), -event)
        found[event] = min(place, found.get(event, place))
    return load(sorted(found, key=lambda event: found[event])[:COMPARED])


@dataclass(frozen=True)
class _Scan:
    """A place in the index: an entity's events, of one kind or ("") of any."""

    entity: int
    kind: str


def _near(scans: Sequence[_Scan], day: date, low: date, high: date) -> list[tuple[int, str, bool]]:
    """(event, around, whether it has the target) of the events of each scan that are nearest to the
    day, within the bounds; one query.

    Written as SQL because only so each scan of the index ends after SCANNED rows, on SQLite too:
    the cost grows with the depth of the index, not with the events of a month.
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
        return [(event, around, bool(told)) for event, around, told in cursor.fetchall()]


def _first_day(around: str) -> date:
    return date.fromisoformat(around if len(around) == 10 else f"{around}-01")


def load(ids: Sequence[int]) -> list[Neighbour]:
    """What grouping compares of visible events: the facts of each report, as the classifier read
    them; but what an editor or a history decided holds for all of them.
    """
    reports: dict[int, list[Facts]] = defaultdict(list)
    decided = set[int]()
    rows = Classification.objects.filter(
        entry__reports__event__in=ids,
        entry__reports__event__merged_into=None,
        entry__reports__event__state__in=JOINED,
        coverage__gt="",
    )
    columns = ("entry__reports__event", *(f"entry__reports__event__{name}" for name in DECIDED))
    words = (F("entry__title"), Left("entry__summary", decide.SUMMARY_READ))
    ordered = rows.order_by("entry__reports").values_list(*columns, "scope", *words, *READ)
    for event_id, state, source, scope, title, summary, *told in ordered[:REPORTS_READ]:
        values = {name: READ[name](v) for name, v in zip(READ, told, strict=True)}
        values |= {"title": title, "summary": summary}
        if not values["platforms"] and scope == SOCIAL_MEDIA:
            values["platforms"] = (SOCIAL_MEDIA,)
        reports[event_id].append(Facts(**values))
        if _is_decided(state, source):
            decided.add(event_id)
    own_ids = [pk for pk in ids if pk in decided or pk not in reports]
    if own_ids:
        joined = Event.objects.filter(merged_into=None, state__in=JOINED)
        events = joined.filter(pk__in=own_ids).only(*OWN)
        for pk, own in own_facts(events).items():
            reports[pk] = [_with(own, one) for one in reports.get(pk, [])] or [own]
    return [(pk, reports[pk]) for pk in dict.fromkeys(ids) if pk in reports]


def _is_decided(state: str, occurred_source: str) -> bool:
    return state == Event.State.REVIEWED or occurred_source == "history"


def _with(own: Facts, told: Facts) -> Facts:
    return replace(
        own,
        countries=own.countries or told.countries,
        coverage=told.coverage,
        extent=own.extent or told.extent,
        details=told.details,
        language=told.language,
        title=told.title,
        summary=told.summary,
        authority=own.authority or told.authority,
    )


def own_facts(events: Iterable[Event]) -> dict[int, Facts]:
    """The facts of events as their records say them, by id."""
    by_id = {event.pk: event for event in events}
    parties: dict[tuple[int, str], list[str]] = defaultdict(list)
    unlisted: dict[int, list[str]] = defaultdict(list)
    for party in (
        Party.objects.filter(event__in=by_id).select_related("entity__merged_into").order_by("pk")
    ):
        one = party.entity.itself
        parties[party.event_id, one.type].append(value_of(one))
        if one.type == Entity.Type.TARGET and one.is_reported:
            unlisted[party.event_id].append(value_of(one))
    return {
        pk: Facts(
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
