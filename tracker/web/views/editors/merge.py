"""For editors: merge two events, after a preview of the effects."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.events.editing.actions import EditError, merge_events
from tracker.events.models import Event
from tracker.events.record.write import ConflictError
from tracker.events.review.picking import event_number, read_event
from tracker.web.editor import editor_of, editor_required
from tracker.web.forms.events import DecisionForm
from tracker.web.pages.editors.editing import MergePage, build_choose_page, build_merge_page
from tracker.web.pages.render import render_page


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, event_id: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.visible(), pk=event_id)
    typed = request.POST.get("into") or request.GET.get("into", "")
    if request.method != "POST" and typed.strip() and event_number(typed) is None:
        choices = build_choose_page(event, typed)
        return render_page(request, "web/event_choose.html", choices)
    into = _into(typed)
    if request.method != "POST":
        return _page(request, build_merge_page(event, into))
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, build_merge_page(event, into), 400)
    try:
        merge_events(event.pk, into.pk, editor_of(request, form))
    except EditError as error:
        messages.error(request, capfirst(str(error)))
        return _page(request, build_merge_page(event, into), 400)
    except ConflictError as error:
        reason = form.cleaned_data["reason"]
        if error.words:
            messages.error(request, error.words)
        return _page(request, build_merge_page(event, into, error.revisions, reason), 409)
    messages.success(
        request, _("Events merged. The old address redirects here. You can undo this for 30 days.")
    )
    return redirect("event", into.pk)


def _into(typed: str) -> Event:
    """Return the event that will remain, by its number or address."""
    if event_number(typed) is None:
        raise Http404("no such event")
    try:
        return read_event(typed)
    except EditError:
        raise Http404("no such event") from None


def _page(request: HttpRequest, page: MergePage, status: int = 200) -> HttpResponse:
    return render_page(request, "web/event_merge.html", page, status=status)
