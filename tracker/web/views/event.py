"""One event: its facts with the words that gave them, reports, reactions, history, citation."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tracker.classify.explain import explain
from tracker.classify.text import fold
from tracker.events.editing import last_seen
from tracker.events.models import Event
from tracker.events.query import Query
from tracker.events.rows import EventRow, load
from tracker.web.address import parameters_of

REPORTS_EXPLAINED = 3
WORDS_SHOWN = 3  # ways of writing a name


@dataclass(frozen=True)
class Value:
    """One value of a fact: its name, the timeline that it leads to, the words of reports that name
    it otherwise.
    """

    name: str
    address: str
    words: tuple[str, ...]


@require_safe
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    found = get_object_or_404(Event, pk=event_id)
    if found.merged_into_id:
        return HttpResponsePermanentRedirect(reverse("event", args=[found.itself.pk]))
    if found.state == Event.State.REFUSED:
        return _refused(request, found)
    (row,) = load([found])
    like_this = Query(kind=(row.kind.value,), platform=tuple(p.slug for p in row.platforms))
    context = {
        "row": row,
        "parties": parties(row),
        "day_words": row.words("occurred", row.occurred)[:WORDS_SHOWN],
        "grounds": row.grounds.replace("_", " ").capitalize(),
        "ground_words": row.words("grounds", row.grounds)[:WORDS_SHOWN],
        "why": [
            f"{report.publisher}: {line}"
            for report in row.reports[:REPORTS_EXPLAINED]
            for line in explain(report.evidence, "kinds")
        ],
        "revisions": found.revisions.all(),
        "address": request.build_absolute_uri(request.path),
        "follow": parameters_of(like_this),
    }
    return render(request, "web/event.html", context)


def _refused(request: HttpRequest, found: Event) -> HttpResponse:
    context = {
        "event": found,
        "refusal": found.revisions.filter(field="state", after=Event.State.REFUSED).last(),
        "seen": last_seen(found),
    }
    return render(request, "web/event_refused.html", context, status=410)


def parties(row: EventRow) -> list[tuple[str, list[Value]]]:
    """Who takes part, by the fact's label; facts without a value are left out."""
    platforms = [
        _value(row, "platforms", p.slug, p.name, Query(platform=(p.slug,))) for p in row.platforms
    ]
    targets = [_value(row, "targets", t.name, t.name, Query(words=(t.name,))) for t in row.targets]
    countries = [
        _value(row, "countries", c.slug, c.name, Query(country=(c.slug,))) for c in row.countries
    ]
    every = [("Platform", platforms), ("Target", targets), ("Countries", countries)]
    return [(label, values) for label, values in every if values]


def _value(row: EventRow, field: str, value: str, name: str, query: Query) -> Value:
    words = [w for w in row.words(field, value) if fold(w) not in fold(name)]
    return Value(name, parameters_of(query), tuple(words[:WORDS_SHOWN]))
