"""Load what a page of the desk shows, each table once: twelve queries however many events wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.events.consensus.neighbours import facts_of_record, is_joinable, read_reports
from tracker.events.models import Event, SecondAct
from tracker.events.record.derived.columns import WORDS
from tracker.events.review import nearest, queue, second_acts
from tracker.events.review.nearest import NearbyEvent
from tracker.events.review.remarks import EventRemarks, load_remarks
from tracker.events.search.index.events import index
from tracker.events.search.load import Surroundings, load_rows, load_surroundings
from tracker.events.search.rows import EventRow


@dataclass(frozen=True)
class LoadedDesk:
    """The rows of all events of the page by id, the chosen event, those near it, what people wrote
    about each, and the second acts that articles of the chosen one tell.
    """

    rows: Mapping[int, EventRow]
    chosen: Event | None
    near: Sequence[NearbyEvent]
    remarks: Mapping[int, EventRemarks]
    second_acts: Sequence[SecondAct]


def load_desk(events: Sequence[Event], event_id: int, filled: frozenset[str]) -> LoadedDesk:
    """Load the desk of listed events, with the one of this number, or the first if it has no page.
    `filled` are the queues in which something waits.
    """
    listed = {event.pk: event for event in events}
    event_id = event_id or next(iter(listed), 0)
    if not event_id:
        return LoadedDesk({}, None, (), {}, ())
    snapshot = index.recent_snapshot()
    if event_id not in snapshot.visible:
        snapshot = index.snapshot()
    near_ids = nearest.candidates(event_id, snapshot)
    beside = Event.objects.defer(*WORDS).in_bulk(list({event_id, *near_ids} - set(listed)))
    known = listed | beside
    chosen = known.get(event_id)
    if event_id not in listed and not (chosen and chosen.is_visible):
        return load_desk(events, 0, filled)
    acts = second_acts.open_acts_of(event_id) if queue.SECOND in filled else []
    others = {act.other.itself.pk: act.other.itself for act in acts if act.other}
    shown = listed | ({event_id: chosen} if chosen else {})
    around = load_surroundings(shown.values(), links_unsure=True, beside=known | others)
    near = _rank_near(event_id, near_ids, known, around) if chosen else []
    shown |= {one.event_id: known[one.event_id] for one in near} | others
    return LoadedDesk(
        rows={row.id: row for row in load_rows(list(shown.values()), around=around)},
        chosen=chosen,
        near=near,
        remarks=load_remarks(shown, event_id),
        second_acts=acts,
    )


def _rank_near(
    pk: int, near_ids: Sequence[int], known: Mapping[int, Event], around: Surroundings
) -> list[NearbyEvent]:
    ids = [pk, *near_ids]
    read = read_reports(ids)
    # What an event's own record says, where its reports do not.
    own = {
        one: facts_of_record(known[one], around.parties[one])
        for one in ids
        if one in known and is_joinable(known[one]) and read.needs_own(one)
    }
    return [one for one in nearest.rank(pk, read.completed(ids, own)) if one.event_id in known]
