"""List what editors should review, by doubt times reach, and how often the program and editors
agree.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Min, QuerySet, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.classify import Text
from tracker.classify.suggestions import suggest_names
from tracker.events.models import (
    Change,
    Correction,
    Event,
    Link,
    ReportDispute,
    SecondAct,
    SubmittedLink,
    Suggestion,
)
from tracker.events.record.derived.columns import WORDS
from tracker.events.search.rows import EventRow
from tracker.events.wording.names import kind_name

QUEUE = 30  # events of a queue that are listed
NEAREST = 3
READ_FOR_NAMES = 10  # reports of an event that are compared: a page must not load a thousand
AGREEMENT = timedelta(days=30)
SAME, LINKED, SUGGESTED, SUBMITTED = "same", "linked", "suggested", "submitted"
VOTED, SECOND = "voted", "second"
# In the order in which editors usually go through them.
REVIEW_QUEUES: dict[str, Any] = {  # lazy texts
    SUGGESTED: _("Reader’s correction"),
    SUBMITTED: _("Link from a reader"),
    VOTED: _("Voted out by readers"),
    SAME: _("Same event?"),
    Event.ReviewQueue.KIND.value: Event.ReviewQueue.KIND.label,
    Event.ReviewQueue.TARGET.value: Event.ReviewQueue.TARGET.label,
    Event.ReviewQueue.NEW.value: Event.ReviewQueue.NEW.label,
    Event.ReviewQueue.UNSURE.value: Event.ReviewQueue.UNSURE.label,
    SECOND: _("A second act?"),
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
class Agreement:
    """How many entries editors decided, and for how many of these the program was right."""

    name: str
    agreed: int
    decided: int


def summarize_queues() -> list[QueueSummary]:
    """Return a summary of every review queue, empty ones too; one query."""
    asked = Event.objects.exclude(review_queue="").annotate(queue=F("review_queue"))
    is_same = When(type=Link.Type.SAME, then=Value(SAME))
    proposed = _visible_proposals().annotate(queue=Case(is_same, default=Value(LINKED)))
    counts = _count(asked, "recorded_at").union(
        _count(open_suggestions().annotate(queue=Value(SUGGESTED)), "at"),
        _count(open_links().annotate(queue=Value(SUBMITTED)), "at"),
        _count(open_disputes().annotate(queue=Value(VOTED)), "at"),
        _count(open_second_acts().annotate(queue=Value(SECOND)), "at"),
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
    """Select the links submitted by readers that wait for an editor."""
    return SubmittedLink.objects.filter(state=SubmittedLink.State.OPEN)


def open_disputes() -> QuerySet[ReportDispute]:
    """Select the reports that readers voted out and no editor has decided on yet."""
    waiting = ReportDispute.objects.filter(state=ReportDispute.State.OPEN)
    return waiting.exclude(event__state=Event.State.REFUSED)


def open_second_acts() -> QuerySet[SecondAct]:
    """Select the second acts that the program proposes and no editor has decided on yet."""
    waiting = SecondAct.objects.filter(state=SecondAct.State.OPEN)
    return waiting.exclude(event__state=Event.State.REFUSED)


def open_suggestions() -> QuerySet[Suggestion]:
    """Select the corrections from readers that no editor answered yet."""
    return Suggestion.objects.filter(state=Suggestion.State.OPEN)


def _visible_proposals() -> QuerySet[Link]:
    proposed = Link.objects.filter(state=Link.State.PROPOSED)
    # A join, not a subquery of all visible events: only few events have proposed links.
    for end in ("source", "target"):
        proposed = proposed.filter(**{f"{end}__merged_into": None})
        proposed = proposed.exclude(**{f"{end}__state": Event.State.REFUSED})
    return proposed


def _proposed_links(name: str) -> QuerySet[Link]:
    links = _visible_proposals()
    # "May be the same act" is a separate queue: merging is a different question from linking.
    same = Link.Type.SAME
    return links.filter(type=same) if name == SAME else links.exclude(type=same)


def queued_events(name: str) -> list[Event]:
    """Return the events of a review queue, those first whose review changes most, without the
    words that are searched; one query.
    """
    if name == SUBMITTED:
        return []
    if name in {SAME, LINKED}:
        asked = _proposed_links(name).order_by("-source__weight", "pk").select_related("source")
        links = asked.defer(*(f"source__{column}" for column in WORDS))
        return list(dict.fromkeys(link.source for link in links[:QUEUE]))
    if name in {SUGGESTED, VOTED, SECOND}:
        rows: Any = {
            SUGGESTED: open_suggestions,
            VOTED: open_disputes,
            SECOND: open_second_acts,
        }[name]()
        # An event may have been merged since.
        oldest = rows.order_by("at", "pk").select_related("event__merged_into")
        return list(dict.fromkeys(row.event.itself for row in oldest[:QUEUE]))
    # SQLite uses the index of what waits only where its very condition is asked for.
    waiting = Event.objects.exclude(review_queue="").filter(review_queue=name)
    return list(waiting.order_by("-weight", "-pk").defer(*WORDS)[:QUEUE])


def unknown_names(row: EventRow) -> tuple[str, ...]:
    """Return unlisted names near the act in an event's reports."""
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


def measure_agreement(now: datetime, within: timedelta = AGREEMENT) -> dict[str, list[Agreement]]:
    """Return the agreement of the last thirty days, or of `within`, by "kind" and "language", from
    the latest decision on each entry.
    """
    rows = (
        Correction.objects.standing()
        .filter(field=Correction.Field.KINDS, at__gt=now - within, program_value__isnull=False)
        .order_by("at", "pk")
    )
    # Editors may change their mind; only the latest decision on an entry counts.
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
