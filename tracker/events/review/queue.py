"""List what editors should review, by doubt times reach, and how often program and editors
agree.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Min, QuerySet, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.classify import Text
from tracker.classify.suggestions import suggest_names
from tracker.events.consensus.neighbours import load_neighbours, neighbouring_events
from tracker.events.grouping.decide import ReportFacts, likeness
from tracker.events.models import Change, Correction, Event, Link, SubmittedLink, Suggestion
from tracker.events.reasons import Reasons
from tracker.events.search.rows import EventRow
from tracker.events.wording.names import kind_name

QUEUE = 30  # events of a lane that are listed
NEAREST = 3
READ_FOR_NAMES = 10  # reports of an event: a page must not read a thousand
AGREEMENT = timedelta(days=30)
SAME, LINKED, SUGGESTED, SUBMITTED = "same", "linked", "suggested", "submitted"
# In the order in which a morning goes through them.
REVIEW_QUEUES: dict[str, Any] = {  # lazy texts
    SUGGESTED: _("Reader’s correction"),
    SUBMITTED: _("Link from a reader"),
    SAME: _("Same event?"),
    Event.ReviewQueue.KIND.value: Event.ReviewQueue.KIND.label,
    Event.ReviewQueue.TARGET.value: Event.ReviewQueue.TARGET.label,
    Event.ReviewQueue.NEW.value: Event.ReviewQueue.NEW.label,
    Event.ReviewQueue.UNSURE.value: Event.ReviewQueue.UNSURE.label,
    LINKED: _("Linked acts?"),
}


@dataclass(frozen=True)
class QueueSummary:
    """One review queue: how many events wait, and since when the oldest does."""

    name: str
    label: str
    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class NearbyEvent:
    """An event near another by its id, how alike they are, and why."""

    event_id: int
    score: float
    reasons: Reasons


@dataclass(frozen=True)
class Agreement:
    """How many entries editors decided, and how many of these the program had right."""

    name: str
    agreed: int
    decided: int


def summarize_queues() -> list[QueueSummary]:
    """Return a summary of every review queue, empty ones too; one query."""
    asked = Event.objects.exclude(review_queue="").annotate(queue=F("review_queue"))
    is_same = When(type=Link.Type.SAME, then=Value(SAME))
    proposed = _visible_proposals().annotate(queue=Case(is_same, default=Value(LINKED)))
    counts = _count(asked, "recorded_at").union(
        _count(_open_suggestions().annotate(queue=Value(SUGGESTED)), "at"),
        _count(open_links().annotate(queue=Value(SUBMITTED)), "at"),
        _count(proposed, "source__recorded_at"),
        all=True,
    )
    by_name = {name: (count, oldest) for name, count, oldest in counts}
    return [
        QueueSummary(name, str(label), *by_name.get(name, (0, None)))
        for name, label in REVIEW_QUEUES.items()
    ]


def _count(rows: QuerySet[Any], since: str) -> QuerySet[Any]:
    """Return (queue, count, oldest) of rows that are annotated with their queue."""
    by_queue: QuerySet[Any] = rows.order_by().values_list("queue")
    counted: QuerySet[Any] = by_queue.annotate(n=Count("pk"), oldest=Min(since))
    return counted


def open_links() -> QuerySet[SubmittedLink]:
    """Select the links from readers that wait for an editor."""
    return SubmittedLink.objects.filter(state=SubmittedLink.State.OPEN)


def _open_suggestions() -> QuerySet[Suggestion]:
    return Suggestion.objects.filter(state=Suggestion.State.OPEN)


def _visible_proposals() -> QuerySet[Link]:
    proposed = Link.objects.filter(state=Link.State.PROPOSED)
    # Joined, not looked for among all that are visible: few links are proposed of many events.
    for end in ("source", "target"):
        proposed = proposed.filter(**{f"{end}__merged_into": None})
        proposed = proposed.exclude(**{f"{end}__state": Event.State.REFUSED})
    return proposed


def _proposed_links(name: str) -> QuerySet[Link]:
    links = _visible_proposals()
    # "May be the same act" is a queue of its own: merging is another question than linking.
    same = Link.Type.SAME
    return links.filter(type=same) if name == SAME else links.exclude(type=same)


def queued_events(name: str) -> list[Event]:
    """Return the events of a review queue, those first whose review changes most."""
    if name == SUGGESTED:
        oldest = _open_suggestions().order_by("at").select_related("event")
        events = [suggestion.event.itself for suggestion in oldest[:QUEUE]]
    elif name == SUBMITTED:
        events = []
    elif name in {SAME, LINKED}:
        asked = _proposed_links(name).order_by("-source__weight", "pk").select_related("source")
        events = [link.source for link in asked[:QUEUE]]
    else:
        events = list(Event.objects.filter(review_queue=name).order_by("-weight", "-pk")[:QUEUE])
    return list(dict.fromkeys(events))


def nearest_events(event: Event) -> list[NearbyEvent]:
    """Return the other events most like this one, with what they have in common."""
    own = load_neighbours([event.pk])
    if not own:
        return []
    reports = own[0][1]
    ranked = []
    for pk, theirs in neighbouring_events(reports[0], event.recorded_at.date()):
        score, reasons = _greatest_likeness(reports, theirs)
        if pk != event.pk and reasons:
            ranked.append((score, pk, reasons))
    ranked.sort(reverse=True)
    return [NearbyEvent(pk, round(score, 2), shared) for score, pk, shared in ranked[:NEAREST]]


def _greatest_likeness(
    mine: Sequence[ReportFacts], theirs: Sequence[ReportFacts]
) -> tuple[float, Reasons]:
    return max(
        (likeness(own, other) for own in mine[:NEAREST] for other in theirs[:NEAREST]),
        key=lambda scored: scored[0],
    )


def unknown_names(row: EventRow) -> tuple[str, ...]:
    """Return names beside the act in an event's reports that are in no list."""
    names: dict[str, None] = {}
    for report in row.reports[:READ_FOR_NAMES]:
        if report.title:
            text = Text(report.title, report.summary, "", report.language)
            names.update(dict.fromkeys(suggest_names(text)))
    return tuple(names)[:NEAREST]


def undoable_changes(now: datetime, since: timedelta) -> QuerySet[Change]:
    """Select the changes that can still be undone, latest first."""
    standing = Change.objects.filter(at__gt=now - since, undone_by__isnull=True)
    return standing.exclude(verb=Change.Verb.UNDO).order_by("-pk")


def measure_agreement(now: datetime) -> dict[str, list[Agreement]]:
    """Return the agreement of the last thirty days by "kind" and "language", from the latest
    decision on each entry.
    """
    rows = (
        Correction.objects.standing()
        .filter(field=Correction.Field.KINDS, at__gt=now - AGREEMENT, program_value__isnull=False)
        .order_by("at", "pk")
    )
    # An editor may change their mind; only the last word on an entry counts.
    latest = {
        entry: (value[:1], (program_value or [])[:1], language)
        for entry, value, program_value, language in rows.values_list(
            "entry", "value", "program_value", "entry__classification__language"
        )
    }
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for value, program_value, language in latest.values():
        label = kind_name(value[0]) if value else gettext("No event")
        for key in (("kind", label), ("language", language or "unknown")):
            counts[key][0] += value == program_value
            counts[key][1] += 1
    return {
        group: [
            Agreement(name, agreed, decided)
            for (of, name), (agreed, decided) in sorted(counts.items())
            if of == group
        ]
        for group in ("kind", "language")
    }
