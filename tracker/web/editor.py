"""Who may change things: editors are Django's staff users (`manage.py createsuperuser`)."""

from typing import Any

from django.contrib.auth.decorators import user_passes_test
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from tracker.events.editing import Editor
from tracker.web.forms import SeenForm

# Sends others to the sign-in page, and back to the page afterwards.
editor_required = user_passes_test(lambda user: user.is_active and user.is_staff)


def back(request: HttpRequest, *otherwise: Any) -> HttpResponse:
    """To the page that the form names as `next`, never to another site; else to a page by name."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(wanted)
    return redirect(*otherwise)


def editor_of(request: HttpRequest, form: SeenForm) -> Editor:
    """Who sent a valid form, why, and up to where they had seen the event."""
    told = form.cleaned_data
    return Editor(
        by=request.user.get_username(),
        now=timezone.now(),
        reason=told["reason"],
        seen=told["seen"],
    )
