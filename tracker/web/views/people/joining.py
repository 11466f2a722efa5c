"""For people with a link from us: joining by an invitation, and setting a new password."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tracker import database_time
from tracker.events.wording.names import active_language
from tracker.people import audit
from tracker.people.audit import Actor, Verb
from tracker.people.invitations import accept, find_invitation
from tracker.people.passwords import request_password
from tracker.people.roles import PeopleError
from tracker.web.forms.people import AddressForm, JoinForm
from tracker.web.pages.editors.people import JoinPage, PasswordAskPage, has_mail
from tracker.web.pages.render import render_page
from tracker.web.senders import network_of
from tracker.web.signing_in import take_turn, try_of


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a name and a password; the link of an invitation works once."""
    now = database_time.now()
    invitation = find_invitation(token, now)
    if invitation is None:
        return _expired(request)
    is_posted = request.method == "POST"
    form = JoinForm(request.POST if is_posted else None)
    if is_posted and form.is_valid():
        try:
            is_new = accept(invitation, form.save(commit=False), network_of(request), now)
        except PeopleError as error:
            form.add_error(None, str(error))
        else:
            return _joined(request) if is_new else _expired(request)
    page = JoinPage(form, invitation.address, str(invitation.get_role_display()))
    return render_page(request, "web/join.html", page, status=400 if is_posted else 200)


def _joined(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Your account is ready. Sign in to start."))
    return redirect("login")


def _expired(request: HttpRequest) -> HttpResponse:
    return render_page(request, "web/join.html", JoinPage(), status=410)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_password(request: HttpRequest) -> HttpResponse:
    """Mail a link to set a new password; the answer never reveals who has an account."""
    is_posted = request.method == "POST"
    form = AddressForm(request.POST if is_posted else None)
    is_valid = is_posted and form.is_valid()
    wait = _ask_password(request, form, timezone.now()) if is_valid else timedelta()
    status = 429 if wait else 400 if is_posted and not is_valid else 200
    page = PasswordAskPage(form, is_valid and not wait, has_mail())
    answer = render_page(request, "web/password_ask.html", page, status=status)
    if wait:
        answer["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return answer


def _ask_password(request: HttpRequest, form: AddressForm, now: datetime) -> timedelta:
    """Request a link, limited like password attempts; return how long the sender must wait if
    refused.
    """
    address = form.cleaned_data["address"]
    wait = take_turn(try_of(request, f"mail {address}"), now)
    if wait:
        minutes = int(wait.total_seconds() // 60) + 1
        words = ngettext(
            "Too many requests. Try again in %d minute",
            "Too many requests. Try again in %d minutes",
            minutes,
        )
        form.add_error("address", words % minutes)
    else:
        request_password(address, active_language(), network_of(request), now)
    return wait


class SetPassword(PasswordResetConfirmView):
    """Set a new password with the mailed link, which works once."""

    template_name = "web/password_set.html"
    success_url = reverse_lazy("login")

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        answer = super().form_valid(form)
        name = form.user.get_username()
        actor = Actor(name, network_of(self.request))
        audit.record_line(Verb.PASSWORD_SET, actor, timezone.now(), name)
        messages.success(self.request, _("Your password was changed. Sign in with it."))
        return answer
