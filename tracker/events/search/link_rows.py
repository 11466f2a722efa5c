"""Load an event's links as pages show them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.events.grouping.certainty import POSSIBLE, SEEMS
from tracker.events.in_force import counted_kinds
from tracker.events.models import Entity, Event, Link
from tracker.events.reasons import StoredReason
from tracker.events.record.derived.columns import WORDS
from tracker.events.record.derived.headlines import ReportTitle, headline_of
from tracker.events.wording.names import RECORDED

LINK_WORDS = {
    Link.Type.UNDOES: (gettext_lazy("Undoes"), gettext_lazy("Undone by")),
    Link.Type.EXTENDS: (gettext_lazy("Extends"), gettext_lazy("Extended by")),
    Link.Type.FOLLOWS: (gettext_lazy("Follows"), gettext_lazy("Followed by")),
    Link.Type.TESTED_BY: (gettext_lazy("Tested in court by"), gettext_lazy("Tests in court")),
    Link.Type.SAME: (
        gettext_lazy("May be the same act as"),
        gettext_lazy("May be the same act as"),
    ),
}


@dataclass(frozen=True)
class LinkRow:
    """A linked event: `words` say how, as in "Undone by"; `is_ahead` if the link is this event's
    own; `state` is "proposed" or "confirmed". `score` is how sure the program was of it, 0 to 1;
    None if unknown.
    """

    words: str
    event_id: int
    headline: str
    kind: str
    occurred: str
    type: str = ""
    state: str = ""
    is_ahead: bool = True
    reasons: tuple[StoredReason, ...] = ()
    headline_language: str = RECORDED
    score: float | None = None

    @property
    def certainty(self) -> str:
        """Return how sure a proposed link is, in words; "" if unknown or if an editor decided."""
        if self.state != Link.State.PROPOSED or self.score is None:
            return ""
        if self.score >= SEEMS:
            return _("likely")
        return _("possible") if self.score >= POSSIBLE else _("doubtful")


def links_of(
    ids: Sequence[int], quiet: Collection[int], known: Mapping[int, Event]
) -> dict[int, list[tuple[Link, Event, bool]]]:
    """Return each event's links that pages show, with the other event and whether the link is its
    own; one query, and another for the other events that are not `known`, if there are any.

    Events in `quiet` are not linked with unsure events.
    """
    links_by_event: dict[int, list[tuple[Link, Event, bool]]] = defaultdict(list)
    asked_ids = set(ids)
    links = Link.objects.filter(Q(source__in=asked_ids) | Q(target__in=asked_ids))
    ends = [
        (link, event_id, other_id, is_ahead)
        for link in links.exclude(state=Link.State.REJECTED).order_by("pk")
        for event_id, other_id, is_ahead in (
            (link.source_id, link.target_id, True),
            (link.target_id, link.source_id, False),
        )
        if event_id in asked_ids
    ]
    others = {other_id for _, _, other_id, _ in ends} - known.keys()
    loaded = {**known, **(Event.objects.defer(*WORDS).in_bulk(others) if others else {})}
    for link, event_id, other_id, is_ahead in ends:
        other = loaded[other_id]
        is_quiet = other.state == Event.State.UNSURE and event_id in quiet
        # Events without a page are not linked to either.
        if other.is_visible and not is_quiet:
            links_by_event[event_id].append((link, other, is_ahead))
    return links_by_event


@dataclass(frozen=True)
class LinkedEvent:
    """The event at the other end of a link, with its parties, and report titles if its headline
    needs them.
    """

    event: Event
    entities: Sequence[Entity]
    titles: Sequence[ReportTitle] = ()


def build_link_row(end: LinkedEvent, kind: str, state: str, *, is_ahead: bool) -> LinkRow:
    forward, backward = LINK_WORDS[Link.Type(kind)]
    other = end.event
    headline = headline_of(other, end.entities, end.titles)
    return LinkRow(
        words=str(forward if is_ahead else backward),
        event_id=other.pk,
        headline=headline.text,
        headline_language=headline.language,
        kind=counted_kinds((other.kind, *other.other_kinds))[0],
        occurred=other.occurred,
        type=kind,
        state=state,
        is_ahead=is_ahead,
    )
