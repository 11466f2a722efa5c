"""What editors should look at: lanes by doubt times reach, the events nearest to one, and how often
program and editors agree.
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
from tracker.classify.candidates import candidates
from tracker.events.consensus.neighbours import load, neighbours
from tracker.events.grouping.decide import Facts, likeness
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
LANES: dict[str, Any] = {  # lazy texts
    SUGGESTED: _("Reader’s correction"),
    SAME: _("Same event?"),
    Event.Lane.KIND.value: Event.Lane.KIND.label,
    Event.Lane.TARGET.value: Event.Lane.TARGET.label,
    Event.Lane.NEW.value: Event.Lane.NEW.label,
    Event.Lane.UNSURE.value: Event.Lane.UNSURE.label,
    LINKED: _("Linked acts?"),
}


@dataclass(frozen=True)
class Lane:
    """A kind of question, how many wait, and since when the oldest does."""

    name: str
    label: str
    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class Near:
    """An event near another, how alike they are, and why."""

    event: EventRow
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Agreement:
    """How many entries editors decided of, and of how many they said what the program had said."""

    name: str
    agreed: int
    decided: int


def lanes() -> list[Lane]:
    """Every lane, empty ones too."""
    found = []
    for name, label in LANES.items():
        if name == SUGGESTED:
            told = _suggested().aggregate(n=Count("pk"), oldest=Min("at"))
        elif name in {SAME, LINKED}:
            told = _asked(name).aggregate(n=Count("pk"), oldest=Min("source__recorded_at"))
        else:
            told = Event.objects.filter(lane=name).aggregate(
                n=Count("pk"), oldest=Min("recorded_at")
            )
        found.append(Lane(name, str(label), told["n"], told["oldest"]))
    return found


def _suggested() -> QuerySet[Suggestion]:
    return Suggestion.objects.filter(state=Suggestion.State.OPEN)


def _asked(lane: str) -> QuerySet[Link]:
    visible = Event.objects.visible()
    links = Link.objects.filter(state=Link.State.PROPOSED, source__in=visible, target__in=visible)
    same = Link.Type.SAME
    return links.filter(type=same) if lane == SAME else links.exclude(type=same)


def queue(lane: str) -> list[Event]:
    """The events of a lane; those first whose review changes most."""
    if lane == SUGGESTED:
        oldest = _suggested().order_by("at").select_related("event")
        found = [one.event.itself for one in oldest[:QUEUE]]
    elif lane in {SAME, LINKED}:
        asked = _asked(lane).order_by("-source__weight", "pk").select_related("source")
        found = [link.source for link in asked[:QUEUE]]
    else:
        found = list(Event.objects.filter(lane=lane).order_by("-weight", "-pk")[:QUEUE])
    return list(dict.fromkeys(found))


def nearest(event: Event) -> list[Near]:
    """The events most like this one, which it is not; with what they have in common."""
    own = load([event.pk])
    if not own:
        return []
    reports = own[0][1]
    found = []
    for pk, theirs in neighbours(reports[0], event.recorded_at.date()):
        score, reasons = _likeness(reports, theirs)
        if pk != event.pk and reasons:
            found.append((score, pk, reasons))
    found.sort(reverse=True)
    del found[NEAREST:]
    rows = {row.id: row for row in rows_of([pk for _, pk, _ in found])}
    return [Near(rows[pk], round(score, 2), told) for score, pk, told in found]


def _likeness(mine: Sequence[Facts], theirs: Sequence[Facts]) -> tuple[float, tuple[str, ...]]:
    return max(
        (likeness(one, other) for one in mine[:NEAREST] for other in theirs[:NEAREST]),
        key=lambda told: told[0],
    )


def unknown_names(event: Event) -> tuple[str, ...]:
    """Names beside the act in the event's reports that are in no list."""
    found: dict[str, None] = {}
    reports = Report.objects.filter(event=event, entry__isnull=False).select_related("entry")
    for report in reports.order_by("pk")[:READ_FOR_NAMES]:
        entry = report.entry
        if entry is not None:
            text = Text(entry.title, entry.summary, "", entry.language)
            found.update(dict.fromkeys(candidates(text)))
    return tuple(found)[:NEAREST]


def undoable(now: datetime, since: timedelta) -> QuerySet[Change]:
    """The changes that can still be undone, the latest first."""
    standing = Change.objects.filter(at__gt=now - since, undone_by__isnull=True)
    return standing.exclude(verb=Change.Verb.UNDO).order_by("-pk")


def agreement(now: datetime) -> dict[str, list[Agreement]]:
    """Of the last thirty days by "kind" and "language", of each entry the latest decision."""
    rows = (
        Correction.objects.standing()
        .filter(field=Correction.Field.KINDS, at__gt=now - AGREEMENT, told__isnull=False)
        .order_by("at", "pk")
    )
    latest = {
        entry: (value[:1], (told or [])[:1], language)
        for entry, value, told, language in rows.values_list(
            "entry", "value", "told", "entry__classification__language"
        )
    }
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for value, told, language in latest.values():
        label = kind_name(value[0]) if value else gettext("No event")
        for key in (("kind", label), ("language", language or "unknown")):
            counts[key][0] += value == told
            counts[key][1] += 1
    return {
        group: [
            Agreement(name, agreed, decided)
            for (of, name), (agreed, decided) in sorted(counts.items())
            if of == group
        ]
        for group in ("kind", "language")
    }
