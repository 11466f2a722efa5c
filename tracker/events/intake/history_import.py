"""Known acts of a history file into events, as often as one likes; and out again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings

from tracker.classify.extents import extent
from tracker.events.intake import history_csv
from tracker.events.intake.processing import record_new
from tracker.events.models import Change, Entity, Event, Link, Party, Report, Revision
from tracker.events.record.derived import reindex
from tracker.events.record.entities import entity, value_of
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.values import PARTIES, Difference
from tracker.events.record.versions import close_versions
from tracker.events.record.write import revise, set_parties
from tracker.events.tables import line

HISTORY = "history"  # who changes what a file says
Find = Callable[..., Entity]


@dataclass(frozen=True)
class Imported:
    """How an import of a history went: events added, changed and left as they were; lines refused,
    with the reason.
    """

    added: int
    changed: int
    known: int
    refused: tuple[str, ...]


def import_history(data: bytes, now: datetime) -> Imported:
    """Adds the events of a history that are not known by their ref, and changes what differs of
    those that are, except for fields that an editor changed, and for events that one merged. Raises
    history.HistoryError if it cannot be read.
    """
    rows: list[history_csv.Row] = []
    refused = []
    for row in history_csv.read(data):
        if isinstance(row, history_csv.BadLine):
            refused.append(f"line {row.line}: {row.reason}")
        else:
            rows.append(row)
    added, changed = _store(rows, now)
    same = len(rows) - added - changed
    return Imported(added, changed, same, tuple(refused))


@in_transaction
def _store(rows: Sequence[history_csv.Row], now: datetime) -> tuple[int, int]:
    """How many events were added, and how many changed."""
    known = _known(row.ref for row in rows)
    locked = lock(events=(event.pk for event in known.values()))
    known = {ref: locked[event.pk] for ref, event in known.items()}
    find = cache(entity)  # most are in many rows
    fresh = [row for row in rows if row.ref not in known]
    old = [row for row in rows if row.ref in known and known[row.ref].merged_into_id is None]
    changed = _update(old, known, find, now)
    added = _add({row.ref: row for row in reversed(fresh)}.values(), find, now)
    _link(rows, known | added, now)
    return len(added), changed


def _known(refs: Iterable[str]) -> dict[str, Event]:
    """Stored events by their ref, or by their own address for those that were exported without."""
    given = set(refs)
    own = {int(ref.rpartition("/")[2]): ref for ref in given if _is_own(ref)}
    known = {event.ref or "": event for event in Event.objects.filter(ref__in=given)}
    return known | {own[pk]: event for pk, event in Event.objects.in_bulk(list(own)).items()}


def _is_own(ref: str) -> bool:
    return ref.startswith(f"{settings.SITE_URL}/events/") and ref.rpartition("/")[2].isdecimal()


def _add(rows: Iterable[history_csv.Row], find: Find, now: datetime) -> dict[str, Event]:
    """The new events by their ref."""
    rows = sorted(rows, key=lambda row: row.line)
    new = []
    for row in rows:
        event = Event(
            kind=row.kind.value,
            headline=row.headline,
            grounds=row.grounds,
            extent="".join(extent({"title": row.headline, "summary": ""}, "en")),
            occurred=row.occurred,
            occurred_source="history" if row.occurred else "",
            ref=row.ref,
        )
        entities = [one for kind in PARTIES.values() for one in _entities(row, kind, find)]
        new.append((event, entities))
    record_new(new, now, HISTORY, "imported")
    events = [event for event, _ in new]
    _add_pages([(e, row.sources) for e, row in zip(events, rows, strict=True)], now)
    return {event.ref or "": event for event in events}


def _entities(row: history_csv.Row, kind: Entity.Type, find: Find) -> list[Entity]:
    values = {
        Entity.Type.PLATFORM: row.platforms,
        Entity.Type.TARGET: row.targets,
        Entity.Type.COUNTRY: row.countries,
    }[kind]
    told = row.target_kind if kind == Entity.Type.TARGET else ""
    return list(dict.fromkeys(find(kind, value, told) for value in values))


def _add_pages(pages: Iterable[tuple[Event, Iterable[str]]], now: datetime) -> None:
    made = Report.objects.bulk_create(
        Report(event=event, url=url, added_at=now)
        for event, urls in pages
        for url in dict.fromkeys(urls)
    )
    Revision.objects.bulk_create(
        Revision(
            event_id=page.event_id,
            at=now,
            field="report",
            after=[page.pk, page.url],
            reason="imported",
            by=HISTORY,
        )
        for page in made
    )


def _update(
    rows: Iterable[history_csv.Row], known: Mapping[str, Event], find: Find, now: datetime
) -> int:
    """How many events the rows change."""
    rows = list(rows)
    ids = [known[row.ref].pk for row in rows]
    edited = _edited(ids)
    parties: dict[tuple[int, str], list[str]] = defaultdict(list)
    found = Party.objects.filter(event__in=ids).select_related("entity__merged_into")
    for party in found.order_by("pk"):
        one = party.entity.itself
        parties[party.event_id, one.type].append(value_of(one))
    pages: dict[int, set[str]] = defaultdict(set)
    for pk, url, link in Report.objects.filter(event__in=ids).values_list(
        "event", "url", "entry__link"
    ):
        pages[pk].add(url or link or "")
    changed = set()
    for row in rows:
        event = known[row.ref]
        told = {kind: parties[event.pk, kind] for kind in PARTIES.values()}
        changes = [d for d in _changes(row, event, told, find) if d[0] not in edited[event.pk]]
        missing = [url for url in row.sources if url not in pages[event.pk]]
        if changes:
            _change(event, changes, now)
        if missing and "report" not in edited[event.pk]:
            _add_pages([(event, missing)], now)
            Event.objects.filter(pk=event.pk).update(changed_at=now)
            close_versions([event.pk])
            changed.add(event.pk)
        changed.update([event.pk] if changes else [])
    return len(changed)


def _edited(ids: Iterable[int]) -> dict[int, set[str]]:
    """The fields that editors changed, and did not change back, by event."""
    by_editors = Revision.objects.filter(event__in=list(ids), change__isnull=False).exclude(
        change__verb=Change.Verb.UNDO
    )
    undone = Change.objects.all().undone()
    edited: dict[int, set[str]] = defaultdict(set)
    for pk, name, change in by_editors.values_list("event", "field", "change"):
        if change not in undone:
            edited[pk].add(name)
    return edited


def _changes(
    row: history_csv.Row, event: Event, told: Mapping[Entity.Type, list[str]], find: Find
) -> list[Difference]:
    kinds = (row.kind.value, *(k for k in event.other_kinds if k != row.kind.value))
    pairs: list[Difference] = [
        ("headline", event.headline, row.headline),
        ("kinds", (event.kind, *event.other_kinds), kinds),
        ("grounds", event.grounds, row.grounds),
        ("occurred", event.occurred, row.occurred),
    ]
    for name, kind in PARTIES.items():
        wanted = tuple(value_of(one) for one in _entities(row, kind, find))
        pairs.append((name, tuple(told[kind]), wanted))
    return [pair for pair in pairs if pair[1] != pair[2]]


def _change(event: Event, changes: list[Difference], now: datetime) -> None:
    for name, _, after in changes:
        if name in PARTIES:
            set_parties(event, PARTIES[name], after)
        elif name == "kinds":
            event.kind, event.other_kinds = after[0], list(after[1:])
        else:
            setattr(event, name, after)
    event.save()
    revise(event, now, HISTORY, "imported anew", changes)
    reindex([event.pk])
    close_versions([event.pk])


def _link(rows: Iterable[history_csv.Row], known: Mapping[str, Event], now: datetime) -> None:
    """What a history says to undo another is no proposal; what an editor said of it stays."""
    pairs = [
        (known[row.ref].itself, known[row.undoes].itself)
        for row in rows
        if row.undoes in known and row.undoes != row.ref
    ]
    undoes, state = Link.Type.UNDOES.value, Link.State.CONFIRMED.value
    standing = set(Link.objects.filter(type=undoes).values_list("source", "target"))
    fresh = [(a, b) for a, b in pairs if a != b and (a.pk, b.pk) not in standing]
    for source, target in fresh:
        Link.objects.create(source=source, target=target, type=undoes, state=state)
        revise(source, now, HISTORY, "imported", [("link", None, (undoes, target.pk, state))])
        revise(
            target, now, HISTORY, "imported", [("linked_from", None, (undoes, source.pk, state))]
        )
    reindex(target.pk for _, target in fresh)
    close_versions(event.pk for pair in fresh for event in pair)


def export_history() -> Iterator[str]:
    """Lines of CSV, in the form that import_history reads: every event that came from a history or
    that an editor reviewed, in the order of their ids.
    """
    visible = Event.objects.visible()
    events = visible.filter(ref__isnull=False) | visible.filter(state=Event.State.REVIEWED)
    yield line(history_csv.COLUMNS, "\n")
    for event in events.order_by("pk").iterator(chunk_size=500):
        yield line(_cells(event), "\n")


def _cells(event: Event) -> list[str]:
    parties = Party.objects.filter(event=event).select_related("entity__merged_into")
    named: dict[str, list[Entity]] = defaultdict(list)
    for party in parties.order_by("pk"):
        named[party.entity.type].append(party.entity.itself)
    undone = Link.objects.filter(
        source=event, type=Link.Type.UNDOES, state=Link.State.CONFIRMED
    ).select_related("target")
    pages = Report.objects.filter(event=event).order_by("pk").values_list("url", "entry__link")
    kinds = [one.description for one in named[Entity.Type.TARGET]]
    return [
        ref_of(event),
        event.kind,
        *(";".join(map(value_of, named[kind])) for kind in list(PARTIES.values())[:2]),
        kinds[0] if kinds else "",
        ";".join(map(value_of, named[Entity.Type.COUNTRY])),
        event.grounds,
        event.occurred,
        event.precision if event.occurred else "",
        event.headline,
        "".join(ref_of(link.target) for link in undone[:1]),
        " ".join(dict.fromkeys(url or link or "" for url, link in pages)).strip(),
    ]


def ref_of(event: Event) -> str:
    """What names the event in a history: its own ref, or its address."""
    return event.ref or f"{settings.SITE_URL}/events/{event.pk}"
