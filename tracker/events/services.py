"""The writes of the events package: process entries, import a history. Each change writes its
Revision in the same transaction.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from django.db import transaction
from django.db.models import Q

from tracker import classify
from tracker.classify import Text
from tracker.classify.lexicon import named
from tracker.classify.text import fold
from tracker.each import each
from tracker.events import grouping, history, learning
from tracker.events.describe import platform_name
from tracker.events.grouping import Facts
from tracker.events.headline import Parts, headline
from tracker.events.models import Classification, Entity, Event, Link, Party, Report, Revision
from tracker.events.names import country_name
from tracker.feeds.models import Entry

LEASE = timedelta(minutes=5)
BATCH = 200
NEIGHBOURS = 200  # events that an entry is compared with at most
PROGRAM = "program"
SEARCH_LIMIT = 20_000  # characters; the later titles of a large event repeat the earlier ones


@dataclass(frozen=True)
class Processed:
    """How many entries were classified, and the ids of the events that got a new report."""

    entries: int
    event_ids: tuple[int, ...]


def claim_entries(now: datetime, limit: int = BATCH) -> list[Entry]:
    """Claims up to `limit` waiting entries for LEASE; two callers never get the same entry."""
    claim = uuid.uuid4()
    with transaction.atomic():
        ids = list(Entry.objects.due(now).values_list("pk", flat=True)[:limit])
        Entry.objects.filter(pk__in=ids, process_at__lte=now).update(
            process_at=now + LEASE, claim=claim
        )
    return list(Entry.objects.filter(claim=claim).select_related("feed").order_by("pk"))


def process_entries(now: datetime, limit: int = BATCH) -> Processed:
    """Classifies waiting entries and puts those that tell of an act into an event; each in a
    transaction of its own. Raises an ExceptionGroup after the last one if some failed; those wait
    for the end of their lease.
    """
    entries = claim_entries(now, limit)
    learned = learning.current()
    found = each(lambda entry: process(entry, now, learned), entries)
    event_ids = dict.fromkeys(event_id for event_id in found if event_id is not None)
    return Processed(len(entries), tuple(event_ids))


def process(entry: Entry, now: datetime, learned: classify.Weights | None = None) -> int | None:
    """Classifies one claimed entry; the id of the event that got it as a new report that may be
    mailed, or None. An entry that is classified anew, because the classifier learned, is no news.

    Stores nothing if the claim was taken over or the entry changed meanwhile.
    """
    published = entry.published_at.astimezone(UTC).date() if entry.published_at else None
    text = Text(entry.title, entry.summary, entry.body, entry.language)
    found = classify.classify(text, published, learned)
    with transaction.atomic():
        mine = Entry.objects.filter(pk=entry.pk, claim=entry.claim, content_hash=entry.content_hash)
        if not mine.update(process_at=None, claim=None):
            return None
        is_again = _is_classified(entry)
        _store_classification(entry, found, learned or classify.weights(), now)
        if not found.is_event or entry.reports.exists():
            return None
        facts = grouping.facts_of(found, entry.title)
        platforms = _platforms(found.platforms)
        # One grouping at a time a platform, or two workers would each open an event for one act.
        list(Entity.objects.select_for_update().filter(pk__in=[p.pk for p in platforms]))
        decision = grouping.decide(facts, _neighbours(facts, platforms))
        if decision.event is None:
            event = _open_event(found, platforms, now)
        else:
            event = Event.objects.get(pk=decision.event)
            _sharpen_day(event, found, now)
        _add_report(event, entry, found, decision, now)
        if is_again and entry.is_news:
            entry.is_news = False
            entry.save(update_fields=["is_news"])
    return event.pk if entry.is_news else None


def _add_report(
    event: Event,
    entry: Entry,
    found: classify.Classification,
    decision: grouping.Decision,
    now: datetime,
) -> None:
    Report.objects.create(
        event=event,
        entry=entry,
        role=found.coverage.value,
        score=decision.score if decision.event else None,
        reasons=list(decision.reasons),
        added_at=now,
    )
    told = {"report": (None, entry.link or entry.title)}
    revise(event, now, PROGRAM, "; ".join(decision.reasons), told)
    _refresh(event, now, entry.title)


def _is_classified(entry: Entry) -> bool:
    """Whether the entry was classified as it stands."""
    made = Classification.objects.filter(entry=entry, made_at__gte=entry.changed_at)
    return made.exists()


def reclassify(now: datetime, limit: int = BATCH) -> int:
    """Makes entries wait that were classified with other weights than the current ones, the newest
    first; how many. What editors decided of their events stays.
    """
    version = (learning.current() or classify.weights()).version
    old = Classification.objects.exclude(version=version).order_by("-pk")
    ids = list(old.filter(entry__process_at=None).values_list("entry", flat=True)[:limit])
    return Entry.objects.filter(pk__in=ids, process_at=None).update(process_at=now)


def _store_classification(
    entry: Entry, found: classify.Classification, used: classify.Weights, now: datetime
) -> None:
    values = found.as_dict()
    Classification.objects.update_or_create(
        entry=entry,
        defaults={
            "version": used.version,
            "language": found.language,
            "kinds": [k.value for k in found.kinds],
            "platforms": list(found.platforms),
            "targets": list(found.targets),
            "countries": list(found.countries),
            "grounds": list(found.grounds),
            "occurred": found.occurred,
            "occurred_source": found.occurred_source,
            "coverage": found.coverage.value,
            "confidence": found.confidence,
            "evidence": list(values["evidence"]),
            "made_at": now,
        },
    )


def _neighbours(facts: Facts, platforms: Sequence[Entity]) -> list[tuple[int, Facts]]:
    """Events on these platforms (or their family) near the day of `facts`; for an unknown day the
    newest ones.
    """
    slugs = grouping.with_family(frozenset(p.slug for p in platforms))
    near = Event.objects.visible().filter(
        entities__type=Entity.Type.PLATFORM, entities__slug__in=slugs
    )
    span = facts.days
    if span:
        low = span[0] - timedelta(days=grouping.LATER_DAYS)
        high = span[1] + timedelta(days=grouping.REPORT_DAYS)
        near = near.filter(
            Q(occurred="") | Q(occurred__gte=f"{low:%Y-%m}", occurred__lte=high.isoformat())
        )
    ids = list(near.newest_first().values_list("pk", flat=True).distinct()[:NEIGHBOURS])
    return list(event_facts(ids).items())


def event_facts(ids: Iterable[int]) -> dict[int, Facts]:
    """What grouping compares, of stored events, by id; three queries."""
    events = Event.objects.filter(pk__in=list(ids))
    parties: dict[tuple[int, str], set[str]] = {}
    for event_id, kind, slug, name in Party.objects.filter(event__in=events).values_list(
        "event_id", "entity__type", "entity__slug", "entity__name"
    ):
        value = name if kind == Entity.Type.TARGET else slug
        parties.setdefault((event_id, kind), set()).add(value)
    titles: dict[int, list[str]] = {}
    for event_id, title in (
        Report.objects.filter(event__in=events, entry__isnull=False)
        .order_by("pk")
        .values_list("event_id", "entry__title")
    ):
        titles.setdefault(event_id, []).append(title)
    return {
        e.pk: Facts(
            kinds=frozenset([e.kind, *e.other_kinds]),
            platforms=frozenset(parties.get((e.pk, Entity.Type.PLATFORM), ())),
            targets=frozenset(parties.get((e.pk, Entity.Type.TARGET), ())),
            countries=frozenset(parties.get((e.pk, Entity.Type.COUNTRY), ())),
            occurred=e.occurred,
            titles=tuple(
                grouping.title_words(t)
                for t in [e.headline, *titles.get(e.pk, [])][-grouping.TITLES_KEPT :]
            ),
        )
        for e in events
    }


def _open_event(
    found: classify.Classification, platforms: Sequence[Entity], now: datetime
) -> Event:
    targets = [entity(Entity.Type.TARGET, name) for name in found.targets]
    countries = [entity(Entity.Type.COUNTRY, code) for code in found.countries]
    parts = Parts(
        [short_name(p) for p in platforms], [t.name for t in targets], [c.name for c in countries]
    )
    event = Event(
        kind=found.kinds[0].value,
        other_kinds=[k.value for k in found.kinds[1:]],
        headline=headline(found.kinds, parts)[:300],
        occurred=found.occurred,
        occurred_source=found.occurred_source,
        grounds="".join(found.grounds[:1]),
        confidence=found.confidence,
    )
    return _record(event, [*platforms, *targets, *countries], now, PROGRAM, "first report")


def _record(event: Event, entities: Sequence[Entity], now: datetime, by: str, reason: str) -> Event:
    """Stores a new event with its parties and the revision that says where it comes from."""
    event.recorded_at = event.changed_at = now
    event.search_text = fold(" ".join([event.headline, *(e.name for e in entities)]))
    event.save()
    Party.objects.bulk_create(Party(event=event, entity=e) for e in dict.fromkeys(entities))
    revise(event, now, by, reason, {"event": (None, event.headline)})
    return event


def _sharpen_day(event: Event, found: classify.Classification, now: datetime) -> None:
    """A day told in a text replaces a month, no day, or the day of publication; never one that a
    person or history set.
    """
    if event.state != Event.State.MACHINE or found.occurred_source != "text":
        return
    is_better = len(found.occurred) > len(event.occurred) or (
        event.occurred_source == "published" and len(found.occurred) == 10
    )
    if event.occurred_source == "history" or not is_better:
        return
    revise(event, now, PROGRAM, "told in a report", {"occurred": (event.occurred, found.occurred)})
    event.occurred, event.occurred_source = found.occurred, found.occurred_source
    event.save(update_fields=["occurred", "occurred_source"])


def _refresh(event: Event, now: datetime, title: str) -> None:
    if len(event.search_text) < SEARCH_LIMIT and fold(title) not in event.search_text:
        event.search_text = f"{event.search_text} {fold(title)}"
    event.changed_at = now
    event.save(update_fields=["search_text", "changed_at"])


def revise(
    event: Event, now: datetime, by: str, reason: str, changes: Mapping[str, tuple[object, object]]
) -> None:
    """Writes what changed: field -> (before, after)."""
    Revision.objects.bulk_create(
        Revision(
            event=event, at=now, field=field, before=before, after=after, reason=reason[:500], by=by
        )
        for field, (before, after) in changes.items()
    )


def _platforms(slugs: Iterable[str]) -> list[Entity]:
    return [entity(Entity.Type.PLATFORM, slug) for slug in slugs]


def entity(kind: Entity.Type, value: str, description: str = "") -> Entity:
    """The entity of a platform's slug, a target's English name or a country's code, made if it is
    new.
    """
    slug, name = value, value
    if kind == Entity.Type.PLATFORM:
        name = platform_name(value)
    elif kind == Entity.Type.TARGET:
        slug = fold(value)[:200]
        known = named("target").get(value)
        description = description or (known.kind if known else "")
    else:
        name = country_name(value)
    found, _ = Entity.objects.get_or_create(
        type=kind, slug=slug[:200], defaults={"name": name[:200], "description": description}
    )
    return found


def short_name(platform: Entity) -> str:
    """The name in a headline: without the note in brackets, "X (Twitter)" as "Twitter" (see
    docs/decisions.md).
    """
    return {"twitter": "Twitter"}.get(platform.slug, platform.name)


@dataclass(frozen=True)
class Imported:
    """How an import of a history went: events added and known before; lines refused, with the
    reason.
    """

    added: int
    known: int
    refused: tuple[str, ...]


def import_history(data: bytes, now: datetime) -> Imported:
    """Adds the events of a history that are not known by their ref yet. Raises history.HistoryError
    if it cannot be read.
    """
    rows: list[history.Row] = []
    refused = []
    for row in history.read(data):
        if isinstance(row, history.BadLine):
            refused.append(f"line {row.line}: {row.reason}")
        else:
            rows.append(row)
    with transaction.atomic():
        known = dict(Event.objects.filter(ref__isnull=False).values_list("ref", "pk"))
        fresh = [row for row in rows if row.ref not in known]
        find = cache(entity)  # most are in many rows
        for row in fresh:
            known[row.ref] = _add_known(row, find, now).pk
        links = [
            Link(
                source_id=known[row.ref],
                target_id=known[row.undoes],
                type=Link.Type.UNDOES,
                state=Link.State.PROPOSED,
            )
            for row in fresh
            if row.undoes in known and known[row.undoes] != known[row.ref]
        ]
        Link.objects.bulk_create(links, ignore_conflicts=True)
    return Imported(len(fresh), len(rows) - len(fresh), tuple(refused))


def _add_known(row: history.Row, find: Callable[..., Entity], now: datetime) -> Event:
    event = Event(
        kind=row.kind.value,
        headline=row.headline[:300],
        grounds=row.grounds,
        occurred=row.occurred,
        occurred_source="history" if row.occurred else "",
        ref=row.ref,
    )
    entities = [
        *(find(Entity.Type.PLATFORM, slug) for slug in row.platforms),
        *(find(Entity.Type.TARGET, name, row.target_kind) for name in row.targets),
        *(find(Entity.Type.COUNTRY, code) for code in row.countries),
    ]
    _record(event, entities, now, "history", "imported")
    Report.objects.bulk_create(
        Report(event=event, url=url, added_at=now) for url in dict.fromkeys(row.sources)
    )
    return event


def recently_reported(now: datetime, within: timedelta = timedelta(hours=1)) -> list[int]:
    """Ids of events that got a report of an entry lately, for alerts whose message was lost."""
    found = Report.objects.filter(entry__is_news=True, added_at__gt=now - within)
    return list(found.values_list("event", flat=True).distinct())
