"""Load events as pages showed them at a past moment, with the facts, names, reports and links of
that time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Max

from tracker.events.in_force import Term
from tracker.events.models import Entity, Event, Link, Report, Revision
from tracker.events.record.checks import origin_of
from tracker.events.record.derived.columns import WORDS
from tracker.events.record.derived.headlines import ReportTitle, reads_titles, report_title
from tracker.events.record.derived.terms import TELLING, LinkedDays, ToldTexts, day_of, measure_term
from tracker.events.record.entities import stored_entities
from tracker.events.record.records import all_as_of
from tracker.events.record.values import PARTIES, SCALARS, Record
from tracker.events.search.link_rows import LinkedEvent, LinkRow, build_link_row
from tracker.events.search.load import COLUMNS, build_report_row, build_row
from tracker.events.search.past.moment import LinkKey, Moment
from tracker.events.search.rows import EventRow

# Fields of an event that an earlier record has under the same name.
RECORDED_FIELDS = tuple(n for n in SCALARS if n not in {"kinds", "merged_into", "split_from"})


@dataclass(frozen=True)
class PastEvent:
    """An event with the facts that it had, and its own parties in their order, merged ones not
    replaced.
    """

    event: Event
    record: Record
    parties: tuple[Entity, ...]

    @property
    def entities(self) -> list[Entity]:
        """Return the parties as pages showed them."""
        return [party.itself for party in self.parties]

    @property
    def is_visible(self) -> bool:
        """Return whether it had a page."""
        return self.record.merged_into is None and self.record.state != Event.State.REFUSED


def past_event(event_id: int, at: datetime) -> PastEvent | None:
    """Return an event as it was, None if it was not recorded yet."""
    return past_events(Moment(at), [event_id]).get(event_id)


def past_row(event_id: int, at: datetime) -> EventRow | None:
    """Return an event as a page showed it, None if it was not recorded yet."""
    return next(iter(load_past_rows([event_id], Moment(at))), None)


def past_itself(event_id: int, moment: Moment) -> PastEvent | None:
    """Return the event that the address led to: the one it was merged into, or itself."""
    event = past_events(moment, [event_id]).get(event_id)
    while event is not None and event.record.merged_into is not None:
        into = event.record.merged_into
        event = past_events(moment, [into]).get(into)
    return event


def past_events(moment: Moment, ids: Iterable[int]) -> dict[int, PastEvent]:
    """Return those of the events that were recorded by then, by id; a fixed number of queries."""
    stored = Event.objects.defer(*WORDS).filter(pk__in=list(ids), recorded_at__lte=moment.at)
    events = {event.pk: event for event in stored}
    if not events:
        return {}
    moment.rewind("event", events)
    moment.rewind("confidence", events)
    records = all_as_of(list(events.values()), moment.at)
    changed = [event.pk for event in events.values() if event.changed_at > moment.at]
    revisions = Revision.objects.filter(event__in=changed, at__lte=moment.at).order_by()
    last = dict(revisions.values_list("event").annotate(at=Max("at")))
    for pk in changed:
        events[pk].changed_at = last.get(pk, events[pk].recorded_at)
    parties = _parties(moment, records)
    return {
        pk: PastEvent(_as_recorded(events[pk], record), record, parties[pk])
        for pk, record in records.items()
    }


def _parties(moment: Moment, records: Mapping[int, Record]) -> dict[int, tuple[Entity, ...]]:
    """Return the entities of records; by name if their ids were not noted."""
    unnoted = [
        (kind, value)
        for record in records.values()
        for name, kind in PARTIES.items()
        if name not in record.entity_ids
        for value in getattr(record, name)
    ]
    by_name = {pair: entity.pk for pair, entity in stored_entities(unnoted).items()}
    ids = {
        pk: [
            own
            for name, kind in PARTIES.items()
            for own in record.entity_ids.get(
                name, [by_name[kind, v] for v in getattr(record, name) if (kind, v) in by_name]
            )
        ]
        for pk, record in records.items()
    }
    entities = moment.entities(entity for own in ids.values() for entity in own)
    return {pk: tuple(entities[entity] for entity in own) for pk, own in ids.items()}


def _as_recorded(event: Event, record: Record) -> Event:
    """Return the event with the values of the record."""
    event.kind, event.other_kinds = record.kinds[0], list(record.kinds[1:])
    for name in RECORDED_FIELDS:
        setattr(event, name, getattr(record, name))
    event.checks = [list(row) for row in record.checks.values()]
    event.origin = origin_of(event.ref, event.own_headline, event.occurred_source, event.checks)
    return event


class PastEvents:
    """Events at a moment with all that is shown of them: reports, links, the acts that ended
    them.
    """

    def __init__(self, ids: Iterable[int], moment: Moment) -> None:
        self._moment = moment
        self.events = past_events(moment, ids)
        linked = {key[1] for e in self.events.values() for key in _links(e.record)}
        others = past_events(moment, linked - self.events.keys())
        self.others = {**others, **self.events}
        quoted = [e for e in others.values() if reads_titles(e.event, e.entities)]
        shown = (*self.events.values(), *quoted)
        reports = {pk for one in shown for pk in one.record.reports}
        self._reports = moment.reports(reports, COLUMNS)

    def reports(self, event_id: int) -> list[Report]:
        """Return the reports of an event, the first reported first, in the roles that they had."""
        record = self.others[event_id].record
        reports = [self._reports[pk] for pk in sorted(record.reports) if pk in self._reports]
        for report in reports:
            report.role = record.roles.get(report.pk, (report.pk, report.role))[1]
        return reports

    def titles(self, event_id: int) -> list[ReportTitle]:
        """Return the titles of the reports, as headlines quote them."""
        return [title_of(report) for report in self.reports(event_id)]

    def undone_days(self, event_id: int) -> LinkedDays:
        """Return the days of the confirmed acts that undid or extended the event."""
        days = LinkedDays()
        for kind, source, state in self.events[event_id].record.linked_from.values():
            other = self.others.get(source)
            if kind not in TELLING or state != Link.State.CONFIRMED or other is None:
                continue
            is_shown = other.is_visible and other.record.state != Event.State.UNSURE
            if is_shown and other.record.occurred:
                chosen = days.undone if kind == Link.Type.UNDOES else days.extended
                chosen.append(other.record.occurred)
        return days

    def term(self, event_id: int) -> Term:
        """Return until when the measure was known to be in force."""
        reports = [report for report in self.reports(event_id) if report.entry]
        texts = ToldTexts(
            [title_of(report) for report in reports],
            [report.entry.summary for report in reports if report.entry],
            max((day_of(r.entry.published_at) for r in reports if r.entry), default=""),
        )
        return measure_term(self.events[event_id].event, texts, self.undone_days(event_id))

    def row(self, event_id: int, links: Iterable[LinkRow]) -> EventRow:
        """Return an event as pages showed it."""
        past_event, term = self.events[event_id], self.term(event_id)
        past_event.event.ended, past_event.event.unknown_from = term.ended, term.unknown_from
        reports = [build_report_row(report) for report in self.reports(event_id)]
        return build_row(past_event.event, past_event.entities, reports, links)

    def links(self, *, links_unsure: bool) -> dict[int, list[LinkRow]]:
        """Return each event's links that pages showed, in their order."""
        keys: dict[int, list[tuple[LinkKey, str, bool]]] = {}
        for pk, one in self.events.items():
            own = [((pk, kind, o), st, True) for kind, o, st in one.record.links.values()]
            incoming = [
                ((o, kind, pk), st, False) for kind, o, st in one.record.linked_from.values()
            ]
            quiet = one.record.state != Event.State.UNSURE and not links_unsure
            keys[pk] = [row for row in (*own, *incoming) if self._is_shown(*row, quiet=quiet)]
        stored = self._moment.links(key[0] for rows in keys.values() for key, *_ in rows)
        rows: dict[int, list[LinkRow]] = defaultdict(list)
        for pk, shown in keys.items():
            for key, state, is_ahead in sorted(shown, key=lambda row: _place(stored, row[0])):
                end = self._end(key[2] if is_ahead else key[0])
                link = build_link_row(end, key[1], state, is_ahead=is_ahead)
                kept = stored.get(key)
                if kept:
                    link = replace(link, reasons=tuple(kept["reasons"]), score=kept["score"])
                rows[pk].append(link)
        return rows

    def _is_shown(self, key: LinkKey, state: str, is_ahead: bool, *, quiet: bool) -> bool:
        other = self.others.get(key[2] if is_ahead else key[0])
        if state == Link.State.REJECTED or other is None or not other.is_visible:
            return False
        return not (quiet and other.record.state == Event.State.UNSURE)

    def _end(self, event_id: int) -> LinkedEvent:
        other = self.others[event_id]
        titles = self.titles(event_id) if reads_titles(other.event, other.entities) else ()
        return LinkedEvent(other.event, other.entities, titles)


def _links(record: Record) -> list[tuple[str, int]]:
    return [*record.links, *record.linked_from]


def _place(stored: Mapping[LinkKey, Mapping[str, int]], key: LinkKey) -> tuple[bool, int, LinkKey]:
    """Return the sort position of a link: that of its row."""
    row = stored.get(key)
    return row is None, row["id"] if row else 0, key


def title_of(report: Report) -> ReportTitle:
    """Return the title of a report as headlines quote it."""
    entry = report.entry
    if entry is None:
        return report_title(report.role, None, None, None, None)
    read = getattr(entry, "classification", None)
    language = read.language if read else None
    return report_title(report.role, entry.source.name, entry.title, language, entry.language)


def load_past_rows(
    ids: Sequence[int], moment: Moment, *, links_unsure: bool = False
) -> tuple[EventRow, ...]:
    """Return events as pages showed them, in this order; those that were not recorded yet are left
    out.
    """
    loaded = PastEvents(ids, moment)
    links = loaded.links(links_unsure=links_unsure)
    return tuple(loaded.row(pk, links.get(pk, ())) for pk in ids if pk in loaded.events)
