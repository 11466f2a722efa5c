"""The set-up page of a first start; it is gone once somebody has an account."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from tracker import database_time
from tracker.events.wording.names import active_language
from tracker.feeds.editing.catalogue import catalogue_addresses, catalogue_subjects
from tracker.people.setup import is_set_up, is_setup_code, set_up
from tracker.web.forms.setup import SetupForm
from tracker.web.pages.editors.people import SetupPage
from tracker.web.pages.render import render_page
from tracker.web.senders import network_of

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@require_safe
def explain(request: HttpRequest) -> HttpResponse:
    """Explain where to find the set-up link."""
    if is_set_up():
        raise Http404
    return render_page(request, "web/setup.html", SetupPage())


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, code: str) -> HttpResponse:
    """Choose feeds, a name and a password; the first to do so becomes the owner."""
    if is_set_up() or not is_setup_code(code):
        raise Http404
    if request.method != "POST":
        subjects = [name for name, _number in catalogue_subjects()]
        chosen = {"languages": sorted({"en", active_language()}), "subjects": subjects}
        return render_page(request, "web/setup.html", SetupPage(SetupForm(initial=chosen)))
    form = SetupForm(request.POST)
    is_valid = form.is_valid()
    if request.POST.get("act") == "count":
        count = len(catalogue_addresses(form.choice()))
        counted = SetupForm(initial=_answers(request))
        return render_page(request, "web/setup.html", SetupPage(counted, count))
    if not is_valid:
        return render_page(request, "web/setup.html", SetupPage(form), status=400)
    added = _set_up(request, form)
    if added is None:
        raise Http404
    words = ngettext("%d feed is followed now.", "%d feeds are followed now.", added) % added
    messages.success(request, words)
    return redirect("timeline")


def _answers(request: HttpRequest) -> dict[str, str | list[str]]:
    """Return the fields filled in before the feeds were counted, except the password."""
    ticked = {name: request.POST.getlist(name) for name in ("languages", "countries", "subjects")}
    typed = {name: request.POST.get(name, "") for name in ("site_name", "username", "address")}
    return {**ticked, **typed}


def _set_up(request: HttpRequest, form: SetupForm) -> int | None:
    values = form.cleaned_data
    owner = form.save(commit=False)
    owner.email = values["address"]
    network, now = network_of(request), database_time.now()
    added = set_up(owner, values["site_name"], form.choice(), network, now)
    if added is not None:
        login(request, owner, BACKEND)
    return added
