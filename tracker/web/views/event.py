"""One event: its facts with the words that gave them, reports, reactions, history, citation."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tracker.classify.explain import explain
from tracker.events import search
from tracker.events.models import Event
from tracker.events.query import Query
from tracker.web.address import parameters_of

REPORTS_EXPLAINED = 3


@require_safe
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    found = get_object_or_404(Event.objects.exclude(state=Event.State.REFUSED), pk=event_id)
    if found.merged_into_id:
        return HttpResponsePermanentRedirect(reverse("event", args=[found.merged_into_id]))
    (row,) = search.load([found])
    like_this = Query(kind=(row.kind.value,), platform=tuple(p.slug for p in row.platforms))
    context = {
        "row": row,
        "grounds": row.grounds.replace("_", " ").capitalize(),
        "why": [
            f"{report.publisher}: {line}"
            for report in row.reports[:REPORTS_EXPLAINED]
            for line in explain(report.evidence, "kinds")
        ],
        "day_words": list(
            dict.fromkeys(
                str(piece["words"])
                for report in row.reports
                for piece in report.evidence
                if piece["field"] == "occurred" and piece["value"] == row.occurred
            )
        )[:2],
        "revisions": found.revisions.all(),
        "address": request.build_absolute_uri(request.path),
        "follow": parameters_of(like_this),
    }
    return render(request, "web/event.html", context)
