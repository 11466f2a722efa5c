"""The pages on which an editor edits an event or merges it with another."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from tracker.events.editing.actions import last_revision_id, preview_merge
from tracker.events.in_force import counted_kinds
from tracker.events.models import Event, Link, Revision, SecondOpinion
from tracker.events.search.describe import FIELD_WORDS, value_in_words
from tracker.web.forms import EditForm

OPINIONS_SHOWN = 5


@dataclass(frozen=True)
class MeanwhileRow:
    """What somebody else changed while an editor worked."""

    by: str
    field: str
    before: JsonValue
    after: JsonValue


@dataclass(frozen=True)
class OpinionRow:
    """What a language model takes an entry of the event to say: kinds, and the words it rests
    on.
    """

    kinds: tuple[str, ...]
    quote: str


@dataclass(frozen=True)
class EventLine:
    """An event as the pages of editing name it."""

    id: int
    headline: str
    kind: str
    occurred: str


@dataclass(frozen=True)
class EditPage:
    """What the page to edit an event shows."""

    id: int
    headline: str
    form: EditForm
    read_version: int
    meanwhile: tuple[MeanwhileRow, ...]
    link_types: tuple[tuple[str, str], ...]
    opinions: tuple[OpinionRow, ...]


@dataclass(frozen=True)
class DifferenceRow:
    """How a field of the remaining event changes, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class MergePage:
    """What the page to merge an event `into` another shows: how many reports move, how many the
    other one has already, how many links lead to it, how it changes.
    """

    event: EventLine
    into: EventLine
    read_version: int
    moved: int
    doubles: int
    links: int
    differences: tuple[DifferenceRow, ...]
    meanwhile: tuple[MeanwhileRow, ...]


def build_edit_page(event: Event, form: EditForm, meanwhile: Sequence[Revision] = ()) -> EditPage:
    """Return the page to edit an event, with what others changed `meanwhile`."""
    answered = SecondOpinion.objects.filter(
        entry__reports__event=event, state=SecondOpinion.State.ANSWERED
    )
    return EditPage(
        id=event.pk,
        headline=event.headline,
        form=form,
        read_version=last_revision_id(event),
        meanwhile=_meanwhile(meanwhile),
        link_types=tuple(
            (value, str(label)) for value, label in Link.Type.choices if value != Link.Type.SAME
        ),
        opinions=tuple(
            OpinionRow(tuple(opinion.kinds), opinion.quote)
            for opinion in answered.order_by("-pk")[:OPINIONS_SHOWN]
        ),
    )


def build_merge_page(event: Event, into: Event, meanwhile: Sequence[Revision] = ()) -> MergePage:
    """Return the page that shows what a merge would do."""
    preview = preview_merge(event.pk, into.pk)
    return MergePage(
        event=_line(event),
        into=_line(into),
        read_version=last_revision_id(event),
        moved=preview.moved,
        doubles=preview.doubles,
        links=preview.links,
        differences=tuple(
            DifferenceRow(
                str(FIELD_WORDS.get(field, field)),
                _in_words(field, before),
                _in_words(field, after),
            )
            for field, before, after in preview.differences
        ),
        meanwhile=_meanwhile(meanwhile),
    )


def _line(event: Event) -> EventLine:
    kind = counted_kinds((event.kind, *event.other_kinds))[0]
    return EventLine(event.pk, event.headline, kind, event.occurred)


def _meanwhile(revisions: Sequence[Revision]) -> tuple[MeanwhileRow, ...]:
    return tuple(MeanwhileRow(r.by, r.field, r.before, r.after) for r in revisions)


def _in_words(field: str, value: object) -> str:
    """Return a value of a record in words; a record has tuples where a revision has lists."""
    return value_in_words(field, list(value) if isinstance(value, tuple) else value)
