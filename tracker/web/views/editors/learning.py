"""What the classifier learns from decisions: the page for editors, and what owners do on it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tracker import database_time
from tracker.operations import learning as runs
from tracker.web.editor import actor_of, editor_required, owner_required
from tracker.web.fields import row_id
from tracker.web.pages.editors.learning import build_learning_page
from tracker.web.pages.render import render_page


@editor_required
@never_cache
@require_safe
def learning(request: HttpRequest) -> HttpResponse:
    """Show the day's decisions, what was learned last, and the weights in use."""
    return render_page(request, "web/learning.html", build_learning_page(timezone.now()))


@owner_required
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Learn now, use other weights, or return to the previous ones."""
    actor, now = actor_of(request), database_time.now()
    act = request.POST.get("act", "")
    if act == "learn":
        is_new = runs.ask_to_learn(actor, now)
        words = _("Learning starts within a minute.")
        messages.success(request, words if is_new else _("Learning was requested already."))
    elif act in {"promote", "back"}:
        is_new = _change_model(request, act)
        words = _("The classifier was changed. Past entries are read again in the background.")
        messages.success(request, words if is_new else _("Nothing was changed."))
    else:
        messages.error(request, _("Choose what to do"))
    return redirect("review_learning")


def _change_model(request: HttpRequest, act: str) -> bool:
    actor, now = actor_of(request), database_time.now()
    if act == "back":
        return runs.roll_back(actor, now)
    return runs.promote(row_id(request.POST.get("weights", "")), actor, now)
