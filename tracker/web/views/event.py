"""One event, now or as it was; and its citation as a file."""

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from tracker.events.models import Event
from tracker.events.publish import citations
from tracker.events.search.load import load_rows
from tracker.events.search.past.rows import past_row
from tracker.events.search.past.timestamps import MomentError, moment
from tracker.web.editor import is_editor
from tracker.web.pages.event import (
    EventNotYetPage,
    build_event_page,
    build_past_page,
    build_refused_page,
)
from tracker.web.pages.render import render_page
from tracker.web.pages.voting import build_together_page
from tracker.web.views.errors import bad_moment


@require_safe
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_id)
    try:
        at = moment(request.GET.get("as_of", ""))
    except MomentError as error:
        return bad_moment(request, error)
    address = _address(request, event)
    # Before the redirect of a merged event: at that moment it may have been separate.
    if at is not None:
        past = build_past_page(event, at, address)
        if isinstance(past, EventNotYetPage):
            return render_page(request, "web/event_not_yet.html", past, status=404)
        return render_page(request, "web/event.html", past)
    if event.merged_into_id:
        return HttpResponsePermanentRedirect(reverse("event", args=[event.itself.pk]))
    # People who cited it must see why it is gone (decision D61).
    if event.state == Event.State.REFUSED:
        return render_page(request, "web/event_refused.html", build_refused_page(event), status=410)
    page = build_event_page(event, address, is_editor=is_editor(request.user))
    return render_page(request, "web/event.html", page)


@require_safe
def together(request: HttpRequest, event_id: int) -> HttpResponse:
    """Show for each pair of reports why they are in one event."""
    event = get_object_or_404(Event, pk=event_id)
    if event.merged_into_id:
        return HttpResponsePermanentRedirect(reverse("event_together", args=[event.itself.pk]))
    shown = get_object_or_404(Event.objects.visible(), pk=event_id)
    return render_page(request, "web/together.html", build_together_page(shown))


def _address(request: HttpRequest, event: Event) -> str:
    return request.build_absolute_uri(reverse("event", args=[event.pk]))


@require_safe
def citation(request: HttpRequest, event_id: int, form: str) -> HttpResponse:
    """Return the citation as "bibtex" or "csl" (CSL-JSON), of the event now or as it was."""
    event = get_object_or_404(Event, pk=event_id)
    try:
        at = moment(request.GET.get("as_of", ""))
    except MomentError as error:
        return bad_moment(request, error)
    if at is None and event.merged_into_id:
        return HttpResponsePermanentRedirect(reverse(f"event_{form}", args=[event.itself.pk]))
    row = past_row(event.pk, at) if at else load_rows([event])[0]
    if row is None:
        raise Http404(f"event {event.pk} was not recorded yet")
    cited = citations.Citation(row, _address(request, event), at or event.changed_at)
    if form == "csl":
        return JsonResponse([citations.cite_as_csl(cited)], safe=False)
    return HttpResponse(
        citations.cite_as_bibtex(cited), content_type="application/x-bibtex; charset=utf-8"
    )
