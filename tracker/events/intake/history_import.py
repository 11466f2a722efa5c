"""Import known acts from a history file, repeatably, and export them again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings

from tracker.classify.facts.durations import find_duration
from tracker.events.intake import history_csv
from tracker.events.intake.processing import record_new_events
from tracker.events.models import Change, Entity, Event, EventEntity, Link, Report, Revision
from tracker.events.reasons import Reason
from tracker.events.record.checks import CONFIRMED
from tracker.events.record.derived.columns import reindex
from tracker.events.record.derived.versions import close_versions
from tracker.events.record.entities import entity_value, get_entity
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.records import record_of
from tracker.events.record.values import PARTIES, Difference
from tracker.events.record.write import revise, set_parties
from tracker.events.tables import csv_line

HISTORY = "history"  # the author of a file's changes
IMPORTED, IMPORTED_AGAIN = Reason("imported"), Reason("imported_again")
FindEntity = Callable[..., Entity]


@dataclass(frozen=True)
class ImportResult:
    """The result of an import: events added, changed and unchanged; refused lines with the
    reason.
    """

    added: int
    changed: int
    known: int
    refused: tuple[str, ...]


def import_history(data: bytes, now: datetime) -> ImportResult:
    """Add the events with an unknown ref, and update what differs in the others, except fields that
    an editor changed and events that an editor merged.

    Raises history_csv.HistoryError if the file cannot be read.
    """
    rows: list[history_csv.HistoryRow] = []
    refused = []
    for row in history_csv.read_history(data):
        if isinstance(row, history_csv.BadLine):
            refused.append(f"line {row.line}: {row.reason}")
        else:
            rows.append(row)
    added, changed = _store_rows(rows, now)
    same = len(rows) - added - changed
    return ImportResult(added, changed, same, tuple(refused))


@in_transaction
def _store_rows(rows: Sequence[history_csv.HistoryRow], now: datetime) -> tuple[int, int]:
    """Store the rows; return how many events were added, and how many changed."""
    known = _stored_events(rows)
    locked = lock(events=(event.pk for event in known.values()))
    known = {ref: locked[event.pk] for ref, event in known.items()}
    # Most rows of a history name the same few entities.
    find = cache(get_entity)  # most occur in many rows
    fresh = [row for row in rows if row.ref not in known]
    old = [row for row in rows if row.ref in known and known[row.ref].merged_into_id is None]
    changed = _update_events(old, known, find, now)
    added = _add_events({row.ref: row for row in reversed(fresh)}.values(), find, now)
    _add_links(rows, known | added, now)
    return len(added), changed


def _stored_events(rows: Sequence[history_csv.HistoryRow]) -> dict[str, Event]:
    """Return stored events by the current ref of their row: found by it, by an older ref, or by
    their own address if exported without one.
    """
    refs = {row.ref for row in rows}
    # A ref contains the kind and the month; if an audit corrected these, it is still the same act.
    old = {ref: row.ref for row in rows for ref in row.old_refs}
    # An exported event without a ref is identified by its address, so that a round trip changes
    # nothing.
    own = {int(ref.rpartition("/")[2]): ref for ref in refs if _is_own_address(ref)}
    stored = {event.ref or "": event for event in Event.objects.filter(ref__in=refs | old.keys())}
    known = {old[ref]: event for ref, event in stored.items() if ref in old}
    known |= {ref: event for ref, event in stored.items() if ref in refs}
    return known | {own[pk]: event for pk, event in Event.objects.in_bulk(list(own)).items()}


def _is_own_address(ref: str) -> bool:
    return ref.startswith(f"{settings.SITE_URL}/events/") and ref.rpartition("/")[2].isdecimal()


def _add_events(
    rows: Iterable[history_csv.HistoryRow], find: FindEntity, now: datetime
) -> dict[str, Event]:
    """Add the new events; return them by ref."""
    # Ids are given in the order of recording, which feeds show: keep the file's order.
    rows = sorted(rows, key=lambda row: row.line)
    new = []
    for row in rows:
        event = Event(
            kind=row.kind.value,
            own_headline=row.headline,
            grounds=row.grounds,
            extent="".join(find_duration({"title": row.headline, "summary": ""}, "en")),
            occurred=row.occurred,
            occurred_source="history" if row.occurred else "",
            ref=row.ref,
        )
        entities = [
            party
            for entity_type in PARTIES.values()
            for party in _row_entities(row, entity_type, find)
        ]
        new.append((event, entities))
    record_new_events(new, now, HISTORY, IMPORTED)
    events = [event for event, _ in new]
    _add_pages([(e, row.sources) for e, row in zip(events, rows, strict=True)], now)
    return {event.ref or "": event for event in events}


def _row_entities(
    row: history_csv.HistoryRow, entity_type: Entity.Type, find: FindEntity
) -> list[Entity]:
    values = {
        Entity.Type.PLATFORM: row.platforms,
        Entity.Type.TARGET: row.targets,
        Entity.Type.COUNTRY: row.countries,
    }[entity_type]
    description = row.target_kind if entity_type == Entity.Type.TARGET else ""
    return list(dict.fromkeys(find(entity_type, value, description) for value in values))


def _add_pages(pages: Iterable[tuple[Event, Iterable[str]]], now: datetime) -> None:
    reports = Report.objects.bulk_create(
        Report(event=event, url=url, added_at=now)
        for event, urls in pages
        for url in dict.fromkeys(urls)
    )
    Revision.objects.bulk_create(
        Revision(
            event_id=report.event_id,
            at=now,
            field="report",
            after=[report.pk, report.url],
            reasons=[IMPORTED],
            by=HISTORY,
        )
        for report in reports
    )


def _update_events(
    rows: Iterable[history_csv.HistoryRow],
    known: Mapping[str, Event],
    find: FindEntity,
    now: datetime,
) -> int:
    """Update stored events from the rows; return how many changed."""
    rows = list(rows)
    ids = [known[row.ref].pk for row in rows]
    # A file is imported repeatedly; it must not overwrite what an editor has found out since.
    edited = _edited_fields(ids)
    parties: dict[tuple[int, str], list[str]] = defaultdict(list)
    stored_parties = EventEntity.objects.filter(event__in=ids).select_related("entity__merged_into")
    for party in stored_parties.order_by("pk"):
        entity = party.entity.itself
        parties[party.event_id, entity.type].append(entity_value(entity))
    pages: dict[int, set[str]] = defaultdict(set)
    for pk, url, link in Report.objects.filter(event__in=ids).values_list(
        "event", "url", "entry__link"
    ):
        pages[pk].add(url or link or "")
    changed = set()
    for row in rows:
        event = known[row.ref]
        event_parties = {
            entity_type: parties[event.pk, entity_type] for entity_type in PARTIES.values()
        }
        changes = [
            d for d in _row_changes(row, event, event_parties, find) if d[0] not in edited[event.pk]
        ]
        missing = [url for url in row.sources if url not in pages[event.pk]]
        if event.ref and event.ref != row.ref:
            # Not a fact of the event, so it has no revision.
            Event.objects.filter(pk=event.pk).update(ref=row.ref)
            event.ref = row.ref
            changed.add(event.pk)
        if changes:
            _apply_changes(event, changes, now)
        if missing and "report" not in edited[event.pk]:
            _add_pages([(event, missing)], now)
            Event.objects.filter(pk=event.pk).update(changed_at=now)
            close_versions([event.pk])
            changed.add(event.pk)
        changed.update([event.pk] if changes else [])
    return len(changed)


def _edited_fields(ids: Iterable[int]) -> dict[int, set[str]]:
    """Return the fields that editors confirmed, or changed and did not change back, by event."""
    edited: dict[int, set[str]] = defaultdict(set)
    by_editors = Revision.objects.filter(event__in=list(ids), change__isnull=False).exclude(
        change__verb=Change.Verb.UNDO
    )
    for pk, checks in Event.objects.filter(pk__in=list(ids)).values_list("pk", "checks"):
        edited[pk].update(fact for fact, state, *_ in checks if state == CONFIRMED)
    undone = Change.objects.all().undone()
    for pk, name, change in by_editors.values_list("event", "field", "change"):
        if change not in undone:
            edited[pk].add(name)
    return edited


def _row_changes(
    row: history_csv.HistoryRow,
    event: Event,
    event_parties: Mapping[Entity.Type, list[str]],
    find: FindEntity,
) -> list[Difference]:
    kinds = (row.kind.value, *(k for k in event.other_kinds if k != row.kind.value))
    pairs: list[Difference] = [
        ("kinds", (event.kind, *event.other_kinds), kinds),
        ("grounds", event.grounds, row.grounds),
        ("occurred", event.occurred, row.occurred),
    ]
    for name, entity_type in PARTIES.items():
        values = tuple(
            entity_value(row_entity) for row_entity in _row_entities(row, entity_type, find)
        )
        pairs.append((name, tuple(event_parties[entity_type]), values))
    if row.headline != event.headline:  # which may be an exported program value
        pairs.append(("own_headline", event.own_headline, row.headline))
    return [pair for pair in pairs if pair[1] != pair[2]]


def _apply_changes(event: Event, changes: list[Difference], now: datetime) -> None:
    # An editor's dispute was about the former value.
    outdated = [row for row in event.checks if row[0] in {name for name, *_ in changes}]
    before = record_of(event)
    event.checks = [row for row in event.checks if row not in outdated]
    for name, _, after in changes:
        if name in PARTIES:
            set_parties(event, PARTIES[name], after)
        elif name == "kinds":
            event.kind, event.other_kinds = after[0], list(after[1:])
        else:
            setattr(event, name, after)
    event.save()
    dropped: list[Difference] = [("check", row, None) for row in outdated]
    revise(event, now, HISTORY, [IMPORTED_AGAIN], [*changes, *dropped], before=before)
    reindex([event.pk], former_days=[day for name, day, _ in changes if name == "occurred"])
    close_versions([event.pk])


def _add_links(
    rows: Iterable[history_csv.HistoryRow], known: Mapping[str, Event], now: datetime
) -> None:
    """Add the links of a history as confirmed; editors' decisions about them stay."""
    pairs = [
        (known[row.ref].itself, known[row.undoes].itself)
        for row in rows
        if row.undoes in known and row.undoes != row.ref
    ]
    undoes, state = Link.Type.UNDOES.value, Link.State.CONFIRMED.value
    standing = set(Link.objects.filter(type=undoes).values_list("source", "target"))
    fresh = [(a, b) for a, b in pairs if a != b and (a.pk, b.pk) not in standing]
    # A person wrote a history's link, so it counts as confirmed.
    for source, target in fresh:
        Link.objects.create(source=source, target=target, type=undoes, state=state)
        to, back = (undoes, target.pk, state), (undoes, source.pk, state)
        revise(source, now, HISTORY, [IMPORTED], [("link", None, to)])
        revise(target, now, HISTORY, [IMPORTED], [("linked_from", None, back)])
    reindex(target.pk for _, target in fresh)
    close_versions(event.pk for pair in fresh for event in pair)


def export_history() -> Iterator[str]:
    """Yield lines of CSV, as import_history reads them: every event of a history or that an editor
    reviewed, ordered by id.
    """
    visible = Event.objects.visible()
    events = visible.filter(ref__isnull=False) | visible.filter(state=Event.State.REVIEWED)
    yield csv_line(history_csv.COLUMNS, "\n")
    for event in events.order_by("pk").iterator(chunk_size=500):
        yield csv_line(_history_cells(event), "\n")


def _history_cells(event: Event) -> list[str]:
    parties = EventEntity.objects.filter(event=event).select_related("entity__merged_into")
    named: dict[str, list[Entity]] = defaultdict(list)
    for party in parties.order_by("pk"):
        named[party.entity.type].append(party.entity.itself)
    undone = Link.objects.filter(
        source=event, type=Link.Type.UNDOES, state=Link.State.CONFIRMED
    ).select_related("target")
    pages = Report.objects.filter(event=event).order_by("pk").values_list("url", "entry__link")
    descriptions = [target.description for target in named[Entity.Type.TARGET]]
    return [
        ref_of(event),
        event.kind,
        *(
            ";".join(map(entity_value, named[entity_type]))
            for entity_type in list(PARTIES.values())[:2]
        ),
        descriptions[0] if descriptions else "",
        ";".join(map(entity_value, named[Entity.Type.COUNTRY])),
        event.grounds,
        event.occurred,
        event.precision if event.occurred else "",
        event.headline,
        "".join(ref_of(link.target) for link in undone[:1]),
        " ".join(dict.fromkeys(url or link or "" for url, link in pages)).strip(),
    ]


def ref_of(event: Event) -> str:
    """Return the identifier of the event in a history: its ref, or its address."""
    return event.ref or f"{settings.SITE_URL}/events/{event.pk}"
