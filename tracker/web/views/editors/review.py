"""For editors: the queue, one screen; and the small decisions that it takes."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracker.classify import Kind
from tracker.classify.text import fold
from tracker.events.editing import actions
from tracker.events.editing.actions import EditError, Editor
from tracker.events.models import Change, Event, Suggestion
from tracker.events.record.write import ConflictError
from tracker.events.review import queue, suggestions
from tracker.events.search.describe import FIELD_WORDS
from tracker.events.search.rows import load_rows
from tracker.events.wording.reasons import REFUSAL_KEYS, word_reason
from tracker.events.wording.terms import term
from tracker.web.editor import editor_of, editor_required, redirect_next
from tracker.web.forms import DecisionForm

UNDOABLE = 8  # changes that are listed


@editor_required
@require_safe
def show_queue(request: HttpRequest) -> HttpResponse:
    now, queues = timezone.now(), queue.summarize_queues()
    filled = [summary.name for summary in queues if summary.count]
    name = request.GET.get("lane", "")
    selected = name if name in queue.REVIEW_QUEUES else (filled or [queues[0].name])[0]
    events = queue.queued_events(selected)
    chosen = _chosen(request, events)
    context: dict[str, object] = {
        "queues": queues,
        "selected": selected,
        "queue_address": f"{reverse('review')}?lane={selected}",
        "next_queue": _next_queue(selected, filled),
        "rows": load_rows(events),
        "undoable": queue.undoable_changes(now, actions.UNDO_FOR)[:UNDOABLE],
        "agreement": queue.measure_agreement(now),
        "kinds": list(enumerate(Kind, 1)),
        "refusals": [(key, code, word_reason((code, ()))) for key, code in REFUSAL_KEYS.items()],
    }
    if chosen is not None:
        context |= _about(chosen, request.user.get_username())
    return render(request, "web/review.html", context)


def _chosen(request: HttpRequest, events: list[Event]) -> Event | None:
    number = request.GET.get("event", "")
    if number.isdecimal() and len(number) < 18:
        return Event.objects.visible().filter(pk=int(number)).first()
    return events[0] if events else None


def _next_queue(selected: str, filled: list[str]) -> str:
    order = list(queue.REVIEW_QUEUES)
    later = [name for name in order[order.index(selected) + 1 :] if name in filled]
    return (later or filled or [selected])[0]


def _about(event: Event, editor: str) -> dict[str, object]:
    (row,) = load_rows([event], links_unsure=True)
    targets = {fold(target.name) for target in row.targets}
    return {
        "row": row,
        "read_version": actions.last_revision_id(event),
        "nearest": queue.nearest_events(event),
        "names": [name for name in queue.unknown_names(event) if fold(name) not in targets],
        "claimed_by": actions.claim_event(event.pk, editor, timezone.now()),
        "suggestions": event.suggestions.filter(state=Suggestion.State.OPEN).order_by("at"),
    }


@editor_required
@require_POST
def accept(request: HttpRequest, event_id: int) -> HttpResponse:
    return _decide(request, event_id, "Accepted.", actions.accept_event)


@editor_required
@require_POST
def change_kind(request: HttpRequest, event_id: int) -> HttpResponse:
    """Another main kind; the former one goes."""
    kind = request.POST.get("kind", "")

    def act(pk: int, editor: Editor) -> object:
        edit = actions.current_values(Event.objects.get(pk=pk))
        others = tuple(k for k in edit.kinds[1:] if k != kind)
        return actions.edit_event(pk, replace(edit, kinds=(kind, *others)), editor)

    return _decide(request, event_id, _("The kind was changed."), act)


@editor_required
@require_POST
def add_target(request: HttpRequest, event_id: int) -> HttpResponse:
    name = " ".join(request.POST.get("name", "").split())

    def act(pk: int, editor: Editor) -> object:
        edit = actions.current_values(Event.objects.get(pk=pk))
        targets = tuple(dict.fromkeys([*edit.targets, name]))
        return actions.edit_event(pk, replace(edit, targets=targets), editor)

    return _decide(request, event_id, _("Added %s as a target.") % name, act)


@editor_required
@require_POST
def link(request: HttpRequest, event_id: int) -> HttpResponse:
    """Confirms or rejects a link of the event; of one to it, send the other event's id."""
    other = request.POST.get("other", "")
    kind, state = request.POST.get("type", ""), request.POST.get("state", "")

    def act(pk: int, editor: Editor) -> object:
        if not other.isdecimal() or len(other) > 17:
            raise EditError(_("Choose another event to link to"))
        return actions.set_link(pk, kind, int(other), state, editor)

    return _decide(request, event_id, _("The link was %s.") % term(state), act)


@editor_required
@require_POST
def split(request: HttpRequest, event_id: int) -> HttpResponse:
    chosen = [int(pk) for pk in request.POST.getlist("report") if pk.isdecimal() and len(pk) < 18]

    def act(pk: int, editor: Editor) -> object:
        return actions.split_event(pk, chosen, editor)

    return _decide(request, event_id, _("The selected reports are now a separate event."), act)


@editor_required
@require_POST
def undo(request: HttpRequest, change_id: int) -> HttpResponse:
    change = get_object_or_404(Change, pk=change_id)
    editor = Editor(request.user.get_username(), timezone.now(), request.POST.get("reason", ""))
    try:
        actions.undo_change(change.pk, editor)
    except (EditError, ConflictError) as error:
        messages.error(request, _error_message(error))
    else:
        messages.success(request, _("Undone."))
    return redirect_next(request, "review")


@editor_required
@require_POST
def answer(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    get_object_or_404(Suggestion, pk=suggestion_id)
    try:
        suggestions.answer_suggestion(
            suggestion_id,
            state=request.POST.get("state", ""),
            answer=request.POST.get("answer", ""),
            by=request.user.get_username(),
            now=timezone.now(),
        )
    except suggestions.SuggestionAnswerError as error:
        messages.error(request, _error_message(error))
    else:
        messages.success(request, _("Answer published on the event’s page."))
    return redirect_next(request, "review")


def _decide(
    request: HttpRequest, event_id: int, message: str, act: Callable[[int, Editor], object]
) -> HttpResponse:
    event = get_object_or_404(Event.objects.visible(), pk=event_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The page was out of date. Nothing was saved."))
        return redirect_next(request, "review")
    try:
        act(event.pk, editor_of(request, form))
    except (EditError, ConflictError) as error:
        messages.error(request, _error_message(error))
    else:
        messages.success(request, message)
    return redirect_next(request, "review")


def _error_message(error: Exception) -> str:
    if isinstance(error, ConflictError):
        changes = [
            _("%(who)s changed %(field)s")
            % {"who": r.by, "field": FIELD_WORDS.get(r.field, r.field)}
            for r in error.revisions
        ]
        what = "; ".join(changes)
        if error.words:
            return f"{error.words} ({what})" if what else error.words
        return _("Someone else edited this event, so your changes were not saved: %s.") % what
    return capfirst(str(error))
