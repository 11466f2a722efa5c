"""The page of the review queues: what waits, one event with what its editor needs, and the editors'
last decisions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from tracker.classify import Kind
from tracker.classify.letters.folding import fold
from tracker.events.editing import actions
from tracker.events.models import Event, Suggestion
from tracker.events.review import queue
from tracker.events.review.queue import Agreement, NearbyEvent, QueueSummary
from tracker.events.search.describe import why_words
from tracker.events.search.rows import EventRow, load_rows
from tracker.events.wording.reasons import REFUSAL_KEYS, word_reason

UNDOABLE = 8  # changes that are listed


@dataclass(frozen=True)
class OpenSuggestion:
    """A reader's correction that waits for an answer; `field_name` says in words what is wrong."""

    id: int
    field_name: str
    at: datetime
    text: str
    url: str


@dataclass(frozen=True)
class ChangeRow:
    """A decision that can be undone."""

    id: int
    at: datetime
    by: str
    verb: str
    reason: str


@dataclass(frozen=True)
class RefusalChoice:
    """A reason to refuse an event: the key that chooses it, what is stored, what is shown."""

    key: str
    code: str
    words: str


@dataclass(frozen=True)
class EventDesk:
    """The event that an editor decides on; `claimed_by` is who else has it open, "" for nobody."""

    row: EventRow
    read_version: int
    nearest: tuple[NearbyEvent, ...]
    names: tuple[str, ...]
    claimed_by: str
    suggestions: tuple[OpenSuggestion, ...]


@dataclass(frozen=True)
class ReviewPage:
    """What editors see of the queues; `desk` is None where nothing waits."""

    queues: tuple[QueueSummary, ...]
    selected: str
    queue_address: str
    next_queue: str
    rows: tuple[EventRow, ...]
    undoable: tuple[ChangeRow, ...]
    agreement: Mapping[str, tuple[Agreement, ...]]
    kinds: tuple[tuple[int, Kind], ...]
    refusals: tuple[RefusalChoice, ...]
    desk: EventDesk | None
    row: EventRow | None
    read_version: int


def build_review_page(name: str, event: Event | None, editor: str, now: datetime) -> ReviewPage:
    """Return the page of a review queue, or of the first that is filled; with an event, or with the
    first of the queue. Notes that the editor has it open.
    """
    queues = queue.summarize_queues()
    filled = [summary.name for summary in queues if summary.count]
    selected = name if name in queue.REVIEW_QUEUES else (filled or [queues[0].name])[0]
    events = queue.queued_events(selected)
    chosen = event or (events[0] if events else None)
    desk = _build_desk(chosen, editor, now) if chosen else None
    return ReviewPage(
        queues=tuple(queues),
        selected=selected,
        queue_address=f"{reverse('review')}?lane={selected}",
        next_queue=_next_queue(selected, filled),
        rows=load_rows(events),
        undoable=tuple(
            ChangeRow(change.pk, change.at, change.by, change.get_verb_display(), why_words(change))
            for change in queue.undoable_changes(now, actions.UNDO_FOR)[:UNDOABLE]
        ),
        agreement={group: tuple(of) for group, of in queue.measure_agreement(now).items()},
        kinds=tuple(enumerate(Kind, 1)),
        refusals=tuple(
            RefusalChoice(key, code, word_reason((code, ()))) for key, code in REFUSAL_KEYS.items()
        ),
        desk=desk,
        row=desk.row if desk else None,
        read_version=desk.read_version if desk else 0,
    )


def _next_queue(selected: str, filled: list[str]) -> str:
    order = list(queue.REVIEW_QUEUES)
    later = [name for name in order[order.index(selected) + 1 :] if name in filled]
    return (later or filled or [selected])[0]


def _build_desk(event: Event, editor: str, now: datetime) -> EventDesk:
    (row,) = load_rows([event], links_unsure=True)
    targets = {fold(target.name) for target in row.targets}
    suggestions = event.suggestions.filter(state=Suggestion.State.OPEN).order_by("at")
    return EventDesk(
        row=row,
        read_version=actions.last_revision_id(event),
        nearest=tuple(queue.nearest_events(event)),
        names=tuple(name for name in queue.unknown_names(event) if fold(name) not in targets),
        claimed_by=actions.claim_event(event.pk, editor, now),
        suggestions=tuple(
            OpenSuggestion(one.pk, one.get_field_display(), one.at, one.text, one.url)
            for one in suggestions
        ),
    )
