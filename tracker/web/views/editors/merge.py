"""For editors: one event of two; what will happen is shown before it does."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.events.editing.actions import EditError, last_revision_id, merge_events, preview_merge
from tracker.events.models import Event
from tracker.events.record.write import ConflictError
from tracker.web.editor import editor_of, editor_required
from tracker.web.forms import DecisionForm


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, event_id: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.visible(), pk=event_id)
    into = _into(request)
    if request.method != "POST":
        return _preview(request, event, into)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _preview(request, event, into, status=400)
    try:
        merge_events(event.pk, into.pk, editor_of(request, form))
    except EditError as error:
        messages.error(request, capfirst(str(error)))
        return _preview(request, event, into, status=400)
    except ConflictError as error:
        if error.words:
            messages.error(request, error.words)
        context = {"meanwhile": error.revisions}
        return _preview(request, event, into, status=409, **context)
    messages.success(
        request, _("Events merged. The old address redirects here. You can undo this for 30 days.")
    )
    return redirect("event", into.pk)


def _into(request: HttpRequest) -> Event:
    """The event that is to be kept, by its number or address."""
    told = (request.POST.get("into") or request.GET.get("into", "")).strip().rstrip("/")
    number = told.rpartition("/")[2]
    if not number.isdecimal() or len(number) > 17:
        raise Http404("no such event")
    return get_object_or_404(Event, pk=int(number)).itself


def _preview(
    request: HttpRequest, event: Event, into: Event, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "event": event,
        "into": into,
        "read_version": last_revision_id(event),
        "preview": preview_merge(event.pk, into.pk),
    } | more
    return render(request, "web/event_merge.html", context, status=status)
