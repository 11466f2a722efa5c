"""The pages on which an editor edits an event or merges it with another."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from tracker.events.editing.actions import MergePreview, last_revision_id, preview_merge
from tracker.events.models import Event, Link, Revision, SecondOpinion
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
class MergePage:
    """What the page to merge an event `into` another shows."""

    event: EventLine
    into: EventLine
    read_version: int
    preview: MergePreview
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
    return MergePage(
        event=_line(event),
        into=_line(into),
        read_version=last_revision_id(event),
        preview=preview_merge(event.pk, into.pk),
        meanwhile=_meanwhile(meanwhile),
    )


def _line(event: Event) -> EventLine:
    return EventLine(event.pk, event.headline, event.kind, event.occurred)


def _meanwhile(revisions: Sequence[Revision]) -> tuple[MeanwhileRow, ...]:
    return tuple(MeanwhileRow(r.by, r.field, r.before, r.after) for r in revisions)
