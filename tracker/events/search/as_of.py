"""The timeline as it stood at a moment: the events that changed since are taken back, the others
are as the database has them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from tracker.classify.lexicon import added
from tracker.events.models import Entity, Event, Link, Report
from tracker.events.record.entities import names_by_editors, slug_of, stored
from tracker.events.record.values import PARTIES, Record
from tracker.events.record.write import all_as_of
from tracker.events.search.facts import REPORT_PATHS, build
from tracker.events.search.query import Query, matches
from tracker.events.search.rows import EventRow, load, of_records
from tracker.events.text import searched

Known = Mapping[tuple[Entity.Type, str], Entity]


def matching(query: Query, at: datetime) -> dict[int, Record]:
    """The records that the query chose at that moment, of the events that changed since, by id."""
    changed = list(Event.objects.filter(changed_at__gt=at, recorded_at__lte=at))
    records = all_as_of(changed, at)
    shown = {
        pk: record
        for pk, record in records.items()
        if record.merged_into is None and record.state != Event.State.REFUSED
    }
    known = stored(pair for record in shown.values() for pair in record.parties)
    texts, ends = _texts(shown, known), _ends(shown)
    languages, sources = (
        _told(shown, REPORT_PATHS["lang"]),
        _told(shown, REPORT_PATHS["source"]),
    )
    names = added(names_by_editors())
    return {
        pk: record
        for pk, record in shown.items()
        if matches(
            query,
            build(
                record,
                record.kinds,
                _slugs(record, known) | {"lang": languages[pk], "source": sources[pk]},
                text=texts[pk],
                ended=ends.get(pk, ""),
            ),
            names,
        )
    }


def changed_since(at: datetime) -> list[int]:
    """The events that were recorded, or changed, after that moment."""
    later = Event.objects.filter(Q(changed_at__gt=at) | Q(recorded_at__gt=at))
    return list(later.values_list("pk", flat=True))


def rows(events: Sequence[Event], records: Mapping[int, Record]) -> tuple[EventRow, ...]:
    """Events in their order, those in `records` as these say."""
    now = {row.id: row for row in load([e for e in events if e.pk not in records])}
    now |= of_records({e: records[e.pk] for e in events if e.pk in records})
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
    columns = ("pk", "entry__title", "entry__summary")
    told_by = {
        pk: told for pk, *told in Report.objects.filter(pk__in=reports).values_list(*columns)
    }
    texts = {}
    for pk, record in records.items():
        names = [known[pair].name if pair in known else pair[1] for pair in record.parties]
        told = [text or "" for report in record.reports for text in told_by.get(report, ())]
        texts[pk] = searched([record.headline, *names, *told])
    return texts


def _told(records: Mapping[int, Record], path: str) -> dict[int, frozenset[str]]:
    """What the reports of each have at a path from Report."""
    reports = [pk for record in records.values() for pk in record.reports]
    found = dict(Report.objects.filter(pk__in=reports).values_list("pk", path))
    return {
        pk: frozenset(found[report] for report in record.reports if found.get(report))
        for pk, record in records.items()
    }


def _ends(records: Mapping[int, Record]) -> dict[int, str]:
    """The day of the first confirmed act that undoes each."""
    undoing: dict[int, list[int]] = defaultdict(list)
    for pk, record in records.items():
        for kind, source, state in record.linked_from.values():
            if kind == Link.Type.UNDOES and state == Link.State.CONFIRMED:
                undoing[pk].append(source)
    sources = Event.objects.filter(pk__in=[pk for found in undoing.values() for pk in found])
    sources = sources.exclude(state=Event.State.UNSURE)  # what is unsure ends nothing
    days = dict(sources.values_list("pk", "occurred"))
    told = {pk: [days[s] for s in found if days.get(s)] for pk, found in undoing.items()}
    return {pk: min(found) for pk, found in told.items() if found}
