"""The timeline as it stood at a moment: events that changed since are answered for by the versions
that were stored when they did, the others are as the database has them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge

from django.db.models import Q, QuerySet
from pyroaring import BitMap

from tracker.classify.words.lexicon import lexicon_of_names
from tracker.classify.words.matching import Lexicon
from tracker.events.models import Entity, Event, EventVersion, Report
from tracker.events.record.checks import origin_of
from tracker.events.record.derived import WORDS
from tracker.events.record.entities import names_by_editors, slug_of, stored_entities
from tracker.events.record.headlines import TITLE_COLUMNS, recorded_headline, report_title
from tracker.events.record.records import all_as_of
from tracker.events.record.terms import terms_of_records
from tracker.events.record.values import PARTIES, REPORT_PATHS, Record
from tracker.events.search.facts import build, ids_of
from tracker.events.search.index import Below
from tracker.events.search.language.matching import matches
from tracker.events.search.query import Query
from tracker.events.search.rows import EventRow, load_rows, rows_of_records
from tracker.events.search.version_filter import versions_chosen
from tracker.events.text import build_search_text
from tracker.index.sets import NONE

CHUNK = 1_000  # events at once
Known = Mapping[tuple[Entity.Type, str], Entity]


@dataclass(frozen=True)
class Past:
    """The events that a query chose at a moment, of those that changed since: `versions` are of
    those whose versions are stored, `records` of the others. `changed` are all events that changed
    or were recorded since.
    """

    # Decision D65: one row for each event that changed since, not its revisions.
    versions: QuerySet[EventVersion]
    records: Mapping[int, Record]
    changed: BitMap

    def newest_first(
        self, below: Below = None, limit: int | None = None
    ) -> Iterator[tuple[str, int]]:
        """Yields (day, event) in the order of the timeline, from a place on; at least `limit`."""
        versions = self.versions.order_by("-occurred", "-event")
        others = sorted(((r.occurred, pk) for pk, r in self.records.items()), reverse=True)
        if below:
            day, event = below[:2]
            versions = versions.filter(Q(occurred__lt=day) | Q(occurred=day, event__lt=event))
            others = [pair for pair in others if pair < (day, event)]
        pairs = versions.values_list("occurred", "event")[:limit].iterator(CHUNK)
        return merge(pairs, others, reverse=True)

    def __len__(self) -> int:
        return self.versions.count() + len(self.records)


def choose(query: Query, at: datetime) -> Past:
    """Returns what the query chose at that moment of the events that changed since."""
    before = Event.objects.filter(changed_at__gt=at, recorded_at__lte=at)
    changed = ids_of(before)
    valid = EventVersion.objects.filter(since__lte=at, until__gt=at)
    missing = NONE
    if valid.count() != len(changed):  # an event has at most one version at a moment
        missing = changed - ids_of(valid, "event")
    later = ids_of(Event.objects.filter(recorded_at__gt=at))
    names = lexicon_of_names(names_by_editors())
    return Past(
        versions_chosen(valid, query, names, at.date().isoformat()),
        _matching(query, at, missing, names),
        changed | later,
    )


def _matching(query: Query, at: datetime, ids: BitMap, names: Lexicon) -> dict[int, Record]:
    """The records of these events that the query chose at that moment, made of their revisions."""
    chosen: dict[int, Record] = {}
    for start in range(0, len(ids), CHUNK):
        events = list(Event.objects.filter(pk__in=ids[start : start + CHUNK]))
        stored = {event.pk: (event.ref, event.recorded_at) for event in events}
        today = at.date().isoformat()
        records = all_as_of(events, at)
        chosen |= _matching_records(query, records, stored, names, today)
    return chosen


def _matching_records(
    query: Query,
    records: Mapping[int, Record],
    stored: Mapping[int, tuple[str | None, datetime]],
    names: Lexicon,
    today: str,
) -> dict[int, Record]:
    shown = {
        pk: record
        for pk, record in records.items()
        if record.merged_into is None and record.state != Event.State.REFUSED
    }
    known = stored_entities(pair for record in shown.values() for pair in record.parties)
    texts, terms = _texts(shown, known), terms_of_records(shown)
    languages, sources = (
        _reported_values(shown, REPORT_PATHS["lang"]),
        _reported_values(shown, REPORT_PATHS["source"]),
    )
    return {
        pk: record
        for pk, record in shown.items()
        if matches(
            query,
            build(
                record,
                record.kinds,
                _slugs(record, known)
                | {"lang": languages[pk], "source": sources[pk], "event": {str(pk)}},
                text=texts[pk],
                term=terms[pk],
                origin=origin_of(
                    stored[pk][0],
                    record.own_headline,
                    record.occurred_source,
                    record.checks.values(),
                ),
                recorded_at=stored[pk][1],
            ),
            names,
            today=today,
        )
    }


def rows(ids: Sequence[int], past: Past, at: datetime) -> tuple[EventRow, ...]:
    """Returns events in their order, those that changed since as they stood at that moment."""
    by_id = Event.objects.defer(*WORDS).in_bulk(ids)
    events = [by_id[pk] for pk in ids]
    changed = [event for event in events if event.pk in past.changed]
    others = all_as_of([e for e in changed if e.pk not in past.records], at)
    records = {**past.records, **others}
    now = {row.id: row for row in load_rows([e for e in events if e.pk not in records])}
    now |= rows_of_records({e: records[e.pk] for e in events if e.pk in records})
    return tuple(now[event.pk] for event in events)


def _slugs(record: Record, known: Known) -> dict[str, frozenset[str]]:
    """The slugs of the parties, by field of a query."""
    return {
        kind.value: frozenset(
            known[kind, v].slug if (kind, v) in known else slug_of(kind, v)
            for v in getattr(record, name)
        )
        for name, kind in PARTIES.items()
    }


def _texts(records: Mapping[int, Record], known: Known) -> dict[int, str]:
    """What was searched: headline, names, titles and summaries of reports."""
    reports = [pk for record in records.values() for pk in record.reports]
    columns = ("pk", "entry__title", "entry__summary", *TITLE_COLUMNS)
    told_by = {pk: told for pk, *told in Report.stored.filter(pk__in=reports).values_list(*columns)}
    texts = {}
    for pk, record in records.items():
        names = [known[pair].name if pair in known else pair[1] for pair in record.parties]
        rows = [told_by[report] for report in record.reports if report in told_by]
        told = [text or "" for row in rows for text in row[:2]]
        titles = [report_title(*row[2:]) for row in rows]
        parties = [known[pair] for pair in record.parties if pair in known]
        headline = recorded_headline(record, parties, titles)
        texts[pk] = build_search_text([headline, *names, *told])
    return texts


def _reported_values(records: Mapping[int, Record], path: str) -> dict[int, frozenset[str]]:
    """What the reports of each have at a path from Report."""
    reports = [pk for record in records.values() for pk in record.reports]
    found = dict(Report.stored.filter(pk__in=reports).values_list("pk", path))
    return {
        pk: frozenset(found[report] for report in record.reports if found.get(report))
        for pk, record in records.items()
    }
