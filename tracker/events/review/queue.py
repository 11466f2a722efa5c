"""List what editors should review, by doubt times reach, and how often program and editors
agree.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.classify import Text
from tracker.classify.suggestions import suggest_names
from tracker.events.consensus.neighbours import load_neighbours, neighbouring_events
from tracker.events.grouping.decide import ReportFacts, likeness
from tracker.events.grouping.reasons import Reasons
from tracker.events.models import Change, Correction, Event, Link, Report, Suggestion
from tracker.events.search.find import rows_of
from tracker.events.search.rows import EventRow
from tracker.events.wording.names import kind_name

QUEUE = 30  # events of a lane that are listed
NEAREST = 3
READ_FOR_NAMES = 10  # reports of an event: a page must not read a thousand
AGREEMENT = timedelta(days=30)
SAME, LINKED, SUGGESTED = "same", "linked", "suggested"
# In the order in which a morning goes through them.
REVIEW_QUEUES: dict[str, Any] = {  # lazy texts
    SUGGESTED: _("Reader’s correction"),
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
    """An event near another, how alike they are, and why."""

    event: EventRow
    score: float
    reasons: Reasons


@dataclass(frozen=True)
class Agreement:
    """How many entries editors decided, and how many of these the program had right."""

    name: str
    agreed: int
    decided: int


def summarize_queues() -> list[QueueSummary]:
    """Return a summary of every review queue, empty ones too."""
    summaries = []
    for name, label in REVIEW_QUEUES.items():
        if name == SUGGESTED:
            counted = _open_suggestions().aggregate(n=Count("pk"), oldest=Min("at"))
        elif name in {SAME, LINKED}:
            counted = _proposed_links(name).aggregate(
                n=Count("pk"), oldest=Min("source__recorded_at")
            )
        else:
            counted = Event.objects.filter(review_queue=name).aggregate(
                n=Count("pk"), oldest=Min("recorded_at")
            )
        summaries.append(QueueSummary(name, str(label), counted["n"], counted["oldest"]))
    return summaries


def _open_suggestions() -> QuerySet[Suggestion]:
    return Suggestion.objects.filter(state=Suggestion.State.OPEN)


def _proposed_links(name: str) -> QuerySet[Link]:
    visible = Event.objects.visible()
    links = Link.objects.filter(state=Link.State.PROPOSED, source__in=visible, target__in=visible)
    # "May be the same act" is a queue of its own: merging is another question than linking.
    same = Link.Type.SAME
    return links.filter(type=same) if name == SAME else links.exclude(type=same)


def queued_events(name: str) -> list[Event]:
    """Return the events of a review queue, those first whose review changes most."""
    if name == SUGGESTED:
        oldest = _open_suggestions().order_by("at").select_related("event")
        events = [suggestion.event.itself for suggestion in oldest[:QUEUE]]
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
    del ranked[NEAREST:]
    rows = {row.id: row for row in rows_of([pk for _, pk, _ in ranked])}
    return [NearbyEvent(rows[pk], round(score, 2), shared) for score, pk, shared in ranked]


def _greatest_likeness(
    mine: Sequence[ReportFacts], theirs: Sequence[ReportFacts]
) -> tuple[float, Reasons]:
    return max(
        (likeness(own, other) for own in mine[:NEAREST] for other in theirs[:NEAREST]),
        key=lambda scored: scored[0],
    )


def unknown_names(event: Event) -> tuple[str, ...]:
    """Return names beside the act in the event's reports that are in no list."""
    names: dict[str, None] = {}
    reports = Report.objects.filter(event=event, entry__isnull=False).select_related("entry")
    for report in reports.order_by("pk")[:READ_FOR_NAMES]:
        entry = report.entry
        if entry is not None:
            text = Text(entry.title, entry.summary, "", entry.language)
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
