"""One event: its facts with the words that gave them, what it is linked with, reports, reactions,
history, citation; now or as it stood.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.classify.explain import explain
from tracker.classify.text import fold
from tracker.events.editing.actions import UNDO_FOR, last_revision_id
from tracker.events.models import Event, Suggestion
from tracker.events.publish import citations
from tracker.events.publish.figures import describe_confidence, known_figures
from tracker.events.record.records import record_as_of
from tracker.events.review.queue import undoable_changes
from tracker.events.search.describe import last_report_day, revision_words
from tracker.events.search.query import LASTING, Query
from tracker.events.search.rows import EventRow, NamedEntity, load_rows, row_of_record
from tracker.events.wording.names import ground_name
from tracker.web.query_params import parameters_of
from tracker.web.timestamps import MomentError, moment
from tracker.web.views.errors import bad_moment

REPORTS_EXPLAINED = 3
WORDS_SHOWN = 3  # ways of writing a name


@dataclass(frozen=True)
class Value:
    """One value of a fact: its name, its entity's id, other words for it in the reports."""

    name: str
    id: int
    words: tuple[str, ...]
    is_reported: bool = False


@require_safe
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_id)
    try:
        at = moment(request.GET.get("as_of", ""))
    except MomentError as error:
        return bad_moment(request, error)
    if at is not None:
        return _as_of(request, event, at)
    if event.merged_into_id:
        return HttpResponsePermanentRedirect(reverse("event", args=[event.itself.pk]))
    if event.state == Event.State.REFUSED:
        return _refused(request, event)
    (row,) = load_rows([event])
    return render(request, "web/event.html", _context(request, event, row, None))


def _as_of(request: HttpRequest, event: Event, at: datetime) -> HttpResponse:
    record = record_as_of(event, at)
    if record is None:
        context = {"event": event, "at": at}
        return render(request, "web/event_not_yet.html", context, status=404)
    context = _context(request, event, row_of_record(event, record), at)
    context |= {"record": record}
    return render(request, "web/event.html", context)


def _context(
    request: HttpRequest, event: Event, row: EventRow, at: datetime | None
) -> dict[str, object]:
    like_this = Query(kind=(row.kind.value,), platform=tuple(p.slug for p in row.platforms))
    revisions = event.revisions.exclude(field="linked_from").select_related("change")
    listed = revisions.filter(at__lte=at) if at else revisions
    split_off = [other.itself for other in event.split_off.filter(merged_into=None)]
    return {
        "row": row,
        "at": at,
        "parties": parties(row),
        "day_words": row.words("occurred", row.occurred)[:WORDS_SHOWN],
        "grounds": capfirst(ground_name(row.grounds)),
        "ground_words": row.words("grounds", row.grounds)[:WORDS_SHOWN],
        "extent_words": row.words("extent", row.extent)[:WORDS_SHOWN],
        "codes": row.codes,
        "confirmed_day": last_report_day(row),
        "figures": [(label, words, q[:WORDS_SHOWN]) for label, words, q in known_figures(row)],
        "sureness": describe_confidence(row),
        "lasting": LASTING,
        "why": [
            _("%(publisher)s: %(line)s") % {"publisher": report.publisher, "line": line}
            for report in row.reports[:REPORTS_EXPLAINED]
            for line in explain(report.evidence, "kinds", _)
        ],
        "revisions": [(revision, revision_words(revision)) for revision in listed],
        "undoable": _undoable(request, event) if at is None else set(),
        "split_off": load_rows(split_off),
        "split_from": load_rows([event.split_from.itself])[0] if event.split_from else None,
        "answers": event.suggestions.exclude(state=Suggestion.State.OPEN).order_by("answered_at"),
        "citation": _citation(request, event, row, at),
        "follow": parameters_of(like_this),
    }


def _undoable(request: HttpRequest, event: Event) -> set[int]:
    """Ids of the changes of the event that an editor who looks at it may undo."""
    if not request.user.is_staff:
        return set()
    changes = undoable_changes(timezone.now(), UNDO_FOR).filter(revisions__event=event)
    return set(changes.values_list("pk", flat=True))


def _citation(
    request: HttpRequest, event: Event, row: EventRow, at: datetime | None
) -> dict[str, str]:
    address = request.build_absolute_uri(reverse("event", args=[event.pk]))
    cited = citations.Citation(row, address, at or event.changed_at)
    return {"text": citations.cite_as_text(cited), "version": cited.version}


@require_safe
def citation(request: HttpRequest, event_id: int, form: str) -> HttpResponse:
    """The citation as "bibtex" or "csl" (CSL-JSON), of the event as it stands."""
    event = get_object_or_404(Event, pk=event_id)
    if event.merged_into_id:
        return HttpResponsePermanentRedirect(reverse(f"event_{form}", args=[event.itself.pk]))
    (row,) = load_rows([event])
    address = request.build_absolute_uri(reverse("event", args=[event.pk]))
    cited = citations.Citation(row, address, event.changed_at)
    if form == "csl":
        return JsonResponse([citations.cite_as_csl(cited)], safe=False)
    return HttpResponse(
        citations.cite_as_bibtex(cited), content_type="application/x-bibtex; charset=utf-8"
    )


def _refused(request: HttpRequest, event: Event) -> HttpResponse:
    context = {
        "event": event,
        "row": load_rows([event])[0],
        "refusal": event.revisions.filter(field="state", after=Event.State.REFUSED).last(),
        "read_version": last_revision_id(event),
    }
    return render(request, "web/event_refused.html", context, status=410)


def parties(row: EventRow) -> list[tuple[str, list[Value]]]:
    """Who takes part, by the fact's label; facts without a value are left out."""
    every = [
        (_("Platform"), [_value(row, "platforms", p.slug, p) for p in row.platforms]),
        (_("Target"), [_value(row, "targets", t.name, t) for t in row.targets]),
        (_("Countries"), [_value(row, "countries", c.slug, c) for c in row.countries]),
    ]
    return [(label, values) for label, values in every if values]


def _value(row: EventRow, field: str, value: str, named: NamedEntity) -> Value:
    words = [w for w in row.words(field, value) if fold(w) not in fold(named.name)]
    return Value(named.name, named.id, tuple(words[:WORDS_SHOWN]), named.is_reported)
